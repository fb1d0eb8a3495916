// Writes the JSON Schema of scenario files that editors use, from the shape that the reader uses: `npm run schema`.
// A test fails when the file is not what this would write.

import { mkdirSync, writeFileSync } from 'node:fs';
import { scenarioSchema } from '../dist/simulation/json-schema.js';

const folder = new URL('../sim-configs/schema/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('scenario.schema.json', folder), `${JSON.stringify(scenarioSchema(), null, 2)}\n`);

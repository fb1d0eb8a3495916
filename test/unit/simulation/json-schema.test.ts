import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { scenarioSchema } from '../../../src/simulation/json-schema.ts';
import { traderKinds } from '../../../src/traders/registry.ts';

const file = new URL('../../../sim-configs/schema/scenario.schema.json', import.meta.url);

test('the published schema is what the reader would accept: npm run schema writes it', () => {
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(scenarioSchema())));
});

test('the schema knows every kind, its parameters and what is common to all', () => {
  const schema = scenarioSchema() as unknown as {
    properties: { traders: { additionalProperties: { anyOf: { properties?: Record<string, { const?: string }> }[] } } };
  };
  const variants = schema.properties.traders.additionalProperties.anyOf.flatMap(({ properties }) =>
    properties === undefined ? [] : [properties],
  );
  expect(variants.map(({ kind }) => kind.const)).toEqual(traderKinds.map(({ kind }) => kind));
  for (const [i, { params }] of traderKinds.entries()) {
    expect(Object.keys(variants[i]).toSorted()).toEqual(
      [...new Set(['kind', 'count', 'instrument', 'latency', 'collateral', ...Object.keys(params)])].toSorted(),
    );
  }
});

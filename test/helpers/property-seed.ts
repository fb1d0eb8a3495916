// Property tests draw the same cases on every machine. `SEED=7 npm test` tries others; `SEED=random` lets fast-check choose.

import fc from 'fast-check';

const { SEED = '20251010' } = process.env;
fc.configureGlobal(SEED === 'random' ? {} : { seed: Number(SEED) });

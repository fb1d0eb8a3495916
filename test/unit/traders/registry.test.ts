import { expect, test } from 'vitest';
import { traderKinds } from '../../../src/traders/registry.ts';
import { traderCases, type TraderCases } from '../../helpers/trader-cases.ts';

/** Values under which a kind that by default only holds has something to do. */
const populated: Record<string, TraderCases<never>['populated']> = {
  crowd: { members: 60, turnover: 1, stopShare: 0.5, panicShare: 0.5 },
  leveraged: { stopAt: 0.6, panicAt: 0.05 },
  backstop: { weight: 1 },
  saver: { interval: 60_000_000 },
  whale: { role: 'program', size: 5_000, from: 100_000_000, over: 1_200_000_000 },
};

test('every kind is registered once, in kebab-case', () => {
  const names = traderKinds.map(({ kind }) => kind);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  expect(names).toEqual([
    'noise',
    'value',
    'momentum',
    'market-maker',
    'arbitrageur',
    'leveraged',
    'crowd',
    'whale',
    'backstop',
    'saver',
    'liquidation-hunter',
  ]);
});

for (const kind of traderKinds) traderCases({ kind, populated: populated[kind.kind] ?? {} });

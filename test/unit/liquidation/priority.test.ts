import { expect, test } from 'vitest';
import { byPriority, type Prioritised } from '../../../src/liquidation/priority.ts';

const one = (name: string, price: number, size = 1): Prioritised => ({ name, price, oracle: 50_000, notional: size * 50_000 });
const order = (...given: Prioritised[]) =>
  given
    .toSorted(byPriority)
    .map(({ name }) => name)
    .join('');

test('the farthest from the oracle first, on either side', () => {
  expect(order(one('A', 50_000), one('B', 49_500), one('C', 50_600))).toBe('CBA');
});

test('then the largest, then by name', () => {
  expect(order(one('E', 50_000, 0.1), one('F', 50_000))).toBe('FE');
  expect(order(one('H', 50_000), one('G', 50_000))).toBe('GH');
});

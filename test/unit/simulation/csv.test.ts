import { expect, test } from 'vitest';
import { cellsOf } from '../../../src/simulation/csv.ts';

test('cells know where they stand, with quotes and without', () => {
  expect(cellsOf('a, bc,,d')).toEqual([
    { text: 'a', column: 1, width: 1 },
    { text: 'bc', column: 3, width: 3 },
    { text: '', column: 7, width: 0 },
    { text: 'd', column: 8, width: 1 },
  ]);
  expect(cellsOf('"1,5";say;"so ""he"" said"', ';')).toEqual([
    { text: '1,5', column: 1, width: 5 },
    { text: 'say', column: 7, width: 3 },
    { text: 'so "he" said', column: 11, width: 16 },
  ]);
  expect(cellsOf('')).toEqual([{ text: '', column: 1, width: 0 }]);
});

// Times as people write them, and what is refused.

import { expect, test } from 'vitest';
import { parseInstant } from '../../../src/base/calendar.ts';
import { momentOf } from '../../../src/tui/moment.ts';

const run = { start: parseInstant('2025-10-10T20:45:00Z')!, duration: 89 * 60e6 };

test.each([
  ['21:17', 32 * 60e6],
  [' 21:17:30 ', 32.5 * 60e6],
  ['2025-10-10T21:00:00Z', 15 * 60e6],
  ['32m', 32 * 60e6],
  ['1h', 60 * 60e6],
  ['90s', 90e6],
  ['20:45', 0],
])('%s', (text, at) => {
  expect(momentOf(text, run)).toBe(at);
});

const overnight = { start: parseInstant('2025-10-10T22:30:00Z')!, duration: 3 * 60 * 60e6 };

test.each([
  ['23:00', 30 * 60e6],
  ['0:30', 120 * 60e6],
  ['01:30', 180 * 60e6],
  ['2025-10-11T00:30:00Z', 120 * 60e6],
])('over midnight, %s', (text, at) => {
  expect(momentOf(text, overnight)).toBe(at);
});

test.each(['1:31', '22:00'])('over midnight, %s is refused', (text) => {
  expect(momentOf(text, overnight)).toMatch(/within/);
});

test.each([
  ['soon', /expected/],
  ['25:00', /expected/],
  ['', /expected/],
  ['9:00', /within/],
  ['2h', /within/],
  ['2025-10-09', /within/],
])('%s is refused', (text, problem) => {
  expect(momentOf(text, run)).toMatch(problem);
});

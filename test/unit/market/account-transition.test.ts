// The rule of x/subaccounts/lib/updates.go of dYdX v4.

import { expect, test } from 'vitest';
import { isValidTransition } from '../../../src/market/account-transition.ts';

const risk = (equity: number, maintenance: number) => ({ equity, maintenance, initial: 2 * maintenance });

test.each([
  ['well margined afterwards', risk(-5, 100), risk(200, 100), true],
  ['nothing left, and nothing owed', risk(-5, 100), risk(0, 0), true],
  ['nothing left, and something owed', risk(5, 100), risk(-1, 0), false],
  ['less maintenance at the same ratio', risk(50, 100), risk(45, 90), true],
  ['less maintenance at a better ratio', risk(50, 100), risk(46, 90), true],
  ['less maintenance at a worse ratio', risk(50, 100), risk(44, 90), false],
  ['a ratio that is worse by less than one unit', risk(50, 99), risk(45, 90), false],
  ['a deficit that shrinks with the position', risk(-10, 100), risk(-9, 90), true],
  ['a deficit that stays while the position shrinks', risk(-10, 100), risk(-10, 90), false],
  ['more maintenance, whatever the ratio', risk(50, 100), risk(101, 101), false],
  ['no position before or after: only when it gets better', risk(-5, 0), risk(-4, 0), true],
  ['no position before or after, and no better', risk(-5, 0), risk(-5, 0), false],
])('%s', (_, before, after, valid) => {
  expect(isValidTransition(before, after)).toBe(valid);
});

// A discount that grows, a part that suffices, and what is done about an account that is worth nothing.

import { describe, expect, test } from 'vitest';
import { dutchAuction } from '../../../src/liquidation/dutch-auction.ts';
import { PolicyStage } from '../../helpers/policy-cases.ts';
import { BUY, SECOND, SELL } from '../../helpers/venue.ts';

/** 1,000 lots with 100,000 at 1,000, the mark at 945: equity 45,000, maintenance 47,250. */
const stage = (lots = 1_000, params = {}) => new PolicyStage(dutchAuction, [lots], { cash: 100_000, params }).mark(lots > 0 ? 945 : 1_055);

describe('a solvent account', () => {
  test('is offered at 98 % of its value first, as much as restores the buffer, and waits for a better price', () => {
    // 2 % of the way from the mark, 945, to bankruptcy, 900, is 944.1; nobody bids as much.
    const made = stage().rest(BUY, 1_000, 940);
    expect(made.decide()).toMatchObject({ action: 'wait', until: SECOND });
    // 940 is a ninth of the way: the discount reaches 8/9 of the value 50.6 seconds later.
    made.now = 50 * SECOND;
    expect(made.decide()).toMatchObject({ action: 'wait' });
    made.now = 51 * SECOND;
    const decision = made.decide();
    expect(decision).toMatchObject({ action: 'order', side: -1, limit: 940 });
    // Equity 45,000 and 56,700 wanted: 11,700 ÷ (11,700 + 45,000 × 0.8882) of it.
    const discount = 0.98 - (0.18 * 51) / 100;
    expect(decision.lots).toBe(Math.ceil((1_000 * 11_700) / (11_700 + 45_000 * discount)));
  });

  test('of what it sells the account keeps what restores it', () => {
    const made = stage(1_000, { start: 0.95 }).rest(BUY, 1_000, 943);
    const decisions = made.play();
    expect(decisions.filter(({ action }) => action === 'order')).toHaveLength(1);
    expect(made.isRestored).toBe(true);
    expect(made.market.equity(made.alice)).toBeGreaterThanOrEqual(1.2 * made.market.maintenance(made.alice));
    expect(made.market.positionLots(made.alice, 1)).toBeGreaterThan(700);
  });

  test('a short likewise', () => {
    const made = stage(-1_000, { start: 0.95 }).rest(SELL, 1_000, 1_057);
    made.play();
    expect(made.isRestored).toBe(true);
    expect(made.market.positionLots(made.alice, 1)).toBeLessThan(-500);
  });

  test('that nobody wants is handed over when nothing is asked any more', () => {
    const made = stage(1_000, { fast: 2 * SECOND, slow: 3 * SECOND });
    expect(made.play().map(({ action }) => action)).toEqual(['wait', 'wait', 'wait', 'wait', 'wait', 'hand-over']);
  });
});

describe('an account that is worth nothing', () => {
  const bankrupt = (params = {}) => new PolicyStage(dutchAuction, [1_000], { cash: 100_000, params }).mark(890);

  test('is offered from the mark on, further by the second, up to its maintenance margin', () => {
    // Maintenance is 5 % of 890: after half of the ramp the price is 2.5 % below the mark.
    const made = bankrupt().rest(BUY, 1_000, 868);
    expect(made.decide()).toMatchObject({ action: 'wait' });
    made.now = 296 * SECOND;
    expect(made.decide()).toMatchObject({ action: 'wait' });
    made.now = 300 * SECOND;
    expect(made.decide()).toMatchObject({ action: 'order', lots: 1_000, limit: 868 });
  });

  test('and handed over after the ramp, or at once', () => {
    const made = bankrupt({ insolvent: 2 * SECOND });
    expect(made.play().map(({ action }) => action)).toEqual(['wait', 'wait', 'wait', 'hand-over']);
    expect(bankrupt({ limit: 'bankruptcy' }).decide()).toMatchObject({ action: 'hand-over' });
  });
});

// Before maintenance is reached.

import { describe, expect, test } from 'vitest';
import { preLiquidation } from '../../../src/liquidation/pre-liquidation.ts';
import { defaultsOf } from '../../helpers/param-defaults.ts';
import { PolicyStage } from '../../helpers/policy-cases.ts';
import { BUY, LOSSES, RULES, SECOND, SELL, Venue } from '../../helpers/venue.ts';

const policy = (params = {}) => preLiquidation.create({ ...defaultsOf(preLiquidation.params), ...params }, LOSSES);

describe('the policy', () => {
  test('reduces near the mark, by what suffices, until equity is above twice maintenance', () => {
    // At 980 equity is 80,000, and 5 % above twice maintenance 102.9 a lot: (102,900 − 80,000) ÷ (102.9 − 1) lots go.
    const made = new PolicyStage(preLiquidation, [1_000], { cash: 100_000 }).mark(980).rest(BUY, 1_000, 979);
    const decisions = made.play();
    expect(decisions[0]).toMatchObject({ action: 'order', side: -1, lots: 225, limit: 976 });
    expect(made.isRestored).toBe(true);
    expect(made.market.equity(made.alice)).toBeGreaterThan(2 * made.market.maintenance(made.alice));
    // As little as possible: one order and the buffer.
    expect(decisions).toHaveLength(1);
  });

  test('waits where the book has nothing near the mark', () => {
    const made = new PolicyStage(preLiquidation, [1_000], { cash: 100_000 }).mark(980).rest(BUY, 1_000, 970);
    expect(made.decide()).toMatchObject({ action: 'wait', until: SECOND });
  });

  test('closes everything below maintenance', () => {
    const made = new PolicyStage(preLiquidation, [1_000], { cash: 100_000 }).mark(945).rest(BUY, 10, 944);
    expect(made.play()).toMatchObject([{ action: 'order', lots: 1_000, limit: 900 }, { action: 'hand-over' }]);
  });
});

describe('in a venue', () => {
  /** One lot of a thousand, 100 lots at 10×: maintenance 5 %, initial margin 10 %. */
  function venue(params = {}): Venue {
    const made = new Venue({ rules: { ...RULES, policy: policy(params) } });
    made.trader('alice', { cash: 11_000 });
    made.trader('other', { cash: 1_000_000 });
    made.opened('alice', 'other', 100, 1_000);
    made.order('other', { side: BUY, lots: 1_000, price: 978 });
    return made;
  }

  test('a case begins at twice maintenance, called in the same instant, and ends restored', () => {
    const made = venue();
    made.mark(990, { at: SECOND });
    made.run(1_500_000);
    expect(made.happened('MarginCalled', 'LiquidationStarted')).toEqual([]);
    made.mark(980, { at: 2 * SECOND });
    made.run(5 * SECOND);
    expect(made.happened('MarginCalled', 'LiquidationStarted').map(({ type }) => type)).toEqual(['MarginCalled', 'LiquidationStarted']);
    expect(made.last('LiquidationStarted').ratio).toBeLessThan(1_000_000);
    expect(made.happened('LiquidationFilled').length).toBeGreaterThan(0);
    expect(made.lots('alice')).toBeGreaterThan(50);
    expect(made.market.equity(made.account('alice'))).toBeGreaterThan(2 * made.market.maintenance(made.account('alice')));
    expect(made.problems()).toEqual([]);
    // Watched again: the next fall finds it again.
    const held = made.lots('alice');
    made.mark(960, { at: 6 * SECOND });
    made.order('other', { side: BUY, lots: 1_000, price: 959 }, 6 * SECOND);
    made.run(9 * SECOND);
    expect(made.lots('alice')).toBeLessThan(held);
  });

  test('a call still comes first where calls are earlier', () => {
    const made = new Venue({ rules: { ...RULES, policy: policy({ threshold: 1.1 }) } });
    made.trader('alice', { cash: 11_000 });
    made.trader('other', { cash: 1_000_000 });
    made.opened('other', 'alice', 100, 1_000);
    made.order('other', { side: SELL, lots: 1_000, price: 1_060 });
    made.mark(1_048, { at: SECOND });
    made.run(1_500_000);
    expect(made.happened('MarginCalled')).toHaveLength(1);
    expect(made.happened('LiquidationStarted')).toHaveLength(0);
    made.mark(1_053, { at: 2 * SECOND });
    made.run(3 * SECOND);
    expect(made.happened('LiquidationStarted')).toHaveLength(1);
  });
});

// What every policy on the shelf must do, whatever else it does: a new one is added to the registry and is tried here.

import { describe, expect, test } from 'vitest';
import { createRng } from '../../../src/base/random.ts';
import type { Decision } from '../../../src/liquidation/policy.ts';
import { policyKinds } from '../../../src/liquidation/registry.ts';
import type { MarketView } from '../../../src/market/market-view.ts';
import { defaultsOf } from '../../helpers/param-defaults.ts';
import { BUY, RULES, SECOND, SELL, Venue } from '../../helpers/venue.ts';

test('kinds are named once and say what they do', () => {
  expect(new Set(policyKinds.map(({ kind }) => kind)).size).toBe(policyKinds.length);
  for (const { doc } of policyKinds) expect(doc).toMatch(/^[A-Z].{20,}\.$/);
});

describe.each(policyKinds.map((kind) => [kind.kind, kind] as const))('%s', (_name, kind) => {
  /** Notes every decision, with what it was about. */
  function watched(decisions: (Decision & { readonly held: number; readonly account: number })[]) {
    const policy = kind.create(defaultsOf(kind.params) as never, { rng: (purpose) => createRng(`policy/${purpose}`) });
    return {
      ...policy,
      decide(liquidation: Parameters<typeof policy.decide>[0], market: MarketView, decision: Decision) {
        policy.decide(liquidation, market, decision);
        decisions.push({ ...decision, account: liquidation.account, held: market.positionLots(liquidation.account, decision.instrument) });
      },
    };
  }

  test('only ever closes what is held, and brings every case to its end, whatever the book', () => {
    let decided = 0;
    for (let seed = 0; seed < 40; seed++) {
      const rng = createRng(`policy/${seed}`);
      const decisions: (Decision & { readonly held: number; readonly account: number })[] = [];
      const venue = new Venue({ fund: rng.int(2) * 2_000, rules: { ...RULES, policy: watched(decisions) } });
      venue.trader('maker', { cash: 10_000_000 });
      venue.trader('other', { cash: 10_000_000 });
      for (let i = 0; i < 6; i++) {
        venue.trader(`weak-${i}`, { cash: 300 + rng.int(900) });
        const lots = 1 + rng.int(10);
        if (rng.chance(0.5)) venue.opened(`weak-${i}`, 'other', lots, 1_000);
        else venue.opened('other', `weak-${i}`, lots, 1_000);
      }
      for (let second = 1; second < 30; second++) {
        const at = second * SECOND;
        const mark = Math.round(1_000 + 200 * (rng.double() - 0.5));
        venue.mark(mark, { at });
        if (rng.chance(0.5)) venue.order('maker', { side: BUY, lots: 1 + rng.int(8), price: mark - rng.int(60) - 1 }, at);
        if (rng.chance(0.5)) venue.order('maker', { side: SELL, lots: 1 + rng.int(8), price: mark + rng.int(60) + 1 }, at);
      }
      venue.run(60 * SECOND);
      expect(venue.problems()).toEqual([]);
      for (const { action, side, lots, held, limit } of decisions.filter((decision) => decision.action === 'order')) {
        expect([action, Math.sign(held)]).toEqual(['order', -side]);
        expect(lots).toBeGreaterThan(0);
        expect(lots).toBeLessThanOrEqual(Math.abs(held));
        expect(limit).toBeGreaterThanOrEqual(0);
      }
      decided += decisions.length;
      // `other` is in profit or can take any loss, so that somebody is always there to be the counterparty in the end. Only
      // who has something left may still be waiting for a better price.
      const started = venue
        .happened('LiquidationStarted')
        .filter(({ account }) => venue.market.equity(account) <= 0 || venue.engine.stateOf(account) !== 'waiting')
        .map((message) => message.case);
      const closed = venue.happened('LiquidationClosed').map((message) => message.case);
      expect(
        started.filter((id) => !closed.includes(id)),
        `seed ${seed}`,
      ).toEqual([]);
    }
    expect(decided).toBeGreaterThan(40);
  });
});

// Down the margin tiers (BitMEX, Bybit, OKX): an order for the difference to a tier below, whose margin rate is lower, and
// the loss layers when no tier is left or the book cannot take the whole difference.

import { choice, count } from '../base/params.ts';
import { mulDivCeil } from '../base/rounding.ts';
import { PPM, type Lots } from '../base/units.ts';
import { unitValue } from '../market/instrument.ts';
import type { MarketView } from '../market/market-view.ts';
import { fillableOf, handOver, holdingsOf, order, withinBankruptcy, type Holding } from './orders.ts';
import { policyKind } from './policy.ts';

export const tierDown = policyKind({
  kind: 'tier-down',
  doc: 'Closes what lies above a lower margin tier if the book takes all of it, tier after tier; from the lowest the loss layers take over.',
  params: {
    tiers: count(1, 'Tiers to go down at a time: 1 at BitMEX and Bybit, 2 at OKX.', { min: 1 }),
    from: count(2, 'The lowest tier from which a position is reduced: 2 at BitMEX and Bybit, 3 at OKX. Below, it is taken over whole.', {
      min: 2,
    }),
    target: choice(
      ['next', 'satisfied'],
      'next',
      'next: the tier so many below. satisfied: the highest tier below whose maintenance margin the account has at mark (Bybit).',
    ),
    whenBaseFails: choice(
      ['reduce', 'hand-over'],
      'reduce',
      'What to do when even the rate of the first tier asks for more than the account has: OKX hands over. Uncertain for the others.',
    ),
  },
  create: ({ tiers, from, target, whenBaseFails }) => ({
    memory: {},
    decide({ account }, market, decision) {
      const tierOf = ({ instrument, notional }: Holding) => market.instrument(instrument).tiers.tierAt(notional);
      const held = holdingsOf(market, account).filter((holding) => tierOf(holding) + 1 >= from);
      // The highest tier first; among equals the largest notional.
      held.sort((a, b) => tierOf(b) - tierOf(a));
      const [holding] = held;
      if (holding === undefined) return handOver(decision);
      const tier = tierOf(holding);

      /** Margin that is left for this holding when the others have theirs. */
      const schedule = market.tiersOf(account, holding.instrument);
      const room = market.equity(account) - market.maintenance(account) + schedule.maintenance(holding.notional);
      if (whenBaseFails === 'hand-over' && mulDivCeil(holding.notional, schedule.maintenanceRates[0], PPM) >= room)
        return handOver(decision);

      let to = Math.max(0, tier - tiers);
      if (target === 'satisfied') {
        to = tier - 1;
        while (to >= 0 && schedule.maintenance(Math.ceil(kept(market, holding, to) * unitOf(market, holding))) >= room) to--;
        if (to < 0) return handOver(decision);
      }
      const lots = lotsAbove(Math.abs(holding.lots), kept(market, holding, to));
      const limit = withinBankruptcy(market, account, holding);
      if (fillableOf(market, holding, lots, limit) < lots) return handOver(decision);
      order(decision, holding, lots, limit);
    },
  }),
});

/** What is sold to come down to `kept`: everything above it. */
export function lotsAbove(held: Lots, kept: Lots): Lots {
  return Math.max(0, held - kept);
}

function unitOf(market: MarketView, { instrument }: Holding): number {
  return unitValue(market.instrument(instrument), market.markPrice(instrument));
}

/** The largest position whose notional at mark is inside this tier. */
function kept(market: MarketView, holding: Holding, tier: number): Lots {
  const { tiers, inverse } = market.instrument(holding.instrument);
  // What an inverse position is worth is rounded up by less than a unit.
  const ceiling = tiers.floors[tier + 1] - (inverse ? 1 : 0);
  return mulDivCeil(ceiling, 1, unitOf(market, holding)) - 1;
}

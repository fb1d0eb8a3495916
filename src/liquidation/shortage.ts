// Only what is missing (Drift v2): as much of a position as brings equity back to maintenance and a buffer, a part at
// first and all of it with time. There a liquidator takes it at the oracle less a fee; here it goes to the book, no worse.

import { duration, fraction, money } from '../base/params.ts';
import { PPM, type AccountId, type CaseId, type InstrumentId, type Lots } from '../base/units.ts';
import type { MarketView } from '../market/market-view.ts';
import { fillableOf, handOver, holdingsOf, order, priceWithin, waitUntil, withinBankruptcy } from './orders.ts';
import { policyKind } from './policy.ts';
import { liquidatorFeeAfter, shareToCover, sizeToClose, type Closing, type Ramp } from './shortage-size.ts';

/** Margin that the orders of a case have freed, and the last of them, not yet counted. */
interface Progress {
  freed: number;
  instrument: InstrumentId;
  lots: Lots;
  freedPerLot: number;
}

export const shortage = policyKind({
  kind: 'shortage',
  doc: 'Closes what covers the shortage of margin and a buffer, a part of it at first and all of it with time, close to the index price.',
  params: {
    buffer: fraction('2%', 'Share of notional that the account must have beyond maintenance before the case ends.', { min: 0 }),
    initial: fraction('10%', 'Share of the shortage that may be covered at once. Uncertain.', { min: 0, max: 1 }),
    ramp: duration('60s', 'Time in which the whole shortage may be covered: 150 slots.', { min: 1 }),
    slot: duration('400ms', 'Between two orders of a case.', { min: 1 }),
    small: money('50', 'A shortage below this is covered at once, a position below this is closed whole.'),
    liquidatorFee: fraction('1%', 'How far from the index price the order may trade. Uncertain: set per market.', { min: 0, max: 0.5 }),
    feeGrace: duration('600s', 'An account in liquidation for longer may be closed further from the index: 1,500 slots.', { min: 0 }),
    feePerSlot: fraction('0.0001%', 'How much further for each slot since the case began, up to three times the fee.', { min: 0 }),
    lossBuffer: fraction('0%', 'Share of unrealised losses that the shortage counts once more; Drift v2: as much as the buffer.', {
      min: 0,
    }),
  },
  create: ({ buffer, initial, ramp, slot, small, liquidatorFee, feeGrace, feePerSlot, lossBuffer }) => {
    const cases = new Map<CaseId, Progress>();
    const shares: Ramp = { initial: inPpm(initial), duration: BigInt(ramp), scale: BigInt(PPM), small: BigInt(small) };
    return {
      memory: { cases },
      decide({ case: liquidation, account, startedAt, now, lastInstrument }, market, decision) {
        let progress = cases.get(liquidation);
        if (progress === undefined) cases.set(liquidation, (progress = { freed: 0, instrument: 0, lots: 0, freedPerLot: 0 }));
        if (progress.instrument !== 0) {
          const filled = progress.lots - Math.abs(market.positionLots(account, progress.instrument));
          progress.freed += Math.floor(Math.max(0, filled) * progress.freedPerLot);
          progress.instrument = 0;
        }
        if (lastInstrument !== 0) return waitUntil(decision, now + slot);

        const missing = required(market, account, buffer) + Math.ceil(lossBuffer * losses(market, account)) - market.equity(account);
        const short = BigInt(Math.max(0, missing));
        const share = shareToCover(short, BigInt(progress.freed), BigInt(now - startedAt), shares);
        const slots = Math.floor((now - startedAt) / slot);
        let nothing = true;
        for (const holding of holdingsOf(market, account)) {
          const { instrument, side, notional } = holding;
          const { tiers, liquidationFeePpm } = market.instrument(instrument);
          const maintenance = Math.round((tiers.maintenanceRates[tiers.tierAt(notional)] * PPM) / tiers.scale);
          const base = Math.round(liquidatorFee * PPM);
          // No further than what the position has in margin, or closing it would free none.
          const most = Math.max(base, Math.min(3 * base, maintenance));
          const fee = liquidatorFeeAfter(slots, { base, most, grace: feeGrace / slot, perSlot: feePerSlot * PPM });
          const limit = withinBankruptcy(market, account, holding, priceWithin(market.indexPrice(instrument), fee / PPM, side));
          if (fillableOf(market, holding, 1, limit) === 0) continue;
          nothing = false;
          const held = Math.abs(holding.lots);
          const marginRate = maintenance + Math.round(buffer * PPM);
          const closing: Closing = {
            shortage: short,
            marginRate,
            liquidatorFee: Math.round(fee),
            price: BigInt(notional),
            quotePrice: PPM,
            unit: BigInt(held) * GRAINS,
          };
          const limits = { step: GRAINS, share, scale: shares.scale, smallValue: BigInt(small) };
          const lots = Number(sizeToClose(closing, liquidationFeePpm, BigInt(held) * GRAINS, limits) / GRAINS);
          if (lots <= 0) continue;
          const freed = Math.max(0, marginRate - Math.round(fee) - liquidationFeePpm);
          Object.assign(progress, { instrument, lots: held, freedPerLot: (notional / held) * (freed / PPM) });
          return order(decision, holding, lots, limit);
        }
        if (nothing && market.equity(account) <= 0) handOver(decision);
        else waitUntil(decision, now + slot);
      },
      isRestored: ({ account }, market) => market.equity(account) >= required(market, account, buffer),
    };
  },
});

/** Sizes are computed in thousandths of a lot and go up to the next whole one. */
const GRAINS = 1_000n;

function inPpm(share: number): bigint {
  return BigInt(Math.round(share * PPM));
}

/** What the losing positions of the account have lost, at mark. */
function losses(market: MarketView, account: AccountId): number {
  let sum = 0;
  market.forEachPosition(account, (instrument) => (sum += Math.max(0, -market.unrealised(account, instrument))));
  return sum;
}

function required(market: MarketView, account: number, buffer: number): number {
  return market.maintenance(account) + Math.ceil(buffer * market.notional(account));
}

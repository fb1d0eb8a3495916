// The first to pay: the venue's insurance fund takes the rest of a position over at its bankruptcy price, as long as the
// loss at mark leaves it what it must keep, and no faster than its caps allow.

import { duration, fraction, money } from '../base/params.ts';
import type { Micros, Quote } from '../base/units.ts';
import { valueOf } from '../market/instrument.ts';
import { layerKind } from './layer.ts';

/** What was spent within a block, or within a rolling window. */
class Spent {
  private readonly entries: { readonly at: Micros; amount: Quote }[] = [];

  since(from: Micros): Quote {
    while (this.entries.length > 0 && this.entries[0].at < from) this.entries.shift();
    return this.entries.reduce((sum, { amount }) => sum + amount, 0);
  }

  add(at: Micros, amount: Quote): void {
    const last = this.entries.at(-1);
    if (last?.at === at) last.amount += amount;
    else this.entries.push({ at, amount });
  }
}

export const insuranceFund = layerKind({
  kind: 'insurance-fund',
  doc: 'Takes positions over at the bankruptcy price while the loss at mark can be paid, and works them off in the market.',
  params: {
    reserve: fraction('0%', 'Share of its cash that the fund does not put at risk.', { min: 0, max: 1 }),
    blockCap: money('0', 'The most it loses in one block (dYdX v4: 1,000,000); 0 means no cap.', { quiet: true }),
    block: duration('1s', 'How long a block takes.', { min: 1, quiet: true }),
    windowCap: money('0', 'The most it loses within a rolling window; 0 means no cap.', { quiet: true }),
    window: duration('1h', 'The rolling window.', { min: 1, quiet: true }),
  },
  create: ({ reserve, blockCap, block, windowCap, window }) => {
    const capped = blockCap > 0 || windowCap > 0;
    const byBlock = new Spent();
    const byWindow = new Spent();
    /** What its caps still allow now. */
    const allowed = (now: Micros): Quote =>
      Math.min(
        blockCap > 0 ? Math.max(0, blockCap - byBlock.since(now - (now % block))) : Infinity,
        windowCap > 0 ? Math.max(0, windowCap - byWindow.since(now - window + 1)) : Infinity,
      );
    const spend = (now: Micros, amount: Quote): void => {
      if (!capped || amount === 0) return;
      byBlock.add(now, amount);
      byWindow.add(now, amount);
    };
    return {
      memory: { byBlock, byWindow },
      staged: capped,
      absorb({ instrument, lots, bankruptcy, now }, market, act) {
        const contract = market.instrument(instrument);
        const size = Math.abs(lots);
        const mark = market.markPrice(instrument);
        // Of an inverse contract the loss is a straight line of the lots too, but for the rounding.
        const lossPerLot = contract.inverse
          ? Math.max(0, (valueOf(contract, lots, bankruptcy) - valueOf(contract, lots, mark)) / size)
          : Math.max(0, (bankruptcy - mark) * (lots > 0 ? 1 : -1)) * contract.multiplier;
        // What it may lose now: its equity at mark, less the reserve. A partial take-over is better than none.
        const budget = Math.floor(market.fund.equity - Math.max(0, market.fund.cash) * reserve);
        if (budget <= 0) return 0;
        const affordable = lossPerLot === 0 ? size : Math.min(size, Math.floor(Math.min(budget, allowed(now)) / lossPerLot));
        if (affordable === 0) return 0;
        spend(now, Math.ceil(affordable * lossPerLot));
        const taken = lots > 0 ? affordable : -affordable;
        act.takeOver(taken, bankruptcy);
        return taken;
      },
      cover({ account, amount, now }, market, act) {
        if (account === market.fundAccount) return 0;
        const payable = Math.max(0, Math.min(market.fund.cash, market.fund.equity));
        const paid = Math.min(amount, Math.floor(payable * (1 - reserve)), allowed(now));
        if (paid <= 0) return 0;
        spend(now, paid);
        act.pay(market.fundAccount, paid);
        return paid;
      },
    };
  },
});

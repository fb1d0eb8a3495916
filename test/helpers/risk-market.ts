// The least market that a risk index can stand beside: cash, positions and marks, and a scan of everybody, with the
// margin level compared in BigInt.

import type { Ppm, Quote, Ticks } from '../../src/base/units.ts';
import { entryValue, valueOf } from '../../src/market/instrument.ts';
import type { MarginTiers } from '../../src/market/margin-tiers.ts';
import type { Exposure, RiskSource } from '../../src/market/exposure.ts';

export interface RiskMarketInstrument {
  readonly id: number;
  readonly maxPrice: Ticks;
  readonly multiplier: number;
  readonly inverse: boolean;
  tiers: MarginTiers;
}

export class RiskMarket implements RiskSource {
  readonly instruments: readonly RiskMarketInstrument[];
  readonly marks: Ticks[] = [];
  readonly cash = new Map<number, Quote>();
  /** By account, then instrument. */
  readonly lots = new Map<number, Map<number, number>>();
  readonly ratios = new Map<number, Ppm>();

  constructor(instruments: readonly RiskMarketInstrument[]) {
    this.instruments = instruments;
  }

  open(account: number, cash: Quote): void {
    this.cash.set(account, cash);
    this.lots.set(account, new Map());
  }

  /** A fill: the position and the cash move, as in the market. */
  fill(account: number, instrument: number, lots: number, price: Ticks): void {
    const held = this.lots.get(account)!;
    const after = (held.get(instrument) ?? 0) + lots;
    if (after === 0) held.delete(instrument);
    else held.set(instrument, after);
    this.cash.set(account, this.cash.get(account)! - entryValue(this.#instrument(instrument), lots, price));
  }

  examine(account: number, exposure: Exposure): void {
    exposure.equity = this.cash.get(account)!;
    for (const [id, lots] of this.lots.get(account)!) {
      const instrument = this.#instrument(id);
      const mark = this.marks[id];
      const value = valueOf(instrument, lots, mark);
      exposure.equity += value;
      exposure.maintenance += instrument.tiers.maintenance(Math.abs(value));
      exposure.add(id, mark, lots * instrument.multiplier);
    }
  }

  /** Of the others nobody is known to be plain, so that the way of all is walked as well. */
  isPlain(account: number, instrument: number, exposure: Exposure): boolean {
    const [held, ...others] = this.lots.get(account)!;
    if (account % 2 === 0 || held === undefined || others.length > 0 || held[0] !== instrument) return false;
    exposure.equity = this.cash.get(account)!;
    exposure.marks[0] = this.marks[instrument];
    exposure.values[0] = held[1] * this.#instrument(instrument).multiplier;
    return !this.#instrument(instrument).inverse;
  }

  /** Everybody below their level, ascending: what the index must say. */
  scan(inclusive: boolean): number[] {
    const below: number[] = [];
    for (const [account, ratio] of this.ratios) {
      let equity = BigInt(this.cash.get(account)!);
      let maintenance = 0n;
      for (const [id, lots] of this.lots.get(account)!) {
        const instrument = this.#instrument(id);
        const value = valueOf(instrument, lots, this.marks[id]);
        equity += BigInt(value);
        maintenance += BigInt(instrument.tiers.maintenance(Math.abs(value)));
      }
      const gap = equity * 1_000_000n - maintenance * BigInt(ratio);
      if (gap < 0n || (inclusive && maintenance > 0n && gap === 0n)) below.push(account);
    }
    return below.sort((a, b) => a - b);
  }

  #instrument(id: number): RiskMarketInstrument {
    return this.instruments.find((instrument) => instrument.id === id)!;
  }
}

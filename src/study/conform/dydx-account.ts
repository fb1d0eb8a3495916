// A dYdX account of an example: its money and positions in the chain's quanta, and what its margin comes to.

import { bankruptcyQuote } from '../../market/loss-sharing.ts';
import { initialMargin, maintenanceOfInitial } from '../../market/open-interest-margin.ts';
import type { AccountRisk } from '../../market/account-transition.ts';
import { quoteQuantums } from '../../market/quantums.ts';
import type { Ppm } from '../../base/units.ts';
import { Refused, Unsupported } from './family.ts';
import { presetScenario } from './preset.ts';
import { ppmOf, scaled } from './scale.ts';
import type { Units } from './dydx-units.ts';

const PRICE_EXPONENT = -6;

export interface Rates {
  readonly initial: Ppm;
  readonly maintenance: Ppm;
}

export interface DydxAccount {
  /** In quote quanta. */
  readonly quote: number;
  /** Signed base quanta by perpetual. */
  readonly positions: ReadonlyMap<string, bigint>;
}

export class DydxMarket {
  readonly units: Units;

  constructor(units: Units) {
    this.units = units;
  }

  /** As stated, else those of the preset's first tier. */
  rates(perpetual: string): Rates {
    const { initial, maintenance } = this.units.perpetual(perpetual);
    if (initial !== undefined && maintenance !== undefined) return { initial: ppmOf(initial), maintenance: ppmOf(maintenance) };
    const [tier] = presetScenario('dydx-v4').instruments[0].margin.tiers;
    return {
      initial: initial === undefined ? tier.initial : ppmOf(initial),
      maintenance: maintenance === undefined ? tier.maintenance : ppmOf(maintenance),
    };
  }

  /** In quote quanta, signed. */
  value(perpetual: string, base: bigint): number {
    const { oracle, resolution } = this.units.perpetual(perpetual);
    return exact(quoteQuantums(base, resolution, BigInt(scaled(oracle, -PRICE_EXPONENT)), PRICE_EXPONENT));
  }

  maintenance(perpetual: string, base: bigint): number {
    const { initial, maintenance } = this.rates(perpetual);
    return maintenanceOfInitial(Math.abs(this.value(perpetual, base)), initial, maintenance);
  }

  risk({ quote, positions }: DydxAccount): AccountRisk {
    const risk = { equity: quote, initial: 0, maintenance: 0 };
    for (const [perpetual, base] of positions) {
      const value = this.value(perpetual, base);
      risk.equity += value;
      risk.initial += initialMargin(Math.abs(value), this.rates(perpetual).initial);
      risk.maintenance += this.maintenance(perpetual, base);
    }
    return risk;
  }

  /** What the account's money changes by when `delta` (signed) of a position is closed at its bankruptcy price. */
  bankruptcyQuote(account: DydxAccount, perpetual: string, delta: bigint): number {
    const held = checkedPosition(account, perpetual, delta);
    const { equity, maintenance } = this.risk(account);
    return bankruptcyQuote({
      notionalChange: this.value(perpetual, held + delta) - this.value(perpetual, held),
      equity,
      maintenance: this.maintenance(perpetual, held) - this.maintenance(perpetual, held + delta),
      totalMaintenance: maintenance,
    });
  }
}

/** The position, which `delta` must make smaller and not turn round. */
export function checkedPosition({ positions }: DydxAccount, perpetual: string, delta: bigint): bigint {
  const held = positions.get(perpetual) ?? 0n;
  const isReduced = held > 0n ? delta < 0n && held + delta >= 0n : held < 0n && delta > 0n && held + delta <= 0n;
  if (!isReduced) throw new Refused('ErrInvalidPerpetualPositionSizeDelta');
  return held;
}

export function exact(amount: bigint): number {
  const number = Number(amount);
  if (!Number.isSafeInteger(number)) throw new Unsupported(`the amount ${amount} passes the exact integers of the market`);
  return number;
}

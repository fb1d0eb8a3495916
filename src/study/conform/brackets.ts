// What examples of margin tables and isolated positions share between venues.

import { Decimal } from '../../base/decimal.ts';
import { MarginTiers } from '../../market/margin-tiers.ts';
import { Bench, scaleFor, type Bracket, type Holding } from './bench.ts';
import { Unsupported, type Form } from './family.ts';

/** A table in units as fine as its largest amount allows. */
export class Table {
  private readonly tiers: MarginTiers;
  private readonly scale: number;
  private readonly unit: Decimal;

  /** `largest` is the largest amount that will be asked for; `deduction` false: the whole position pays its tier's rate. */
  constructor(brackets: readonly Bracket[], largest = 0, deduction = true) {
    this.unit = unitFor(Math.max(Math.abs(largest), ...brackets.map(({ floor }) => floor)));
    this.scale = scaleFor(brackets);
    const specs = brackets.map(({ floor, rate, deduction: stated }) => ({
      floor: this.units(floor),
      maintenance: this.parts(rate),
      initial: this.scale,
      ...(stated === undefined ? {} : { deduction: this.units(stated) }),
    }));
    this.tiers = new MarginTiers(specs, deduction, { scale: this.scale });
  }

  get deductions(): number[] {
    return Array.from(this.tiers.deductions, (units) => this.money(units));
  }

  /** From 0. */
  tierAt(notional: number): number {
    return this.tiers.tierAt(this.units(notional));
  }

  rate(tier: number): number {
    return this.tiers.maintenanceRates[tier] / this.scale;
  }

  maintenance(notional: number): number {
    return this.money(this.tiers.maintenance(this.units(notional)));
  }

  private parts(rate: number | Decimal): number {
    return new Decimal(rate).mul(this.scale).round().toNumber();
  }

  private units(amount: number): number {
    return new Decimal(amount).div(this.unit).round().toNumber() + 0;
  }

  private money(units: number): number {
    return this.unit.mul(units).toNumber();
  }
}

/** So fine that the amount has fifteen digits. */
function unitFor(amount: number): Decimal {
  return new Decimal(10).pow(amount === 0 ? 0 : new Decimal(amount).e - 14);
}

/** Initial margin at a leverage, of a notional: the rate is 1 ÷ leverage, rounded up in whole units. */
export function initialAt(notional: number, leverage: number): number {
  const rate = new Decimal(1).div(leverage);
  const scale = scaleFor([{ rate }]);
  const parts = rate.mul(scale).round().toNumber();
  const tiers = new MarginTiers([{ floor: 0, maintenance: 1, initial: Math.min(scale, Math.max(1, parts)) }], true, { scale });
  const unit = unitFor(notional);
  return unit.mul(tiers.initial(new Decimal(notional).div(unit).round().toNumber(), 0)).toNumber();
}

/** One isolated position, with what it takes from its leverage where the example states no margin. */
export interface Isolated extends Omit<Holding, 'brackets'> {
  readonly leverage: number;
  readonly rate: number | Decimal;
  readonly deduction?: number | undefined;
  readonly margin?: number | undefined;
  readonly extra?: number | undefined;
}

export function isolated({ leverage, rate, deduction, margin, extra = 0, ...position }: Isolated): Bench {
  const value =
    position.contract === 'inverse' ? new Decimal(position.size).div(position.entry) : new Decimal(position.entry).mul(position.size);
  const wallet = margin === undefined ? value.div(leverage) : new Decimal(margin);
  const brackets = [{ floor: 0, rate, ...(deduction === undefined ? {} : { deduction }) }];
  return new Bench({ wallet: wallet.add(extra), holdings: [{ ...position, brackets }] });
}

/** A side that is said, or else that of a signed size. */
export function sideOf(size: number, said: 1 | -1 | undefined): 1 | -1 {
  return said ?? (size < 0 ? -1 : 1);
}

/** Whatever it is given, this family is not built yet, and why. */
export function notBuilt(why: string): Form {
  return {
    keys: [],
    run: () => {
      throw new Unsupported(why);
    },
  };
}

// An account of a worked example as the market itself holds it: accounts, positions and margin tables of the simulation, in
// units as fine as exact integers allow, since examples state prices to more digits than a book has ticks.

import { Decimal } from '../../base/decimal.ts';
import { PPM, type Ppm } from '../../base/units.ts';
import { Accounts, MIN_LEVERAGE } from '../../market/accounts.ts';
import { Funding } from '../../market/funding.ts';
import { instrumentOf, type Contract, type Instrument } from '../../market/instrument.ts';
import { Ledger } from '../../market/ledger.ts';
import { MarginTiers, type TierSpec } from '../../market/margin-tiers.ts';
import { Margin } from '../../market/margin.ts';
import { Positions } from '../../market/positions.ts';
import { Unsupported } from './family.ts';

/** A margin tier as people write it; rates as fractions. */
export interface Bracket {
  readonly floor: number;
  readonly rate: number | Decimal;
  /** The maintenance amount, where the example states it. */
  readonly deduction?: number;
}

export interface Holding {
  readonly side: 1 | -1;
  /** In coins; of an inverse contract in the currency of its price. */
  readonly size: number;
  readonly entry: number | Decimal;
  /** The entry price unless said otherwise. */
  readonly mark?: number | Decimal;
  readonly brackets: readonly Bracket[];
  readonly contract?: Contract;
  readonly maintenanceOn?: 'mark' | 'entry';
  readonly closingFee?: number;
  /** Prices are whole multiples of it; as fine as possible unless said otherwise. */
  readonly tick?: number;
}

export interface Account {
  /** What was paid in, less what was lost: without what the positions gain or lose now. */
  readonly wallet: number | Decimal;
  readonly holdings: readonly Holding[];
}

/** The largest number of units that anything may come to: half of what is exact. */
const MOST = 2 ** 51;
/** Of an inverse position, as many lots as its column holds: prices can be finer than 2⁵³ ÷ coins by that. */
const INVERSE_LOTS = 1_000_000_000;
/** Of its coins and of its price: their product, over as many lots, is exact. */
const INVERSE_MOST = 2e12;

export class Bench {
  private readonly margin: Margin;
  private readonly ticks: readonly Decimal[];
  private readonly unit: Decimal;
  private readonly account: number;

  constructor({ wallet, holdings }: Account) {
    const worth = holdings.reduce((sum, holding) => sum.add(valueAt(holding, greatest(holding)).abs()), new Decimal(wallet).abs());
    const isInverse = holdings.some(({ contract }) => contract === 'inverse');
    this.unit = finest(worth.mul(2), isInverse ? INVERSE_MOST : MOST);
    const made = holdings.map((holding, i) => contractOf(holding, i + 1, this.unit));
    this.ticks = made.map(({ tick }) => tick);
    const accounts = new Accounts(1);
    const positions = new Positions(accounts, holdings.length, holdings.length);
    const instruments = made.map(({ instrument }) => instrument);
    const funding = new Funding(instruments, accounts, positions, new Ledger());
    this.margin = new Margin(instruments, accounts, positions, funding);
    this.account = accounts.open(0, MIN_LEVERAGE, 0, 0);
    let cash = this.units(wallet);
    holdings.forEach((holding, i) => {
      const row = positions.ensure(this.account, i + 1);
      const entry = this.units(valueAt(holding, new Decimal(holding.entry)));
      positions.lots[row] = holding.side * made[i].lots;
      positions.entry[row >> 1] = entry;
      cash -= entry;
      this.margin.mark[i + 1] = inTicks(new Decimal(holding.mark ?? holding.entry), this.ticks[i]);
    });
    accounts.add(this.account, cash);
  }

  get equity(): number {
    return this.money(this.margin.equity(this.account));
  }

  get maintenance(): number {
    return this.money(this.margin.maintenance(this.account));
  }

  isLiquidatable(): boolean {
    return this.margin.isLiquidatable(this.account);
  }

  /** Of the n-th holding; 0 for none. */
  liquidationPrice(n = 0): number {
    return this.price(this.margin.liquidationPrice(this.account, n + 1), n);
  }

  bankruptcyPrice(n = 0): number {
    return this.price(this.margin.bankruptcyPrice(this.account, n + 1), n);
  }

  private price(ticks: number, n: number): number {
    return this.ticks[n].mul(ticks).toNumber();
  }

  private money(units: number): number {
    return this.unit.mul(units).toNumber();
  }

  private units(amount: number | Decimal): number {
    return new Decimal(amount).div(this.unit).round().toNumber() + 0;
  }
}

/** What a holding is worth to its owner at a price: see `valueOf`. */
function valueAt({ side, size, contract }: Holding, price: Decimal): Decimal {
  return contract === 'inverse' ? new Decimal(-side * size).div(price) : price.mul(side * size);
}

/** The price of the holding, entry or mark, at which it is worth most. */
function greatest({ entry, mark, contract }: Holding): Decimal {
  return contract === 'inverse' ? Decimal.min(entry, mark ?? entry) : Decimal.max(entry, mark ?? entry);
}

/** The finest power of ten of which `amount` has no more than are exact. */
function finest(amount: Decimal, most: number): Decimal {
  let unit = new Decimal(1);
  while (amount.div(unit).gt(most)) unit = unit.mul(10);
  while (amount.div(unit).mul(10).lte(most)) unit = unit.div(10);
  return unit;
}

function inTicks(price: Decimal, tick: Decimal): number {
  return Math.max(1, price.div(tick).round().toNumber());
}

function contractOf(holding: Holding, id: number, unit: Decimal): { instrument: Instrument; tick: Decimal; lots: number } {
  const { size, contract = 'linear', brackets, closingFee = 0, maintenanceOn = 'mark' } = holding;
  const inverse = contract === 'inverse';
  const lots = inverse ? INVERSE_LOTS : 1;
  const tick = holding.tick === undefined ? tickFor(holding, unit) : new Decimal(holding.tick);
  // Of a linear contract one lot is the whole position; of an inverse one its billionth part.
  const value = inverse ? new Decimal(size).div(tick).div(lots) : new Decimal(size).mul(tick);
  const multiplier = value.div(unit).round().toNumber();
  if (multiplier < 1 || !Number.isSafeInteger(multiplier))
    throw new Unsupported('its sizes and prices have more digits than exact integers');
  const scale = scaleFor(brackets, closingFee);
  const parts = (rate: number | Decimal) => new Decimal(rate).mul(scale).round().toNumber();
  const tiers: TierSpec[] = brackets.map(({ floor, rate, deduction }) => ({
    floor: new Decimal(floor).div(unit).round().toNumber(),
    maintenance: parts(rate),
    initial: scale,
    ...(deduction === undefined ? {} : { deduction: new Decimal(deduction).div(unit).round().toNumber() }),
  }));
  const most = inverse ? Math.min(MOST, multiplier * lots) : Math.floor(MOST / multiplier);
  const instrument = instrumentOf(
    {
      symbol: `holding ${id}`,
      contract,
      tick: tick.toFixed(),
      lot: new Decimal(size).div(lots).toFixed(),
      tickValue: value.toFixed(),
      multiplier,
      minPrice: inverse ? Math.max(1, Math.ceil((lots * multiplier) / MOST)) : 1,
      maxPrice: most,
      minLots: 1,
      maxLots: lots,
      maxPosition: lots,
      maxOpenInterest: lots,
      priceBandPpm: 0,
      tiers: [{ floor: 0, maintenance: 1, initial: PPM }],
      deduction: true,
      maintenanceOn,
      closingFeePpm: feePpm(closingFee),
      makerFeePpm: 0,
      takerFeePpm: 0,
      liquidationFeePpm: 0,
      fundingInterval: 1,
    },
    id,
  );
  const closing = maintenanceOn === 'mark' ? parts(closingFee) : 0;
  return { instrument: { ...instrument, tiers: new MarginTiers(tiers, true, { scale, closingFee: closing }) }, tick, lots };
}

/**
 * Linear: of the digits that money has, the price gets those that an exact size leaves; where that would be fewer than
 * seven, as many as the size, which is then rounded. Inverse: as many digits as the coins have.
 */
function tickFor({ contract, entry, mark, size }: Holding, unit: Decimal): Decimal {
  const price = new Decimal(mark ?? entry);
  if (contract === 'inverse') return finest(price, INVERSE_MOST);
  const exact = new Decimal(size);
  const digits = -unit.e;
  const left = digits - exact.decimalPlaces();
  const decimals = left + price.e >= 7 ? left : Math.max(left, Math.floor((digits + exact.e - price.e) / 2));
  return new Decimal(10).pow(-decimals);
}

/** What rates are counted in: millionths, or billionths, or what makes fractions such as 1/30 whole. */
export function scaleFor(brackets: readonly Pick<Bracket, 'rate'>[], closingFee = 0): number {
  const rates = [...brackets.map(({ rate }) => new Decimal(rate)), new Decimal(closingFee)];
  for (const scale of [PPM, 1_000_000_000]) if (rates.every((rate) => rate.mul(scale).isInteger())) return scale;
  for (let scale = PPM; scale < 2_000_000_000; scale += PPM)
    if (rates.every((rate) => rate.mul(scale).minus(rate.mul(scale).round()).abs().lt('1e-25'))) return scale;
  return 1_000_000_000;
}

function feePpm(fee: number): Ppm {
  const ppm = new Decimal(fee).mul(PPM);
  if (!ppm.isInteger()) throw new Unsupported(`the fee ${fee} is finer than a millionth`);
  return ppm.toNumber();
}

// A whole liquidation of one Drift account, slot by slot: cancel its orders, look again, close what the ramp allows of what
// covers the shortage, at the oracle price less the liquidator's fee.

import { absolute, greatest } from '../../base/wide.ts';
import { PPM, type Ppm } from '../../base/units.ts';
import { fundFee, shareToCover, sizeToClose, type Ramp } from '../../liquidation/shortage-size.ts';
import { form, integer, list, number, optional, positive, tuple, type Form } from './family.ts';
import { ppmOf, scaled } from './scale.ts';

const COIN = 1_000_000_000n;
const MILLION = BigInt(PPM);
const RATIO = 10_000n;
const COIN_DECIMALS = 9;
/** The margin that an open order asks for. */
const ORDER_MARGIN = 10_000n;
/** A shortage or a position below this is dealt with at once. */
const SMALL = 50_000_000n;
/** About a minute. */
const RAMP_SLOTS = 150;
/** The venue's own: a hundredth of a coin. */
const STEP = 0.01;

interface Terms {
  readonly price: bigint;
  readonly maintenance: Ppm;
  readonly buffer: Ppm;
  readonly liquidatorFee: Ppm;
  readonly fundFee: Ppm;
  readonly ramp: Ramp;
  readonly step: bigint;
}

class DriftAccount {
  base: bigint;
  quote: bigint;
  liquidatorBase = 0n;
  liquidatorQuote = 0n;
  fees = 0n;
  freed = 0n;
  private bids: bigint;
  private asks: bigint;
  private since: bigint | null = null;
  private readonly collateral: bigint;
  private readonly terms: Terms;

  constructor(
    terms: Terms,
    state: { readonly base: bigint; readonly quote: bigint; readonly collateral: bigint; readonly bids: bigint; readonly asks: bigint },
  ) {
    this.terms = terms;
    this.base = state.base;
    this.quote = state.quote;
    this.collateral = state.collateral;
    this.bids = state.bids;
    this.asks = state.asks;
  }

  get pnl(): bigint {
    return (this.base * this.terms.price) / COIN + this.quote;
  }

  /** (collateral + profit) ÷ value in ten-thousandths; null without a position. */
  get marginRatio(): bigint | null {
    const value = this.valueOf(absolute(this.base));
    return value === 0n ? null : ((this.collateral + this.pnl) * RATIO) / value;
  }

  step(slot: bigint, most: bigint | undefined): void {
    if (this.since === null) {
      if (this.collateral + this.pnl >= this.requirement(0)) return;
      this.since = slot;
    }
    const opened = this.shortage();
    this.bids = 0n;
    this.asks = 0n;
    const shortage = this.shortage();
    this.freed += greatest(0n, opened - shortage);
    if (this.mayExit()) return;
    const { price, maintenance, buffer, liquidatorFee, ramp, step } = this.terms;
    const closing = { shortage, marginRate: maintenance + buffer, liquidatorFee, price, quotePrice: PPM, unit: COIN };
    const held = absolute(this.base);
    const fee = fundFee(closing, held, this.terms.fundFee);
    const share = shareToCover(shortage, this.freed, slot - this.since, ramp);
    const limits = { step, share, scale: ramp.scale, smallValue: SMALL };
    this.transfer(sizeToClose(closing, fee, held, most === undefined ? limits : { ...limits, most }), fee);
    this.freed += greatest(0n, shortage - this.shortage());
    this.mayExit();
  }

  private transfer(size: bigint, fee: Ppm): void {
    const isLong = this.base > 0n;
    const value = this.valueOf(size);
    const multiplier = isLong ? MILLION - BigInt(this.terms.liquidatorFee) : MILLION + BigInt(this.terms.liquidatorFee);
    const paid = (value * multiplier) / MILLION;
    const charged = (value * BigInt(fee)) / MILLION;
    const change = isLong ? size : -size;
    this.base -= change;
    this.liquidatorBase += change;
    this.quote += (isLong ? paid : -paid) - charged;
    this.liquidatorQuote -= isLong ? paid : -paid;
    this.fees += charged;
  }

  private valueOf(size: bigint): bigint {
    return (size * this.terms.price) / COIN;
  }

  private requirement(buffer: Ppm): bigint {
    const worst = greatest(absolute(this.base + this.bids), absolute(this.base - this.asks));
    const orders = (this.bids > 0n ? 1n : 0n) + (this.asks > 0n ? 1n : 0n);
    return (this.valueOf(worst) * BigInt(this.terms.maintenance + buffer)) / MILLION + orders * ORDER_MARGIN;
  }

  /** Losses count a buffer more, though not where it is asked whether the account may go. */
  private shortage(): bigint {
    const { pnl } = this;
    const extra = pnl < 0n ? (-pnl * BigInt(this.terms.buffer)) / MILLION : 0n;
    return greatest(0n, this.requirement(this.terms.buffer) - (this.collateral + pnl - extra));
  }

  private mayExit(): boolean {
    if (this.collateral + this.pnl < this.requirement(this.terms.buffer)) return false;
    this.since = null;
    this.freed = 0n;
    return true;
  }
}

const account = {
  base: number,
  quote: number,
  collateral: number,
  oracle: positive,
  mmr: positive,
  buffer: optional(number),
  bufferRatio: optional(number),
  liqFee: number,
  ifFee: number,
  initialPct: optional(number),
  durationSlots: optional(integer),
  openBid: optional(number),
  openAsk: optional(number),
  stepSize: optional(positive),
};

interface AccountInputs {
  readonly base: number;
  readonly quote: number;
  readonly collateral: number;
  readonly oracle: number;
  readonly mmr: number;
  readonly buffer: number | undefined;
  readonly bufferRatio: number | undefined;
  readonly liqFee: number;
  readonly ifFee: number;
  readonly initialPct: number | undefined;
  readonly durationSlots: number | undefined;
  readonly openBid: number | undefined;
  readonly openAsk: number | undefined;
  readonly stepSize: number | undefined;
}

function accountOf(inputs: AccountInputs): DriftAccount {
  const coins = (amount = 0) => BigInt(scaled(amount, COIN_DECIMALS));
  const money = (amount: number) => BigInt(scaled(amount));
  const terms: Terms = {
    price: money(inputs.oracle),
    maintenance: ppmOf(inputs.mmr),
    buffer: ppmOf(inputs.buffer ?? inputs.bufferRatio ?? 0),
    liquidatorFee: ppmOf(inputs.liqFee),
    fundFee: ppmOf(inputs.ifFee),
    ramp: {
      // Who states no ramp has none.
      initial: (BigInt(ppmOf(inputs.initialPct ?? (inputs.durationSlots === undefined ? 1 : 0))) * RATIO) / MILLION,
      duration: BigInt(inputs.durationSlots ?? RAMP_SLOTS),
      scale: RATIO,
      small: SMALL,
    },
    step: coins(inputs.stepSize ?? STEP),
  };
  return new DriftAccount(terms, {
    base: coins(inputs.base),
    quote: money(inputs.quote),
    collateral: money(inputs.collateral),
    bids: coins(inputs.openBid),
    asks: coins(inputs.openAsk),
  });
}

const once = form({ ...account, liquidatorMaxBase: optional(positive) }, ({ liquidatorMaxBase, ...inputs }) => {
  const user = accountOf(inputs);
  user.step(0n, liquidatorMaxBase === undefined ? undefined : BigInt(scaled(liquidatorMaxBase, COIN_DECIMALS)));
  return {
    userBase: user.base,
    userQuote: user.quote,
    liquidatorBase: user.liquidatorBase,
    liquidatorQuote: user.liquidatorQuote,
    ifFee: user.fees,
    marginFreed: user.freed,
    marginRatioAfter: user.marginRatio,
  };
});

/** Each step a slot and the most that the liquidator would take; after it the margin freed so far and the base that is left. */
const severalSlots = form({ ...account, steps: list(tuple(integer, number)) }, ({ steps, ...inputs }) => {
  const user = accountOf(inputs);
  return {
    after: steps.map(([slot, most]) => {
      user.step(BigInt(slot), BigInt(scaled(most, COIN_DECIMALS)));
      return [slot, user.freed, user.base];
    }),
  };
});

export const driftEngine: readonly Form[] = [once, severalSlots];

// Auto-deleveraging: who on the other side closes against a position that nobody else takes. The queue is made once for
// a burst and walked by the caller, who asks again before each step how much a counterparty can still give.

import { mulDivFloor } from '../base/rounding.ts';
import type { AccountId, InstrumentId, Lots, Quote, Side, Ticks } from '../base/units.ts';
import { isValidTransition } from './account-transition.ts';
import { ACCOUNT_EXEMPT, ACCOUNT_IN_LIQUIDATION, type Accounts } from './accounts.ts';
import { notional, valueOf, type Instrument } from './instrument.ts';
import type { Margin } from './margin.ts';
import { POSITION_ROW, type Positions } from './positions.ts';

/** The counterparties, first to be deleveraged first; made once by the caller and reused. */
export class AdlQueue {
  count = 0;
  account = new Int32Array(64);
  /** Profit ÷ entry value × notional ÷ equity: what it earned on its position, times its effective leverage. */
  score = new Float64Array(64);

  add(account: AccountId, score: number): void {
    if (this.count === this.account.length) {
      const account = new Int32Array(2 * this.count);
      const score = new Float64Array(2 * this.count);
      account.set(this.account);
      score.set(this.score);
      this.account = account;
      this.score = score;
    }
    this.account[this.count] = account;
    this.score[this.count++] = score;
  }
}

/** A counterparty with the figures that rankings use, money in quote units; see losses/adl-ranking.ts. */
export interface Opponent {
  readonly account: AccountId;
  /** Of its position, signed. */
  readonly lots: Lots;
  readonly side: Side;
  readonly profit: Quote;
  readonly entryValue: Quote;
  readonly notional: Quote;
  readonly wallet: Quote;
  readonly equity: Quote;
  readonly maintenance: Quote;
  readonly accountNotional: Quote;
}

export class AutoDeleveraging {
  private readonly instruments: readonly Instrument[];
  private readonly accounts: Accounts;
  private readonly positions: Positions;
  private readonly margin: Margin;

  constructor(instruments: readonly Instrument[], accounts: Accounts, positions: Positions, margin: Margin) {
    this.instruments = instruments;
    this.accounts = accounts;
    this.positions = positions;
    this.margin = margin;
  }

  /**
   * Fills `out` with the accounts on `side` (+1: the longs) that are in profit at mark, highest score first, equal scores
   * by account id. Left out: accounts exempt from margin, in liquidation themselves, or without equity. Returns how many.
   */
  queue(instrument: InstrumentId, side: Side, out: AdlQueue): number {
    const { lots, entry } = this.positions;
    const contract = this.instruments[instrument - 1];
    const mark = this.margin.mark[instrument];
    out.count = 0;
    for (let row = POSITION_ROW; row <= this.positions.lastRow; row += POSITION_ROW) {
      // A row that is not in use holds nothing.
      if (lots[row] * side <= 0 || this.positions.instrumentOf(row) !== instrument) continue;
      const owner = this.positions.accountOf(row);
      if (this.accounts.has(owner, ACCOUNT_EXEMPT | ACCOUNT_IN_LIQUIDATION)) continue;
      const value = valueOf(contract, lots[row], mark);
      const profit = value - entry[row >> 1];
      if (profit <= 0) continue;
      const equity = this.margin.equity(owner);
      if (equity <= 0) continue;
      // A float, but of a fixed sequence of correctly rounded operations: the same on every engine.
      out.add(owner, (profit / Math.max(1, Math.abs(entry[row >> 1]))) * (Math.abs(value) / equity));
    }
    sort(out);
    return out.count;
  }

  /**
   * Everybody on `side` who could be a counterparty, in account order, in profit or not: exempt accounts, those in
   * liquidation, without equity, and `but` are left out.
   */
  opponents(instrument: InstrumentId, side: Side, but: AccountId): Opponent[] {
    const { positions, accounts, margin } = this;
    const contract = this.instruments[instrument - 1];
    const mark = margin.mark[instrument];
    const found: Opponent[] = [];
    for (let account = 1; account <= accounts.count; account++) {
      if (account === but || accounts.has(account, ACCOUNT_EXEMPT | ACCOUNT_IN_LIQUIDATION)) continue;
      const row = positions.find(account, instrument);
      const lots = positions.lots[row];
      if (row === 0 || lots * side <= 0) continue;
      const equity = margin.equity(account);
      if (equity <= 0) continue;
      const value = valueOf(contract, lots, mark);
      found.push({
        account,
        lots,
        side,
        profit: value - positions.entry[row >> 1],
        entryValue: Math.abs(positions.entry[row >> 1]),
        notional: Math.abs(value),
        wallet: accounts.cash(account) + positions.entryOf(account),
        equity,
        maintenance: margin.maintenance(account),
        accountNotional: margin.notional(account),
      });
    }
    return found;
  }

  /**
   * How much of `lots` of its own position (unsigned) a counterparty can close at `price` and keep equity at or above
   * zero. All of it when the price is no worse than the mark; nothing when their bankruptcy prices do not overlap.
   */
  canReceive(counterparty: AccountId, instrument: InstrumentId, lots: Lots, price: Ticks): Lots {
    const held = this.positions.lotsOf(counterparty, instrument);
    const most = Math.min(lots, Math.abs(held));
    if (most === 0 || this.accounts.has(counterparty, ACCOUNT_EXEMPT)) return most;
    const mark = this.margin.mark[instrument];
    const contract = this.instruments[instrument - 1];
    const equity = this.margin.equity(counterparty);
    if (!contract.inverse) {
      const loss = (held > 0 ? mark - price : price - mark) * contract.multiplier;
      if (loss <= 0) return most;
      return Math.min(most, Math.max(0, Math.floor(equity / loss)));
    }
    // The values of an inverse contract are no straight line of the price, but one of the lots, to the rounding: a unit to spare.
    const closed = held > 0 ? most : -most;
    const loss = valueOf(contract, closed, mark) - valueOf(contract, closed, price) + 1;
    if (loss <= 1) return most;
    return equity >= loss ? most : Math.max(0, mulDivFloor(most, Math.max(0, equity - 1), loss));
  }

  /**
   * Whether a counterparty that closes `lots` (unsigned) of its own position at `price` has its initial margin afterwards, or
   * is at least no nearer to bankruptcy than before: stricter than being able to pay for it. See `isValidTransition`.
   */
  isNoWorse(counterparty: AccountId, instrument: InstrumentId, lots: Lots, price: Ticks): boolean {
    if (this.accounts.has(counterparty, ACCOUNT_EXEMPT)) return true;
    const { margin } = this;
    const contract = this.instruments[instrument - 1];
    const mark = margin.mark[instrument];
    const held = this.positions.lotsOf(counterparty, instrument);
    const closed = Math.sign(held) * Math.min(lots, Math.abs(held));
    const before = {
      equity: margin.equity(counterparty),
      initial: margin.initial(counterparty),
      maintenance: margin.maintenance(counterparty),
    };
    const rate = this.accounts.leverageRate(counterparty);
    const initialOf = (size: Lots) => contract.tiers.initial(notional(contract, size, mark), rate);
    const maintenanceOf = (size: Lots) => contract.tiers.maintenance(notional(contract, size, mark));
    return isValidTransition(before, {
      equity: before.equity + valueOf(contract, closed, price) - valueOf(contract, closed, mark),
      initial: before.initial - initialOf(held) + initialOf(held - closed),
      maintenance: before.maintenance - maintenanceOf(held) + maintenanceOf(held - closed),
    });
  }
}

function sort(queue: AdlQueue): void {
  const { account, score, count } = queue;
  const order = Array.from({ length: count }, (_, i) => i);
  order.sort((a, b) => score[b] - score[a] || account[a] - account[b]);
  const accounts = Int32Array.from(order, (i) => account[i]);
  const scores = Float64Array.from(order, (i) => score[i]);
  account.set(accounts);
  score.set(scores);
}

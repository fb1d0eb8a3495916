// What the book did not take: positions are offered to the loss layers in the venue's order, deficits likewise, and what the
// venue's own accounts (its insurance fund, a vault) took over is traded back into the market, slowly.

import type { AccountId, ActorId, CaseId, InstrumentId, Lots, Micros, Quote, Ticks } from '../base/units.ts';
import type { ActorContext } from '../kernel/actor.ts';
import { assignedTo } from '../losses/allocation.ts';
import type { DeficitActions, LossActions, LossLayer } from '../losses/layer.ts';
import type { MarketView } from '../market/market-view.ts';
import { Type, type Message } from '../messages.ts';

export interface UnwindRules {
  readonly layers: readonly LossLayer[];
  /** From a decision to the arrival of its order at the book. */
  readonly orderDelay: Micros;
  /** Share of its inventory that the fund offers to the market each scan interval. */
  readonly unwindShare: number;
  /** How far from the mark the fund trades, as a fraction. */
  readonly unwindBand: number;
}

/** How many envelopes went to the gateway; each is answered. */
export interface Asked {
  /** Take-overs and assignments. */
  takeOvers: number;
  deleverages: number;
}

export class Waterfall {
  private readonly context: ActorContext<Message>;
  private readonly market: MarketView;
  private readonly gateway: ActorId;
  /** The case to which the fund's trading is put down: the last that was handed over. */
  private lastCase: CaseId = 0;
  private gated = false;

  constructor(options: { context: ActorContext<Message>; market: MarketView; gateway: ActorId }) {
    this.context = options.context;
    this.market = options.market;
    this.gateway = options.gateway;
  }

  /** The fund's account or another of the venue's own: what happens to it is no case's. */
  owns(account: AccountId): boolean {
    return account === this.market.fundAccount || this.market.pools.has(account);
  }

  /**
   * Offers the account's first position of which a layer takes anything, at its bankruptcy price. One position only:
   * with it goes its share of equity, to the tick, so that another's price may be a tick off afterwards.
   */
  offer(liquidation: CaseId, account: AccountId, layers: readonly LossLayer[]): Asked {
    if (liquidation !== 0) this.lastCase = liquidation;
    const asked: Asked = { takeOvers: 0, deleverages: 0 };
    this.market.forEachPosition(account, (instrument, lots) => {
      if (asked.takeOvers + asked.deleverages > 0) return;
      this.offerOne(liquidation, account, instrument, lots, this.market.bankruptcyPrice(account, instrument), layers, asked);
    });
    return asked;
  }

  /** Gives `lots` (signed as the position is) to whoever volunteers at `price`; returns how many were asked. */
  assign(liquidation: CaseId, account: AccountId, instrument: InstrumentId, lots: Lots, price: Ticks): number {
    const takers = assignedTo(this.market.volunteers.takers(instrument, lots, price, account), Math.abs(lots));
    for (const { account: taker, lots: size } of takers) {
      this.step(Type.AssignPosition, liquidation, account, instrument, lots > 0 ? size : -size, price, taker);
    }
    return takers.length;
  }

  /**
   * Asks for what the account owes: of its own collateral first, and the caller then asks again for what is left; of the
   * layers, in the venue's order, when one of them wants to be asked, the rest being printed; else of the fund, the rest being
   * bad debt. Returns how many answers will come.
   */
  cover(liquidation: CaseId, account: AccountId, instrument: InstrumentId, amount: Quote, layers: readonly LossLayer[]): number {
    if (this.market.collateral.held.holds(account)) {
      this.money(Type.ConvertCollateral, liquidation, account, 0);
      return 1;
    }
    if (!layers.some((layer) => layer.cover !== undefined && layer.staged === true)) {
      this.money(Type.CoverDeficit, liquidation, account, amount);
      return 1;
    }
    let asked = 0;
    const ask = (type: number, share: Quote, where: InstrumentId = 0): void => {
      asked++;
      this.money(type, liquidation, account, share, where);
    };
    const act: DeficitActions = {
      pay: (from, share) => {
        asked++;
        this.money(Type.PayDeficit, liquidation, account, share, 0, from);
      },
      socialise: (where, share) => ask(Type.SocialiseLoss, share, where),
      clawBack: (share) => ask(Type.ClawBack, share),
      haircut: (share) => ask(Type.HaircutWithdrawals, share),
      print: (share) => ask(Type.PrintDebt, share),
    };
    let left = amount;
    for (const layer of layers) {
      if (left <= 0) break;
      left -= layer.cover?.({ account, instrument, amount: left, now: this.context.now }, this.market, act) ?? 0;
    }
    if (left > 0) act.print(left);
    return asked;
  }

  /** Inventories, once a scan: a slice to the book, or, when its owner cannot pay for it any more, to the layers that take any. */
  unwind(rules: UnwindRules, halted: readonly boolean[]): void {
    const { fundAccount } = this.market;
    this.unwindOne(fundAccount, rules, halted);
    for (const { account } of this.market.pools.all) this.unwindOne(account, rules, halted);
  }

  /** Its inventory is gone and it owes: what it lacks is asked of the layers, or, as nobody is left to pay, is bad debt. */
  settle(account: AccountId, layers: readonly LossLayer[]): void {
    if (this.market.positionCount(account) > 0 || this.market.equity(account) >= 0) return;
    this.cover(0, account, 0, -this.market.equity(account), layers);
  }

  /** Closes or opens the way out, when the layers say so. */
  gate(layers: readonly LossLayer[]): void {
    const gates = layers.filter((layer) => layer.gates !== undefined);
    if (gates.length === 0 && !this.gated) return;
    const lacking = this.insolvency();
    const gated = gates.some((layer) => layer.gates?.(lacking, this.market, this.context.now) === true);
    if (gated === this.gated) return;
    this.gated = gated;
    const draft = this.context.send(this.gateway, Type.GateWithdrawals);
    draft.phase = gated ? 1 : 0;
    draft.amount = lacking;
  }

  /** What accounts in liquidation lack together. */
  private insolvency(): Quote {
    let lacking = 0;
    for (let account = 1; account <= this.market.accountCount; account++) {
      if (this.market.isInLiquidation(account)) lacking += Math.max(0, -this.market.equity(account));
    }
    return lacking;
  }

  private unwindOne(account: AccountId, rules: UnwindRules, halted: readonly boolean[]): void {
    if (this.market.positionCount(account) === 0) return;
    if (this.market.equity(account) < 0) {
      const { takeOvers, deleverages } = this.offer(0, account, rules.layers);
      // Where nobody takes anything, the market is all that is left.
      if (takeOvers + deleverages > 0) return;
    }
    const reliefs = account === this.market.fundAccount ? rules.layers.filter((layer) => layer.relieves?.(this.market) === true) : [];
    this.market.forEachPosition(account, (instrument, lots) => {
      const mark = this.market.markPrice(instrument);
      if (reliefs.length > 0) this.offerOne(0, account, instrument, lots, mark, reliefs, { takeOvers: 0, deleverages: 0 });
      else if (!halted[instrument]) this.sellSlice(account, instrument, lots, mark, rules);
    });
  }

  private sellSlice(account: AccountId, instrument: InstrumentId, lots: Lots, mark: Ticks, rules: UnwindRules): void {
    const side = lots > 0 ? -1 : 1;
    const slice = Math.max(this.market.instrument(instrument).minLots, Math.ceil(Math.abs(lots) * rules.unwindShare));
    const order = this.context.send(this.gateway, Type.LiquidateOnBook, rules.orderDelay);
    order.account = account;
    order.instrument = instrument;
    order.side = side;
    order.lots = Math.min(Math.abs(lots), slice);
    order.price = Math.max(1, Math.round(mark * (1 + side * rules.unwindBand)));
    order.case = this.lastCase;
  }

  private offerOne(
    liquidation: CaseId,
    account: AccountId,
    instrument: InstrumentId,
    lots: Lots,
    bankruptcy: Ticks,
    layers: readonly LossLayer[],
    asked: Asked,
  ): void {
    const act: LossActions = {
      takeOver: (size, price) => {
        asked.takeOvers++;
        this.step(Type.TakeOver, liquidation, account, instrument, size, price);
      },
      assign: (taker, size, price) => {
        asked.takeOvers++;
        this.step(Type.AssignPosition, liquidation, account, instrument, size, price, taker);
      },
      deleverage: (counterparty, size, price) => {
        asked.deleverages++;
        this.step(Type.Deleverage, liquidation, account, instrument, size, price, counterparty);
      },
      retain: (amount) => {
        asked.deleverages++;
        this.money(Type.RetainMargin, liquidation, account, amount);
      },
    };
    const { now } = this.context;
    let left = lots;
    for (const layer of layers) {
      if (left === 0) break;
      left -= layer.absorb({ account, instrument, lots: left, bankruptcy, now }, this.market, act);
    }
  }

  private step(
    type: number,
    liquidation: CaseId,
    account: AccountId,
    instrument: InstrumentId,
    lots: Lots,
    price: Ticks,
    counterparty: AccountId = 0,
  ): void {
    const draft = this.context.send(this.gateway, type);
    draft.account = account;
    draft.instrument = instrument;
    if (counterparty !== 0) draft.counterparty = counterparty;
    draft.lots = lots;
    draft.price = price;
    draft.case = liquidation;
  }

  private money(
    type: number,
    liquidation: CaseId,
    account: AccountId,
    amount: Quote,
    instrument: InstrumentId = 0,
    payer: AccountId = 0,
  ): void {
    const draft = this.context.send(this.gateway, type);
    draft.account = account;
    if (instrument !== 0) draft.instrument = instrument;
    if (payer !== 0) draft.counterparty = payer;
    draft.amount = amount;
    draft.case = liquidation;
  }
}

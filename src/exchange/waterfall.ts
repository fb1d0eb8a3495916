// What the book did not take: positions are offered to the loss layers in the venue's order, and what the insurance fund
// took over is traded back into the market, slowly.

import type { AccountId, ActorId, CaseId, InstrumentId, Lots, Micros, Ticks } from '../base/units.ts';
import type { ActorContext } from '../kernel/actor.ts';
import type { LossActions, LossLayer } from '../losses/layer.ts';
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
  takeOvers: number;
  deleverages: number;
}

export class Waterfall {
  private readonly context: ActorContext<Message>;
  private readonly market: MarketView;
  private readonly gateway: ActorId;
  /** The case to which the fund's trading is put down: the last that was handed over. */
  private lastCase: CaseId = 0;

  constructor(options: { context: ActorContext<Message>; market: MarketView; gateway: ActorId }) {
    this.context = options.context;
    this.market = options.market;
    this.gateway = options.gateway;
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

  /** The fund's inventory, once a scan: a slice to the book, or, when the fund cannot pay for it any more, to the layers. */
  unwind(rules: UnwindRules, halted: readonly boolean[]): void {
    const { fundAccount, fund } = this.market;
    if (this.market.positionCount(fundAccount) === 0) return;
    if (fund.equity < 0) {
      this.offer(0, fundAccount, rules.layers);
      return;
    }
    this.market.forEachPosition(fundAccount, (instrument, lots) => {
      if (!halted[instrument]) this.sellSlice(instrument, lots, this.market.markPrice(instrument), rules);
    });
  }

  /** Its inventory is gone and it owes: nobody is left to pay, so that what it lacks is booked as bad debt. */
  settleFund(): void {
    const { fundAccount, fund } = this.market;
    if (this.market.positionCount(fundAccount) > 0 || fund.equity >= 0) return;
    const cover = this.context.send(this.gateway, Type.CoverDeficit);
    cover.account = fundAccount;
    cover.amount = -fund.equity;
  }

  private sellSlice(instrument: InstrumentId, lots: Lots, mark: Ticks, rules: UnwindRules): void {
    const side = lots > 0 ? -1 : 1;
    const slice = Math.max(this.market.instrument(instrument).minLots, Math.ceil(Math.abs(lots) * rules.unwindShare));
    const order = this.context.send(this.gateway, Type.LiquidateOnBook, rules.orderDelay);
    order.account = this.market.fundAccount;
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
        const draft = this.context.send(this.gateway, Type.TakeOver);
        draft.account = account;
        draft.instrument = instrument;
        draft.lots = size;
        draft.price = price;
        draft.case = liquidation;
      },
      deleverage: (counterparty, size, price) => {
        asked.deleverages++;
        const draft = this.context.send(this.gateway, Type.Deleverage);
        draft.account = account;
        draft.instrument = instrument;
        draft.counterparty = counterparty;
        draft.lots = size;
        draft.price = price;
        draft.case = liquidation;
      },
    };
    let left = lots;
    for (const layer of layers) {
      if (left === 0) break;
      left -= layer.absorb({ account, instrument, lots: left, bankruptcy }, this.market, act);
    }
  }
}

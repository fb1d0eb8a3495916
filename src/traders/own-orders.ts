// A trader's memory of its own live orders, in small typed arrays: which it has sent, which rest, which it wants gone.
// Orders are known by the tag the trader gave them, because the exchange's id arrives later than the next decision may.

import type { AccountId, Lots, OrderId, Side, Ticks } from '../base/units.ts';
import { FILL_DONE, Reason, Type, type Message } from '../messages.ts';
import type { TraderContext } from './trader.ts';

const FREE = 0;
/** On its way to the exchange: not acknowledged yet. */
const SENT = 1;
const RESTING = 2;
/** Wanted gone before it was acknowledged: canceled as soon as its id is known. */
const DOOMED = 3;
const CANCELING = 4;

const { SubmitOrder, AmendOrder, CancelOrder, OrderAccepted, OrderRejected, OrderFilled, OrderAmended, OrderCanceled } = Type;
const UNKNOWN_ORDER = Reason['unknown-order'];

export class OwnOrders {
  /** How many orders may be live at once. */
  readonly capacity: number;
  private readonly context: TraderContext;
  private readonly account: AccountId;
  private readonly bits: number;
  private readonly mask: number;
  private readonly free: Int32Array;
  private freeCount: number;
  /** Makes every tag new, so that a late answer about an earlier order is never taken for one about its successor. */
  private generation = 0;
  private readonly states: Uint8Array;
  private readonly tags: Int32Array;
  private readonly orders: Float64Array;
  private readonly prices: Float64Array;
  private readonly openLots: Float64Array;

  constructor(context: TraderContext, account: AccountId, capacity: number) {
    this.context = context;
    this.account = account;
    this.capacity = capacity;
    this.bits = 32 - Math.clz32(Math.max(1, capacity - 1));
    this.mask = (1 << this.bits) - 1;
    this.free = new Int32Array(capacity);
    this.freeCount = capacity;
    for (let i = 0; i < capacity; i++) this.free[i] = capacity - 1 - i;
    this.states = new Uint8Array(capacity);
    this.tags = new Int32Array(capacity);
    this.orders = new Float64Array(capacity);
    this.prices = new Float64Array(capacity);
    this.openLots = new Float64Array(capacity);
  }

  get count(): number {
    return this.capacity - this.freeCount;
  }

  /** Sends an order that is expected to rest. Returns its tag (≥ 1), or 0 when `capacity` orders are live already. */
  place(side: Side, price: Ticks, lots: Lots, flags: number): number {
    if (this.freeCount === 0) return 0;
    const slot = this.free[--this.freeCount];
    this.generation = (this.generation + 1) & (0x7fffffff >> this.bits);
    if (this.generation === 0) this.generation = 1;
    const tag = (this.generation << this.bits) | slot;
    this.states[slot] = SENT;
    this.tags[slot] = tag;
    this.orders[slot] = 0;
    this.prices[slot] = price;
    this.openLots[slot] = lots;
    this.submit(side, price, lots, flags, tag);
    return tag;
  }

  /** Sends an order that is not kept track of, such as a market order. */
  take(side: Side, price: Ticks, lots: Lots, flags: number): void {
    this.submit(side, price, lots, flags, 0);
  }

  private submit(side: Side, price: Ticks, lots: Lots, flags: number, tag: number): void {
    const draft = this.context.send(this.context.exchange, SubmitOrder);
    draft.account = this.account;
    draft.instrument = this.context.instrument;
    draft.side = side;
    draft.lots = lots;
    draft.price = price;
    draft.flags = flags;
    draft.tag = tag;
  }

  private slot(tag: number): number {
    const slot = tag & this.mask;
    return tag > 0 && slot < this.capacity && this.tags[slot] === tag && this.states[slot] !== FREE ? slot : -1;
  }

  /** Whether this order may still trade, as far as the trader has heard. */
  isLive(tag: number): boolean {
    return this.slot(tag) >= 0;
  }

  /** Whether this order rests, acknowledged, and the trader has not asked for its end. */
  isResting(tag: number): boolean {
    const slot = this.slot(tag);
    return slot >= 0 && this.states[slot] === RESTING;
  }

  /** The price last asked for. */
  price(tag: number): Ticks {
    return this.prices[tag & this.mask];
  }

  /** What is still open, as far as the trader has heard. */
  lots(tag: number): Lots {
    return this.openLots[tag & this.mask];
  }

  /** Asks for the order's end; harmless when it is gone already. */
  cancel(tag: number): void {
    const slot = this.slot(tag);
    if (slot < 0) return;
    if (this.states[slot] === SENT) this.states[slot] = DOOMED;
    else if (this.states[slot] === RESTING) {
      this.states[slot] = CANCELING;
      this.sendCancel(this.orders[slot], tag);
    }
  }

  cancelAll(): void {
    if (this.freeCount === this.capacity) return;
    for (let slot = 0; slot < this.capacity; slot++) if (this.states[slot] !== FREE) this.cancel(this.tags[slot]);
  }

  /** Moves a resting order; returns false, having sent nothing, when it does not rest. */
  amend(tag: number, price: Ticks, lots: Lots): boolean {
    if (!this.isResting(tag)) return false;
    const slot = tag & this.mask;
    this.prices[slot] = price;
    this.openLots[slot] = lots;
    const draft = this.context.send(this.context.exchange, AmendOrder);
    draft.account = this.account;
    draft.instrument = this.context.instrument;
    draft.order = this.orders[slot];
    draft.lots = lots;
    draft.price = price;
    draft.tag = tag;
    return true;
  }

  private sendCancel(order: OrderId, tag: number): void {
    const draft = this.context.send(this.context.exchange, CancelOrder);
    draft.account = this.account;
    draft.instrument = this.context.instrument;
    draft.order = order;
    draft.tag = tag;
  }

  /** Takes in what the exchange says about orders; other messages are left alone. */
  heard(message: Message): void {
    const type = message.type;
    if (type < OrderAccepted || type > OrderCanceled) return;
    const tag = message.tag;
    const slot = this.slot(tag);
    if (slot < 0) return;
    switch (type) {
      case OrderAccepted:
        this.orders[slot] = message.order;
        if (this.states[slot] === DOOMED) {
          this.states[slot] = CANCELING;
          this.sendCancel(message.order, tag);
        } else this.states[slot] = RESTING;
        break;
      case OrderFilled:
        this.openLots[slot] -= message.lots;
        if ((message.flags & FILL_DONE) !== 0) this.release(slot);
        break;
      case OrderAmended:
        this.openLots[slot] = message.lots;
        break;
      case OrderCanceled:
        this.release(slot);
        break;
      case OrderRejected:
        if (this.states[slot] === SENT || this.states[slot] === DOOMED || message.reason === UNKNOWN_ORDER) this.release(slot);
        // A refused amendment leaves the order where the trader does not want it; a refused cancellation may be asked again.
        else if (this.states[slot] === RESTING) this.cancel(tag);
        else this.states[slot] = RESTING;
        break;
    }
  }

  private release(slot: number): void {
    this.states[slot] = FREE;
    this.free[this.freeCount++] = slot;
  }
}

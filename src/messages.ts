// The whole language on one page: every message that can be sent, with its fields, and the cursor that reads and writes
// them. In flight a message is integers in the kernel's arena; `envelope` makes an object of it for people and logs.

import type { Cursor } from './kernel/record.ts';
import * as record from './kernel/record.ts';
import type { AccountId, ActorId, CaseId, InstrumentId, Lots, Micros, OrderId, Quote, Seq, Side, Ticks } from './base/units.ts';

// Where the fields lie in a record; several names share a place: no message uses two of them. Most are integers of 32 bits,
// those for which that may be too little are floats. (Constants of this module, because accessors must stay short, or V8 no
// longer inlines them for free, and an imported constant is longer.)
const { AT, BASES, CAUSE, FROM, SENT_AT, SEQ, TO, TYPE } = record;
const ACCOUNT = record.WORD_0;
const INSTRUMENT = record.WORD_1;
const ORDER = record.WORD_2;
const SIDE = record.WORD_3;
const LOTS = record.WORD_4;
const PRICE = record.WORD_5;
const AMOUNT = record.WIDE_1;
const FLAGS = record.WIDE_2;
const TAG = record.TAG;

/** The same places, for whoever reads many fields of one message at once: words by `base & BASES`, floats by half of that. */
export const PLACES = { BASES, FROM, ACCOUNT, INSTRUMENT, ORDER, SIDE, LOTS, PRICE, AMOUNT, FLAGS, TAG } as const;

/** What an integer field holds after it was given what is none: no account, no instrument, no price, no number of lots. */
const NO_NUMBER = -0x8000_0000;

export type Field =
  | 'account' | 'instrument' | 'asset' | 'order' | 'counterparty' | 'parent' | 'side' | 'phase' | 'lots' | 'index' | 'depth' | 'price'
  | 'amount' | 'trigger' | 'liquidationPart' | 'flags' | 'reason' | 'ratio' | 'otherPart' | 'rate' | 'tag' | 'case';

/**
 * Commands go to the gateway, events come from the exchange, market data is a publication that is heard, Wake is a timer.
 * `price`, `index`, `trigger` are ticks; `lots` is signed for positions; `amount` is quote units of the settlement asset;
 * `ratio` and `rate` are parts per million (`rate`: per funding interval).
 */
export const MESSAGES = {
  // A timer of the actor's own: `tag` says which.
  Wake: ['tag', 'amount'],

  // Commands
  SubmitOrder: ['account', 'instrument', 'side', 'lots', 'price', 'trigger', 'flags', 'tag'],
  AmendOrder: ['account', 'instrument', 'order', 'lots', 'price', 'tag'],
  CancelOrder: ['account', 'instrument', 'order', 'tag'],
  CancelAll: ['account', 'instrument', 'tag'],
  TopUp: ['account', 'amount', 'tag'],
  /** Spot trades by an arbitrageur, signed, which move the index where the scenario couples them. */
  HedgeSpot: ['instrument', 'lots'],

  // Events for the owner of an account
  OrderAccepted: ['account', 'instrument', 'order', 'side', 'lots', 'price', 'tag'],
  OrderRejected: ['account', 'instrument', 'order', 'lots', 'reason', 'tag'],
  /** `amount` is the fee paid (negative: a rebate); `flags`: FILL_MAKER, FILL_DONE. */
  OrderFilled: ['account', 'instrument', 'order', 'side', 'lots', 'price', 'amount', 'flags', 'tag'],
  OrderAmended: ['account', 'instrument', 'order', 'lots', 'price', 'tag'],
  /** `lots` is what was still open. */
  OrderCanceled: ['account', 'instrument', 'order', 'side', 'lots', 'price', 'reason', 'tag'],
  StopTriggered: ['account', 'instrument', 'order', 'price', 'tag'],
  ToppedUp: ['account', 'amount', 'tag'],
  FundingPaid: ['account', 'instrument', 'lots', 'amount', 'rate'],

  // A liquidation, step by step: what the liquidation engine asks of the gateway, and what it tells the owner
  /** `amount` is equity, `ratio` maintenance ÷ equity in ppm (0 when equity is not positive). */
  MarginCalled: ['account', 'amount', 'ratio', 'case'],
  MarginCallLifted: ['account', 'amount', 'ratio', 'case'],
  /** `parent` is the case that contributed most to the mark if this liquidation is endogenous, 0 for a root. */
  LiquidationStarted: ['account', 'instrument', 'parent', 'depth', 'price', 'amount', 'ratio', 'case'],
  SettleFunding: ['account', 'case'],
  LiquidationOrdersCanceled: ['account', 'lots', 'amount', 'ratio', 'case'],
  /**
   * What the policy decided, on record before it is done: `lots` on the book, not beyond `price` (0: at any price), or to
   * volunteers at it when `reason` is assigned; without lots, `reason` says what is done instead: unfilled-remainder goes to
   * the loss layers, anything else waits. `amount` is the account's equity.
   */
  LiquidationSized: ['account', 'instrument', 'side', 'lots', 'price', 'amount', 'reason', 'case'],
  /** An order by the engine for the account; answered by LiquidationFilled. */
  LiquidateOnBook: ['account', 'instrument', 'side', 'lots', 'price', 'flags', 'case'],
  /** `amount` is the notional filled, `price` the worst level reached, `flags` the liquidation fee in quote units. */
  LiquidationFilled: ['account', 'instrument', 'side', 'lots', 'price', 'amount', 'flags', 'case'],
  /** The insurance fund takes a position over at `price`; `amount` is the margin that goes with it. */
  TakeOver: ['account', 'instrument', 'lots', 'price', 'case'],
  PositionTakenOver: ['account', 'instrument', 'lots', 'price', 'amount', 'case'],
  /** A transfer off the book at `price` between the liquidated account and a counterparty: never a print. */
  Deleverage: ['account', 'instrument', 'counterparty', 'lots', 'price', 'case'],
  /** One copy to each owner concerned, of the liquidated account and of the counterparty: whoever owns both hears it once. */
  Deleveraged: ['account', 'instrument', 'counterparty', 'lots', 'price', 'amount', 'case'],
  /** The fund pays what an account owes beyond its equity; what the fund lacks is bad debt. Owner and engine are told. */
  CoverDeficit: ['account', 'amount', 'case'],
  DeficitCovered: ['account', 'amount', 'case'],
  BadDebtBooked: ['account', 'amount', 'case'],
  LiquidationClosed: ['account', 'reason', 'amount', 'case'],

  // Market data and the venue's own clockwork
  IndexPublished: ['instrument', 'price'],
  /** `price` is the mark in ticks, `index` the index; parts in ticks: what liquidation flow and other flow moved it by. */
  MarkPublished: ['instrument', 'index', 'price', 'liquidationPart', 'otherPart'],
  FundingSettled: ['instrument', 'price', 'amount', 'rate'],
  /** The book and prices as one latency class will see them from this instant; `tag` is the class. */
  FeedPublished: ['instrument', 'tag'],
  SessionChanged: ['instrument', 'phase', 'reason'],
  /** A named shock or a rule change of the scenario took effect; `tag` is its position in the scenario. */
  Shock: ['instrument', 'price', 'tag'],
  Intervention: ['tag'],

  // Losses that others than the fund bear, step by step; answered by DeficitCovered where only the fund or nobody pays
  /** Somebody takes a position over willingly, off the book at `price`; `lots` is signed as the position is. */
  AssignPosition: ['account', 'instrument', 'counterparty', 'lots', 'price', 'case'],
  /** A copy to each owner; `amount` is the margin that went with it. */
  PositionAssigned: ['account', 'instrument', 'counterparty', 'lots', 'price', 'amount', 'case'],
  /** What the fund keeps of an account whose counterparty paid more than the account was due. */
  RetainMargin: ['account', 'amount', 'case'],
  MarginRetained: ['account', 'amount', 'case'],
  /** The fund, or another of the venue's accounts, pays up to `amount` of what an account owes. */
  PayDeficit: ['account', 'counterparty', 'amount', 'case'],
  SocialiseLoss: ['account', 'instrument', 'amount', 'case'],
  ClawBack: ['account', 'amount', 'case'],
  HaircutWithdrawals: ['account', 'amount', 'case'],
  PrintDebt: ['account', 'amount', 'case'],
  /** To the owner of an account that paid `amount` of somebody's loss: for its `lots`, or out of its profit (0 lots). */
  LossShared: ['account', 'instrument', 'lots', 'amount', 'reason', 'case'],
  /** To the engine: `amount` of the account's deficit was borne by others. */
  LossSocialised: ['account', 'instrument', 'amount', 'reason', 'case'],
  /** Debt that a withdrawal (or the fund) paid back. */
  DebtRepaid: ['account', 'amount', 'reason'],

  // Money out, and who takes positions over
  Withdraw: ['account', 'amount', 'tag'],
  /** `amount` left the account, of which `flags` was kept for outstanding debt. */
  Withdrawn: ['account', 'amount', 'flags', 'tag'],
  /** `phase` 1: withdrawals are refused from now on; 0: no longer. */
  GateWithdrawals: ['phase', 'amount'],
  /** Takes positions up to `lots` at `rate` ppm below (above, for shorts) the mark or better; 0 lots: no longer. */
  Volunteer: ['account', 'instrument', 'lots', 'rate', 'tag'],

  // Circuit breakers
  /**
   * Rule number `tag` tripped: `phase` 0 limits trading to `index` … `price`, 2 halts it, 3 holds liquidation orders back, until
   * `amount` (0: for good); `rate` is what the rule measured against.
   */
  BreakerTripped: ['instrument', 'phase', 'index', 'price', 'amount', 'rate', 'tag'],
  /** `phase` 0 lifts the limits, 1 resumes trading, 2 begins an auction, 3 lets liquidation orders through. */
  BreakerReleased: ['instrument', 'phase'],
  /** `lots` traded at `price` (0: nothing crossed); `amount` would still buy, or sell (negative). */
  AuctionCleared: ['instrument', 'lots', 'price', 'amount'],

  // Margin that moves
  /**
   * Initial margin is `amount` ppm of what the tiers say from now on and maintenance `rate` ppm, and no initial rate is below
   * `depth` ppm; sent when it was decided. `phase` is what the charge follows (CHARGE_REASONS), `tag` the number of the rule.
   */
  MarginChanged: ['instrument', 'phase', 'depth', 'amount', 'rate', 'tag'],
  /** With it: open interest may not grow beyond `lots` (0: no cap), and breaker bands are `rate` ppm of what their rules say. */
  LimitsChanged: ['instrument', 'phase', 'lots', 'rate', 'tag'],
  /** To whoever holds something, when it is decided: the factors of `MarginChanged`, in force from `tag` on. */
  MarginAnnounced: ['instrument', 'depth', 'amount', 'rate', 'tag'],
  /**
   * What the liquidation engine takes the market for from now on, for orders of `side`: `lots` rest within 1 % of the mark (0: as
   * the book shows), half of what was taken is back after `amount` micros, volatility is `rate` ppm a year, and the mark goes
   * along with `tag` ppm of an order's own way.
   */
  Recalibrated: ['instrument', 'side', 'lots', 'amount', 'rate', 'tag'],

  // Collateral in other assets: see market/collateral.ts. Prices are in ticks of the asset, `flags` in its units
  /** `asset` counts at `price` from now on; forced sales of it have moved that by `liquidationPart` ticks. */
  CollateralPriced: ['asset', 'price', 'liquidationPart'],
  /** Named shock number `tag` of the asset's price began. */
  CollateralShock: ['asset', 'price', 'tag'],
  /** The least haircut of the asset is `amount` ppm from now on, because of `reason`. */
  HaircutChanged: ['asset', 'amount', 'reason'],
  /** What an account owes is to be raised from its collateral. */
  ConvertCollateral: ['account', 'case'],
  /** To owner and feed, `flags` units of the asset, which counted at `price`, were sold for `amount`; to the engine, all together. */
  CollateralConverted: ['account', 'asset', 'price', 'amount', 'flags', 'case'],
  /** A trade elsewhere that moves what is published here: `lots` at the index venue, or `flags` units of collateral, signed. */
  TradeSpot: ['account', 'instrument', 'lots'],
  TradeCollateral: ['account', 'asset', 'flags'],
  /** Done at `price` on average; `amount` is what it brought in money, fee included, negative when it cost. */
  SpotTraded: ['account', 'instrument', 'lots', 'price', 'amount'],
  CollateralTraded: ['account', 'asset', 'price', 'amount', 'flags'],
} as const satisfies Record<string, readonly Field[]>;

export type MessageName = keyof typeof MESSAGES;
export const MESSAGE_NAMES = Object.keys(MESSAGES) as readonly MessageName[];

/** The number that stands for each message in flight: its position in `MESSAGES`, from 1. */
export const Type = Object.fromEntries(MESSAGE_NAMES.map((name, index) => [name, index + 1])) as {
  readonly [Name in MessageName]: number;
};

// What an order may ask for and what the market answers: its words, spoken here.
export {
  ORDER_FOK, ORDER_IOC, ORDER_MARKET, ORDER_POST_ONLY, ORDER_REDUCE_ONLY, ORDER_STOP, ORDER_TAKE_PROFIT,
  REASONS, Reason, STP_CANCEL_BOTH, STP_CANCEL_OLDEST,
} from './market/order.ts';

export { FILL_DONE, FILL_MAKER } from './market/fills.ts';

/** Reads and, as a draft returned by `send`, writes one message in flight. See `Cursor` for how long it may be held. */
export class Message implements Cursor {
  words: Int32Array;
  floats: Float64Array;
  base = 0;

  /** Without an arena, a message of its own. */
  constructor({ words, floats }: Pick<record.Arena, 'words' | 'floats'> = record.alone()) {
    this.words = words;
    this.floats = floats;
  }

  get at(): Micros { return this.floats[(this.base >> 1) + AT]; }
  get seq(): Seq { return this.floats[(this.base >> 1) + SEQ]; }
  get cause(): Seq { return this.floats[(this.base >> 1) + CAUSE]; }
  get sentAt(): Micros { return this.floats[(this.base >> 1) + SENT_AT]; }
  get from(): ActorId { return this.words[this.base + FROM]; }
  get to(): ActorId { return this.words[this.base + TO]; }
  get type(): number { return this.words[this.base + TYPE]; }

  get account(): AccountId { return this.words[this.base + ACCOUNT]; }
  get instrument(): InstrumentId { return this.words[this.base + INSTRUMENT]; }
  get asset(): number { return this.words[this.base + INSTRUMENT]; }
  get order(): OrderId { return this.words[this.base + ORDER] >>> 0; }
  get counterparty(): AccountId { return this.words[this.base + ORDER]; }
  get parent(): CaseId { return this.words[this.base + ORDER]; }
  get side(): Side { return this.words[this.base + SIDE] as Side; }
  get phase(): number { return this.words[this.base + SIDE]; }
  get lots(): Lots { return this.words[this.base + LOTS]; }
  get index(): Ticks { return this.words[this.base + LOTS]; }
  get depth(): number { return this.words[this.base + LOTS]; }
  get price(): Ticks { return this.words[this.base + PRICE]; }
  get amount(): Quote { return this.floats[(this.base >> 1) + AMOUNT]; }
  get trigger(): Ticks { return this.floats[(this.base >> 1) + AMOUNT]; }
  get liquidationPart(): Ticks { return this.floats[(this.base >> 1) + AMOUNT]; }
  get flags(): number { return this.floats[(this.base >> 1) + FLAGS]; }
  get reason(): number { return this.floats[(this.base >> 1) + FLAGS]; }
  get ratio(): number { return this.floats[(this.base >> 1) + FLAGS]; }
  get otherPart(): Ticks { return this.floats[(this.base >> 1) + FLAGS]; }
  get rate(): number { return this.floats[(this.base >> 1) + FLAGS]; }
  get tag(): number { return this.floats[(this.base >> 1) + TAG]; }
  get case(): CaseId { return this.floats[(this.base >> 1) + TAG]; }

  set account(value: AccountId) { const whole = value | 0; this.words[this.base + ACCOUNT] = whole === value ? whole : NO_NUMBER; }
  set instrument(value: InstrumentId) { const whole = value | 0; this.words[this.base + INSTRUMENT] = whole === value ? whole : NO_NUMBER; }
  set asset(value: number) { const whole = value | 0; this.words[this.base + INSTRUMENT] = whole === value ? whole : NO_NUMBER; }
  set order(value: OrderId) { const whole = value >>> 0; this.words[this.base + ORDER] = whole === value ? whole : 0; }
  set counterparty(value: AccountId) { const whole = value | 0; this.words[this.base + ORDER] = whole === value ? whole : NO_NUMBER; }
  set parent(value: CaseId) { const whole = value | 0; this.words[this.base + ORDER] = whole === value ? whole : NO_NUMBER; }
  set side(value: Side) { const whole = value | 0; this.words[this.base + SIDE] = whole === value ? whole : NO_NUMBER; }
  set phase(value: number) { const whole = value | 0; this.words[this.base + SIDE] = whole === value ? whole : NO_NUMBER; }
  set lots(value: Lots) { const whole = value | 0; this.words[this.base + LOTS] = whole === value ? whole : NO_NUMBER; }
  set index(value: Ticks) { const whole = value | 0; this.words[this.base + LOTS] = whole === value ? whole : NO_NUMBER; }
  set depth(value: number) { const whole = value | 0; this.words[this.base + LOTS] = whole === value ? whole : NO_NUMBER; }
  set price(value: Ticks) { const whole = value | 0; this.words[this.base + PRICE] = whole === value ? whole : NO_NUMBER; }
  // + 0: in what is recorded −0 is 0.
  set amount(value: Quote) { this.floats[(this.base >> 1) + AMOUNT] = value + 0; }
  set trigger(value: Ticks) { this.floats[(this.base >> 1) + AMOUNT] = value + 0; }
  set liquidationPart(value: Ticks) { this.floats[(this.base >> 1) + AMOUNT] = value + 0; }
  set flags(value: number) { this.floats[(this.base >> 1) + FLAGS] = value + 0; }
  set reason(value: number) { this.floats[(this.base >> 1) + FLAGS] = value + 0; }
  set ratio(value: number) { this.floats[(this.base >> 1) + FLAGS] = value + 0; }
  set otherPart(value: Ticks) { this.floats[(this.base >> 1) + FLAGS] = value + 0; }
  set rate(value: number) { this.floats[(this.base >> 1) + FLAGS] = value + 0; }
  set tag(value: number) { this.floats[(this.base >> 1) + TAG] = value + 0; }
  set case(value: CaseId) { this.floats[(this.base >> 1) + TAG] = value + 0; }

  /** For whoever writes down what was delivered (XState's inspectors do): the envelope, and not the memory it is in. */
  toJSON(): Envelope { return envelope(this); }
}

type FieldOf<Name extends MessageName> = (typeof MESSAGES)[Name][number];
type Fields<Name extends MessageName> = { readonly [Key in FieldOf<Name>]: number } & { readonly [Key in Exclude<Field, FieldOf<Name>>]?: never };
/**
 * A message as an object; `side` is `1` for buy and `-1` for sell, as in flight. A field that its type does not have is
 * undefined, so that a stream of many types can be asked for it.
 */
export type MessageObject = { [Name in MessageName]: { readonly type: Name } & Fields<Name> }[MessageName];

export interface Envelope {
  readonly seq: Seq;
  /** The envelope whose handling sent this one; 0 for the first causes: the scenario's start. */
  readonly cause: Seq;
  readonly at: Micros;
  readonly sentAt: Micros;
  readonly from: ActorId;
  readonly to: ActorId;
  readonly message: MessageObject;
}

/** Copies the message under the cursor into an object that may be kept. */
export function envelope(cursor: Message): Envelope {
  const name = MESSAGE_NAMES[cursor.type - 1];
  const message: Record<string, string | number> = { type: name };
  for (const field of MESSAGES[name]) message[field] = cursor[field] + 0; // −0 is 0, as it is to the digest
  const { seq, cause, at, sentAt, from, to } = cursor;
  return { seq, cause, at, sentAt, from, to, message: message as unknown as MessageObject };
}

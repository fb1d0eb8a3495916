// The whole language on one page: every message that can be sent, with its fields, and the cursor that reads and writes
// them. In flight a message is integers in the kernel's arena; `envelope` makes an object of it for people and logs.

import { AT, CAUSE, FROM, PAYLOAD, SENT_AT, SEQ, TO, TYPE, type Cursor } from './kernel/record.ts';
import type { AccountId, ActorId, CaseId, InstrumentId, Lots, Micros, OrderId, Quote, Seq, Side, Ticks } from './base/units.ts';

/** The field names and the payload word that holds each. Several names share a word: no message uses two of them. */
const WORDS = {
  account: 0,
  instrument: 1,
  order: 2,
  counterparty: 2,
  parent: 2,
  side: 3,
  phase: 3,
  lots: 4,
  index: 4,
  depth: 4,
  price: 5,
  amount: 6,
  trigger: 6,
  liquidationPart: 6,
  flags: 7,
  reason: 7,
  ratio: 7,
  otherPart: 7,
  rate: 7,
  tag: 8,
  case: 8,
} as const;

// Where the words lie in a record. Accessors must stay below 28 bytes of bytecode, or V8 no longer inlines them for free:
// a sum with an imported constant is too much.
const WORD_0 = PAYLOAD + 0;
const WORD_1 = PAYLOAD + 1;
const WORD_2 = PAYLOAD + 2;
const WORD_3 = PAYLOAD + 3;
const WORD_4 = PAYLOAD + 4;
const WORD_5 = PAYLOAD + 5;
const WORD_6 = PAYLOAD + 6;
const WORD_7 = PAYLOAD + 7;
const WORD_8 = PAYLOAD + 8;

export type Field = keyof typeof WORDS;

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
   * What the policy decided, on record before it is done: `lots` on the book, not beyond `price` (0: at any price); without
   * lots, `reason` says what is done instead: unfilled-remainder goes to the loss layers, anything else waits. `amount` is
   * the account's equity.
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
  /** The fund pays up to `amount` of what an account owes. */
  PayDeficit: ['account', 'amount', 'case'],
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
} as const satisfies Record<string, readonly Field[]>;

export type MessageName = keyof typeof MESSAGES;
export const MESSAGE_NAMES = Object.keys(MESSAGES) as readonly MessageName[];

/** The number that stands for each message in flight: its position in `MESSAGES`, from 1. */
export const Type = Object.fromEntries(MESSAGE_NAMES.map((name, index) => [name, index + 1])) as {
  readonly [Name in MessageName]: number;
};

/** For each type, the payload words that belong to it in the order of its fields: what digests and logs fold. */
export const FIELD_WORDS: readonly (readonly number[])[] = [[], ...MESSAGE_NAMES.map((name) => MESSAGES[name].map((field) => WORDS[field]))];

// What an order may ask for and what the market answers: its words, spoken here.
export {
  ORDER_FOK, ORDER_IOC, ORDER_MARKET, ORDER_POST_ONLY, ORDER_REDUCE_ONLY, ORDER_STOP, ORDER_TAKE_PROFIT,
  REASONS, Reason, STP_CANCEL_BOTH, STP_CANCEL_OLDEST,
} from './market/order.ts';

export { FILL_DONE, FILL_MAKER } from './market/fills.ts';

/** Reads and, as a draft returned by `send`, writes one message in flight. See `Cursor` for how long it may be held. */
export class Message implements Cursor {
  words = new Float64Array(16);
  base = 0;

  get at(): Micros { return this.words[this.base + AT]; }
  get seq(): Seq { return this.words[this.base + SEQ]; }
  get cause(): Seq { return this.words[this.base + CAUSE]; }
  get sentAt(): Micros { return this.words[this.base + SENT_AT]; }
  get from(): ActorId { return this.words[this.base + FROM]; }
  get to(): ActorId { return this.words[this.base + TO]; }
  get type(): number { return this.words[this.base + TYPE]; }

  get account(): AccountId { return this.words[this.base + WORD_0]; }
  get instrument(): InstrumentId { return this.words[this.base + WORD_1]; }
  get order(): OrderId { return this.words[this.base + WORD_2]; }
  get counterparty(): AccountId { return this.words[this.base + WORD_2]; }
  get parent(): CaseId { return this.words[this.base + WORD_2]; }
  get side(): Side { return this.words[this.base + WORD_3] as Side; }
  get phase(): number { return this.words[this.base + WORD_3]; }
  get lots(): Lots { return this.words[this.base + WORD_4]; }
  get index(): Ticks { return this.words[this.base + WORD_4]; }
  get depth(): number { return this.words[this.base + WORD_4]; }
  get price(): Ticks { return this.words[this.base + WORD_5]; }
  get amount(): Quote { return this.words[this.base + WORD_6]; }
  get trigger(): Ticks { return this.words[this.base + WORD_6]; }
  get liquidationPart(): Ticks { return this.words[this.base + WORD_6]; }
  get flags(): number { return this.words[this.base + WORD_7]; }
  get reason(): number { return this.words[this.base + WORD_7]; }
  get ratio(): number { return this.words[this.base + WORD_7]; }
  get otherPart(): Ticks { return this.words[this.base + WORD_7]; }
  get rate(): number { return this.words[this.base + WORD_7]; }
  get tag(): number { return this.words[this.base + WORD_8]; }
  get case(): CaseId { return this.words[this.base + WORD_8]; }

  set account(value: AccountId) { this.words[this.base + WORD_0] = value; }
  set instrument(value: InstrumentId) { this.words[this.base + WORD_1] = value; }
  set order(value: OrderId) { this.words[this.base + WORD_2] = value; }
  set counterparty(value: AccountId) { this.words[this.base + WORD_2] = value; }
  set parent(value: CaseId) { this.words[this.base + WORD_2] = value; }
  set side(value: Side) { this.words[this.base + WORD_3] = value; }
  set phase(value: number) { this.words[this.base + WORD_3] = value; }
  set lots(value: Lots) { this.words[this.base + WORD_4] = value; }
  set index(value: Ticks) { this.words[this.base + WORD_4] = value; }
  set depth(value: number) { this.words[this.base + WORD_4] = value; }
  set price(value: Ticks) { this.words[this.base + WORD_5] = value; }
  set amount(value: Quote) { this.words[this.base + WORD_6] = value; }
  set trigger(value: Ticks) { this.words[this.base + WORD_6] = value; }
  set liquidationPart(value: Ticks) { this.words[this.base + WORD_6] = value; }
  set flags(value: number) { this.words[this.base + WORD_7] = value; }
  set reason(value: number) { this.words[this.base + WORD_7] = value; }
  set ratio(value: number) { this.words[this.base + WORD_7] = value; }
  set otherPart(value: Ticks) { this.words[this.base + WORD_7] = value; }
  set rate(value: number) { this.words[this.base + WORD_7] = value; }
  set tag(value: number) { this.words[this.base + WORD_8] = value; }
  set case(value: CaseId) { this.words[this.base + WORD_8] = value; }
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
  for (const field of MESSAGES[name]) message[field] = cursor.words[cursor.base + PAYLOAD + WORDS[field]] + 0; // −0 is 0, as it is to the digest
  const { seq, cause, at, sentAt, from, to } = cursor;
  return { seq, cause, at, sentAt, from, to, message: message as unknown as MessageObject };
}

// What must hold in every run. Cheap checks look at every message; those that walk all accounts or orders run once per so
// many messages as there are accounts, so that they add a constant per message, and always at the end.

import { Type, type Message } from '../messages.ts';
import { NEVER } from './cases.ts';
import {
  MICROS_PER_MINUTE,
  type AccountId,
  type ActorId,
  type CaseId,
  type InstrumentId,
  type Lots,
  type Micros,
  type Quote,
  type Seq,
  type Ticks,
} from '../base/units.ts';

export interface InvariantProbe {
  /** Accounts have the ids 1 … accounts(). */
  accounts(): number;
  bid(instrument: InstrumentId): Ticks;
  ask(instrument: InstrumentId): Ticks;
  readonly fundAccount: AccountId;
  /** Other accounts of the venue itself. Left out: it has none. */
  isPool?(account: AccountId): boolean;
  /** What the insurance fund could pay now: neither more than its cash nor more than its equity. */
  fundPayable(): Quote;
  /** Compares what accounts and ledger hold with what was deposited: null, or the difference. */
  money(): string | null;
  /** Signed positions of all accounts, the fund included: 0. */
  netLots(instrument: InstrumentId): Lots;
  /** Compares each account's counters of open orders with the book: null, or what is wrong. */
  openOrders(): string | null;
  /** The first account below maintenance that no liquidation case looks after; 0 for none, or while liquidation is off. */
  uncovered(): AccountId;
}

export interface Broken {
  readonly invariant: Invariant;
  /** The message that was about to be handled; at the end of a run, the last one. */
  readonly seq: Seq;
  readonly detail: string;
}

export interface InvariantResult {
  /** How often each was checked; the end of a run counts, so that 0 means that nobody looked. */
  readonly checked: Readonly<Record<Invariant, number>>;
  readonly broken: readonly Broken[];
}

/** The names of those that broke, each once. */
export function brokenNames({ broken }: Pick<InvariantResult, 'broken'>): string[] {
  return [...new Set(broken.map(({ invariant }) => invariant))];
}

export const INVARIANTS = [
  'time-never-goes-back',
  'cause-precedes-effect',
  'book-never-crossed',
  'no-fill-while-halted',
  'accounts-exist',
  'called-before-liquidated',
  'closed-cases-are-silent',
  'fund-pays-what-it-has',
  'money-conserved',
  'longs-equal-shorts',
  'open-orders-match-book',
  'nobody-below-maintenance-uncovered',
] as const;
export type Invariant = (typeof INVARIANTS)[number];

const [TIME, CAUSE, CROSSED, HALTED_FILLS, ACCOUNTS, CALLED, SILENT, FUND, MONEY, LONGS, ORDERS, COVERED] = INVARIANTS.keys();

export interface InvariantOptions {
  readonly instruments: readonly { readonly id: InstrumentId }[];
  /** The liquidation engine: its copy of a session's change says where in the stream it happened. */
  readonly engine: ActorId;
  readonly probe: InvariantProbe;
}

const {
  SubmitOrder,
  OrderAccepted,
  OrderFilled,
  OrderAmended,
  OrderCanceled,
  MarginCalled,
  LiquidationStarted,
  LiquidateOnBook,
  LiquidationFilled,
  LiquidationClosed,
} = Type;
const { TakeOver, AssignPosition, Deleverage, CoverDeficit, PayDeficit, DeficitCovered, MarkPublished, SessionChanged } = Type;

/** The first of each invariant tell the story; a broken market breaks it a million times. */
const KEPT = 10;
const LEAST_BETWEEN_WALKS = 4096;
const HALTED = 2;

/** A span of the stream: from just after one envelope to another, both given by (at, seq). */
interface Halt {
  fromAt: Micros;
  fromSeq: Seq;
  toAt: Micros;
  toSeq: Seq;
}

export class Invariants {
  private readonly instruments: readonly InstrumentId[];
  private readonly engine: ActorId;
  private readonly probe: InvariantProbe;
  /** By position in INVARIANTS. */
  private readonly checked = new Float64Array(INVARIANTS.length);
  private readonly kept = Object.fromEntries(INVARIANTS.map((name) => [name, 0])) as Record<Invariant, number>;
  private readonly broken: Broken[] = [];

  private at: Micros = 0;
  private seq: Seq = 0;
  private messages = 0;
  private walkedAt = 0;
  private finishedAt = NEVER;
  private marked = false;
  /** Halts of each instrument: few, so all are remembered, since reports of fills may come late. */
  private readonly halts: Halt[][] = [];
  /** Deficits put to the fund and not answered yet, by case: when, and what it had. */
  private readonly asked = new Map<CaseId, { readonly at: Micros; readonly had: Quote }>();
  /** By case: seq of the call, of the start, of the closing, of the last order; NEVER where there is none. */
  private readonly calledSeq = new Column();
  private readonly startedSeq = new Column();
  private readonly closedSeq = new Column();
  private readonly orderedSeq = new Column();
  /** When the first order was. */
  private readonly orderedAt = new Column();
  private lastCase: CaseId = 0;

  constructor({ instruments, engine, probe }: InvariantOptions) {
    this.instruments = instruments.map(({ id }) => id);
    this.engine = engine;
    this.probe = probe;
    for (const instrument of this.instruments) this.halts[instrument] = [];
  }

  /** A field, so that V8 compiles it for this run (docs/performance.md, "Compiled for one"). */
  readonly read = (message: Message): void => {
    const { at, seq } = message;
    this.messages++;
    const checked = this.checked;
    if (at < this.at) this.break('time-never-goes-back', seq, `at ${at} after ${this.at}`);
    else if (at === this.at && seq <= this.seq) this.break('time-never-goes-back', seq, `seq ${seq} after ${this.seq} in the same instant`);
    else if (at > this.at) this.instantDone();
    this.at = at;
    this.seq = seq;
    if (message.cause >= seq || message.sentAt > at) {
      this.break('cause-precedes-effect', seq, `cause ${message.cause} sent at ${message.sentAt}, effect ${seq} at ${at}`);
    }
    switch (message.type) {
      case OrderFilled:
        this.notHalted(message);
        this.exists(message);
        this.uncrossed(message);
        return;
      case OrderAccepted:
      case OrderAmended:
      case OrderCanceled:
        this.exists(message);
        this.uncrossed(message);
        return;
      case LiquidationFilled:
        if (message.lots !== 0) this.notHalted(message);
        this.uncrossed(message);
        return;
      case SubmitOrder:
        this.uncrossed(message);
        return;
      case MarkPublished:
        this.marked = true;
        this.uncrossed(message);
        return;
      case SessionChanged:
        this.session(message);
        return;
      case MarginCalled:
        if (this.calledSeq.get(message.case) === NEVER) this.calledSeq.set(message.case, seq);
        return;
      case LiquidationStarted:
        checked[CALLED]++;
        this.startedSeq.set(message.case, seq);
        if (message.case > this.lastCase) this.lastCase = message.case;
        this.calledBefore(message.case, seq);
        return;
      case LiquidateOnBook:
      case TakeOver:
      case AssignPosition:
      case Deleverage:
        this.exists(message);
        this.notClosed(message);
        return;
      case LiquidationClosed: {
        if (message.case === 0 || this.closedSeq.get(message.case) !== NEVER) return;
        this.closedSeq.set(message.case, seq);
        checked[SILENT]++;
        const ordered = this.orderedSeq.get(message.case);
        if (ordered > seq) this.break('closed-cases-are-silent', ordered, `case ${message.case} was closed by ${seq}`);
        return;
      }
      case CoverDeficit:
        this.exists(message);
        this.asked.set(message.case, { at, had: this.probe.fundPayable() });
        return;
      case PayDeficit:
        this.exists(message);
        if (message.counterparty === this.probe.fundAccount) this.asked.set(message.case, { at, had: this.probe.fundPayable() });
        return;
      case DeficitCovered: {
        // The owner's copy may come late.
        if (message.to !== this.engine) return;
        const asked = this.asked.get(message.case);
        if (asked === undefined) return;
        this.asked.delete(message.case);
        checked[FUND]++;
        if (message.amount > Math.max(0, asked.had)) this.break('fund-pays-what-it-has', seq, `paid ${message.amount} of ${asked.had}`);
        return;
      }
    }
  };

  /**
   * The walks once more, on the market as the run leaves it; every invariant has then been checked at least once. Again
   * only after more messages.
   */
  finish(): void {
    if (this.finishedAt === this.messages) return;
    this.finishedAt = this.messages;
    this.walk();
    const checked = this.checked;
    checked[FUND]++;
    for (const [liquidation, { at }] of this.asked) {
      if (at < this.at) this.break('fund-pays-what-it-has', this.seq, `case ${liquidation} has had no answer since ${at}`);
    }
    for (const instrument of this.instruments) this.uncrossedAt(instrument);
    checked[CALLED]++;
    checked[SILENT]++;
    for (let id = 1; id <= this.lastCase; id++) {
      const ordered = this.orderedSeq.get(id);
      const closed = this.closedSeq.get(id);
      // What was sent just before the end may be on its way to the owner still: neither the call nor the start has come.
      const onItsWay = this.startedSeq.get(id) === NEVER && this.at - this.orderedAt.get(id) < MICROS_PER_MINUTE;
      if (ordered !== NEVER && this.calledSeq.get(id) === NEVER && !onItsWay)
        this.break('called-before-liquidated', ordered, `case ${id} was never called`);
      if (closed !== NEVER && ordered > closed) this.break('closed-cases-are-silent', ordered, `case ${id} was closed by ${closed}`);
    }
  }

  result(): InvariantResult {
    // Looked at with every message.
    this.checked[TIME] = this.checked[CAUSE] = this.messages;
    const checked = Object.fromEntries(INVARIANTS.map((name, i) => [name, this.checked[i]])) as Record<Invariant, number>;
    return { checked, broken: [...this.broken] };
  }

  /** All envelopes of an instant are handled, and the next one's are not: the market is at rest. */
  private instantDone(): void {
    const due = this.messages - this.walkedAt >= Math.max(LEAST_BETWEEN_WALKS, this.probe.accounts());
    if (due && this.marked) this.walk();
    this.marked = false;
  }

  private walk(): void {
    this.walkedAt = this.messages;
    const probe = this.probe;
    const checked = this.checked;
    checked[MONEY]++;
    const money = probe.money();
    if (money !== null) this.break('money-conserved', this.seq, money);
    checked[LONGS]++;
    for (const instrument of this.instruments) {
      const net = probe.netLots(instrument);
      if (net !== 0) this.break('longs-equal-shorts', this.seq, `instrument ${instrument}: positions add up to ${net} lots`);
    }
    checked[ORDERS]++;
    const orders = probe.openOrders();
    if (orders !== null) this.break('open-orders-match-book', this.seq, orders);
    checked[COVERED]++;
    const uncovered = probe.uncovered();
    if (uncovered !== 0) this.break('nobody-below-maintenance-uncovered', this.seq, `account ${uncovered}`);
  }

  /** What names no instrument was refused, or will be: there is no book to look at. */
  private readonly uncrossed = (message: Message): void => {
    if (this.halts[message.instrument] !== undefined) this.uncrossedAt(message.instrument);
  };

  private uncrossedAt(instrument: InstrumentId): void {
    this.checked[CROSSED]++;
    const bid = this.probe.bid(instrument);
    const ask = this.probe.ask(instrument);
    if (bid !== 0 && ask !== 0 && bid >= ask)
      this.break('book-never-crossed', this.seq, `instrument ${instrument}: bid ${bid}, ask ${ask}`);
  }

  private exists(message: Message): void {
    this.checked[ACCOUNTS]++;
    const account = message.account;
    if (!(account >= 1 && account <= this.probe.accounts())) this.break('accounts-exist', message.seq, `account ${account}`);
  }

  /** A fill happened where its cause was handled, however late the report of it comes. */
  private notHalted(message: Message): void {
    this.checked[HALTED_FILLS]++;
    const { sentAt, cause } = message;
    for (const halt of this.halts[message.instrument]) {
      const after = sentAt > halt.fromAt || (sentAt === halt.fromAt && cause > halt.fromSeq);
      const before = sentAt < halt.toAt || (sentAt === halt.toAt && cause < halt.toSeq);
      if (after && before) this.break('no-fill-while-halted', message.seq, `instrument ${message.instrument}, halted at ${halt.fromAt}`);
    }
  }

  /** The phase changed where the cause of this report was handled. */
  private session(message: Message): void {
    if (message.to !== this.engine) return;
    const halts = this.halts[message.instrument];
    const last = halts.at(-1);
    const halted = last !== undefined && last.toAt === Infinity;
    const { sentAt, cause } = message;
    if (message.phase === HALTED && !halted) halts.push({ fromAt: sentAt, fromSeq: cause, toAt: Infinity, toSeq: Infinity });
    else if (message.phase !== HALTED && halted) {
      last.toAt = sentAt;
      last.toSeq = cause;
    }
  }

  /** Both go to the owner, in the order in which they were sent. */
  private calledBefore(liquidation: CaseId, started: Seq): void {
    if (started === NEVER) return;
    const called = this.calledSeq.get(liquidation);
    if (called === NEVER || called > started) this.break('called-before-liquidated', started, `case ${liquidation} was not called before`);
  }

  private notClosed(message: Message): void {
    // What the fund took over it trades on long after the case, and puts it down to it.
    if (message.case === 0 || message.account === this.probe.fundAccount || this.probe.isPool?.(message.account) === true) return;
    this.checked[SILENT]++;
    this.orderedSeq.set(message.case, message.seq);
    if (this.orderedAt.get(message.case) === NEVER) this.orderedAt.set(message.case, message.at);
    if (message.case > this.lastCase) this.lastCase = message.case;
    const closed = this.closedSeq.get(message.case);
    if (closed !== NEVER && message.seq > closed)
      this.break('closed-cases-are-silent', message.seq, `case ${message.case} was closed by ${closed}`);
  }

  private break(invariant: Invariant, seq: Seq, detail: string): void {
    if (this.kept[invariant]++ < KEPT) this.broken.push({ invariant, seq, detail });
  }
}

/** A growing column of numbers indexed by case. */
class Column {
  private values = new Float64Array(256).fill(NEVER);

  get(id: number): number {
    return id < this.values.length ? this.values[id] : NEVER;
  }

  set(id: number, value: number): void {
    if (id >= this.values.length) {
      const wider = new Float64Array(Math.max(id + 1, this.values.length * 2)).fill(NEVER, this.values.length);
      wider.set(this.values);
      this.values = wider;
    }
    this.values[id] = value;
  }
}

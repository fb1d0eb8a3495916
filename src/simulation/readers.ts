// Who reads the stream of a run to say what came of it, in their order. Orders and what is heard of them are most of the stream, and
// nothing to count: they move time on, and only the invariants look at them.

import { MESSAGE_NAMES, Type, type Message } from '../messages.ts';
import type { Cases } from './cases.ts';
import type { CollateralFigures } from './collateral-figures.ts';
import type { Invariants } from './invariants.ts';
import type { Metrics } from './metrics.ts';
import type { Profits } from './profits.ts';
import type { Timeline } from './timeline.ts';

const { Wake, SubmitOrder, AmendOrder, CancelOrder, OrderAccepted, OrderRejected, OrderAmended, OrderCanceled, FeedPublished } = Type;
const UNCOUNTED = [Wake, SubmitOrder, AmendOrder, CancelOrder, OrderAccepted, OrderRejected, OrderAmended, OrderCanceled, FeedPublished];

export class Readers {
  readonly cases: Cases;
  readonly metrics: Metrics;
  readonly timeline: Timeline;
  readonly checks: Invariants;
  readonly profits: Profits;
  readonly collateral: CollateralFigures;
  /** By type: 0 for those that nobody counts. */
  private readonly counted: Uint8Array;

  constructor(readers: Pick<Readers, 'cases' | 'metrics' | 'timeline' | 'checks' | 'profits' | 'collateral'>) {
    this.cases = readers.cases;
    this.metrics = readers.metrics;
    this.timeline = readers.timeline;
    this.checks = readers.checks;
    this.profits = readers.profits;
    this.collateral = readers.collateral;
    this.counted = new Uint8Array(MESSAGE_NAMES.length + 1).fill(1);
    for (const type of UNCOUNTED) this.counted[type] = 0;
  }

  /** Every message, before it is handled. A field, so that V8 compiles it for this run (docs/performance.md, "Compiled for one"). */
  readonly read = (message: Message): void => {
    if (this.counted[message.type] === 0) {
      const { at } = message;
      this.metrics.pass(at);
      this.timeline.pass(at);
      this.checks.read(message);
      return;
    }
    this.cases.read(message);
    this.metrics.read(message);
    this.timeline.read(message);
    this.checks.read(message);
    this.profits.read(message);
    this.collateral.read(message);
  };
}

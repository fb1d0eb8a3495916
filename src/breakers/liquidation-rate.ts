// Holds liquidation orders back when more was closed by force within a window than the market should have to take.

import { duration, money } from '../base/params.ts';
import type { Micros, Quote } from '../base/units.ts';
import { breakerKind, type BreakerRule, type Nearness, type MarkSample, type Trip } from './breaker.ts';

export const liquidationRate = breakerKind({
  kind: 'liquidation-rate',
  doc: 'Holds liquidation orders back when too much was closed by force within a rolling window.',
  params: {
    window: duration('1m', 'The rolling window.', { min: 1 }),
    notional: money('10000000', 'What may be closed within it.', { min: 1 }),
    pause: duration('10s', 'How long liquidation orders wait.', { min: 1 }),
  },
  create: ({ window, notional, pause }) => new LiquidationRate(window, notional, pause),
});

class LiquidationRate implements BreakerRule {
  private readonly window: Micros;
  private readonly notional: Quote;
  private readonly pause: Micros;
  private readonly closed: { readonly at: Micros; readonly notional: Quote }[] = [];
  private sum = 0;
  private until = -1;

  constructor(window: Micros, notional: Quote, pause: Micros) {
    this.window = window;
    this.notional = notional;
    this.pause = pause;
  }

  liquidated(notional: Quote, at: Micros): Trip | null {
    this.closed.push({ at, notional });
    this.sum += notional;
    while (this.closed[0].at < at - this.window) this.sum -= this.closed.shift()!.notional;
    if (this.sum <= this.notional || at < this.until) return null;
    this.until = at + this.pause;
    return { action: 'throttle', duration: this.pause, reference: this.sum };
  }

  nearness({ at }: MarkSample): Nearness {
    const since = at - this.window;
    const sum = this.closed.reduce((total, closing) => total + (closing.at < since ? 0 : closing.notional), 0);
    return { now: sum, trips: this.notional, unit: 'money' };
  }
}

// Margin by what the book could take: where what rests near the price is less than it usually is, closing costs more, and
// takes longer.

import { duration, fraction, number } from '../base/params.ts';
import { pow } from '../base/math.ts';
import type { Micros } from '../base/units.ts';
import { decayOf } from '../estimators/ewma-volatility.ts';
import { controlKind, type ControlRule, type ControlSample } from './control.ts';

export const depthAware = controlKind({
  kind: 'depth-aware',
  doc: 'Margin grows as the book near the price becomes thinner than it usually is.',
  params: {
    distance: fraction('1%', 'How far from the mark the book is looked at, on its thinner side.', { min: 0.0001, max: 0.5 }),
    usual: duration('1h', 'Half-life of what is usual.', { min: 1 }),
    recent: duration('2m', 'Half-life of what is now.', { min: 1 }),
    warmup: duration('10m', 'How long it only looks.', { min: 0 }),
    power: number('0.5', 'Factor = (usual ÷ present depth) to this power: 0.5 where impact follows the root of size.', {
      min: 0.05,
      max: 4,
    }),
  },
  create: ({ distance, usual, recent, warmup, power }, { interval }) =>
    new DepthAware({ distance, usual: decayOf(usual, interval), recent: decayOf(recent, interval), warmup, power }),
});

interface Settings {
  readonly distance: number;
  /** Decays a sample. */
  readonly usual: number;
  readonly recent: number;
  readonly warmup: Micros;
  readonly power: number;
}

class DepthAware implements ControlRule {
  private readonly settings: Settings;
  private since = -1;
  private usual = 0;
  private recent = 0;

  constructor(settings: Settings) {
    this.settings = settings;
  }

  sampled({ at, depth }: ControlSample): number | null {
    const { distance, usual, recent, warmup, power } = this.settings;
    const { bids, asks } = depth(distance);
    const now = Math.min(bids, asks);
    if (this.since < 0) {
      this.since = at;
      this.usual = now;
      this.recent = now;
    } else {
      this.usual = usual * this.usual + (1 - usual) * now;
      this.recent = recent * this.recent + (1 - recent) * now;
    }
    if (at - this.since < warmup || this.usual === 0) return null;
    // An empty book is as good as a lot's thousandth: the charge has a ceiling.
    return pow(this.usual / Math.max(0.001, this.recent), power);
  }
}

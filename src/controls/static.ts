// Margin that does not move: the tiers times a constant, from the first sample on.

import { number } from '../base/params.ts';
import { controlKind, type ControlRule } from './control.ts';

export const staticMargin = controlKind({
  kind: 'static',
  doc: 'Margin times a constant, whatever happens: what the others are compared with.',
  params: { factor: number('1', 'Margin over what the tiers say.', { min: 0.01, max: 100 }) },
  create: ({ factor }) => new Static(factor),
});

class Static implements ControlRule {
  private readonly factor: number;

  constructor(factor: number) {
    this.factor = factor;
  }

  sampled(): number {
    return this.factor;
  }
}

// Margin by what would have to be closed at once: an add-on where the open interest that a move would liquidate is more than
// the book could take within that move. Where the two are equal each forced sale forces the next (branching ratio 1).

import { fraction, number } from '../base/params.ts';
import { ladderRatio } from '../estimators/liquidation-density.ts';
import { controlKind, type ControlRule, type ControlSample } from './control.ts';

export const concentration = controlKind({
  kind: 'concentration',
  doc: 'Margin grows with the open interest that a move would liquidate, over what the book could take within that move.',
  params: {
    distance: fraction('2%', 'The move, down for longs and up for shorts; the worse side counts.', { min: 0.0001, max: 0.5 }),
    from: number('0.2', 'Ratio of the two from which the add-on begins.', { min: 0, max: 100 }),
    addOn: number('1', 'What each 1 of the ratio above that adds to the factor.', { min: 0, max: 100 }),
    most: number('3', 'A ratio beyond this counts as this: an empty book has none.', { min: 0.01, max: 1000 }),
  },
  create: (params) => new Concentration(params),
});

interface Settings {
  readonly distance: number;
  readonly from: number;
  readonly addOn: number;
  readonly most: number;
}

class Concentration implements ControlRule {
  private readonly settings: Settings;

  constructor(settings: Settings) {
    this.settings = settings;
  }

  sampled({ depth, exposed }: ControlSample): number {
    const { distance, from, addOn, most } = this.settings;
    const { bids, asks } = depth(distance);
    const { below, above } = exposed(distance);
    const ratio = Math.min(most, Math.max(ladderRatio(below, bids), ladderRatio(above, asks)));
    return 1 + addOn * Math.max(0, ratio - from);
  }
}

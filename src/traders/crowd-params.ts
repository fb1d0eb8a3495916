// What a crowd's members are drawn from: the parameters of the kind, apart from what members do.

import { coins, count, duration, fraction, number, sampled, type Values } from '../base/params.ts';

export const crowdParams = {
  members: count(10_000, 'How many accounts.', { min: 1, max: 1_048_576 }),
  longShare: fraction('60%', 'Share of members that are long.', { min: 0, max: 1 }),
  size: sampled(coins('{ lognormal: { median: 0.05, sigma: 1.2 }, max: 50 }', 'Position of each member.')),
  leverage: sampled(
    number(
      '{ lognormal: { median: 12, sigma: 0.8 }, min: 1, max: 100 }',
      'Leverage of each member, as a multiple; large positions get what their tier allows.',
      { min: 1 },
    ),
  ),
  entryDistance: sampled(
    fraction('{ exponential: { mean: 1% }, max: 20% }', 'How far from the starting price each member entered, to its gain or its loss.', {
      min: 0,
      max: 0.9,
    }),
  ),
  cushion: number(1.5, 'Equity at the start is at least this many times maintenance margin.', { min: 1 }),
  topUpShare: fraction('25%', 'Chance that a member answers a margin call with a top-up.', { min: 0, max: 1 }),
  reduceShare: fraction('15%', 'Chance that it answers by closing part of its position instead.', { min: 0, max: 1 }),
  topUp: sampled(fraction('50%', 'A top-up, as a share of initial margin.', { min: 0, max: 1 })),
  purse: sampled(number(1, 'What a member can add in all, as a multiple of its initial margin.', { min: 0 })),
  topUps: count(2, 'How often a member tops up at most.', { min: 0, max: 255 }),
  reduction: fraction('50%', 'Share of its position that a member closes when it reduces.', { min: 0, max: 1 }),
  delay: sampled(duration('60s', 'Mean time a member takes to react; each reaction is exponential.', { min: 0 })),
  stopShare: fraction('20%', 'Share of members with a stop order on the mark.', { min: 0, max: 1 }),
  stopAt: sampled(
    fraction('{ uniform: [40%, 95%] }', 'Where the stop lies on the way from the starting price to liquidation.', { min: 0.01, max: 1 }),
  ),
  panicShare: fraction('5%', 'Share of members that close when the price has moved too far against them.', { min: 0, max: 1 }),
  panicAt: sampled(fraction('{ uniform: [3%, 15%] }', 'Move from the starting price at which a member panics.', { min: 0.0001, max: 0.9 })),
  hasten: fraction('0%', 'How near an announced halt those close who would panic so far beyond it; 0% for never.', {
    min: 0,
    max: 0.9,
    quiet: true,
  }),
  turnover: fraction(
    '0%',
    'Share of members that, an hour, come or go: who holds closes, who is out enters anew; above 100% each of them several times.',
    { min: 0, max: 60 },
  ),
  look: duration('1s', 'How often the crowd looks at the price.', { min: 1 }),
};

export type CrowdValues = Values<typeof crowdParams>;

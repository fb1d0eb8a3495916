// What a scenario file may hold, key by key. The resolved shape is the same for every scenario, and is what `--set` paths
// and manifests speak of; a file writes the venue's part of it under `rules`, so that naming a `venue` can replace it.

import { choice, coins, count, duration, flag, fraction, instant, money, number, price, ratio, text } from '../base/params.ts';
import { layerKinds } from '../losses/registry.ts';
import { policyKinds } from '../liquidation/registry.ts';
import type { Type } from '../messages.ts';
import { pathKinds } from '../paths/registry.ts';
import { traderKinds } from '../traders/registry.ts';
import { breakers, controls, recalibration } from './adjustment-file.ts';
import { collateral, collateralShares, shockTimes } from './collateral-shape.ts';
import { kindOf, list, map, object, type Shape, type ShelfKind } from './shape.ts';

const symbol = { pattern: /^[A-Za-z0-9][A-Za-z0-9_-]*$/, expected: 'a symbol such as BTC-PERP' };
const id = { pattern: /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, expected: 'a name in kebab-case such as retail-longs' };

export const latencyKinds = [
  { kind: 'none', doc: 'Messages arrive in the instant in which they are sent.', params: {} },
  {
    kind: 'constant',
    doc: 'Every message takes the same time.',
    params: { delay: duration('10ms', 'Time from sender to receiver.', { min: 0 }) },
  },
  {
    kind: 'jittered',
    doc: 'A least time plus a uniform part; messages between the same two never overtake each other.',
    params: {
      delay: duration('10ms', 'Least time from sender to receiver.', { min: 0 }),
      jitter: duration('5ms', 'Mean of the uniform part.', { min: 0 }),
    },
  },
] as const satisfies readonly ShelfKind[];

const markCommon = {
  interval: duration('1s', 'How often the mark is published; margin is looked at whenever it is.', { min: 1_000 }),
};
const markWindow = {
  window: duration('30s', 'How long a sample of the basis counts, one sample each interval.', { min: 1_000 }),
};
export const markKinds = [
  { kind: 'median', doc: 'Median of: index with funding to come, index plus the average basis, last price (Binance).', params: markWindow },
  {
    kind: 'basis-average',
    doc: 'Index plus the average basis, within a bound of the index.',
    params: { ...markWindow, clamp: fraction('0%', 'Bound of mark ÷ index − 1; 0 means none.', { min: 0, max: 1 }) },
  },
  {
    kind: 'ema-basis',
    doc: 'Index plus an exponential average of the basis, within a bound of the index (Deribit).',
    params: {
      window: duration('30s', 'Time constant of the average.', { min: 1_000 }),
      clamp: fraction('0%', 'Bound of mark ÷ index − 1; 0 means none.', { min: 0, max: 1 }),
    },
  },
  { kind: 'funding-basis', doc: 'Index with funding to come (BitMEX).', params: {} },
  {
    kind: 'book-median',
    doc: 'Median of: index plus an exponential average of the basis, the median of best bid, best ask and last price, a faster average of that (Hyperliquid).',
    params: { window: duration('150s', 'Time constant of the average of the basis.', { min: 1_000 }) },
  },
  { kind: 'index', doc: 'The index itself.', params: {} },
  { kind: 'last', doc: 'The last traded price.', params: {} },
] as const satisfies readonly ShelfKind[];

/** What travels between participants and the exchange. */
const TRAVELLING = [
  'SubmitOrder',
  'AmendOrder',
  'CancelOrder',
  'CancelAll',
  'TopUp',
  'HedgeSpot',
  'TradeSpot',
  'TradeCollateral',
  'OrderAccepted',
  'OrderRejected',
  'OrderFilled',
  'OrderAmended',
  'OrderCanceled',
  'StopTriggered',
  'ToppedUp',
  'FundingPaid',
  'MarginCalled',
  'MarginCallLifted',
  'LiquidationStarted',
  'LiquidationFilled',
  'PositionTakenOver',
  'Deleveraged',
  'LiquidationClosed',
  'PositionAssigned',
  'LossShared',
  'Withdraw',
  'Withdrawn',
  'MarginAnnounced',
  'Volunteer',
  'CollateralConverted',
  'SpotTraded',
  'CollateralTraded',
] as const satisfies readonly (keyof typeof Type)[];

/** One kind of message alone, whatever the others take. */
const latencyOfType = kindOf({
  doc: 'How long messages of this type take, each way',
  noun: 'latency',
  shelf: latencyKinds,
  common: {},
  default: 'none',
  distributions: false,
});

export const latency = kindOf({
  doc: 'How long messages take between a participant and the exchange, each way',
  noun: 'latency',
  shelf: latencyKinds,
  common: {
    types: map(
      'Another latency for some types of message, by name: { CancelOrder: { kind: constant, delay: 1ms } }',
      {
        pattern: new RegExp(`^(${TRAVELLING.join('|')})$`),
        expected: `a message between participants and the exchange: ${TRAVELLING.join(', ')}`,
      },
      latencyOfType,
    ),
  },
  default: 'none',
  distributions: false,
});

const instrument = object('One perpetual contract, linear in the settlement asset unless it is inverse', {
  contract: choice(
    ['linear', 'inverse'],
    'linear',
    'linear: prices, margin and profit in the settlement asset, sizes in coins. inverse: margin and profit in the coin, which is the settlement asset, sizes in the currency of the price (lot: 1 is a contract of 1 USD); money counts in 10⁻⁸ coins.',
    { quiet: true },
  ),
  tick: number(undefined, 'Price step; every price is a multiple of it.', { min: 0 }),
  lot: number(undefined, 'Size step in coins; every size is a multiple of it.', { min: 0 }),
  minPrice: price(
    '0',
    'No order may be priced lower, no mark is lower: bounds the coin value of inverse contracts, which have a thousandth of maxPrice for 0.',
    { quiet: true },
  ),
  maxPrice: price(undefined, 'No order may be priced higher; bounds the range of exact money.'),
  minOrder: coins('0', 'Least order size; 0 means one lot.', { min: 0, unscaled: true }),
  maxOrder: coins('1000', 'Greatest order size.', { min: 0 }),
  maxPosition: coins('30000', 'Greatest position of one account.', { min: 0 }),
  maxOpenInterest: coins(
    '400000',
    'Bound of all longs together: opening positions must fit, and orders that could pass it at once are refused.',
    { min: 0 },
  ),
});

const index = kindOf({
  doc: 'The index price: what the world outside does to the price, before anybody here trades',
  noun: 'path',
  shelf: pathKinds,
  common: {
    interval: duration('1s', 'How often the index is published.', { min: 1_000 }),
    coupling: fraction('0%', 'Share of the price impact of spot hedges that reaches the index; 0% keeps it exogenous.', { min: 0, max: 1 }),
    spotDepth: money('100000000', 'Net spot hedging that moves the index by 1% at full coupling.', { min: 1 }),
  },
  default: undefined,
  distributions: true,
});

const trader = kindOf({
  doc: 'One entry of the population: a kind of trader, how many, and its parameters',
  noun: 'trader',
  shelf: traderKinds,
  common: {
    count: count(1, 'How many of them; each is an actor with streams of its own.', { min: 0 }),
    instrument: text(undefined, 'The instrument they trade; the first one when left out.'),
    latency,
    collateral: collateralShares,
  },
  default: undefined,
  distributions: true,
});

const shock = object('A named move of the index at a time', {
  name: shockTimes.name,
  instrument: text(undefined, 'Whose index; the first one when left out.'),
  at: shockTimes.at,
  size: fraction(undefined, 'How far the index moves: -10% is a fall.', { min: -0.99, max: 10 }),
  over: shockTimes.over,
  recovery: shockTimes.recovery,
  hold: duration('0s', 'For so long the index stands still first, at what it last was: a feed that has stopped. Then it catches up.', {
    min: 0,
    quiet: true,
  }),
});

const tiers = list(
  'Margin tiers by notional, the lowest first',
  object('One margin tier', {
    from: money(undefined, 'Notional from which the tier applies; the first begins at 0.', { min: 0 }),
    maintenance: fraction(undefined, 'Maintenance margin rate.', { min: 0.000001, max: 1 }),
    leverage: number(undefined, 'Greatest leverage; the initial margin rate is 1 ÷ it.', { min: 1, max: 1000 }),
  }),
  '[{ from: 0, maintenance: 0.5%, leverage: 100 }]',
);

/** Rules that differ by instrument on a venue. */
const instrumentRules = {
  margin: object('Initial and maintenance margin', {
    tiers,
    deduction: flag(
      true,
      'true: each rate is for the notional inside its tier (Binance, Bybit); false: the whole position pays the rate of its tier (BitMEX).',
    ),
    maintenanceOn: choice(
      ['mark', 'entry'],
      'mark',
      'mark: maintenance follows the value at mark; entry: it stays what it was at entry (classic BitMEX, Bybit).',
      { quiet: true },
    ),
    closingFee: fraction(
      '0%',
      'Share of the value at mark that maintenance and the bankruptcy price reserve for the fee of closing (OKX, Gate).',
      {
        min: 0,
        max: 0.1,
        quiet: true,
      },
    ),
    openInterestFrom: money('0', 'Open notional of the market from which the initial margin rate grows (dYdX v4).', { quiet: true }),
    openInterestTo: money('0', 'Open notional at which the initial margin rate is 100%; 0 means that it does not grow.', { quiet: true }),
  }),
  fees: object('Fees on the notional of a trade', {
    maker: fraction('2bp', 'Paid by the resting order; negative is a rebate.', { min: -0.02, max: 0.02 }),
    taker: fraction('5bp', 'Paid by the order that trades at once.', { min: 0, max: 0.02 }),
    liquidation: fraction('50bp', 'Paid by a liquidated account, to the insurance fund, as far as its equity goes.', { min: 0, max: 0.1 }),
    liquidationUpTo: choice(
      ['equity', 'share'],
      'equity',
      'equity: the liquidation fee may take all that the account has; share: no more than the share of it, by maintenance, of what was closed (dYdX v4).',
      { quiet: true },
    ),
  }),
  funding: object('Payments between longs and shorts that tie the contract to its index', {
    enabled: flag(true, 'false: none are made.'),
    interval: duration('8h', 'Time between settlements, counted from midnight UTC.', { min: 1_000_000 }),
    initialRate: fraction('0.01%', 'Rate of the first settlement as estimated at the start.', { min: -0.04, max: 0.04 }),
    interestRate: fraction('0.01%', 'Interest for eight hours; shorter intervals pay their part.', { min: -0.01, max: 0.01 }),
    clamp: fraction('0.05%', 'Bound of interest − premium.', { min: 0, max: 0.01 }),
    cap: fraction('0.3%', 'Bound of the rate itself.', { min: 0, max: 0.04 }),
    sampleInterval: duration('5s', 'Time between samples of the premium.', { min: 1_000 }),
    impactNotional: money('25000', 'Notional for which the impact bid and ask are read.', { min: 0 }),
  }),
  mark: kindOf({
    doc: 'How the mark price is made',
    noun: 'mark',
    shelf: markKinds,
    common: markCommon,
    default: 'median',
    distributions: false,
  }),
  priceBand: fraction('5%', 'How far beyond the mark an order may be priced; 0 means no band.', { min: 0, max: 0.99 }),
};

/** Rules of the venue as a whole. */
const venueRules = {
  losses: list(
    'What takes the rest of a position that the book did not, in the order tried',
    kindOf({ doc: 'One loss layer', noun: 'loss layer', shelf: layerKinds, common: {}, default: undefined, distributions: false }),
    '[insurance-fund, auto-deleveraging]',
  ),
  insuranceFund: object('The insurance fund', {
    cash: money('1000000', 'What it holds at the start.', { min: 0 }),
    unwindShare: fraction('10%', 'Share of its inventory that it offers to the market each scan.', { min: 0, max: 1 }),
    unwindBand: fraction('2%', 'How far from the mark it trades.', { min: 0, max: 0.5 }),
  }),
  breakers,
  controls,
  session: object('When the venue trades', {
    halts: list(
      'Times without trading',
      object('One halt', {
        at: duration(undefined, 'When it begins, from the start.', { min: 0 }),
        duration: duration(undefined, 'How long it lasts.', { min: 1 }),
      }),
      '[]',
    ),
  }),
};

const liquidationRules = {
  policy: kindOf({
    doc: 'What to close of an account below maintenance, and how',
    noun: 'liquidation policy',
    shelf: policyKinds,
    common: {},
    default: 'full-close',
    distributions: false,
  }),
  trigger: choice(
    ['reached', 'passed'],
    'reached',
    'reached: who has exactly the maintenance margin is liquidated (most venues); passed: only who has less (dYdX, Drift, Hyperliquid).',
    { quiet: true },
  ),
  marginCall: number('1.25', 'A margin call comes when equity is below this times the maintenance margin.', { min: 1, max: 10 }),
  scanInterval: duration('1s', 'How often cases that wait are looked at again; breaches are found at every mark.', { min: 1_000 }),
  orderDelay: duration('5ms', 'From the decision to the arrival of the order at the book.', { min: 0 }),
  ...recalibration,
};

const liquidationSwitches = {
  enabled: flag(true, 'false: nobody is liquidated, whatever the margin says.'),
  impact: choice(
    ['book', 'off-book'],
    'book',
    'book: liquidation orders trade on the book. off-book: they are matched at the mark outside of it, so that no liquidation can cause another.',
  ),
};

const head = {
  name: text(undefined, 'What to call it, in kebab-case.'),
  start: instant('2025-01-01T00:00:00Z', 'Calendar time of simulated 0; funding settles by the calendar.'),
  duration: duration(undefined, 'How long a run lasts.', { min: 1 }),
  seed: text('1', 'Seed of a run that names none.'),
  scale: ratio('1', 'Multiplies every size together: coins and money of traders, margin tiers, fund, thresholds, spot depth.'),
  settlement: text('USDT', 'The asset in which margin, profit and fees are paid.'),
  instruments: map('Instruments by symbol', symbol, instrument, 1),
};

const body = {
  shocks: list('Moves of the index on top of its path', shock, '[]'),
  collateral,
  traders: map('The population by name', id, trader),
  leverage: object('Leverage', { enabled: flag(true, 'false: every account has leverage 1 and cash for its whole opening position.') }),
  latency,
  marketData: object('What participants see of the market', { interval: duration('100ms', 'How often it is published.', { min: 1_000 }) }),
};

const interventions = list(
  'Changes of the rules during a run',
  object('One change', {
    at: duration(undefined, 'When, from the start.', { min: 0 }),
    set: { shape: 'any' as const, doc: 'New values by path, such as `liquidation.policy.kind: full-close`' },
  }),
  '[]',
);

/** The rules an intervention may change while positions are open. */
export const CHANGEABLE: readonly string[] = [
  'liquidation',
  'margin',
  'fees',
  'priceBand',
  'losses',
  'insuranceFund',
  'breakers',
  'controls',
  'collateral',
];

const indexOf = <S extends Shape>(several: boolean, one: S) => (several ? map('The index of each instrument', symbol, one, 1) : one);

/** The resolved shape; with several instruments `index` is a map by symbol. */
export function resolvedShape(severalIndices: boolean) {
  return object('A scenario, resolved', {
    ...head,
    index: indexOf(severalIndices, index),
    ...body,
    liquidation: object('Forced closing of positions', { ...liquidationSwitches, ...liquidationRules }),
    ...instrumentRules,
    ...venueRules,
    interventions,
  });
}

export const INDEX = index;
export const RULES = object("The venue's rules; dropped when a venue is named", {
  liquidation: object('Forced closing of positions', liquidationRules),
  ...instrumentRules,
  ...venueRules,
});
export const SWITCHES = Object.keys(liquidationSwitches);

/** What a file holds, for the JSON Schema and for the question which key belongs where. */
export const FILE = object('A Sandpile scenario', {
  ...head,
  venue: text('', 'A venue whose rules hold; what `rules` says is stronger. See: sandpile list venues.'),
  index,
  ...body,
  liquidation: object('Switches of an experiment', liquidationSwitches),
  rules: RULES,
  interventions,
});

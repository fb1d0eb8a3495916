// Every policy with every list of loss layers, in small venues that fall apart: money is conserved, longs equal shorts, and
// what somebody could not pay is paid, or booked, exactly once.

import { describe, expect, test } from 'vitest';
import { createRng } from '../../src/base/random.ts';
import { policyKinds } from '../../src/liquidation/registry.ts';
import type { PolicyKind } from '../../src/liquidation/policy.ts';
import { layerKinds } from '../../src/losses/registry.ts';
import type { LossContext, LossLayer } from '../../src/losses/layer.ts';
import { Reason } from '../../src/messages.ts';
import type { InstrumentSpec } from '../../src/market/instrument.ts';
import { instrument } from '../helpers/instruments.ts';
import { defaultsOf } from '../helpers/param-defaults.ts';
import { BUY, RULES, SECOND, SELL, Venue } from '../helpers/venue.ts';

/** As a scenario would list them: a kind, and what of it is not the default. */
type Listed = readonly [kind: string, params?: object];

const adl = (params: object): Listed => ['auto-deleveraging', params];
const LISTS: Readonly<Record<string, readonly Listed[]>> = {
  nobody: [],
  'fund, then ADL': [['insurance-fund'], ['auto-deleveraging']],
  Binance: [['insurance-fund'], adl({ ranking: 'profit-margin-ratio' })],
  Bybit: [adl({ trigger: 'drawdown', markBeyond: 0.05, least: 100 }), ['insurance-fund'], adl({ markBeyond: 0.05 })],
  OKX: [['insurance-fund'], adl({ price: 'mark' }), ['clawback']],
  Deribit: [['insurance-fund'], ['clawback', { most: 0.5 }]],
  Hyperliquid: [
    ['liquidity-vault', { cash: 3_000 }],
    adl({ ranking: 'price-leverage', price: 'previous-mark', trigger: 'negative-equity', among: 'everybody' }),
  ],
  'dYdX v4': [
    ['insurance-fund', { blockCap: 200, block: SECOND }],
    adl({ ranking: 'pseudo-random', among: 'everybody', trigger: 'negative-equity' }),
    ['withdrawal-gate'],
  ],
  'Drift v2': [['insurance-fund'], ['socialised-loss']],
  Derive: [['insurance-fund', { windowCap: 300, window: 10 * SECOND }], ['printed-debt', { most: 500 }], ['socialised-loss']],
  FTX: [['assignment'], adl({ ranking: 'pro-rata', among: 'everybody', price: 'zero-price' })],
  Kraken: [['assignment', { share: 'equal' }], ['insurance-fund'], adl({ ranking: 'pro-rata' })],
  Paradex: [['insurance-fund'], adl({ price: 'mark' }), ['withdrawal-haircut']],
  'leverage-weighted': [adl({ ranking: 'leverage-weighted', among: 'everybody' }), ['clawback'], ['printed-debt']],
  'water-filling': [adl({ ranking: 'water-filling', among: 'everybody', price: 'index' }), ['socialised-loss']],
};

function layersOf(list: readonly Listed[], context: LossContext): LossLayer[] {
  return list.map(([name, params = {}]) => {
    const kind = layerKinds.find((candidate) => candidate.kind === name);
    if (kind === undefined) throw new Error(`there is no layer ${name}`);
    return kind.create({ ...defaultsOf(kind.params), ...params }, context);
  });
}

/** Twenty levered accounts on both sides, two volunteers, a thin book, a little in the fund, and marks that jump. */
function fallen(kind: PolicyKind, list: readonly Listed[], seed: string, contract: Partial<InstrumentSpec> = {}): Venue {
  const rng = createRng(seed);
  const policy = kind.create(defaultsOf(kind.params), { rng: (purpose) => createRng(`${seed}/${purpose}`) });
  const venue = new Venue({
    fund: rng.int(3) * 400,
    instruments: [instrument({ ...contract, liquidationFeePpm: 5_000 }), instrument({ ...contract, symbol: 'OTHER' })],
    rules: { ...RULES, policy },
    layers: (context) => layersOf(list, context),
  });
  venue.trader('maker', { cash: 300_000 });
  const names = Array.from({ length: 20 }, (_, i) => `weak-${i}`);
  for (const name of names) venue.trader(name, { cash: 200 + rng.int(1_500), leverage: 10 });
  for (const name of names) {
    for (const i of [1, 2]) {
      const lots = 1 + rng.int(12);
      if (rng.chance(0.3)) continue;
      const other = rng.chance(0.5) ? 'maker' : names[rng.int(names.length)];
      if (other !== name) venue.opened(name, other, lots, 950 + rng.int(100), i);
    }
  }
  for (const name of ['first', 'second']) {
    venue.trader(name, { cash: 20_000 });
    const draft = venue.command(name, 'Volunteer', 0);
    draft.instrument = 1;
    draft.lots = 5 + rng.int(30);
    draft.rate = rng.int(8_000);
  }
  for (let second = 1; second < 40; second++) {
    const at = second * SECOND;
    for (const i of [1, 2]) {
      const mark = Math.round(1_000 + 500 * (rng.double() - 0.5) * (second / 40));
      venue.mark(mark, { at, instrument: i });
      if (rng.chance(0.4)) venue.order('maker', { side: BUY, lots: 1 + rng.int(6), price: mark - 1 - rng.int(40), instrument: i }, at);
      if (rng.chance(0.4)) venue.order('maker', { side: SELL, lots: 1 + rng.int(6), price: mark + 1 + rng.int(40), instrument: i }, at);
    }
    if (rng.chance(0.2)) venue.command(names[rng.int(names.length)], 'Withdraw', at).amount = 1 + rng.int(300);
  }
  // Those who are left want their money, when most of it is over.
  for (const name of names) venue.command(name, 'Withdraw', 45 * SECOND).amount = 1 + rng.int(50);
  return venue.run(60 * SECOND);
}

const total = (messages: readonly { readonly amount: number }[]): number => messages.reduce((sum, { amount }) => sum + amount, 0);

function expectSound(venue: Venue): void {
  const { market } = venue;
  const engine = venue.last('MarkPublished').to;
  expect(venue.problems()).toEqual([]);
  // What was booked and not paid back is on the books, and nothing else is.
  const toEngine = (type: 'BadDebtBooked' | 'DebtRepaid' | 'LossSocialised') => venue.happened(type).filter(({ to }) => to === engine);
  expect(market.ledger.badDebt).toBe(total(toEngine('BadDebtBooked')) - total(toEngine('DebtRepaid')));
  expect(market.ledger.outstanding).toBeLessThanOrEqual(market.ledger.badDebt);
  // What was shared out is what others paid for it, but for what rounding up brought too much: less than a unit a payer.
  for (const shared of toEngine('LossSocialised')) {
    const payers = venue.happened('LossShared').filter(({ cause, reason }) => cause === shared.cause && reason === shared.reason);
    const over = total(payers) - shared.amount;
    expect(over).toBeGreaterThanOrEqual(0);
    expect(over).toBeLessThanOrEqual(2 * payers.length);
    if (shared.reason === Reason['clawed-back']) expect(over).toBe(0);
  }
  // Whoever has nothing left owes nothing, and nobody is forgotten: no case is left half-way.
  for (let account = 1; account <= market.accountCount; account++) {
    if (market.positionCount(account) > 0 || market.isExempt(account)) continue;
    expect(market.cash(account), `account ${account}`).toBeGreaterThanOrEqual(0);
    expect(market.isInLiquidation(account)).toBe(false);
  }
}

/** A lot is worth a million ÷ price coins: at a thousand as much as a lot of the linear contract. */
const INVERSE = {
  contract: 'inverse',
  lot: '1000000',
  tickValue: '1000000',
  multiplier: 1_000_000,
  minPrice: 100,
  maxPosition: 100_000,
  maxLots: 100_000,
} as const;

test.each(Object.entries(LISTS))('layers of %s, settled in coins', (_name, list) => {
  for (const name of ['full-close', 'takeover-at-bankruptcy', 'dutch-auction', 'assignment', 'pre-liquidation']) {
    const kind = policyKinds.find((candidate) => candidate.kind === name)!;
    for (const n of [1, 2]) expectSound(fallen(kind, list, `${name}/${n}`, INVERSE));
  }
});

describe.each(Object.entries(LISTS))('layers of %s', (_name, list) => {
  test.each(policyKinds.map((kind) => [kind.kind, kind] as const))('%s', (name, kind) => {
    for (const n of [1, 2, 3]) expectSound(fallen(kind, list, `${name}/${n}`));
  });
});

test('these venues do fall apart: every step there is happens in some of them', () => {
  const seen = new Set<string>();
  for (const list of Object.values(LISTS)) {
    for (const name of ['full-close', 'takeover-at-bankruptcy', 'dutch-auction', 'assignment', 'pre-liquidation']) {
      const kind = policyKinds.find((candidate) => candidate.kind === name)!;
      for (const { type } of fallen(kind, list, `${name}/1`).log) seen.add(type);
    }
  }
  const steps = [
    'PositionTakenOver',
    'Deleveraged',
    'PositionAssigned',
    'MarginRetained',
    'DeficitCovered',
    'BadDebtBooked',
    'LossSocialised',
    'LossShared',
    'DebtRepaid',
    'Withdrawn',
    'GateWithdrawals',
    'LiquidationFilled',
    'LiquidationClosed',
  ];
  expect(steps.filter((step) => !seen.has(step))).toEqual([]);
});

// Troubles by name: what may go wrong on a venue, as data that any scenario can be put under. Times are shares of the run,
// so that they fit runs of every length; what belongs to traders is a factor on what the file says, whoever they are there.

import { plain, Decimal } from '../base/decimal.ts';
import { formatQuantity, isFault, parseQuantity } from '../base/quantity.ts';
import { ConfigError, nearest, type Place } from '../simulation/config-error.ts';
import type { Config, Scenario } from '../simulation/scenario.ts';
import { armOf, type Arm } from './compare.ts';

interface NamedStress {
  readonly name: string;
  readonly doc: string;
  /** Where such a thing was seen, or what its numbers rest on. */
  readonly source: string;
  /** Shocks of the index on top of the scenario's own. `at` and `hold` are shares of the run. */
  readonly shocks?: readonly { readonly at: number | 'first'; readonly hold?: number; readonly set?: Readonly<Record<string, string>> }[];
  /** For every entry of the population of this kind. */
  readonly traders?: readonly {
    readonly kind: string;
    readonly times?: Readonly<Record<string, number>>;
    readonly set?: Readonly<Record<string, string>>;
  }[];
  /** A fall of what counts as margin beside money; where nothing does, a share of these traders' margin is first put into such an asset. */
  readonly collateral?: {
    readonly at: number;
    readonly shock: Readonly<Record<string, string>>;
    readonly otherwise: { readonly symbol: string; readonly asset: Config; readonly kinds: readonly string[]; readonly share: string };
  };
  /** Rules for the whole run. */
  readonly set?: Arm;
  /** Durations that are raised to at least this where the scenario has them: what else is set would not go with less. */
  readonly least?: Arm;
  /** Rules that change at a share of the run. */
  readonly interventions?: readonly { readonly at: number; readonly set: Arm }[];
}

export const STRESSES: readonly NamedStress[] = [
  {
    name: 'oracle-freeze',
    doc: "the index stands still for a twelfth of the run from the scenario's first shock on (or a third into it), then catches up",
    source: 'Assumed: a feed that stops in a fast market.',
    shocks: [{ at: 'first', hold: 1 / 12 }],
  },
  {
    name: 'flash-wick',
    doc: 'half way the index falls by 12% within five seconds and is half back ten seconds later',
    source: "Assumed: nearly the contract's fall of 13.3% on 10 October 2025, in seconds instead of minutes.",
    shocks: [{ at: 0.5, set: { size: '-12%', over: '5s', recovery: '10s' } }],
  },
  {
    name: 'liquidity-vacuum',
    doc: 'makers and arbitrageurs offer a quarter of their sizes all the time',
    source: 'Depth within 1% fell by 75% in the 36 hours of October 2025 (Sepper 2026).',
    traders: [
      { kind: 'market-maker', times: { touch: 0.25 } },
      { kind: 'arbitrageur', times: { order: 0.25 } },
    ],
  },
  {
    name: 'funding-snap',
    doc: 'funding is 1% every fifteen minutes, from longs to shorts, whatever the premium',
    source: 'Assumed; the cap of Hyperliquid is 4%.',
    // Without a sample of the premium a settlement takes the rate of the one before.
    set: {
      'funding.enabled': 'true',
      'funding.interval': '15m',
      'funding.initialRate': '1%',
      'funding.cap': '4%',
      'funding.sampleInterval': '100d',
    },
  },
  {
    name: 'collateral-depeg',
    doc: 'half way every collateral that is no coin of an index falls by 35% on this venue within four minutes; without any, most of the margin of the public is put into such an asset',
    source: 'USDe stood near 0.65 on one venue on 10 October 2025; how fast, and how much of the margin it was, is assumed.',
    collateral: {
      at: 0.5,
      shock: { size: '-35%', over: '4m', recovery: '10m' },
      otherwise: {
        symbol: 'PEGGED',
        asset: { haircut: '5%', feed: { kind: 'constant', price: '1' }, depth: '1000000' },
        kinds: ['crowd', 'leveraged'],
        share: '80%',
      },
    },
  },
  {
    name: 'maker-withdrawal',
    doc: 'makers leave at twice their calm volatility or a loss of 2%, and stay away for ten minutes',
    source: 'Effective providers fell from 8.7 to 2.8 in three hours of October 2025 (Sepper 2026); the thresholds are assumed.',
    traders: [{ kind: 'market-maker', set: { widenAt: '1.5', withdrawAt: '2', widenLoss: '1%', withdrawLoss: '2%', recovery: '10m' } }],
  },
  {
    name: 'stale-scanner',
    doc: 'marks are published, and margin is looked at, every thirty seconds only; liquidation orders take ten seconds to arrive',
    source: 'Assumed: an engine behind its queue.',
    // Whoever averages a basis needs a sample of it.
    least: { 'mark.window': '30s' },
    set: { 'mark.interval': '30s', 'liquidation.scanInterval': '30s', 'liquidation.orderDelay': '10s' },
  },
  {
    name: 'fund-drain',
    doc: 'the insurance fund loses all its cash a tenth into the run',
    source: 'Assumed: a fund that paid for something else.',
    interventions: [{ at: 0.1, set: { 'insuranceFund.cash': '0' } }],
  },
];

/**
 * The scenario as it is, and under each of the troubles named (separated by commas; `all` is all of them), as arms for
 * `compare`. Throws a ConfigError for a name that is none, and where the scenario does not take what a trouble sets.
 */
export function stressArms(written: string, scenario: Scenario): ReadonlyMap<string, Arm> {
  const names = written.split(',').map((name) => name.trim());
  const wanted = names.length === 1 && names[0] === 'all' ? STRESSES.map(({ name }) => name) : names;
  const problems = wanted.flatMap((name) => {
    if (STRESSES.some((stress) => stress.name === name)) return [];
    const known = STRESSES.map((stress) => stress.name);
    const column = Math.max(0, written.indexOf(name)) + 1;
    const place: Place = { file: '--named', line: 1, column, width: Math.max(1, name.length), source: written, path: name };
    return [{ place, message: `unknown trouble "${name}"`, suggestion: nearest(name, known), hint: `all, or some of ${known.join(', ')}` }];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  const arms = new Map<string, Arm>([['as it is', {}]]);
  for (const stress of STRESSES) if (wanted.includes(stress.name)) arms.set(stress.name, armOfStress(stress, scenario));
  for (const arm of arms.values()) armOf(scenario, arm);
  return arms;
}

/** A trouble as settings of this scenario, as for `--set`. */
function armOfStress(
  { shocks = [], traders = [], collateral, set = {}, least = {}, interventions = [] }: NamedStress,
  scenario: Scenario,
): Arm {
  const { config, duration } = scenario;
  const share = (of: number): string => formatQuantity('duration', new Decimal(Math.max(1, Math.round(duration * of))));
  const first = scenario.shocks.reduce((least, { at }) => Math.min(least, at / duration), Infinity);
  const arm: Record<string, string> = {};
  for (const [path, value] of Object.entries(least)) {
    const is = path.split('.').reduce<Config | undefined>((at, key) => (at as Record<string, Config> | undefined)?.[key], config);
    if (typeof is === 'string' && micros(is) < micros(value)) arm[path] = value;
  }
  Object.assign(arm, set);
  for (const { kind, times = {}, set: fixed = {} } of traders) {
    for (const [id, trader] of Object.entries(config.traders as Record<string, Record<string, Config>>)) {
      if (trader.kind !== kind) continue;
      for (const [key, value] of Object.entries(fixed)) arm[`traders.${id}.${key}`] = value;
      for (const [key, factor] of Object.entries(times)) arm[`traders.${id}.${key}`] = JSON.stringify(multiplied(trader[key], factor));
    }
  }
  if (shocks.length > 0) {
    const more = shocks.map(({ at, hold, set: values = {} }) => ({
      name: 'stress',
      at: share(at === 'first' ? (Number.isFinite(first) ? first : 1 / 3) : at),
      size: '0%',
      ...(hold === undefined ? {} : { hold: share(hold) }),
      ...values,
    }));
    arm.shocks = JSON.stringify([...(config.shocks as readonly Config[]), ...more]);
  }
  if (collateral !== undefined)
    Object.assign(arm, fallOfCollateral(collateral, { ...collateral.shock, name: 'stress', at: share(collateral.at) }, config));
  if (interventions.length > 0) {
    const more = interventions.map(({ at, set: values }) => ({ at: share(at), set: values }));
    arm.interventions = JSON.stringify([...(config.interventions as readonly Config[]), ...more]);
  }
  return arm;
}

function fallOfCollateral({ otherwise }: NonNullable<NamedStress['collateral']>, shock: Config, config: Scenario['config']): Arm {
  const assets = Object.entries((config.collateral ?? {}) as Record<string, { feed: Record<string, Config>; shocks: readonly Config[] }>);
  const pegged = assets.filter(([, { feed }]) => (feed.of ?? '') === '');
  if (pegged.length > 0)
    return Object.fromEntries(pegged.map(([symbol, { shocks }]) => [`collateral.${symbol}.shocks`, JSON.stringify([...shocks, shock])]));
  const { symbol, asset, kinds, share } = otherwise;
  const all = { ...(config.collateral as object | undefined), [symbol]: { ...(asset as object), shocks: [shock] } };
  const holders = Object.entries(config.traders as Record<string, Record<string, Config>>).filter(
    ([, { kind }]) => typeof kind === 'string' && kinds.includes(kind),
  );
  const arm: Record<string, string> = { collateral: JSON.stringify(all) };
  for (const [id] of holders) arm[`traders.${id}.collateral`] = JSON.stringify({ [symbol]: share });
  return arm;
}

/** A size, or a distribution of sizes, times a factor; what gives a distribution its form stays. */
function multiplied(value: Config | undefined, factor: number): Config {
  if (Array.isArray(value)) return value.map((one: Config) => multiplied(one, factor));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, FORM.has(key) ? inner : multiplied(inner as Config, factor)]),
    );
  const number = parseQuantity('coins', String(value));
  return isFault(number) ? (value ?? null) : plain(number.mul(factor));
}

function micros(text: string): number {
  const value = parseQuantity('duration', text);
  return isFault(value) ? 0 : value.toNumber();
}

const FORM: ReadonlySet<string> = new Set(['sigma', 'alpha', 'weights']);

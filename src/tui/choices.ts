// What could be otherwise from a moment on: each choice changes a run that stands there. The first changes nothing, which
// shows that both futures are then the same.

import { breakerKinds } from '../breakers/registry.ts';
import { policyKinds } from '../liquidation/registry.ts';
import { Decimal, fromUnits } from '../base/decimal.ts';
import { brief } from '../base/figures.ts';
import { PPM } from '../base/units.ts';
import { notional } from '../market/instrument.ts';
import { ConfigError } from '../simulation/config-error.ts';
import type { Config, Scenario } from '../simulation/scenario.ts';
import type { Simulation } from '../simulation/simulation.ts';

export interface Choice {
  readonly name: string;
  readonly note: string;
  /** Throws a ConfigError for what cannot change. */
  apply(simulation: Simulation): void;
}

const LEVERAGES = [50, 20, 10, 5] as const;
const FUNDS = [0, 0.5, 2, 10] as const;
const HAIRCUTS = [0, 10, 25, 50] as const;
/** How a path may be told from its value. */
const WRITTEN = /^\s*([\w.[\]-]+)\s*=\s*(.+?)\s*$/;

export function choicesFor(simulation: Simulation): Choice[] {
  return [
    { name: 'nothing', note: 'a check: both futures are then the same, to the last digit', apply() {} },
    ...policies(simulation),
    {
      name: 'policy: no liquidations',
      note: 'nobody is closed, whatever the margin says',
      apply: (branch) => branch.intervene('liquidation.enabled', false),
    },
    ...breakers(simulation),
    ...losses(simulation),
    ...funds(simulation),
    ...margins(simulation),
    ...haircuts(simulation),
    ...leverages(simulation),
  ];
}

/** The first of the next group or of the one before, round and round: a group is what has the same word before its colon, and behind the last, one is written by hand. */
export function nextGroup(choices: readonly Choice[], at: number, direction: 1 | -1): number {
  const count = choices.length + 1;
  const groupOf = (i: number) => choices[i]?.name.split(':')[0] ?? '';
  let next = at;
  do next = (next + direction + count) % count;
  while (next !== at && groupOf(next) === groupOf(at));
  // Backward it came to the last of the group.
  while (direction < 0 && next > 0 && groupOf(next - 1) === groupOf(next)) next--;
  return next;
}

/** `path=value`, as in a scenario's interventions; undefined when it is not of that form. */
export function writtenChoice(text: string): Choice | undefined {
  const match = WRITTEN.exec(text);
  if (match === null) return undefined;
  const [, path, value] = match;
  return { name: `${path} = ${value}`, note: '', apply: (branch) => branch.intervene(path, value) };
}

/** What is wrong with a choice at this moment, or nothing. */
export function problemOf(choice: Choice, simulation: Simulation): string {
  try {
    choice.apply(simulation);
    return '';
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ message }) => message).join('; ');
    throw error;
  }
}

/** What is tried most often leads. */
const FIRST: readonly string[] = ['targeted', 'shortage', 'full-close'];

function policies({ inForce: scenario }: Simulation): Choice[] {
  const present = scenario.liquidation.policy.kind.kind;
  return policyKinds
    .filter(({ kind }) => kind !== present)
    .toSorted((a, b) => Number(FIRST.includes(b.kind)) - Number(FIRST.includes(a.kind)))
    .map(({ kind, doc }) => ({ name: `policy: ${kind}`, note: doc, apply: (branch) => branch.intervene('liquidation.policy.kind', kind) }));
}

/** Sizes at which a rule has something to do in a crash of minutes; a scenario may say others. Money is a share of what is open. */
const SIZES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'price-band': { width: '2%', grace: '15s', pause: '1m' },
  velocity: { lookback: '30s', threshold: '1.5%', halt: '1m' },
  'rolling-range': { window: '10m', range: '4%', halt: '2m' },
  'market-wide': { first: '3%', second: '6%', third: '10%', halt: '2m' },
  'price-divergence': { threshold: '1%', lasting: '3s', halt: '1m' },
  'liquidation-rate': { window: '1m', pause: '20s' },
  'open-interest-drop': { window: '1m', drop: '5%', halt: '1m' },
};
const RATE_OF_OPEN = 0.005;

/** One rule instead of those that are armed, or none. */
function breakers({ inForce, market }: Simulation): Choice[] {
  const rulesAs = (rules: Config): Choice['apply'] => {
    return (branch) => branch.intervene('breakers.rules', rules);
  };
  const armed = inForce.breakers.rules.map(({ kind }) => kind.kind);
  const none = {
    name: 'breaker: none',
    note: `without ${armed.join(', ')}; a halt that is on ends when it was to end`,
    apply: rulesAs([]),
  };
  let open = 0;
  for (const listed of market.instruments) open += notional(listed, market.openInterest(listed.id), market.markPrice(listed.id));
  const kinds = breakerKinds.map(({ kind, doc }): Choice => {
    const size = SIZES[kind] ?? {};
    const rule = kind === 'liquidation-rate' ? { ...size, notional: writtenMoney(Math.ceil(open * RATE_OF_OPEN), inForce) } : size;
    const settings = Object.entries(rule).map(([name, value]) => `${name} ${value}`);
    return { name: `breaker: ${kind}`, note: `${doc} ${settings.join(', ')}`, apply: rulesAs([{ kind, ...rule }]) };
  });
  return [...(armed.length > 0 ? [none] : []), ...kinds];
}

function losses({ inForce: scenario }: Simulation): Choice[] {
  const kinds = scenario.losses.map(({ kind }) => kind.kind);
  const without = (kind: string, note: string): Choice[] =>
    kinds.includes(kind)
      ? [
          {
            name: `losses: without ${kind}`,
            note,
            apply: (branch) =>
              branch.intervene(
                'losses',
                kinds.filter((other) => other !== kind),
              ),
          },
        ]
      : [];
  return [
    ...without('insurance-fund', 'what the book does not take goes straight to the next layer'),
    ...without('auto-deleveraging', 'no winner is closed; what the fund cannot pay is bad debt'),
  ];
}

/** Of each collateral, in percent. */
function haircuts({ market }: Simulation): Choice[] {
  const { held } = market.collateral;
  return held.assets.flatMap(({ symbol }, i) =>
    HAIRCUTS.filter((percent) => percent * (PPM / 100) !== held.terms(i + 1).haircut).map((percent) => ({
      name: `haircut: ${symbol} ${percent} %`,
      note: 'so much of its value does not count as margin; whoever has too little by that is closed at once',
      apply: (branch) => branch.intervene(`collateral.${symbol}.haircut`, `${percent}%`),
    })),
  );
}

/** Money paid in or taken out at this moment: the difference to what the fund began with is what a rule can change. */
function funds({ market, inForce: scenario }: Simulation): Choice[] {
  const { asset, unit } = scenario.settlement;
  const begun = scenario.insuranceFund.cash;
  const present = market.fund.cash;
  const money = (units: number) => `${brief(units * Number(unit))} ${asset}`;
  if (present <= 0) return [];
  return FUNDS.map((factor) => {
    // What it has gained since cannot be taken away.
    const changed = Math.max(0, begun + Math.floor(present * factor) - present);
    return {
      name: factor === 0 ? 'insurance fund: empty' : `insurance fund: × ${factor}`,
      note: `${money(present + changed - begun)} instead of ${money(present)} in cash`,
      apply: (branch) => branch.intervene('insuranceFund.cash', writtenMoney(changed, scenario)),
    };
  });
}

type Tiers = readonly { readonly [key: string]: Config }[];

/** The tiers as the scenario writes them; none where instruments differ. */
function tiersOf({ inForce: scenario }: Simulation): Tiers | undefined {
  const margin = scenario.config.margin as { readonly tiers?: Tiers } | undefined;
  return Array.isArray(margin?.tiers) ? margin.tiers : undefined;
}

function margins(simulation: Simulation): Choice[] {
  const tiers = tiersOf(simulation);
  if (tiers === undefined) return [];
  const { margin } = simulation.inForce.instruments[0];
  return [0.5, 2].map((factor) => ({
    name: `margin: maintenance × ${factor}`,
    note: factor < 1 ? 'accounts are closed later, with less left' : 'accounts are closed earlier, with more left',
    apply: (branch) =>
      branch.intervene(
        'margin.tiers',
        tiers.map((tier, i) => {
          const maintenance = Math.min(PPM - 1, Math.round(margin.tiers[i].maintenance * factor));
          // The leverage allowed must leave more than maintenance at the start.
          const leverage = Math.min(PPM / margin.tiers[i].initial, PPM / (maintenance + 1));
          return { ...tier, maintenance: percent(maintenance), leverage: String(Math.max(1, Math.floor(leverage))) };
        }),
      ),
  }));
}

function leverages(simulation: Simulation): Choice[] {
  const tiers = tiersOf(simulation);
  if (tiers === undefined) return [];
  const { margin } = simulation.inForce.instruments[0];
  const most = Math.max(...margin.tiers.map(({ initial }) => PPM / initial));
  return LEVERAGES.filter((cap) => cap < most).map((cap) => ({
    name: `leverage: at most ${cap}×`,
    note: 'for what is opened from now on; what is open stays open',
    apply: (branch) =>
      branch.intervene(
        'margin.tiers',
        tiers.map((tier, i) => ({ ...tier, leverage: String(Math.min(cap, Math.floor(PPM / margin.tiers[i].initial))) })),
      ),
  }));
}

/** Quote units as a scenario writes them: before it is scaled. */
function writtenMoney(units: number, { settlement, scale }: Scenario): string {
  return new Decimal(fromUnits(units, settlement.unit)).div(scale).toFixed();
}

/** Parts per million as a scenario writes them. */
function percent(ppm: number): string {
  return `${ppm / 10_000}%`;
}

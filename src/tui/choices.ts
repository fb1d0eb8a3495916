// What could be otherwise from a moment on: each choice changes a run that stands there. The first changes nothing, which
// shows that both futures are then the same.

import { policyKinds } from '../liquidation/registry.ts';
import { fromUnits } from '../base/decimal.ts';
import { brief } from '../base/figures.ts';
import { PPM } from '../base/units.ts';
import { ConfigError } from '../simulation/config-error.ts';
import type { Config } from '../simulation/scenario.ts';
import type { Simulation } from '../simulation/simulation.ts';

export interface Choice {
  readonly name: string;
  readonly note: string;
  /** Throws a ConfigError for what cannot change. */
  apply(simulation: Simulation): void;
}

const LEVERAGES = [50, 20, 10, 5] as const;
const FUNDS = [0, 0.5, 2, 10] as const;
/** How a path may be told from its value. */
const WRITTEN = /^\s*([\w.[\]-]+)\s*=\s*(.+?)\s*$/;

export function choicesFor(simulation: Simulation): Choice[] {
  return [
    { name: 'nothing', note: 'a check: both futures are then the same, to the last digit', apply() {} },
    ...policies(simulation),
    {
      name: 'no liquidations',
      note: 'nobody is closed, whatever the margin says',
      apply: (branch) => branch.intervene('liquidation.enabled', false),
    },
    ...losses(simulation),
    ...funds(simulation),
    ...margins(simulation),
    ...leverages(simulation),
  ];
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

function policies({ scenario }: Simulation): Choice[] {
  const present = scenario.liquidation.policy.kind.kind;
  return policyKinds
    .filter(({ kind }) => kind !== present)
    .map(({ kind, doc }) => ({ name: `policy: ${kind}`, note: doc, apply: (branch) => branch.intervene('liquidation.policy.kind', kind) }));
}

function losses({ scenario }: Simulation): Choice[] {
  const kinds = scenario.losses.map(({ kind }) => kind.kind);
  const without = (kind: string, note: string): Choice[] =>
    kinds.includes(kind)
      ? [
          {
            name: `without ${kind}`,
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

/** Money paid in or taken out at this moment: the difference to what the fund began with is what a rule can change. */
function funds({ market, scenario }: Simulation): Choice[] {
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
      apply: (branch) => branch.intervene('insuranceFund.cash', fromUnits(changed, unit)),
    };
  });
}

type Tiers = readonly { readonly [key: string]: Config }[];

/** The tiers as the scenario writes them; none where instruments differ. */
function tiersOf({ scenario }: Simulation): Tiers | undefined {
  const margin = scenario.config.margin as { readonly tiers?: Tiers } | undefined;
  return Array.isArray(margin?.tiers) ? margin.tiers : undefined;
}

function margins(simulation: Simulation): Choice[] {
  const tiers = tiersOf(simulation);
  if (tiers === undefined) return [];
  const { margin } = simulation.scenario.instruments[0];
  return [0.5, 2].map((factor) => ({
    name: `maintenance margin × ${factor}`,
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
  const { margin } = simulation.scenario.instruments[0];
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

/** Parts per million as a scenario writes them. */
function percent(ppm: number): string {
  return `${ppm / 10_000}%`;
}

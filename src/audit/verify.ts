// Makes every decision of a run again from its record, by the code that made it: policy and rules as the scenario had them in
// force, the market as the record has it, what the policy remembered as it remembered it. Nothing of the run is run again.

import { createRng } from '../base/random.ts';
import { PPM } from '../base/units.ts';
import { decideAgain } from '../liquidation/decision-record.ts';
import { instrumentOf, type Instrument } from '../market/instrument.ts';
import { UNSCALED, type MarginScale } from '../market/margin-scale.ts';
import { isBelow } from '../market/risk-index.ts';
import { ruleOf } from '../simulation/decisions.ts';
import { DecisionLines, type DecisionLine } from '../simulation/decision-lines.ts';
import { canonicalJson } from '../simulation/manifest.ts';
import { changesBetween } from '../simulation/replay.ts';
import { instrumentSpec, policyOf } from '../simulation/rules.ts';
import type { Scenario } from '../simulation/scenario.ts';

/** A line of which something else comes out, or that cannot be read. */
export interface Deviation {
  /** From 1. */
  readonly line: number;
  readonly case?: number;
  readonly time?: string;
  /** What differs, by path: as recorded, and as it comes out now. Empty where `problem` says more. */
  readonly changes: ReturnType<typeof changesBetween>;
  readonly problem?: string;
}

export interface Verification {
  readonly decisions: number;
  /** How many deviate; `deviations` are the first of them. */
  readonly deviating: number;
  readonly deviations: readonly Deviation[];
  /** The versions of the code that the lines name. */
  readonly versions: readonly string[];
}

/** So many are told one by one. */
const TOLD = 20;

/** `lines` as they were written, `scenario` and `seed` of the run. */
export function verifyDecisions(lines: Iterable<string>, scenario: Scenario, seed: string): Verification {
  const verifier = new Verifier(scenario, seed);
  const versions = new Set<string>();
  const deviations: Deviation[] = [];
  let decisions = 0;
  let deviating = 0;
  for (const text of lines) {
    decisions++;
    const found = verifier.verify(text, decisions, versions);
    if (found === undefined) continue;
    deviating++;
    if (deviations.length < TOLD) deviations.push(found);
  }
  return { decisions, deviating, deviations, versions: [...versions] };
}

/** Rules that were in force for a time, and the names of the streams of chance under them. */
interface Regime {
  readonly scenario: Scenario;
  readonly at: number;
  readonly rule: string;
  readonly streams: string;
  /** By what margin was scaled by, as JSON. */
  readonly instruments: Map<string, readonly Instrument[]>;
}

class Verifier {
  private readonly lines: DecisionLines;
  /** The latest first. */
  private readonly regimes: readonly Regime[];

  constructor(scenario: Scenario, seed: string) {
    this.lines = new DecisionLines(scenario);
    const regime = (one: Scenario, at: number, streams: string): Regime => {
      return { scenario: one, at, rule: canonicalJson(ruleOf(one)), streams: `${seed}/${streams}`, instruments: new Map() };
    };
    const changes = scenario.interventions.map((change, tag) => regime(change.scenario, change.at, `intervention/${tag}`));
    this.regimes = [regime(scenario, 0, 'exchange/liquidation'), ...changes].toSorted((a, b) => a.at - b.at).toReversed();
  }

  /** Undefined where the same comes out. */
  verify(text: string, number: number, versions: Set<string>): Deviation | undefined {
    let line: DecisionLine;
    try {
      line = JSON.parse(text) as DecisionLine;
    } catch {
      return { line: number, changes: [], problem: 'is no JSON' };
    }
    if (typeof line !== 'object' || line === null) return { line: number, changes: [], problem: 'is no decision' };
    const where = { line: number, case: line.case, time: line.time };
    try {
      const { version: recorded, ...expected } = line;
      versions.add(recorded);
      const { version: _, ...found } = this.again(line);
      // As it would be read from the file.
      const changes = changesBetween(expected, JSON.parse(JSON.stringify(found)) as typeof found);
      return changes.length === 0 ? undefined : { ...where, changes };
    } catch (error) {
      // What was changed by hand may be anything: it is told, and the others are verified all the same.
      return { ...where, changes: [], problem: `cannot be decided again: ${error instanceof Error ? error.message : String(error)}` };
    }
  }

  private again(line: DecisionLine): DecisionLine {
    const regime = this.regimeOf(line);
    if (line.choice.action === 'cancel-orders') return this.canceledAgain(line, regime);
    const inputs = this.lines.inputsOf(line);
    const policy = policyOf(regime.scenario, (purpose) => createRng(`${regime.streams}/${purpose}`));
    const scales = inputs.positions.map(({ instrument, marginScale = UNSCALED }) => [instrument, marginScale] as const);
    const rules = { instruments: instrumentsOf(regime, new Map(scales)), inclusive: isInclusive(regime.scenario) };
    const { case: id, account, at, startedAt, round } = line;
    const record = { case: id, account, at, startedAt, round, inputs, alternatives: [], choice: { action: 'wait' as const }, reason: '' };
    return this.lines.lineOf(decideAgain(policy, record, rules), ruleOf(regime.scenario));
  }

  /** No policy was asked: the account was above maintenance once its orders were canceled, or the record is wrong. */
  private canceledAgain(line: DecisionLine, { scenario }: Regime): DecisionLine {
    const [equity, maintenance] = [this.lines.quote(line.inputs.equity), this.lines.quote(line.inputs.maintenance)];
    const isRestored = maintenance === 0 || !isBelow(equity, maintenance, PPM, isInclusive(scenario));
    return {
      ...line,
      ...this.lines.headOf(line, ruleOf(scenario)),
      inputs: { equity: this.lines.money(equity), maintenance: this.lines.money(maintenance) },
      choice: { action: isRestored ? 'cancel-orders' : 'wait' },
    };
  }

  private regimeOf({ at, rule }: DecisionLine): Regime {
    const begun = this.regimes.filter((regime) => regime.at <= at);
    // In the instant of a change either may have decided.
    const named = begun.find((regime) => regime.rule === canonicalJson(rule));
    return named ?? begun[0];
  }
}

function isInclusive({ liquidation }: Scenario): boolean {
  return liquidation.trigger === 'reached';
}

function instrumentsOf({ scenario, instruments }: Regime, scales: ReadonlyMap<number, MarginScale>): readonly Instrument[] {
  const key = JSON.stringify([...scales]);
  let made = instruments.get(key);
  if (made === undefined) {
    made = scenario.instruments.map((spec, i) =>
      instrumentOf({ ...instrumentSpec(spec), marginScale: scales.get(i + 1) ?? UNSCALED }, i + 1),
    );
    instruments.set(key, made);
  }
  return made;
}

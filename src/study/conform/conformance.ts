// Worked examples against our arithmetic: each is given, inputs alone, to its venue's adapter, and every value that it
// expects is compared. What no adapter knows is unsupported, and says why; it is no failure.

import { nearest } from '../../simulation/config-error.ts';
import { agrees, describe, plain } from './comparison.ts';
import type { Example } from './example-file.ts';
import { Refused, Unread, Unsupported, type Form, type Outputs, type VenueExamples } from './family.ts';

export type Outcome = 'passed' | 'failed' | 'unsupported';

/** One example and what became of it, as `conform --json` prints it. */
export interface ConformedCase {
  readonly id: string;
  readonly venue: string;
  readonly family: string;
  readonly outcome: Outcome;
  readonly expected: unknown;
  /** Of what is expected, what was computed; null when nothing was. */
  readonly got: unknown;
  /** Of a failure or of what is unsupported; null for what passed. */
  readonly why: string | null;
}

export interface Conformance {
  readonly passed: number;
  readonly failed: number;
  readonly unsupported: number;
  readonly cases: readonly ConformedCase[];
}

export function conform(examples: readonly Example[], venues: readonly VenueExamples[]): Conformance {
  const cases = examples.map((example) => conformOne(example, venues));
  const count = (outcome: Outcome) => cases.filter((one) => one.outcome === outcome).length;
  return { passed: count('passed'), failed: count('failed'), unsupported: count('unsupported'), cases };
}

function conformOne(example: Example, venues: readonly VenueExamples[]): ConformedCase {
  const { id, venue, family, inputs, expected } = example;
  const result = (outcome: Outcome, got: unknown, why: string | null): ConformedCase => ({
    id,
    venue,
    family,
    outcome,
    expected,
    got: got === null ? null : plain(got),
    why,
  });
  const [unknown] = example.unknown ?? [];
  if (unknown !== undefined) return result('unsupported', null, `unknown key "${unknown}"`);
  const forms = formsOf(venue, family, venues);
  if (typeof forms === 'string') return result('unsupported', null, forms);
  // A copy, so that nothing an adapter does to its inputs can reach what is compared.
  const computed = compute(structuredClone(inputs), forms);
  if ('why' in computed) return result('unsupported', null, computed.why);
  if ('broken' in computed) return result('failed', null, computed.broken);
  return compare(example, computed.outputs, result);
}

function formsOf(venue: string, family: string, venues: readonly VenueExamples[]): readonly Form[] | string {
  const name = venue.replaceAll('-', '_');
  const adapter = venues.find((one) => one.venue === name);
  if (adapter === undefined) {
    const near = nearest(
      name,
      venues.map((one) => one.venue),
    );
    return `no adapter for venue "${venue}"${near === undefined ? '' : ` (did you mean ${near}?)`}`;
  }
  return Object.hasOwn(adapter.families, family) ? adapter.families[family] : `no family "${family}" of venue "${venue}"`;
}

type Computed = { readonly outputs: Outputs } | { readonly why: string } | { readonly broken: string };

function compute(inputs: Readonly<Record<string, unknown>>, forms: readonly Form[]): Computed {
  // The form that speaks of most of the inputs says best what is wrong with them.
  let why = 'this family takes no inputs yet';
  let least = Infinity;
  for (const form of forms) {
    try {
      return { outputs: form.run(inputs) };
    } catch (error) {
      if (error instanceof Refused) return { outputs: { error: error.error } };
      if (error instanceof Unsupported) return { why: error.message };
      if (!(error instanceof Unread))
        return { broken: `the computation broke off: ${error instanceof Error ? error.message : String(error)}` };
      const known = new Set(form.keys);
      const differing = Object.keys(inputs).filter((key) => !known.has(key)).length + form.keys.filter((key) => !(key in inputs)).length;
      if (differing < least) {
        least = differing;
        why = error.message;
      }
    }
  }
  return { why };
}

/**
 * An error of the venue is expected by its name, under `error` or in place of the value that could not be computed.
 */
function compare(
  { expected, tolerance }: Example,
  outputs: Outputs,
  result: (outcome: Outcome, got: unknown, why: string | null) => ConformedCase,
): ConformedCase {
  const { error } = outputs;
  const got: Record<string, unknown> = {};
  const wrong: string[] = [];
  const missing: string[] = [];
  for (const [key, wanted] of Object.entries(expected)) {
    if (error !== undefined) {
      got[key] = error;
      if (wanted !== error) wrong.push(`expected ${key} ${describe(wanted)}, but the venue refuses with ${describe(error)}`);
    } else if (Object.hasOwn(outputs, key)) {
      got[key] = outputs[key];
      if (!agrees(wanted, outputs[key], tolerance)) wrong.push(`expected ${key} ${describe(wanted)}, got ${describe(outputs[key])}`);
    } else if (key === 'error') {
      wrong.push(`expected the error ${describe(wanted)}, got ${describe(outputs)}`);
      Object.assign(got, outputs);
    } else missing.push(key);
  }
  if (wrong.length > 0) return result('failed', got, wrong.join('; '));
  if (missing.length > 0)
    return result('unsupported', Object.keys(got).length === 0 ? null : got, `this family does not compute ${missing.join(', ')}`);
  return result('passed', got, null);
}

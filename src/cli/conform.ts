// `sandpile conform`: worked examples of real venues against the arithmetic that simulations use.

import type { Command } from 'commander';
import { conform, type Conformance, type ConformedCase, type Outcome } from '../study/conform/conformance.ts';
import { readExamples } from '../study/conform/example-file.ts';
import { venueExamples } from '../study/conform/registry.ts';
import { counted } from '../base/figures.ts';
import { table } from './table.ts';
import { ExitError, json, type Terminal } from './terminal.ts';

interface Options {
  readonly json?: true;
}

export function addConform(program: Command, terminal: Terminal): void {
  program
    .command('conform')
    .description("check worked examples of real venues against sandpile's arithmetic")
    .argument('<file>', 'a JSON list of { id, venue, family, inputs, expected, tolerance }')
    .option('--json', 'print { passed, failed, unsupported, cases: [{ id, venue, family, outcome, expected, got, why }] }')
    .addHelpText(
      'after',
      `
Examples:
  sandpile conform venues.json
  sandpile conform venues.json --json

One example: { "id": "margin.1", "venue": "dydx_v4", "family": "margin", "inputs": { … }, "expected": { … },
  "tolerance": { "type": "exact" } }; other tolerances: { "type": "abs", "value": 0.01 }, { "type": "rel", "value": 1e-9 }.
An unknown venue, family or input is unsupported, which is no failure. A venue's refusal is expected by its name:
  "expected": { "error": "ErrInvalidPerpetualPositionSizeDelta" }.

Exits with 3 when an example fails, with 1 when the file is not of this form.`,
    )
    .action((file: string, options: Options) => run(file, options, terminal));
}

function run(file: string, options: Options, terminal: Terminal): void {
  const conformance = conform(readExamples(file), venueExamples);
  terminal.out(options.json ? json(conformance) : conformanceText(conformance));
  if (conformance.failed > 0) throw new ExitError(3);
}

const OUTCOMES: readonly Outcome[] = ['passed', 'failed', 'unsupported'];

function conformanceText({ passed, failed, unsupported, cases }: Conformance): string {
  if (cases.length === 0) return 'The file holds no examples.\n';
  const families = groupBy(
    cases.toSorted((a, b) => compare(a.venue, b.venue) || compare(a.family, b.family)),
    ({ venue, family }) => `${venue}\t${family}`,
  );
  const rows = [['venue', 'family', ...OUTCOMES]];
  let before = '';
  for (const [key, group] of families) {
    const [venue, family] = key.split('\t');
    rows.push([venue === before ? '' : venue, family, ...countsOf(group)]);
    before = venue;
  }
  rows.push(['all', '', String(passed), String(failed), String(unsupported)]);
  const sections = [table(rows, 2)];
  const wrong = cases.filter(({ outcome }) => outcome === 'failed');
  if (wrong.length > 0) sections.push(`Failed:\n${wrong.map(({ id, why }) => `  ${id}: ${why}`).join('\n')}`);
  const left = cases.filter(({ outcome }) => outcome === 'unsupported');
  if (left.length > 0) {
    const reasons = groupBy(left, ({ why }) => why ?? '');
    sections.push(`Unsupported:\n${[...reasons].map(([why, group]) => `  ${why}: ${group.map(({ id }) => id).join(', ')}`).join('\n')}`);
  }
  sections.push(`${counted(passed, 'example')} passed, ${failed} failed, ${unsupported} unsupported`);
  return `${sections.join('\n\n')}\n`;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

function countsOf(group: readonly ConformedCase[]): string[] {
  return OUTCOMES.map((outcome) => String(group.filter((one) => one.outcome === outcome).length));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

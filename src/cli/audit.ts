// `sandpile audit verify`: makes every decision of a recorded run again from its record, and says which come out otherwise.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { verifyDecisions, type Deviation } from '../audit/verify.ts';
import { grouped } from '../base/figures.ts';
import { decisionVersion } from '../simulation/decision-lines.ts';
import { DECISIONS_FILE, MANIFEST_FILE } from '../simulation/recorder.ts';
import { linesOf } from '../simulation/replay.ts';
import { readManifest, scenarioOf } from './replay.ts';
import { ExitError, json, type Terminal } from './terminal.ts';

export function addAudit(program: Command, terminal: Terminal): void {
  const audit = program.command('audit').description('what a recorded run decided, and whether it was decided so');
  audit.copyInheritedSettings(program);
  audit
    .command('verify')
    .description(`make every decision of ${DECISIONS_FILE} again from its record, and name those that come out otherwise`)
    .argument('<dir>', 'the folder of a run: run --out')
    .option('--json', 'print { same, decisions, deviating, deviations: [{ line, case, time, changes, problem }], versions }')
    .addHelpText(
      'after',
      `
Examples:
  sandpile run flash-crash --out runs/crash && sandpile audit verify runs/crash

The policy decides again by the rules of the scenario in ${MANIFEST_FILE}, from what the record says that it saw and remembered;
the run itself is not run again (sandpile replay does that).
Exits with 3 when a decision comes out otherwise.`,
    )
    .action((folder: string, options: { readonly json?: true }) => verify(folder, options, terminal));
}

function verify(folder: string, options: { readonly json?: true }, terminal: Terminal): void {
  const manifest = readManifest(join(folder, MANIFEST_FILE));
  const file = join(folder, DECISIONS_FILE);
  if (!existsSync(file)) throw new ExitError(1, `error: there is no ${DECISIONS_FILE} in ${folder}`);
  const { decisions, deviating, deviations, versions } = verifyDecisions(linesOf(file), scenarioOf(manifest), manifest.seed);
  const here = decisionVersion();
  const others = versions.filter((version) => version !== here);
  if (others.length > 0) terminal.err(`warning: decided by version ${others.join(', ')}, this is ${here}: it may differ for that alone\n`);
  if (options.json) terminal.out(json({ same: deviating === 0, decisions, deviating, deviations, versions }));
  else {
    const run = `${manifest.scenario.name}, seed ${manifest.seed}`;
    if (deviating === 0) terminal.out(`${run}: ${grouped(decisions)} decisions, each comes out the same from its record\n`);
    else {
      const more = deviating > deviations.length ? `\n… and ${grouped(deviating - deviations.length)} more` : '';
      terminal.out(
        `${run}: ${grouped(deviating)} of ${grouped(decisions)} decisions do not come out as recorded\n${deviations.map(inWords).join('\n')}${more}\n`,
      );
    }
  }
  if (deviating > 0) throw new ExitError(3);
}

/** So many differences of a line are told. */
const TOLD = 6;

function inWords({ line, case: id, time, changes, problem }: Deviation): string {
  const head = `line ${line}${id === undefined ? '' : `, case ${id} at ${time ?? '?'}`}`;
  if (problem !== undefined) return `${head} ${problem}`;
  const told = changes
    .slice(0, TOLD)
    .map(({ path, expected, found }) => `\n  ${path}: ${JSON.stringify(expected)} → ${JSON.stringify(found)}`);
  const more = changes.length > TOLD ? `\n  … and ${changes.length - TOLD} more` : '';
  return `${head}:${told.join('')}${more}`;
}

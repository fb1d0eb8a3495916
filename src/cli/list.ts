// `sandpile list`: everything that a scenario can name, with its parameters, straight from the shelves.

import type { Command } from 'commander';
import { DISTRIBUTIONS } from '../base/distribution.ts';
import type { Param } from '../base/params.ts';
import { breakerKinds } from '../breakers/registry.ts';
import { controlKinds } from '../controls/registry.ts';
import { layerKinds } from '../losses/registry.ts';
import { policyKinds } from '../liquidation/registry.ts';
import { pathKinds } from '../paths/registry.ts';
import { nearest } from '../simulation/config-error.ts';
import { latencyKinds, markKinds } from '../simulation/scenario-file.ts';
import type { ShelfKind } from '../simulation/shape.ts';
import { marginModels } from '../study/backtest-models.ts';
import { STRESSES } from '../study/stress-scenarios.ts';
import { traderKinds } from '../traders/registry.ts';
import { venues } from '../venues/registry.ts';
import { scenarioCards } from './shipped.ts';
import { ExitError, json, type Terminal } from './terminal.ts';

/** Their settings are those of the backtest. */
const modelKinds: readonly ShelfKind[] = marginModels.map(({ kind, doc }) => ({ kind, doc, params: {} }));

/** What they set is data of their own. */
const troubleKinds: readonly ShelfKind[] = STRESSES.map(({ name, doc }) => ({ kind: name, doc, params: {} }));

const SHELVES: Readonly<Record<string, { readonly doc: string; readonly kinds: readonly ShelfKind[] }>> = {
  traders: { doc: 'who trades: `traders.<name>.kind`', kinds: traderKinds },
  paths: { doc: 'where the index price comes from: `index.kind`', kinds: pathKinds },
  policies: { doc: 'what to close of an account below maintenance: `liquidation.policy.kind`', kinds: policyKinds },
  losses: { doc: 'what takes the rest, in order: `losses[n].kind`', kinds: layerKinds },
  breakers: { doc: 'what halts, limits or throttles: `breakers.rules[n].kind`', kinds: breakerKinds },
  controls: { doc: 'what margin follows: `controls.rules[n].kind`', kinds: controlKinds },
  marks: { doc: 'how the mark price is made: `mark.kind`', kinds: markKinds },
  latencies: {
    doc: 'how long messages take: `latency.kind`, and `latency.types.<message>` for one type of message alone',
    kinds: latencyKinds,
  },
  models: { doc: 'margin models to try on real prices: `sandpile backtest --model`', kinds: modelKinds },
  troubles: { doc: 'what a scenario can be put under: `sandpile stress --named`', kinds: troubleKinds },
};
const OTHERS = ['distributions', 'venues', 'scenarios'];
const NAMES = [...Object.keys(SHELVES), ...OTHERS];

export function addList(program: Command, terminal: Terminal): void {
  program
    .command('list')
    .description('what can be named in a scenario, with parameters, units and defaults')
    .argument('[shelf]', `one of ${NAMES.join(', ')}; all of them when left out`)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  sandpile list
  sandpile list traders
  sandpile list scenarios --json`,
    )
    .action((shelf: string | undefined, options: { readonly json?: true }) => list(shelf, options, terminal));
}

function list(shelf: string | undefined, options: { readonly json?: true }, terminal: Terminal): void {
  if (shelf !== undefined && !NAMES.includes(shelf)) {
    const near = nearest(shelf, NAMES);
    throw new ExitError(
      1,
      `error: unknown shelf "${shelf}"${near === undefined ? '' : ` (did you mean ${near}?)`}: one of ${NAMES.join(', ')}`,
    );
  }
  const names = shelf === undefined ? NAMES : [shelf];
  if (options.json) {
    terminal.out(json(Object.fromEntries(names.map((name) => [name, record(name)]))));
    return;
  }
  // One shelf is shown with its parameters, all of them as a table of contents.
  terminal.out(`${names.map((name) => (shelf === undefined ? contents(name) : details(name))).join('\n\n')}\n`);
  if (shelf === undefined) terminal.out('\nParameters: sandpile list <shelf>\n');
}

function record(name: string): unknown {
  if (name === 'scenarios') return scenarioCards();
  if (name === 'venues') return venues;
  if (name === 'distributions')
    return DISTRIBUTIONS.map((distribution) => ({ kind: distribution.name, doc: distribution.doc, example: example(distribution) }));
  return SHELVES[name].kinds.map(({ kind, doc, params }) => ({
    kind,
    doc,
    params: Object.fromEntries(Object.entries(params).map(([key, param]) => [key, paramRecord(param)])),
  }));
}

function paramRecord({ unit, doc, default: fallback, choices, min, max, sampled, unscaled }: Param<unknown>): object {
  return {
    unit,
    default: fallback ?? null,
    doc,
    ...(choices && { choices }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    sampled,
    scaled: !unscaled && (unit === 'coins' || unit === 'money'),
  };
}

function example({ name, form }: (typeof DISTRIBUTIONS)[number]): string {
  if (form === 'two') return `{ ${name}: [1, 2] }`;
  if (form === 'many') return `{ ${name}: [5, 10, 20], weights: [1, 2, 1] }`;
  return `{ ${name}: { ${form.map((argument) => `${argument.name}: 1`).join(', ')} }, min: 0, max: 10 }`;
}

/** Name and text in two columns, the text wrapped to the width of a terminal. */
function columns(rows: readonly (readonly [string, string])[], indent: string): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => wrap(`${indent}${name.padEnd(width)}  `, text)).join('\n');
}

const WIDTH = 110;

function wrap(head: string, text: string): string {
  const lines: string[] = [];
  let line = head;
  for (const word of text.split(' ')) {
    if (line.length + word.length > WIDTH && line.trim() !== '' && line.length > head.length) {
      lines.push(line.trimEnd());
      line = ' '.repeat(head.length);
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()].join('\n');
}

function contents(name: string): string {
  const rows: (readonly [string, string])[] =
    name === 'scenarios'
      ? scenarioCards().map((card) => [card.name, card.question] as const)
      : name === 'distributions'
        ? DISTRIBUTIONS.map((distribution) => [distribution.name, distribution.doc] as const)
        : name === 'venues'
          ? venues.map((venue) => [venue.name, venue.doc] as const)
          : SHELVES[name].kinds.map(({ kind, doc }) => [kind, doc] as const);
  return `${title(name)}\n${rows.length === 0 ? '  (none)' : columns(rows, '  ')}`;
}

function title(name: string): string {
  if (name === 'scenarios') return 'scenarios — files to run: sandpile run <name>';
  if (name === 'venues') return 'venues — rules of real venues: `venue` in a file, or `--set venue=<name>` over any scenario';
  if (name === 'distributions') return 'distributions — instead of a number of a trader or a path, drawn for each from its own stream';
  return `${name} — ${SHELVES[name].doc}`;
}

function details(name: string): string {
  if (name === 'scenarios') {
    const cards = scenarioCards().map(
      (card) =>
        `  ${card.name} (${card.file})\n${columns(
          [
            ['question', card.question],
            ['census', card.census],
            ['source', card.source],
          ],
          '    ',
        )}`,
    );
    return [title(name), ...cards].join('\n\n');
  }
  if (name === 'distributions')
    return `${title(name)}\n${columns(
      DISTRIBUTIONS.map((one) => [example(one), one.doc] as const),
      '  ',
    )}`;
  if (name === 'venues') return [title(name), ...venues.map(venueDetails)].join('\n\n');
  const kinds = SHELVES[name].kinds.map(({ kind, doc, params }) => {
    const rows = Object.entries(params).map(([key, param]) => [key, paramText(param)] as const);
    return `${wrap(`  ${kind}  `, doc)}${rows.length === 0 ? '' : `\n${columns(rows, '    ')}`}`;
  });
  return [title(name), ...kinds].join('\n\n');
}

function venueDetails({ name, doc, source, rules }: (typeof venues)[number]): string {
  const rows = Object.entries(rules).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)] as const);
  return `${wrap(`  ${name}  `, doc)}\n${columns([...rows, ['source', source]], '    ')}`;
}

function paramText({ unit, doc, default: fallback, choices, sampled }: Param<unknown>): string {
  const what = choices === undefined ? unit : choices.join(' | ');
  const facts = [what, fallback === undefined ? 'required' : `default ${String(fallback)}`, ...(sampled ? ['drawn again and again'] : [])];
  return `${doc} [${facts.join(', ')}]`;
}

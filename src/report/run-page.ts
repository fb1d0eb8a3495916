// The page of a run: its headline, its figures, who paid, whom it hit, under which rules, and how to make it again.

import { brief, counted, day, grouped, lasting, percent } from '../base/figures.ts';
import { brokenNames } from '../simulation/invariants.ts';
import type { Manifest } from '../simulation/manifest.ts';
import type { Headline } from '../simulation/metrics.ts';
import { NEVER, type Cases } from '../simulation/cases.ts';
import { excessRatios } from '../simulation/fairness.ts';
import type { Config } from '../simulation/scenario.ts';
import type { Ink, Table } from './figure.ts';
import { formatted } from './medium.ts';
import type { Page, PagePart } from './page.ts';
import { PAYER_LOOKS, runFigures, type RunFacts } from './run-figures.ts';
import { PAYERS, type Payer } from './run-series.ts';

export interface RunPageFacts extends RunFacts {
  readonly manifest: Manifest;
  readonly cases: Cases;
  /** Of a quote unit. */
  readonly unit: number;
  /** Calendar time of simulated 0, micros. */
  readonly start: number;
  /** Whether the run came out as it was recorded, in a sentence. */
  readonly proof: { readonly same: boolean; readonly text: string };
}

export function runPage(facts: RunPageFacts): Page {
  const { manifest, start, proof, asset } = facts;
  const { scenario, seed, envelopes, simulated } = manifest;
  const figures = new Map(runFigures(facts).map((figure) => [figure.name, { kind: 'figure', figure } as const]));
  const parts: (PagePart | undefined)[] = [
    figures.get('price'),
    figures.get('liquidation-map'),
    figures.get('open-interest'),
    figures.get('cascades'),
    figures.get('waterfall'),
    whoPaid(facts),
    bySize(facts),
    {
      kind: 'table',
      title: 'Rules in force',
      caption:
        'What the exchange went by, as the scenario has it with every default filled in. Traders and instruments stand in the whole scenario below.',
      table: { head: ['rule', 'value'], rows: rulesOf(scenario.config) },
      words: true,
    },
    provenance(facts),
  ];
  return {
    title: `${scenario.name}, seed ${seed}`,
    lead: `Simulated ${day(start)} to ${day(start + simulated.micros)} UTC on one exchange settling in ${asset}: ${grouped(envelopes)} messages.`,
    proof,
    tiles: tilesOf(facts),
    parts: parts.filter((part) => part !== undefined),
    foot: 'Made by sandpile from the run’s manifest alone: the run was played again to draw it. The page is one file and asks for nothing from any network.',
  };
}

function tilesOf({ headline, asset }: RunFacts): Page['tiles'] {
  const { price, cascades, fund, adl, openInterest } = headline;
  const money = (value: string) => `${brief(value)} ${asset}`;
  return [
    { name: 'drawdown', value: percent(price.maxDrawdown), note: `low ${price.low === null ? '–' : grouped(price.low)}` },
    { name: 'liquidations', value: grouped(headline.liquidations), note: counted(headline.marginCalls, 'margin call') },
    { name: 'closed by force', value: money(headline.liquidatedNotional), note: shareOf(headline.liquidatedNotional, openInterest.start) },
    {
      name: 'branching ratio',
      value: cascades.branchingRatio.toFixed(3),
      note: `95 %: ${cascades.interval.map((end) => end.toFixed(3)).join(' to ')}`,
    },
    {
      name: 'largest cascade',
      value: counted(cascades.largest, 'liquidation'),
      note: `deepest ${counted(cascades.deepest, 'generation')}`,
    },
    { name: 'insurance fund', value: money(fund.end), note: `from ${brief(fund.start)}, low ${brief(fund.low)}` },
    { name: 'bad debt', value: money(headline.badDebt), note: counted(headline.bankruptAccounts, 'bankrupt account') },
    { name: 'deleveraged', value: grouped(adl.accounts), note: `${adl.accounts === 1 ? 'winner' : 'winners'}, ${money(adl.notional)}` },
    {
      name: 'breach to first order',
      value: headline.breachToFirstOrderMs === null ? '–' : lasting(headline.breachToFirstOrderMs),
      note: 'median',
    },
    { name: 'halts', value: grouped(headline.halts), note: spreadText(headline) },
    ...Object.entries(headline.collateral ?? {}).map(([symbol, { sold, deposited, price: counted }]) => ({
      name: `${symbol} sold by force`,
      value: brief(sold),
      note: `of ${brief(deposited)}; counted at ${grouped(counted.low)} at its lowest`,
    })),
  ];
}

function shareOf(part: string, whole: string): string {
  return Number(whole) === 0 ? '' : `${percent(Number(part) / Number(whole))} of the open interest at the start`;
}

function spreadText({ orderliness: { spreadBp } }: Headline): string {
  return spreadBp === null ? '' : `spread ${spreadBp.toFixed(1)} bp on average`;
}

/** The last row of what was paid, with what it means and how many were concerned. */
function whoPaid({ series, asset }: RunFacts): PagePart {
  const { who, paid } = series;
  const last = (payer: Payer) => paid[payer].at(-1) ?? 0;
  const total = PAYERS.reduce((sum, payer) => sum + last(payer), 0);
  const notes: Readonly<Record<Payer, string>> = {
    margin: `${counted(who.owners, 'case')}: what owners had at the breach and no longer had when their case was closed`,
    fund: `what it is worth less than at the start; it took over ${formatted(who.takenOver, 'money')} and got ${formatted(who.fees, 'money')} in fees`,
    vault: `what it is worth less than at the start; it took over ${formatted(who.pooled, 'money')}`,
    winners: `${counted(who.winners, 'account')} closed for ${formatted(who.deleveraged, 'money')}: price against the mark of that moment`,
    socialised: 'deficits spread over all positions',
    clawback: 'deficits taken from who had made a profit',
    lost: `${counted(who.debts, 'deficit')} that nobody paid`,
  };
  const shown = PAYERS.filter((payer) => payer === 'margin' || payer === 'fund' || payer === 'lost' || last(payer) > 0);
  const volunteers = who.assigned > 0 ? ` Volunteers took over ${formatted(who.assigned, 'money')} ${asset}.` : '';
  return {
    kind: 'table',
    title: 'Who paid, at the end',
    caption: `In the order in which they are asked. ${formatted(who.onBook, 'money')} ${asset} were closed on the book.${volunteers}`,
    table: {
      head: ['who', `paid, ${asset}`, 'share', 'what it is'],
      rows: shown.map((payer) => [
        PAYER_LOOKS[payer].name,
        formatted(last(payer), 'money'),
        total === 0 ? '–' : percent(last(payer) / total),
        notes[payer],
      ]),
    },
    inks: shown.map((payer): Ink => PAYER_LOOKS[payer].ink),
  };
}

const CLASSES = ['smallest quarter', 'second', 'third', 'largest quarter'] as const;

interface Closure {
  readonly notional: number;
  readonly executed: number;
  readonly minimal: number;
  /** From the breach to the first order, milliseconds. */
  readonly waited: number;
  readonly bankrupt: boolean;
  readonly caused: boolean;
}

/** Liquidations by how much was closed: is the small treated as the large? */
function bySize({ cases, unit, asset }: RunPageFacts): PagePart | undefined {
  const rows: Closure[] = [];
  for (let id = 1; id <= cases.last; id++) {
    if (cases.startedAt[id] === NEVER || cases.notional[id] === 0) continue;
    const { executed, minimal, notional, firstOrderAt, startedAt, bankrupt, parent } = cases;
    rows.push({
      notional: notional[id] * unit,
      executed: executed[id],
      minimal: minimal[id],
      waited: firstOrderAt[id] === NEVER ? Number.NaN : (firstOrderAt[id] - startedAt[id]) / 1_000,
      bankrupt: bankrupt[id] === 1,
      caused: parent[id] !== 0,
    });
  }
  if (rows.length < CLASSES.length) return undefined;
  rows.sort((a, b) => a.notional - b.notional);
  const table: Table = {
    head: [
      'liquidations',
      'how many',
      `closed, ${asset}`,
      `median, ${asset}`,
      'more than needed',
      'wait, median',
      'bankrupt',
      'caused by others',
    ],
    rows: CLASSES.map((name, i) => {
      const part = rows.slice(Math.floor((i * rows.length) / CLASSES.length), Math.floor(((i + 1) * rows.length) / CLASSES.length));
      const { aggregate } = excessRatios(part.map(({ executed, minimal }) => ({ executed, minimal, price: 1 })));
      const waits = part.flatMap(({ waited }) => (Number.isFinite(waited) ? [waited] : [])).sort((a, b) => a - b);
      const share = (count: number) => percent(count / part.length);
      return [
        name,
        grouped(part.length),
        formatted(
          part.reduce((sum, { notional }) => sum + notional, 0),
          'money',
        ),
        formatted(part[part.length >> 1].notional, 'money'),
        aggregate === null ? '–' : percent(aggregate, true),
        waits.length === 0 ? '–' : lasting(waits[waits.length >> 1]),
        share(part.filter(({ bankrupt }) => bankrupt).length),
        share(part.filter(({ caused }) => caused).length),
      ];
    }),
  };
  return {
    kind: 'table',
    title: 'Whom it hit, by size',
    caption:
      'Liquidations in four classes by what was closed. “More than needed” is what was closed over what would have restored maintenance at the first step without impact.',
    table,
  };
}

/** Not of the exchange, or too long for a row. */
const NO_RULES = new Set([
  'name',
  'start',
  'duration',
  'seed',
  'scale',
  'settlement',
  'instruments',
  'index',
  'traders',
  'latency',
  'marketData',
]);

function rulesOf(config: Config): string[][] {
  const rows: string[][] = [];
  const walk = (value: Config, path: string): void => {
    if (Array.isArray(value)) {
      const items = value as readonly Config[];
      rows.push([path, items.length === 0 ? 'none' : items.map(inline).join('; ')]);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        if (path === '' && NO_RULES.has(key)) continue;
        walk(inner, path === '' ? key : `${path}.${key}`);
      }
    } else rows.push([path, String(value)]);
  };
  walk(config, '');
  return rows;
}

function inline(value: Config): string {
  if (Array.isArray(value)) return (value as readonly Config[]).map(inline).join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).map(([key, inner]) => (key === 'kind' ? inline(inner) : `${key} ${inline(inner)}`));
  return entries.join(' ');
}

/** The command that makes the run again, and its manifest. */
export function runCommand({ scenario: { file, set = [] }, seed, ended, simulated }: Manifest): string {
  const quoted = (text: string) => (/^[\w./=:,+%-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
  const until = ended === 'until' ? [`--until ${simulated.micros / 1_000_000}s`] : [];
  return ['sandpile run', quoted(file), `--seed ${quoted(seed)}`, ...set.map((one) => `--set ${quoted(one)}`), ...until].join(' ');
}

function provenance({ manifest }: RunPageFacts): PagePart {
  const { code, build, engine, scenario, seed, simulated, ended, envelopes, digest, invariants } = manifest;
  const checks = Object.values(invariants.checked).reduce((sum, count) => sum + count, 0);
  const facts = [
    ['scenario', `${scenario.name} (${scenario.file}), SHA-256 ${scenario.digest}`],
    ['seed', seed],
    ['simulated', `${simulated.from} to ${simulated.to}, ended: ${ended}`],
    ['messages', grouped(envelopes)],
    ['digest', digest],
    ['code', `sandpile ${code}, build ${build}`],
    ['engine', engine],
    ...Object.entries(scenario.prices).map(([symbol, prices]) => [`prices of ${symbol}`, `SHA-256 ${prices}`]),
    [
      'invariants',
      invariants.broken.length === 0
        ? `${Object.keys(invariants.checked).length} held in ${grouped(checks)} checks`
        : `BROKEN: ${brokenNames(invariants).join(', ')}`,
    ],
  ];
  const wide = Math.max(...facts.map(([name]) => name.length));
  return {
    kind: 'text',
    title: 'How to make it again',
    paragraphs: [
      'The same scenario, seed and code give the same messages, bit for bit, on every JavaScript engine; the digest is over all of them.',
    ],
    blocks: [
      { text: runCommand(manifest) },
      { text: facts.map(([name, value]) => `${name.padEnd(wide)}  ${value}`).join('\n') },
      { text: JSON.stringify(scenario.config, null, 2), folded: 'The whole scenario' },
    ],
  };
}

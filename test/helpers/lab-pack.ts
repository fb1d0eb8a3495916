// The answer key of a lab pack: a fenced block `json answers` with the runs of its worksheet, what they come to, and what its
// sentences claim of them. It is read by a test, and written again by it when the runs have changed for a reason.

import { blocksOf, typed } from './documents.ts';

/** A number of a headline as it is written there; amounts of money are strings. */
export type Figure = number | string | null;

export interface LabRun {
  /** As a student types it. */
  readonly command: string;
  readonly digest: string;
  /** By path in the headline, such as `cascades.branchingRatio`. */
  readonly figures: Readonly<Record<string, Figure>>;
}

export interface Answers {
  readonly runs: Readonly<Record<string, LabRun>>;
  /** What the text says of the runs, such as `nobody.price.low > base.price.low`. */
  readonly claims: readonly string[];
}

const LANGUAGE = 'json';
const INFO = 'answers';

/** Throws unless there is exactly one key. */
export function answersOf(document: string): Answers {
  const found = blocksOf(document).filter(({ language, info }) => language === LANGUAGE && info === INFO);
  if (found.length !== 1) throw new Error(`${found.length} blocks "${LANGUAGE} ${INFO}", expected one`);
  return JSON.parse(found[0].text) as Answers;
}

/** The document with another key in the place of its own. */
export function withAnswers(document: string, answers: Answers): string {
  const block = blocksOf(document).find(({ language, info }) => language === LANGUAGE && info === INFO);
  if (block === undefined) throw new Error(`no block "${LANGUAGE} ${INFO}"`);
  const lines = document.split('\n');
  const height = block.text.split('\n').length - 1;
  return [...lines.slice(0, block.line - 1), JSON.stringify(answers, null, 2), ...lines.slice(block.line - 1 + height)].join('\n');
}

/** What a student types, in the order of the worksheet. */
export function commandsOf(document: string): string[] {
  return blocksOf(document)
    .filter(({ language }) => language === 'sh')
    .flatMap((block) => typed(block).map(({ command }) => command));
}

/** The words of a command as a shell passes them on: quotes hold together and fall away. */
export function wordsOf(command: string): string[] {
  return [...command.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''));
}

/** A value by its path; throws where there is none. */
export function figureOf(headline: unknown, path: string): Figure {
  let value = headline;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) throw new Error(`the headline has no "${path}"`);
    value = (value as Record<string, unknown>)[key];
  }
  if (typeof value === 'object' && value !== null) throw new Error(`"${path}" is no number`);
  return value as Figure;
}

const CLAIM = /^([\w-]+)\.([\w.-]+) ([<>=]) (?:(-?[\d.]+)|([\w-]+)\.([\w.-]+))$/;

/** Whether a claim is true of these headlines, by name of the run. */
export function holds(claim: string, headlines: Readonly<Record<string, unknown>>): boolean {
  const parts = CLAIM.exec(claim);
  if (parts === null) throw new Error(`"${claim}" is no claim: expected run.path < run.path, or a number on the right`);
  const [, run, path, relation, number, otherRun, otherPath] = parts;
  const left = Number(figureOf(headlines[run], path));
  const right = number === undefined ? Number(figureOf(headlines[otherRun], otherPath)) : Number(number);
  return relation === '<' ? left < right : relation === '>' ? left > right : left === right;
}

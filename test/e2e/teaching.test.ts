// The lab packs for teachers: every run of every worksheet is made again, and its digest, its figures and what the text
// claims of them compared with the answer key. `UPDATE=1 npx vitest run test/e2e/teaching.test.ts` writes the keys again; a
// claim that is not true any more is then a sentence to be changed, and stays red.

import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sandpile } from '../helpers/command.ts';
import { answersOf, commandsOf, figureOf, holds, withAnswers, wordsOf, type LabRun } from '../helpers/lab-pack.ts';

const FOLDER = 'docs/teaching';
const INDEX = 'README.md';
const packs = readdirSync(FOLDER).filter((name) => name.endsWith('.md') && name !== INDEX);
const update = process.env.UPDATE === '1';

interface Told {
  readonly digest: string;
  readonly headline: unknown;
}

async function made({ command }: LabRun): Promise<Told> {
  const [npx, program, ...args] = wordsOf(command);
  expect([npx, program, args[0], args.at(-1)]).toEqual(['npx', 'sandpile', 'run', '--json']);
  const { code, out, err } = await sandpile(...args);
  expect({ code, err }).toMatchObject({ code: 0 });
  return JSON.parse(out) as Told;
}

describe.each(packs)('%s', (name) => {
  const path = join(FOLDER, name);
  const text = readFileSync(path, 'utf8');
  const { runs, claims } = answersOf(text);

  test('the runs of its worksheet come to what the key says', { timeout: 300_000 }, async () => {
    const headlines: Record<string, unknown> = {};
    const again: Record<string, LabRun> = {};
    for (const [run, key] of Object.entries(runs)) {
      const { digest, headline } = await made(key);
      headlines[run] = headline;
      const figures = Object.fromEntries(Object.keys(key.figures).map((figure) => [figure, figureOf(headline, figure)]));
      again[run] = { command: key.command, digest, figures };
    }
    if (update) writeFileSync(path, withAnswers(text, { runs: again, claims }));
    else expect(again).toEqual(runs);
    expect(claims.length).toBeGreaterThan(0);
    expect(claims.filter((claim) => !holds(claim, headlines))).toEqual([]);
  });

  test('what is checked is what a student types', () => {
    const commands = commandsOf(text);
    expect(commands.filter((command) => /^npx sandpile run .*--json/.test(command))).toEqual(
      Object.values(runs).map(({ command }) => command),
    );
  });

  test('its minutes are fifty', () => {
    const rows = [...text.matchAll(/^\| (\d+)–(\d+) \|/gm)].map(([, from, to]) => [Number(from), Number(to)]);
    expect(rows.map(([from]) => from)).toEqual([0, ...rows.slice(0, -1).map(([, to]) => to)]);
    expect(rows.at(-1)?.[1]).toBe(50);
  });
});

test('every tour has a pack, and the index leads to each', () => {
  const tours = readdirSync('sim-configs/tours').map((name) => name.replace('.yaml', ''));
  expect(packs.map((name) => name.replace('.md', '')).toSorted()).toEqual(tours.toSorted());
  const index = readFileSync(join(FOLDER, INDEX), 'utf8');
  expect(packs.filter((name) => !index.includes(`](${name})`))).toEqual([]);
});

test('no link leads nowhere', () => {
  const broken = [INDEX, ...packs].flatMap((name) => {
    const path = join(FOLDER, name);
    return [...readFileSync(path, 'utf8').matchAll(/\]\(([^)#:]+)(?:#([\w-]+))?\)/g)].flatMap(([, target, anchor]) => {
      const file = join(dirname(path), target);
      if (!existsSync(file)) return [`${path}: ${target}`];
      if (anchor === undefined) return [];
      const anchors = [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
        title
          .toLowerCase()
          .replaceAll(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      );
      return anchors.includes(anchor) ? [] : [`${path}: ${target}#${anchor}`];
    });
  });
  expect(broken).toEqual([]);
});

describe('how a key is read', () => {
  const document = ['Prose.', '```json answers', '{ "runs": {}, "claims": ["a.x < 1"] }', '```', 'More.'].join('\n');

  test('and written', () => {
    const { claims } = answersOf(document);
    const written = withAnswers(document, { runs: { a: { command: 'c', digest: 'd', figures: { x: 1 } } }, claims });
    expect(answersOf(written)).toEqual({ runs: { a: { command: 'c', digest: 'd', figures: { x: 1 } } }, claims });
    expect([written.split('\n')[0], written.split('\n').at(-1)]).toEqual(['Prose.', 'More.']);
  });

  test('words as a shell passes them on', () => {
    expect(wordsOf("npx x --set 'a[0].b=[{ c: d }]' --e f")).toEqual(['npx', 'x', '--set', 'a[0].b=[{ c: d }]', '--e', 'f']);
  });

  test('claims, true and false and none', () => {
    const headlines = { a: { price: { low: '57312.6' } }, b: { price: { low: '9.5' } } };
    expect(holds('a.price.low > b.price.low', headlines)).toBe(true);
    expect(holds('a.price.low < 57312.6', headlines)).toBe(false);
    expect(holds('a.price.low = 57312.6', headlines)).toBe(true);
    expect(() => holds('a.price.lowest > 0', headlines)).toThrow('the headline has no "price.lowest"');
    expect(() => holds('a.price > 0', headlines)).toThrow('"price" is no number');
    expect(() => holds('prices fall', headlines)).toThrow('is no claim');
  });
});

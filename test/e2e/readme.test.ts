// Every command and every example of the README and of docs, tried as a reader would try them; helpers/documents.ts says what
// counts as one.

import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readScenario } from '../../src/simulation/scenario-reader.ts';
import { Consumer, withKind } from '../helpers/consumer.ts';
import { blocksOf, fileOf, typed, withKeysOf, type Block } from '../helpers/documents.ts';
import { SMALL } from '../helpers/small-scenario.ts';

const inDocs = existsSync('docs') ? readdirSync('docs').filter((name) => name.endsWith('.md')) : [];
const documents = ['README.md', ...inDocs.map((name) => `docs/${name}`)].map(
  (path) => [path, blocksOf(readFileSync(path, 'utf8'))] as const,
);

/** Where a kind of each shelf is named. */
const NAMED_AT: Record<string, (kind: string) => string> = {
  'src/traders': (kind) => `traders.noise.kind=${kind}`,
  'src/liquidation': (kind) => `liquidation.policy.kind=${kind}`,
  'src/losses': (kind) => `losses=[${kind}]`,
};

async function typeAll(project: Consumer, block: Block): Promise<void> {
  for (const { command, status } of typed(block)) {
    const outcome = await project.sh(command);
    expect({ command, status: outcome.status }, outcome.err).toEqual({ command, status });
  }
}

async function run(project: Consumer, { info, text, line }: Block): Promise<void> {
  const path = `block-${line}${info === 'vitest' ? '.test' : ''}.ts`;
  project.write(path, text);
  expect(await project.complaints([path])).toBe('');
  const outcome =
    info === 'vitest'
      ? await project.run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--root', '.', path])
      : await project.typescript(path, text);
  expect(outcome.status, outcome.err + outcome.out).toBe(0);
}

async function tryKind(path: string, { text }: Block): Promise<void> {
  const home = withKind(path, text);
  const project = new Consumer(home);
  try {
    const kind = /kind: '([\w-]+)'/.exec(text)![1];
    const shelf = path.slice(0, path.lastIndexOf('/'));
    expect((await project.sh('npx sandpile list')).out).toContain(kind);
    project.write('small.yaml', SMALL);
    const outcome = await project.sh(`npx sandpile run small.yaml --json --set '${NAMED_AT[shelf](kind)}'`);
    expect(outcome.status, outcome.err).toBe(0);
    const without = await project.sh('npx sandpile run small.yaml --json');
    const digest = ({ out }: typeof outcome) => (JSON.parse(out) as { digest: string }).digest;
    expect(digest(outcome)).not.toBe(digest(without));
  } finally {
    project.remove();
    rmSync(home, { recursive: true, force: true });
  }
}

type Example = readonly [name: string, check: (project: Consumer) => void | Promise<void>];

function examplesOf(block: Block): Example[] {
  const { language, text, line } = block;
  const file = fileOf(block);
  switch (language) {
    case 'sh':
      return typed(block).length === 0 ? [] : [[`line ${line} is typed`, (project) => typeAll(project, block)]];
    case 'ts':
      if (file !== undefined) return [[`line ${line} is a new kind, ${file}`, () => tryKind(file, block)]];
      return [[`line ${line} is run`, (project) => run(project, block)]];
    case 'yaml':
      if (file !== undefined) return [[`line ${line} is ${file}`, (project) => project.write(file, text)]];
      return [[`line ${line} is part of a scenario`, () => void readScenario(withKeysOf(SMALL, text), 'part.yaml')]];
    default:
      return [];
  }
}

describe.each(documents.filter(([, blocks]) => blocks.flatMap(examplesOf).length > 0))('%s', (_path, blocks) => {
  let project: Consumer;
  beforeAll(() => {
    project = new Consumer();
  });
  afterAll(() => project?.remove());

  test.each(blocks.flatMap(examplesOf))('%s', { timeout: 300_000 }, async (_name, check) => {
    await check(project);
  });
});

describe('how documents are read', () => {
  const document = [
    'Prose.',
    '```sh',
    'npm start    # not typed',
    'npx sandpile list',
    '# a comment',
    'npx sandpile check bad.yaml \\',
    '  --json   # exits 1',
    '```',
    '```yaml',
    '# my-own/scenario.yaml',
    'name: x',
    '```',
    '```ts src/traders/new.ts',
    '// Says something first.',
    'const x = 1;',
    '```',
    '```',
    'npx nothing',
    '```',
  ].join('\n');

  test('blocks, with their languages and lines', () => {
    expect(blocksOf(document).map(({ language, info, line }) => [language, info, line])).toEqual([
      ['sh', '', 3],
      ['yaml', '', 10],
      ['ts', 'src/traders/new.ts', 14],
      ['', '', 18],
    ]);
  });

  test('what is typed, and how it ends', () => {
    expect(typed(blocksOf(document)[0])).toEqual([
      { command: 'npx sandpile list', status: 0 },
      { command: 'npx sandpile check bad.yaml --json   # exits 1', status: 1 },
    ]);
  });

  test('what is a file', () => {
    expect(blocksOf(document).map(fileOf)).toEqual([undefined, 'my-own/scenario.yaml', 'src/traders/new.ts', undefined]);
  });

  test('what takes the place of what', () => {
    expect(withKeysOf('name: a\nrules:\n  x: 1\n  y: 2\nlast: { z: 3 }\n', 'rules:\n  y: 4\n')).toBe(
      'name: a\nlast: { z: 3 }\nrules:\n  y: 4\n',
    );
  });
});

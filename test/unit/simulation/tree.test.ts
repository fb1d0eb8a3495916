import { describe, expect, test } from 'vitest';
import type { Problem } from '../../../src/simulation/config-error.ts';
import { parseTree, type MapTree, type Tree } from '../../../src/simulation/tree.ts';

function parse(text: string): { tree: Tree | undefined; problems: Problem[] } {
  const problems: Problem[] = [];
  return { tree: parseTree({ file: 'a.yaml', text }, problems), problems };
}
const at = (tree: Tree | undefined, ...keys: string[]): Tree =>
  keys.reduce((inner, key) => (inner as MapTree).entries.get(key)!.tree, tree!);

describe('a tree', () => {
  test('keeps digits that a number would lose', () => {
    const { tree } = parse('rate: 0.10\nseed: 9007199254740993\ntext: "0.10"\n');
    expect(at(tree, 'rate')).toMatchObject({ text: '0.10', quoted: false });
    expect(at(tree, 'seed')).toMatchObject({ text: '9007199254740993' });
    expect(at(tree, 'text')).toMatchObject({ text: '0.10', quoted: true });
  });

  test('knows where everything stands', () => {
    const { tree } = parse('a:\n  b: [1, { c: 25% }]\n');
    const list = at(tree, 'a', 'b');
    expect(list.type === 'list' && at(list.items[1], 'c').place).toEqual({
      file: 'a.yaml',
      line: 2,
      column: 15,
      width: 3,
      source: '  b: [1, { c: 25% }]',
      path: 'a.b[1].c',
    });
    expect((tree as MapTree).entries.get('a')?.place).toMatchObject({ line: 1, column: 1, width: 1, path: 'a' });
  });

  test('follows anchors', () => {
    const { tree, problems } = parse('a: &x { k: 1 }\nb: *x\n');
    expect(problems).toEqual([]);
    expect(at(tree, 'b', 'k')).toMatchObject({ text: '1' });
  });

  test('reads YAML 1.2: no and 1_000 are text', () => {
    const { tree } = parse('a: no\nb: 1_000\nc:\n');
    expect(at(tree, 'a')).toMatchObject({ text: 'no' });
    expect(at(tree, 'b')).toMatchObject({ text: '1_000' });
    expect(at(tree, 'c')).toMatchObject({ text: '', quoted: false });
  });

  test('of a part of something speaks of the whole', () => {
    const problems: Problem[] = [];
    const tree = parseTree(
      { file: '--set', text: '{ kind: x }', within: { line: 2, column: 9, source: 'a.b=... { kind: x }', path: 'a.b' } },
      problems,
    );
    expect(at(tree, 'kind').place).toMatchObject({ file: '--set', line: 2, column: 17, path: 'a.b.kind' });
  });
});

describe('what is not a tree', () => {
  test('a duplicate key is named with the first, and the rest is still read', () => {
    const { tree, problems } = parse('seed: 1\nname: a\nseed: 2\n');
    expect(problems).toMatchObject([{ message: 'duplicate key "seed": first given on line 1', place: { line: 3, column: 1, width: 4 } }]);
    expect(at(tree, 'seed')).toMatchObject({ text: '1' });
  });

  test('broken syntax has a place', () => {
    const { tree, problems } = parse('a: [1, 2\nb: 3\n');
    expect(tree).toBeUndefined();
    expect(problems.length).toBeGreaterThan(0);
    expect(problems[0].place.line).toBe(2);
  });

  test('an unknown anchor and a key that is a list', () => {
    expect(parse('a: *nowhere\n').problems).toMatchObject([{ place: { line: 1, column: 4 } }]);
    expect(parse('? [a]\n: 1\n').problems).toMatchObject([{ message: 'a key must be plain text' }]);
  });
});

// YAML 1.2 as a tree in which everything knows where it was written. Scalars keep their source text, because an unquoted
// 0.10 or a seed beyond 2^53 would otherwise have lost digits before anybody reads them.

import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument, type Document, type Node } from 'yaml';
import type { Place, Problem } from './config-error.ts';

interface ScalarTree {
  readonly type: 'scalar';
  /** As written, without quotes; '' for nothing. */
  readonly text: string;
  readonly quoted: boolean;
  readonly place: Place;
}

export interface Entry {
  /** Where the key stands. */
  readonly place: Place;
  readonly tree: Tree;
}

export interface MapTree {
  readonly type: 'map';
  readonly entries: ReadonlyMap<string, Entry>;
  readonly place: Place;
}

interface ListTree {
  readonly type: 'list';
  readonly items: readonly Tree[];
  readonly place: Place;
}

export type Tree = ScalarTree | MapTree | ListTree;

/** How an error names what was found. */
export function describe(tree: Tree): string {
  if (tree.type === 'map') return 'a map';
  if (tree.type === 'list') return 'a list';
  return tree.text === '' && !tree.quoted ? 'nothing' : `"${tree.text}"`;
}

export const isNothing = (tree: Tree): boolean => tree.type === 'scalar' && tree.text === '' && !tree.quoted;

/** `traders.retail` + `count`, `tiers` + 2. */
export function join(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}

export interface Source {
  /** How errors name it. */
  readonly file: string;
  readonly text: string;
  /** Where the text stands in what the user wrote, when it is only a part of it: a `--set`'s value. */
  readonly within?: { readonly line: number; readonly column: number; readonly source: string; readonly path: string };
}

/** The tree of a YAML text; undefined when its syntax is broken. Problems are appended. */
export function parseTree({ file, text, within }: Source, problems: Problem[]): Tree | undefined {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false, logLevel: 'silent' });

  const place = (start: number, end: number, path: string): Place => {
    const { line, col } = lineCounter.linePos(start);
    const source = lines[line - 1] ?? '';
    const newline = text.indexOf('\n', start);
    const width = Math.max(1, (newline === -1 ? end : Math.min(end, newline)) - start);
    if (within === undefined) return { file, line, column: col, width, source, path };
    return { file, line: within.line, column: within.column + start, width, source: within.source, path };
  };

  const root = within?.path ?? '';
  for (const { message, pos } of [...document.errors, ...document.warnings]) {
    problems.push({ place: place(pos[0], pos[1], root), message });
  }
  if (document.errors.length > 0) return undefined;
  if (document.contents === null) return { type: 'scalar', text: '', quoted: false, place: place(0, 0, root) };
  return build(document.contents, root);

  function build(node: Node | null, path: string, fallback?: Place): Tree {
    const [start, end] = node?.range ?? [0, 0];
    const at = node?.range == null ? (fallback ?? place(0, 0, path)) : place(start, end, path);
    if (isAlias(node)) {
      const target = node.resolve(document as Document);
      if (target === undefined) {
        problems.push({ place: at, message: `nothing is anchored as &${node.source} before this` });
        return { type: 'scalar', text: '', quoted: false, place: at };
      }
      return build(target, path, at);
    }
    if (isMap(node)) {
      const entries = new Map<string, Entry>();
      for (const { key, value } of node.items) {
        const keyNode = key as Node;
        const [from, to] = keyNode.range ?? [start, end];
        if (!isScalar(keyNode)) {
          problems.push({ place: place(from, to, path), message: 'a key must be plain text' });
          continue;
        }
        const name = String(keyNode.source ?? keyNode.value);
        const keyPlace = place(from, to, join(path, name));
        const first = entries.get(name);
        if (first !== undefined)
          problems.push({ place: keyPlace, message: `duplicate key "${name}": first given on line ${first.place.line}` });
        else entries.set(name, { place: keyPlace, tree: build(value as Node | null, join(path, name), keyPlace) });
      }
      return { type: 'map', entries, place: at };
    }
    if (isSeq(node)) return { type: 'list', items: node.items.map((item, i) => build(item as Node | null, join(path, i), at)), place: at };
    if (!isScalar(node)) return { type: 'scalar', text: '', quoted: false, place: at };
    const quoted = node.type !== 'PLAIN';
    const nothing = node.value === null && !quoted;
    const written = quoted ? String(node.value) : (node.source ?? String(node.value));
    // An empty value has no width of its own: its key is what people look for.
    return { type: 'scalar', text: nothing ? '' : written, quoted, place: nothing && fallback !== undefined ? fallback : at };
  }
}

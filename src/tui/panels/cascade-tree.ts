// The cascade as it unfolds: who triggered whom. Of a tree too large for the panel the largest branches are shown, the
// rest is counted; below it, how many fell in each generation.

import { bar, type Canvas, type Piece, type Rect } from '../canvas.ts';
import type { Node, View } from '../view.ts';
import { counted } from '../../base/figures.ts';
import { grouped, money, past } from './format.ts';

export function cascadePanel(canvas: Canvas, rect: Rect, view: View): void {
  const { tree, cascades } = view;
  const title: Piece[] = [['cascade', 'strong']];
  if (cascades.liquidations > 0) {
    title.push(
      [`  ${counted(cascades.liquidations, 'liquidation')}`, 'liquidation'],
      `  branching ratio ${cascades.branchingRatio.toFixed(2)}`,
    );
  }
  const inside = canvas.frame(rect, title);
  canvas.spot('branching', { x: rect.x, y: rect.y, width: rect.width, height: 1 });
  if (tree === undefined) {
    canvas.write(inside.x + 1, inside.y, [['nobody has been liquidated', 'dim']], inside.width - 1);
    return;
  }
  const generations = generationsOf(tree);
  const rows = inside.height - (generations.length > 1 ? 1 : 0);
  const lines: Drawn[] = [];
  draw(tree, chosen(tree, rows), '', '', lines);
  lines.slice(0, rows).forEach(({ lead, node, more }, i) => {
    const y = inside.y + i;
    if (node === undefined) {
      canvas.write(
        inside.x,
        y,
        [
          [lead, 'frame'],
          [more, 'dim'],
        ],
        inside.width,
      );
      return;
    }
    const below = node.size - 1;
    const pieces: Piece[] = [
      [lead, 'frame'],
      [node.open ? '✗' : '·', 'liquidation'],
      [`${node.account} `, 'plain'],
      [node.side > 0 ? '▲' : node.side < 0 ? '▼' : ' ', node.side > 0 ? 'long' : 'short'],
      [`${money(view, node.notional)} `, 'plain'],
    ];
    const at = canvas.write(inside.x, y, pieces, inside.width);
    const end = below > 0 ? `→ ${grouped(below)}` : '';
    canvas.write(at, y, [[end, 'liquidation']], Math.max(0, inside.x + inside.width - at));
    const started = past(view, node.startedAt);
    if (inside.x + inside.width - at - end.length > started.length + 2) canvas.writeRight(inside.x + inside.width, y, started, 'dim');
    canvas.spot('case', { x: inside.x, y, width: inside.width, height: 1 }, node.account);
  });
  if (generations.length > 1) generationsLine(canvas, inside, generations, view.growing);
}

function generationsLine(canvas: Canvas, { x, y, width, height }: Rect, generations: readonly number[], growing: boolean): void {
  const row = y + height - 1;
  const most = Math.max(...generations);
  let at = canvas.write(x, row, [growing ? ['growing: ', 'liquidation'] : ['largest so far: ', 'dim']], width);
  const cells = generations.map((count): readonly [string, string] => [grouped(count), bar((count / most) * 4)]);
  for (const [i, [count, share]] of cells.entries()) {
    // What does not fit is not passed over in silence: the deepest are the ones that are missing.
    const last = i === cells.length - 1;
    if (at + count.length + share.length + (last ? 0 : 2) > x + width) {
      canvas.write(at, row, [['…', 'dim']], x + width - at);
      at = x + width;
      break;
    }
    at = canvas.write(at, row, [[count, 'strong'], [share, 'liquidation'], ' '], x + width - at);
  }
  const words = 'by generation';
  if (at + words.length <= x + width) canvas.write(at, row, [[words, 'dim']]);
  canvas.spot('generations', { x, y: row, width, height: 1 });
}

function generationsOf(tree: Node): number[] {
  const counts: number[] = [];
  const walk = (node: Node, depth: number): void => {
    counts[depth] = (counts[depth] ?? 0) + 1;
    for (const child of node.children) walk(child, depth + 1);
  };
  walk(tree, 0);
  return counts;
}

/** The nodes shown: always a node's parent too, the largest first, at most so many lines with those that count the rest. */
function chosen(tree: Node, rows: number): ReadonlySet<Node> {
  const shown = new Set<Node>([tree]);
  const waiting: Node[] = [...tree.children];
  let room = rows - 1 - (tree.children.length > 0 ? 1 : 0);
  while (room > 0 && waiting.length > 0) {
    let best = 0;
    for (let i = 1; i < waiting.length; i++) {
      if (waiting[i].size > waiting[best].size || (waiting[i].size === waiting[best].size && waiting[i].notional > waiting[best].notional))
        best = i;
    }
    const [node] = waiting.splice(best, 1);
    // Its own line, and one that counts its children not shown.
    const cost = 1 + (node.children.length > 0 ? 1 : 0);
    if (cost > room) continue;
    room -= cost;
    shown.add(node);
    waiting.push(...node.children);
  }
  return shown;
}

interface Drawn {
  readonly lead: string;
  readonly node?: Node;
  readonly more: string;
}

function draw(node: Node, shown: ReadonlySet<Node>, lead: string, under: string, lines: Drawn[]): void {
  lines.push({ lead, node, more: '' });
  const seen = node.children.filter((child) => shown.has(child));
  const hidden = node.children.filter((child) => !shown.has(child));
  seen.forEach((child, i) => {
    const last = i === seen.length - 1 && hidden.length === 0;
    draw(child, shown, `${under}${last ? '└─' : '├─'}`, `${under}${last ? '  ' : '│ '}`, lines);
  });
  if (hidden.length === 0) return;
  const below = hidden.reduce((sum, { size }) => sum + size, 0);
  const deeper = below > hidden.length ? `, ${grouped(below)} with theirs` : '';
  lines.push({ lead: `${under}└─`, more: `${grouped(hidden.length)} ${seen.length > 0 ? 'more' : 'triggered'}${deeper}` });
}

// The first lines: what runs, how far and how fast it has come, the figures that matter, and the run as a bar that can
// be clicked to go to a time. The last line: what keys do.

import type { Canvas, Piece, Rect } from '../canvas.ts';
import type { View } from '../view.ts';
import { brief, elapsed, grouped, moment, money, overnight, price, signed, signedPercent } from './format.ts';

/** How the run is being played. */
export interface Playing {
  readonly paused: boolean;
  /** Simulated seconds a second. */
  readonly speed: number;
  /** The speed follows what happens. */
  readonly auto: boolean;
  /** Whether the computer keeps up with the speed asked for. */
  readonly behind: boolean;
  /** While it catches up with a time: how much of the way is done, 0 to 1. */
  readonly seeking: number | undefined;
  /** What it is being played to. */
  readonly looking?: string;
  readonly ended: boolean;
}

const BLOCKS = '▁▂▃▄▅▆▇█';

export function speedText(speed: number): string {
  return speed >= 1 ? `×${speed % 1 === 0 ? speed : speed.toFixed(1)}` : `×1/${Math.round(1 / speed)}`;
}

function playingText({ paused, speed, auto, behind, seeking, looking, ended }: Playing): string {
  if (seeking !== undefined) return `⟲ going there ${Math.floor(seeking * 100)} %`;
  if (ended) return '■ the end';
  if (looking !== undefined) return `▶▶ to the next ${looking}`;
  if (paused) return '‖ paused';
  return `▶ ${speedText(speed)}${auto ? ' auto' : ''}${behind ? ' (as fast as it can)' : ''}`;
}

export function header(canvas: Canvas, rect: Rect, view: View, playing: Playing): void {
  const { scenario, now } = view;
  canvas.shade({ ...rect, height: 1 }, 'title');
  const name = canvas.width < 100 ? ` ${scenario.name}  seed ${view.seed}` : ` sandpile  ${scenario.name}  seed ${view.seed}`;
  const session = view.trading.phase === 'open' ? 'open' : `‖ ${view.trading.phase.toUpperCase()}`;
  canvas.write(rect.x, rect.y, [[name, 'title']], rect.width);
  // A date leaves no room for the whole where there is little.
  const whole = canvas.width < 100 && overnight(view) ? '' : ` of ${elapsed(scenario.duration)}`;
  const clockText = `${moment(view, now)} UTC  ${elapsed(now)}${whole} `;
  canvas.writeRight(rect.x + rect.width, rect.y, clockText, 'title');
  // Where there is little room, only a session that is out of the ordinary.
  const state = canvas.width < 100 && view.trading.phase === 'open' ? playingText(playing) : `${playingText(playing)}  session ${session}`;
  // In the middle, or as far to the left as it takes to be whole.
  const middle = Math.max(name.length + 2, Math.min((rect.width - state.length) >> 1, rect.width - clockText.length - state.length - 1));
  canvas.write(rect.x + middle, rect.y, [[state, 'title']], Math.max(0, rect.width - clockText.length - middle - 1));
  canvas.spot('session', { x: rect.x + middle, y: rect.y, width: state.length, height: 1 });
  figures(canvas, { ...rect, y: rect.y + 1, height: 1 }, view);
}

function figures(canvas: Canvas, rect: Rect, view: View): void {
  const { totals, fund, cascades } = view;
  const basis = view.index === 0 ? 0 : view.mark / view.index - 1;
  const first = view.history.stretch(0, view.history.width).mark;
  const change = first === 0 ? 0 : view.mark / first - 1;
  const shown: readonly (readonly [topic: string, Piece[]])[] = [
    ['mark', ['mark ', [price(view, view.mark), 'mark'], ' ', [signedPercent(change), change < 0 ? 'short' : 'long']]],
    ['basis', [['off index ', 'dim'], `${signed(basis * 10_000, 0)} bp`]],
    ['calls', [['calls ', 'dim'], ['! ', 'call'], grouped(totals.calls)]],
    ['liquidations', [['liquidated ', 'dim'], ['✗ ', 'liquidation'], grouped(totals.liquidations)]],
    ['fund', [['fund ', 'dim'], ['$ ', 'fund'], money(view, fund.equity)]],
    ['open-interest', [['open interest ', 'dim'], money(view, view.openInterest)]],
    ['branching', [['deepest ', 'dim'], `${cascades.deepest} gen`]],
    ['winners', [['deleveraged ', 'dim'], ['⇄ ', 'deleveraged'], grouped(view.winners)]],
    ['messages', [['messages ', 'dim'], brief(view.messages)]],
  ];
  let x = rect.x + 1;
  for (const [topic, pieces] of shown) {
    const length = pieces.reduce((sum, piece) => sum + (typeof piece === 'string' ? piece.length : piece[0].length), 0);
    if (x + length > rect.x + rect.width) continue;
    canvas.write(x, rect.y, pieces);
    canvas.spot(topic, { x, y: rect.y, width: length, height: 1 });
    x += length + 3;
  }
}

/** The whole run: where liquidations were, how far it has been seen, where it is. Returns what a column stands for. */
export function scrubber(canvas: Canvas, rect: Rect, view: View, seen: number): void {
  const { duration } = view.scenario;
  const sums = Array.from({ length: rect.width }, (_, x) => {
    const from = (x * duration) / rect.width;
    if (from > view.now) return 0;
    const { longs, shorts } = view.history.stretch(from, Math.min(view.now + 1, ((x + 1) * duration) / rect.width));
    return longs + shorts;
  });
  const most = Math.max(1, ...sums);
  const here = Math.min(rect.width - 1, Math.floor((view.now / duration) * rect.width));
  sums.forEach((sum, x) => {
    const past = (x * duration) / rect.width <= seen;
    if (sum > 0) canvas.put(rect.x + x, rect.y, BLOCKS[Math.min(7, Math.floor(Math.sqrt(sum / most) * 8))], 'liquidation');
    else canvas.put(rect.x + x, rect.y, past ? '─' : '┄', past ? 'dim' : 'frame');
  });
  canvas.put(rect.x + here, rect.y, '┃', 'chosen');
  canvas.spot('scrubber', { ...rect, height: 1 });
}

/** Keys and what they do, as many as fit; the last two at the right always. */
export function footer(canvas: Canvas, rect: Rect, keys: readonly (readonly [key: string, does: string])[], note: string): void {
  if (note !== '') {
    canvas.write(rect.x, rect.y, [[` ${note} `, 'chosen']], rect.width);
    return;
  }
  const widthOf = ([key, does]: readonly [string, string]) => key.length + does.length + 4;
  const draw = (x: number, [key, does]: readonly [string, string]) =>
    canvas.write(x, rect.y, [
      [` ${key} `, 'key'],
      [` ${does} `, 'dim'],
    ]);
  const last = keys.slice(-2);
  const end = rect.x + rect.width - last.reduce((sum, entry) => sum + widthOf(entry), 0);
  let x = rect.x;
  for (const entry of keys.slice(0, -2)) {
    if (x + widthOf(entry) > end) break;
    x = draw(x, entry);
  }
  last.reduce(draw, end);
}

// What may stop trading, and what of it is on: the session's phase and until when, and how near each armed rule is to tripping.

import { bar, type Canvas, type Piece, type Rect } from '../canvas.ts';
import type { Armed, View } from '../view.ts';
import { elapsed, money, past, price } from './format.ts';
import { wrapped } from './story.ts';

/** From here on a rule is about to trip. */
const NEAR = 0.75;

/** Rows that it would like: its frame, the phase, and a row a rule. */
export function breakersHeight(view: View): number {
  return 3 + view.breakers.armed.length;
}

/** Whether there is anything to be told: a rule is armed, or trading is not as usual. */
export function breakersMatter({ breakers, trading }: View): boolean {
  return breakers.armed.length > 0 || trading.phase !== 'open' || breakers.throttled !== undefined;
}

export function breakersPanel(canvas: Canvas, rect: Rect, view: View): void {
  const { armed } = view.breakers;
  const inside = canvas.frame(rect, [
    ['breakers', 'strong'],
    [armed.length === 0 ? '  none is armed' : rect.width >= 46 ? '  % of the way to tripping' : '  % of the way', 'dim'],
  ]);
  if (inside.height === 1 && armed.length > 0 && view.trading.phase === 'open' && view.breakers.throttled === undefined) {
    ruleRow(canvas, inside, inside.y, nearest(armed), view);
    return;
  }
  canvas.write(inside.x, inside.y, phaseOf(view, inside.width), inside.width);
  canvas.spot('session', { x: inside.x, y: inside.y, width: inside.width, height: 1 });
  // With room, each rule is told with its settings.
  const lines = armed.map((rule) => [...wrapped(rule.doc, inside.width - 4), rule.settings]);
  const foot = footnotes(view, inside.width - 4);
  const alone = inside.height >= 2 + foot.length + lines.reduce((sum, { length }) => sum + length + 2, 0);
  let y = inside.y + (alone ? 2 : 1);
  armed.forEach((rule, i) => {
    if (y >= inside.y + inside.height) return;
    ruleRow(canvas, inside, y++, rule, view);
    if (!alone) return;
    for (const line of lines[i]) canvas.write(inside.x + 4, y++, [[line, 'dim']], inside.width - 4);
    y++;
  });
  if (alone) for (const line of foot) canvas.write(inside.x + 2, y++, [[line, 'dim']], inside.width - 2);
}

function phaseOf(view: View, width: number): Piece[] {
  const { trading, breakers, now } = view;
  const { phase, until, rule, low, high } = trading;
  const end = until === 0 ? ' for the rest of the run' : ` until ${past(view, until)}`;
  const left = until === 0 ? '' : `, ${elapsed(Math.max(0, until - now))} left`;
  const whose = rule === '' ? '' : ` (${rule})`;
  if (phase === 'halted') return [['‖ HALTED', 'strong'], end, [`${left}${whose}`, 'dim']];
  if (phase === 'auction') return [['‖ AUCTION', 'strong'], end, [`${left}: orders are gathered`, 'dim']];
  if (phase === 'limited') return [['‖ LIMITED', 'strong'], ` ${price(view, low)} … ${price(view, high)}`, [`, else a halt${left}`, 'dim']];
  if (breakers.throttled !== undefined)
    return [['‖ liquidations wait', 'strong'], ` ${elapsed(Math.max(0, breakers.throttled.until - now))} more`];
  return ['trading is open', [breakers.armed.length === 0 && width >= 28 ? ' (w: what if)' : '', 'dim']];
}

function nearest(armed: readonly Armed[]): Armed {
  return armed.reduce((best, rule) => (shareOf(rule) > shareOf(best) ? rule : best));
}

function shareOf({ nearness }: Armed): number {
  return nearness === null ? 0 : nearness.now / nearness.trips;
}

function ruleRow(canvas: Canvas, { x, width }: Rect, y: number, rule: Armed, view: View): void {
  const { trading, breakers } = view;
  const share = shareOf(rule);
  const tripped = (trading.phase !== 'open' && trading.rule === rule.kind) || breakers.throttled?.rule === rule.kind;
  const ink = tripped || share >= NEAR ? 'strong' : 'plain';
  const wide = width >= 44;
  const cells = wide ? 10 : 6;
  const name = wide ? rule.kind.padEnd(19) : rule.kind.padEnd(16).slice(0, Math.max(8, width - cells - 8));
  const level = rule.nearness === null ? '–' : `${Math.floor(share * 100)} %`;
  const from = canvas.write(x, y, [[`${tripped ? '‖' : ' '} ${name} `, ink]], width);
  canvas.write(from, y, [[bar(Math.min(1, share) * cells), ink]], Math.max(0, x + width - from));
  const after = canvas.write(from + cells, y, [[level.padStart(5), ink]], Math.max(0, x + width - from - cells));
  canvas.write(after, y, [[`  ${measured(rule, view)}`, 'dim']], Math.max(0, x + width - after));
  canvas.spot('breaker', { x, y, width, height: 1 }, breakers.armed.indexOf(rule));
}

/** Such as `0.84 % of 1.50 %`. */
export function measured({ nearness }: Armed, view: View): string {
  if (nearness === null) return 'nothing to measure yet';
  const text = (value: number) => (nearness.unit === 'money' ? money(view, value) : `${(value * 100).toFixed(2)} %`);
  return `${text(nearness.now)} of ${text(nearness.trips)}`;
}

function footnotes({ scenario: { breakers } }: View, width: number): string[] {
  const gathered =
    breakers.auction === 0 ? 'trading goes on at once' : `orders are gathered for ${breakers.auction / 1e6} s and matched at one price`;
  const mark = breakers.mark === 'live' ? 'marks follow the index' : 'the mark stands still';
  const liquidations = breakers.liquidations === 'wait' ? 'liquidation orders wait for the book' : 'nobody is looked at';
  return wrapped(`While trading is halted ${mark} and ${liquidations}; after a halt ${gathered}.`, width);
}

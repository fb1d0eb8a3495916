// The desk: what every key does, without a terminal.

import { describe, expect, test } from 'vitest';
import { App } from '../../../src/tui/app.ts';
import type { Canvas } from '../../../src/tui/canvas.ts';
import { Pace } from '../../../src/tui/pace.ts';
import { watched } from '../../helpers/watched.ts';

const keysOf = (text: string) => text.split('');

class Desk {
  readonly app: App;
  canvas: Canvas;
  readonly #clock: { now: number };

  constructor(set: readonly string[] = [], speed: number | 'auto' = 4) {
    const { playback, clock } = watched(set);
    this.#clock = clock;
    this.app = new App({ playback, speed: speed === 'auto' ? undefined : speed, clock: () => clock.now, ascii: false });
    this.canvas = this.app.draw(140, 45);
  }

  /** Frames of a twentieth of a second. */
  frames(count: number): void {
    for (let i = 0; i < count; i++) {
      this.#clock.now += 50;
      this.app.tick(50);
      this.canvas = this.app.draw(140, 45);
    }
  }

  press(...keys: string[]): void {
    for (const key of keys) this.app.key(key);
    this.canvas = this.app.draw(140, 45);
  }

  /** Until it stands where it was told to go. */
  settle(): void {
    for (let i = 0; i < 2_000 && (this.app.seeking || i < 1); i++) this.frames(1);
  }

  get text(): string {
    return this.canvas.text().join('\n');
  }
}

describe('time', () => {
  test('passes at the speed asked for, stops, and goes on', () => {
    const desk = new Desk();
    desk.frames(20);
    expect(desk.app.now).toBe(4e6);
    desk.press('space');
    desk.frames(20);
    expect(desk.app.now).toBe(4e6);
    expect(desk.text).toContain('‖ paused');
    desk.press('space', '+');
    desk.frames(10);
    expect(desk.app.now).toBe(12e6);
    desk.press('-', '-', '-');
    desk.frames(20);
    expect(desk.app.now).toBe(12.25e6);
  });

  test('one event, one liquidation, one margin call, the next halt', () => {
    const desk = new Desk(['session.halts=[{ at: 50s, duration: 5s }]']);
    const { messages } = desk.app.view;
    desk.press('e');
    expect(desk.app.view.messages).toBe(messages + 1);
    expect(desk.app.paused).toBe(true);
    desk.press('c');
    desk.frames(50);
    expect(desk.app.view.totals.calls).toBe(1);
    desk.press('l');
    desk.frames(50);
    expect(desk.app.view.totals.liquidations).toBe(1);
    expect(desk.app.paused).toBe(true);
    desk.press('l');
    desk.frames(50);
    expect(desk.app.view.totals.liquidations).toBe(2);
    desk.press('h');
    desk.frames(200);
    expect(desk.app.now).toBe(50e6);
    desk.press('h');
    desk.frames(5);
    expect(desk.app.now).toBe(60e6);
    expect(desk.text).toContain('There is no halt until the end.');
  });

  test('goes back and forth, and the same moment looks the same', () => {
    const desk = new Desk();
    desk.press('g', ...keysOf('30s'), 'enter');
    desk.settle();
    desk.press('space');
    const before = desk.text;
    expect(desk.app.now).toBe(30e6);
    desk.press('left');
    desk.settle();
    expect(desk.app.now).toBe(20e6);
    desk.press('right');
    desk.settle();
    expect(desk.app.now).toBe(30e6);
    expect(desk.text).toBe(before);
    desk.press('home');
    desk.settle();
    expect(desk.app.now).toBe(0);
    desk.press('end');
    desk.settle();
    expect(desk.app.now).toBe(60e6);
    expect(desk.text).toContain('■ the end');
  });

  test('a time is asked for until it is one', () => {
    const desk = new Desk();
    desk.press('g', ...keysOf('soon'), 'enter');
    expect(desk.text).toContain('expected a time');
    desk.press('backspace', 'backspace', 'backspace', 'backspace', ...keysOf('10:00:12'), 'enter');
    desk.settle();
    expect(desk.app.now).toBe(12e6);
    desk.press('g', ...keysOf('09:00'), 'enter');
    expect(desk.text).toContain('not within the run');
    desk.press('escape');
    expect(desk.text).not.toContain('not within the run');
  });

  test('a click on the bar goes there', () => {
    const desk = new Desk();
    desk.app.click(70, 2);
    desk.settle();
    expect(desk.app.now).toBe(Math.floor((70.5 / 140) * 60e6));
  });
});

describe('left to itself', () => {
  test('is fast in the calm, slow where accounts are closed, and does not jump over them', () => {
    const desk = new Desk(['shocks[0].size=-6%'], 'auto');
    const speeds: { liquidations: number; step: number }[] = [];
    for (let i = 0; i < 300 && desk.app.now < 55e6; i++) {
      const { now } = desk.app;
      desk.frames(1);
      speeds.push({ liquidations: desk.app.view.totals.liquidations, step: desk.app.now - now });
    }
    expect(speeds[0].step).toBeGreaterThan(5e6);
    const crash = speeds.filter(({ liquidations }) => liquidations > 3);
    expect(Math.min(...crash.map(({ step }) => step))).toBeLessThanOrEqual(1e6);
    const jumps = speeds.slice(1).map(({ liquidations }, i) => liquidations - speeds[i].liquidations);
    expect(Math.max(...jumps)).toBeLessThan(20);
  });

  test('the pace quickens slowly, slows at once, and a chosen speed stays', () => {
    const pace = new Pace(undefined);
    pace.look(0, 0, 50);
    expect(pace.speed).toBe(600);
    pace.look(1e6, 30, 50);
    expect(pace.speed).toBe(4);
    pace.look(10e6, 30, 1_000);
    expect(pace.speed).toBeCloseTo(8.8, 1);
    pace.change(4);
    expect(pace.auto).toBe(false);
    const chosen = pace.speed;
    pace.look(20e6, 30, 10_000);
    expect(pace.speed).toBe(chosen);
    for (let i = 0; i < 20; i++) pace.change(4);
    expect(pace.speed).toBe(1_000);
    for (let i = 0; i < 20; i++) pace.change(1 / 4);
    expect(pace.speed).toBe(0.25);
  });
});

describe('asking', () => {
  test('every number says what it is: the arrows lead to all of them', () => {
    const desk = new Desk();
    desk.press('l');
    desk.frames(50);
    desk.press('i');
    expect(desk.text).toContain('enter: explain');
    const titles = new Set<string>();
    for (let i = 0; i < 120; i++) {
      titles.add(desk.canvas.text()[44].split('   ')[0].trim());
      desk.press('right');
    }
    expect(titles.size).toBeGreaterThan(15);
    expect([...titles].join('\n')).toMatch(/mark price.*\n?/);
    desk.press('enter');
    expect(desk.text).toContain('any key: back');
    desk.press('x');
    expect(desk.text).not.toContain('any key: back');
  });

  test('no spot on a screen full of a crash is without an explanation', () => {
    const desk = new Desk(['shocks[0].size=-6%', 'insuranceFund.cash=1000']);
    desk.press('g', ...keysOf('40s'), 'enter');
    desk.settle();
    desk.press('space');
    const silent: string[] = [];
    const { spots } = desk.canvas;
    for (const { x, y, topic } of spots) {
      if (['scrubber', 'account', 'case'].includes(topic)) continue;
      desk.app.click(x, y);
      desk.canvas = desk.app.draw(140, 45);
      if (!desk.text.includes('any key: back')) silent.push(topic);
      desk.press('escape');
    }
    expect(silent).toEqual([]);
  });

  test('a click on an account follows it, f lets it go', () => {
    const desk = new Desk();
    desk.press('c');
    desk.frames(50);
    const spot = desk.canvas.spots.find(({ topic }) => topic === 'account')!;
    desk.app.click(spot.x + 2, spot.y);
    desk.press();
    expect(desk.text).toContain(`following  account ${spot.about}`);
    desk.press('f');
    expect(desk.text).toContain('most in danger');
    desk.press('f', ...keysOf('99999'), 'enter');
    expect(desk.text).toMatch(/A number from 1 to \d+/);
  });

  test('help, one panel, more of the past, quitting', () => {
    const desk = new Desk();
    desk.press('?');
    expect(desk.text).toContain('change a rule from now on');
    desk.press('?');
    desk.press('3');
    expect(desk.canvas.text()[3]).toContain('liquidation map');
    expect(desk.text).not.toContain('who pays');
    desk.press('0');
    expect(desk.text).toContain('who pays');
    desk.press('m');
    expect(desk.text).toContain('−3 %');
    expect(desk.app.quit).toBe(false);
    desk.press('q');
    expect(desk.app.quit).toBe(true);
  });

  test('what if: chosen from a list, played beside the original, which waits where it was', () => {
    const desk = new Desk(['shocks[0].size=-5%']);
    desk.press('g', ...keysOf('23s'), 'enter');
    desk.settle();
    desk.press('space', 'w');
    expect(desk.text).toContain('what if, from now on');
    for (let i = 0; i < 60 && !/▸ policy: no liquidations/.test(desk.text); i++) desk.press('down');
    desk.press('right', 'right');
    expect(desk.text).toContain('▸ losses: ');
    desk.press('left', 'left');
    for (let i = 0; i < 60 && !/▸ policy: no liquidations/.test(desk.text); i++) desk.press('down');
    desk.press('enter');
    expect(desk.text).toContain('what the change makes');
    desk.press('end');
    for (let i = 0; i < 400 && !desk.text.includes('■ the end'); i++) desk.frames(1);
    expect(desk.text).toMatch(/liquidations +\d+ +\d+ +−\d+/);
    desk.press('escape');
    expect(desk.app.now).toBe(23e6);
    expect(desk.text).toContain('what happens');
  });

  test('what if: a rule that cannot change is refused in words', () => {
    const desk = new Desk();
    desk.press('w', 'up', 'up', 'enter', ...keysOf('traders.x=1'), 'enter');
    expect(desk.text).toMatch(/cannot change|there is no/);
  });
});

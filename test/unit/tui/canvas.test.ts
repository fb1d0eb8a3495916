// The grid that panels write on: what is cut off, what answers, and how dots become braille.

import { describe, expect, test } from 'vitest';
import { bar, Canvas, Dots } from '../../../src/tui/canvas.ts';

describe('writing', () => {
  test('stays within its width and the canvas, and says where it ended', () => {
    const canvas = new Canvas(10, 2);
    expect(canvas.write(1, 0, ['ab', ['cdefgh', 'long']], 5)).toBe(6);
    canvas.write(8, 1, 'xyz');
    canvas.write(-1, 1, 'no');
    expect(canvas.text()).toEqual([' abcde', 'o       xy']);
    expect([canvas.inkAt(1, 0), canvas.inkAt(3, 0), canvas.inkAt(7, 0)]).toEqual(['plain', 'long', 'plain']);
  });

  test('a piece with an ink is not taken for two pieces', () => {
    const canvas = new Canvas(12, 1);
    canvas.write(0, 0, ['fund', 'fund']);
    expect(canvas.text()).toEqual(['fund']);
    expect(canvas.inkAt(0, 0)).toBe('fund');
  });

  test('a frame leaves room inside and shows its title', () => {
    const canvas = new Canvas(12, 4);
    expect(canvas.frame({ x: 1, y: 0, width: 10, height: 4 }, 'map')).toEqual({ x: 2, y: 1, width: 8, height: 2 });
    expect(canvas.text()).toEqual(
      [' ╭─ map ───╮', ' │        │', ' │        │', ' ╰────────╯'].map((line, i) => (i === 0 ? ' ╭─ map ──╮' : line)),
    );
  });

  test('of a title there are whole pieces, as many as fit, and always the first', () => {
    const title = (width: number) => {
      const canvas = new Canvas(width, 2);
      canvas.frame(canvas.bounds, [['cascade', 'strong'], '  ', '458 liquidations', '  branching ratio 0.35']);
      return canvas.text()[0];
    };
    expect(title(60)).toMatch(/^╭─ cascade {2}458 liquidations {2}branching ratio 0\.35 ─+╮$/);
    expect(title(40)).toMatch(/^╭─ cascade {2}458 liquidations ─+╮$/);
    expect(title(20)).toMatch(/^╭─ cascade ─+╮$/);
    expect(title(10)).toBe('╭─ casca─╮');
  });

  test('shading leaves what is written alone, painting does not', () => {
    const canvas = new Canvas(3, 1);
    canvas.put(1, 0, 'x', 'long');
    canvas.shade(canvas.bounds, 'halt');
    expect([0, 1, 2].map((x) => canvas.inkAt(x, 0))).toEqual(['halt', 'long', 'halt']);
    canvas.paint({ x: 0, y: 0, width: 2, height: 1 }, 'chosen');
    expect([0, 1, 2].map((x) => canvas.inkAt(x, 0))).toEqual(['chosen', 'chosen', 'halt']);
  });
});

describe('spots', () => {
  test('the one on top answers, and what is covered does not', () => {
    const canvas = new Canvas(10, 3);
    canvas.spot('map', { x: 0, y: 0, width: 10, height: 3 });
    canvas.spot('account', { x: 2, y: 1, width: 3, height: 1 }, 7);
    expect(canvas.spotAt(3, 1)).toMatchObject({ topic: 'account', about: 7 });
    expect(canvas.spotAt(6, 1)).toMatchObject({ topic: 'map' });
    expect(canvas.spotAt(10, 1)).toBeUndefined();
    canvas.clear({ x: 4, y: 1, width: 1, height: 1 });
    expect(canvas.spotAt(3, 1)).toBeUndefined();
  });
});

describe('dots', () => {
  test('each of the eight has its bit', () => {
    const chars = [0, 1].flatMap((column) =>
      [0, 1, 2, 3].map((row) => {
        const dots = new Dots(1, 1);
        dots.dot(column, row, 'mark');
        const canvas = new Canvas(1, 1);
        dots.onto(canvas, 0, 0);
        return canvas.text()[0];
      }),
    );
    expect(chars).toEqual(['⠁', '⠂', '⠄', '⡀', '⠈', '⠐', '⠠', '⢀']);
  });

  test('in a cell the ink with most dots holds, the later of equals; cells without dots are left, and ASCII has stars', () => {
    const dots = new Dots(2, 1);
    dots.stroke(0, 3, 0, 'traded');
    for (const row of [0, 1, 2]) dots.dot(1, row, 'mark');
    dots.dot(9, 9, 'mark');
    const canvas = new Canvas(2, 1);
    canvas.put(1, 0, '.');
    dots.onto(canvas, 0, 0);
    expect(canvas.text()).toEqual(['⡿.']);
    expect(canvas.inkAt(0, 0)).toBe('traded');
    dots.dot(1, 3, 'mark');
    dots.onto(canvas, 0, 0);
    expect(canvas.inkAt(0, 0)).toBe('mark');
    dots.onto(canvas, 0, 0, true);
    expect(canvas.text()).toEqual(['*.']);
  });

  test('bars have eighths', () => {
    expect([0, 0.5, 1, 2.25, -1].map(bar)).toEqual(['', '▌', '█', '██▎', '']);
  });
});

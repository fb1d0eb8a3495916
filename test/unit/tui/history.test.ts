// Prices by the quarter second: what a stretch of them comes to, and that much time needs no more memory than little.

import { describe, expect, test } from 'vitest';
import { FINEST, History } from '../../../src/tui/history.ts';

const SECOND = 1_000_000;

describe('a stretch', () => {
  test('has the range traded, the last prices, and what was closed from each side', () => {
    const history = new History();
    history.prices(0, 100, 99);
    history.trade(100_000, 101);
    history.trade(300_000, 97);
    history.trade(600_000, 98);
    history.forced(700_000, 1, 50);
    history.forced(800_000, -1, 7);
    expect(history.stretch(0, SECOND)).toEqual({
      low: 97,
      high: 101,
      close: 98,
      mark: 100,
      index: 99,
      halted: false,
      longs: 50,
      shorts: 7,
    });
    expect(history.stretch(0, FINEST)).toMatchObject({ low: 101, high: 101, longs: 0 });
  });

  test('without trades keeps the price before, and has no range', () => {
    const history = new History();
    history.trade(0, 50);
    history.prices(5 * SECOND, 51, 52);
    expect(history.stretch(2 * SECOND, 3 * SECOND)).toMatchObject({ low: 0, high: 0, close: 50, mark: 0 });
  });

  test('is halted when any of it was, until trading resumes', () => {
    const history = new History();
    history.prices(0, 10, 10);
    history.session(SECOND, false);
    history.session(3 * SECOND, true);
    history.prices(5 * SECOND, 10, 10);
    const halted = [0, 1, 2, 3, 4].map((second) => history.stretch(second * SECOND, (second + 1) * SECOND).halted);
    expect(halted).toEqual([false, true, true, false, false]);
  });
});

describe('much time', () => {
  test('is told by wider rows with the same sums and extremes, in no more of them', () => {
    const history = new History();
    let longs = 0;
    for (let second = 0; second < 40_000; second++) {
      const price = 1_000 + Math.round(100 * Math.sin(second / 500));
      history.trade(second * SECOND, price);
      history.prices(second * SECOND, price, price - 1);
      if (second % 7 === 0) {
        history.forced(second * SECOND, 1, 3);
        longs += 3;
      }
    }
    expect(history.rows).toBeLessThanOrEqual(1 << 14);
    expect(history.width).toBe(FINEST * 16);
    expect(history.stretch(0, 40_000 * SECOND)).toMatchObject({ low: 900, high: 1_100, longs });
    const piece = history.stretch(8_000 * SECOND, 8_016 * SECOND);
    const prices = Array.from({ length: 16 }, (_, i) => 1_000 + Math.round(100 * Math.sin((8_000 + i) / 500)));
    expect([piece.low, piece.high]).toEqual([Math.min(...prices), Math.max(...prices)]);
  });
});

describe('cut', () => {
  test('forgets what came from then on, so that it can be told again', () => {
    const tell = (history: History, from: number, to: number) => {
      for (let i = from; i < to; i++) {
        history.trade(i * 100_000, 100 + (i % 9));
        history.forced(i * 100_000, i % 2 === 0 ? 1 : -1, i);
      }
    };
    const whole = new History();
    tell(whole, 0, 100);
    const again = new History();
    tell(again, 0, 80);
    again.cut(5 * SECOND);
    tell(again, 50, 100);
    for (let at = 0; at < 10 * SECOND; at += FINEST) expect(again.stretch(at, at + FINEST)).toEqual(whole.stretch(at, at + FINEST));
  });

  test('a clone goes its own way', () => {
    const history = new History();
    history.trade(0, 5);
    const copy = history.clone();
    copy.trade(10, 9);
    expect(history.stretch(0, FINEST).high).toBe(5);
    expect(copy.stretch(0, FINEST).high).toBe(9);
  });
});

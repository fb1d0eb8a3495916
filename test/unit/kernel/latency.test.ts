import { describe, expect, test } from 'vitest';
import {
  constantLatency,
  jitteredLatency,
  LatencyLines,
  latencyPerType,
  noLatency,
  type LatencyModel,
} from '../../../src/kernel/latency.ts';

/** Lines for an exchange without latency (id 1) and traders (from 2) with `model`. */
function lines(model: LatencyModel, traders = 1): LatencyLines {
  const result = new LatencyLines();
  result.add(noLatency, 1, () => 0);
  result.add(model, traders, (i) => Math.imul(i + 1, 0x12345679));
  return result;
}

/** When a message arrives. */
function arrival(line: LatencyLines, from: number, to: number, type: number, now: number, delay: number): number {
  return now + line.way(from, to, type, now, delay);
}

describe('models', () => {
  test('none and constant', () => {
    expect(arrival(lines(noLatency), 2, 1, 1, 100, 0)).toBe(100);
    expect(arrival(lines(constantLatency(250)), 2, 1, 1, 100, 0)).toBe(350);
    expect(arrival(lines(constantLatency(250)), 1, 2, 1, 100, 40)).toBe(390);
    expect(arrival(lines(constantLatency(250), 2), 2, 3, 1, 100, 0)).toBe(600);
  });

  test('jittered: every whole microsecond from base to base + jitter, equally often', () => {
    const traders = 40_000;
    const line = lines(jitteredLatency(100, 9), traders);
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < traders; i++) counts[arrival(line, 2 + i, 1, 1, 5_000_000_000, 0) - 5_000_000_100]++;
    expect(counts).toHaveLength(10);
    const expected = traders / 10;
    const chiSquare = counts.reduce((sum, n) => sum + ((n - expected) * (n - expected)) / expected, 0);
    expect(chiSquare).toBeLessThan(9 + 4 * Math.sqrt(18));
  });

  test('jitter of one line over time, of neighbours at one time, and of the two directions is unrelated', () => {
    const n = 20_000;
    const u = (line: LatencyLines, from: number, to: number, now: number) => (arrival(line, from, to, 1, now, 0) - now) / 1_000_001 - 0.5;
    const model = jitteredLatency(0, 1_000_000);
    // Instants so far apart that the order of a line never has to be kept.
    const correlation = (pair: (line: LatencyLines, i: number) => [number, number]) => {
      const line = lines(model, 2);
      let sum = 0;
      for (let i = 1; i <= n; i++) {
        const [a, b] = pair(line, i);
        sum += a * b * 12;
      }
      return Math.abs(sum) / Math.sqrt(n);
    };
    let last = 0;
    expect(correlation((line, i) => [last, (last = u(line, 2, 1, i * 2_000_000))])).toBeLessThan(4);
    expect(correlation((line, i) => [u(line, 2, 1, i * 2_000_000), u(line, 3, 1, i * 2_000_000)])).toBeLessThan(4);
    expect(correlation((line, i) => [u(line, 2, 1, i * 2_000_000), u(line, 1, 2, i * 2_000_000)])).toBeLessThan(4);
  });

  test('per type', () => {
    const model = latencyPerType(new Map([[5, constantLatency(10)]]), constantLatency(90));
    expect([1, 5, 9].map((type) => arrival(lines(model), 2, 1, type, 0, 0))).toEqual([90, 10, 90]);
    expect(model.jitters).toBe(false);
    expect(latencyPerType(new Map([[5, jitteredLatency(1, 1)]]), noLatency).jitters).toBe(true);
    expect(latencyPerType(new Map(), jitteredLatency(1, 1)).jitters).toBe(true);
    expect(latencyPerType(new Map(), jitteredLatency(7, 0)).latency(3, 0.5)).toBe(7);
  });
});

describe('order on a line', () => {
  test('what was sent later arrives later or together, in either direction', () => {
    const quickCancel = latencyPerType(new Map([[5, constantLatency(10)]]), constantLatency(90));
    const line = lines(quickCancel);
    expect(arrival(line, 2, 1, 1, 0, 0)).toBe(90);
    expect(arrival(line, 2, 1, 5, 20, 0)).toBe(90);
    expect(arrival(line, 1, 2, 5, 20, 0)).toBe(30); // the other direction is another queue
    expect(arrival(line, 1, 2, 1, 25, 0)).toBe(115);
    expect(arrival(line, 1, 2, 5, 30, 0)).toBe(115);
    expect(arrival(line, 2, 1, 5, 200, 0)).toBe(210);
  });

  test('a message with a delay of its own neither waits nor makes others wait', () => {
    const line = lines(constantLatency(50));
    expect(arrival(line, 2, 1, 1, 0, 1_000_000)).toBe(1_000_050);
    expect(arrival(line, 2, 1, 1, 10, 0)).toBe(60);
  });

  test("an additional message changes nobody's jitter at any other instant", () => {
    const arrivals = (extra: boolean) => {
      const line = lines(jitteredLatency(100, 5000), 2);
      return Array.from({ length: 100 }, (_, i) => {
        if (extra && i === 50) arrival(line, 2, 1, 1, i * 10_000 + 1, 0);
        return [arrival(line, 2, 1, 1, i * 10_000, 0), arrival(line, 3, 1, 1, i * 10_000, 0)];
      });
    };
    expect(arrivals(true)).toEqual(arrivals(false));
  });
});

test('the usual way is the constant one that most actors have', () => {
  const usual = new LatencyLines();
  expect(usual.usual).toBe(0);
  usual.add(noLatency, 9, () => 0);
  usual.add(constantLatency(700), 2, () => 0);
  expect(usual.usual).toBe(700);
  usual.add(constantLatency(500), 3, () => 0);
  usual.add(jitteredLatency(500, 9), 20, () => 0);
  expect(usual.usual).toBe(500);
});

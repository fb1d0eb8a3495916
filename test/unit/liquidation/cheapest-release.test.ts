// One scalar for all positions: the cheapest margin first.

import { expect, test } from 'vitest';
import { createRng } from '../../../src/base/random.ts';
import { cheapestRelease, type Course } from '../../../src/liquidation/cheapest-release.ts';
import { target } from '../../helpers/targets.ts';

interface Level {
  readonly id: string;
  readonly size: number;
  readonly cost_per_unit: number;
  readonly release_per_unit: number;
}

/** The levels of a position, taken one after the other; what they release is net of what they cost. */
function courseOf(levels: readonly Level[]): Course {
  const course = { lots: [0], cost: [0], release: [0] };
  for (const { size, cost_per_unit: cost, release_per_unit: release } of levels) {
    course.lots.push(course.lots.at(-1)! + size);
    course.cost.push(course.cost.at(-1)! + size * cost);
    course.release.push(course.release.at(-1)! + size * (release - cost));
  }
  return course;
}

test('levels of several books by cost per net release (LIQ-MULTI-02)', ({ skip }) => {
  const { setup, expected } = target('LIQ-MULTI-02', skip);
  const levels = setup.levels as readonly Level[];
  const names = [...new Set(levels.map(({ id }) => id[0]))];
  const courses = names.map((name) => courseOf(levels.filter(({ id }) => id.startsWith(name))));
  const { lots, cost, release, reached } = cheapestRelease(courses, setup.need_net_release);
  expect(reached).toBe(true);
  expect(release).toBeCloseTo(setup.need_net_release, 9);
  expect(cost).toBeCloseTo(expected.cost, 6);
  const planned: Record<string, number> = {};
  for (const [id, size] of expected.plan as [string, number][]) planned[id[0]] = (planned[id[0]] ?? 0) + size;
  names.forEach((name, i) => expect(lots[i]).toBeCloseTo(planned[name] ?? 0, 6));

  // In which order they come, as more and more is needed.
  const order: string[] = [];
  const full: Record<string, number> = {};
  for (const { id, size } of levels) full[id] = (full[`${id[0]}${Number(id[1]) - 1}`] ?? 0) + size;
  for (let need = 1; need < 20_000; need += 10) {
    const { whole } = cheapestRelease(courses, need);
    for (const { id } of levels) if (!order.includes(id) && whole[names.indexOf(id[0])] >= full[id]) order.push(id);
  }
  expect(order).toEqual(expected.order);
});

test('more than there is: everything that releases something', () => {
  const { reached, lots, release } = cheapestRelease([{ lots: [0, 5, 9], cost: [0, 1, 30], release: [0, 10, 5] }], 11);
  expect({ reached, lots, release }).toEqual({ reached: false, lots: [5], release: 10 });
});

test('no other mix of convex courses releases as much for less', () => {
  for (let seed = 0; seed < 100; seed++) {
    const rng = createRng(`cheapest/${seed}`);
    const courses = Array.from({ length: 1 + rng.int(4) }, () => {
      let price = 0;
      const course = { lots: [0], cost: [0], release: [0] };
      for (let k = 0; k < 12; k++) {
        price += rng.next();
        const step = 1 + rng.int(9);
        course.lots.push(course.lots[k] + step);
        course.release.push(course.release[k] + 3 * step);
        course.cost.push(course.cost[k] + 3 * step * price);
      }
      return course;
    });
    const all = courses.reduce((sum, { release }) => sum + release[12], 0);
    const need = all * rng.next();
    // Merged and sorted, which is what is right for convex courses.
    const steps = courses.flatMap(({ cost, release }) =>
      Array.from({ length: 12 }, (_, k) => ({ size: release[k + 1] - release[k], cost: cost[k + 1] - cost[k] })),
    );
    steps.sort((a, b) => a.cost / a.size - b.cost / b.size);
    let left = need;
    let least = 0;
    for (const { size, cost } of steps) {
      const part = Math.min(1, left / size);
      left -= part * size;
      least += part * cost;
    }
    expect(cheapestRelease(courses, need).cost).toBeCloseTo(least, 6);
  }
});

// Which positions, and how much of each: the least cost that releases so much margin, whatever the courses of cost and
// release are made of. One scalar decides for all positions together, the cost at which a unit of release is still bought
// (`science`: several positions); it is found by bisection.

/**
 * What closing a position costs and releases, net of that cost, at ascending quantities from 0; straight in between. Lists
 * of one length.
 */
export interface Course {
  readonly lots: readonly number[];
  readonly cost: readonly number[];
  readonly release: readonly number[];
}

export interface Cheapest {
  /** Of each position; not rounded, the last bought may be a part of a step. */
  readonly lots: number[];
  /** Where the steps begun end: at least as much of each. */
  readonly whole: number[];
  readonly cost: number;
  readonly release: number;
  /** Cost of the last unit of release. */
  readonly price: number;
  /** False where all there is releases less than is needed: then everything that releases anything is bought. */
  readonly reached: boolean;
}

const HALVINGS = 40;

/**
 * The least cost of `need`: exactly where costs are convex in what they release, else a bound below it (of what lies above
 * the convex hull of a course, a mix of its ends is taken).
 */
export function cheapestRelease(courses: readonly Course[], need: number): Cheapest {
  const hulls = courses.map((course) => hullOf(course));
  let low = Infinity;
  let high = -Infinity;
  hulls.forEach((hull, i) => {
    if (hull.length < 2) return;
    low = Math.min(low, slope(courses[i], hull[0], hull[1]));
    high = Math.max(high, slope(courses[i], hull[hull.length - 2], hull[hull.length - 1]));
  });
  // At `low` too little is bought, if not nothing.
  low -= 1;
  for (let n = 0; n < HALVINGS && low < high; n++) {
    const middle = (low + high) / 2;
    let released = 0;
    for (let i = 0; i < hulls.length; i++) released += courses[i].release[hulls[i][bought(courses[i], hulls[i], middle)]];
    if (released < need) low = middle;
    else high = middle;
  }
  const at = hulls.map((hull, i) => bought(courses[i], hull, low));
  let released = 0;
  let cost = 0;
  for (let i = 0; i < hulls.length; i++) {
    released += courses[i].release[hulls[i][at[i]]];
    cost += courses[i].cost[hulls[i][at[i]]];
  }
  let price = low;
  let part = 0;
  let partly = -1;
  // What halving left over: the few steps whose price lies between.
  while (released < need) {
    const i = nextOf(courses, hulls, at);
    if (i < 0) break;
    const course = courses[i];
    const from = hulls[i][at[i]];
    const to = hulls[i][at[i] + 1];
    price = slope(course, from, to);
    const step = course.release[to] - course.release[from];
    if (released + step <= need) {
      at[i]++;
      released += step;
      cost += course.cost[to] - course.cost[from];
      continue;
    }
    part = (need - released) / step;
    partly = i;
    released = need;
    cost += part * (course.cost[to] - course.cost[from]);
  }
  const vertex = (i: number, more: number) => courses[i].lots[hulls[i][at[i] + more]];
  const lots = hulls.map((_, i) => (i === partly ? vertex(i, 0) + part * (vertex(i, 1) - vertex(i, 0)) : vertex(i, 0)));
  const whole = hulls.map((_, i) => vertex(i, i === partly ? 1 : 0));
  return { lots, whole, cost, release: released, price, reached: released >= need };
}

/** Cost for release between two points of a course. */
function slope({ cost, release }: Course, from: number, to: number): number {
  return (cost[to] - cost[from]) / (release[to] - release[from]);
}

/** How far along its hull a position is bought when a unit of release may cost `price`. */
function bought(course: Course, hull: readonly number[], price: number): number {
  let low = 0;
  let high = hull.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (slope(course, hull[middle - 1], hull[middle]) <= price) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The position whose next step is cheapest, −1 when none has one. */
function nextOf(courses: readonly Course[], hulls: readonly (readonly number[])[], at: readonly number[]): number {
  let chosen = -1;
  let least = Infinity;
  for (let i = 0; i < hulls.length; i++) {
    if (at[i] + 1 >= hulls[i].length) continue;
    const cost = slope(courses[i], hulls[i][at[i]], hulls[i][at[i] + 1]);
    if (cost < least) {
      least = cost;
      chosen = i;
    }
  }
  return chosen;
}

/** The points that no mix of others beats, by rising release: the lower convex hull, from nothing to the most release. */
function hullOf(course: Course): number[] {
  const { lots, cost, release } = course;
  const hull = [0];
  for (let k = 1; k < lots.length; k++) {
    // More release for less cost (an order that meets better prices than the mark) does away with what was there.
    while (hull.length > 1 && release[hull[hull.length - 1]] >= release[k] && cost[hull[hull.length - 1]] > cost[k]) hull.pop();
    if (release[k] <= release[hull[hull.length - 1]]) continue;
    while (hull.length > 1 && slope(course, hull[hull.length - 2], hull[hull.length - 1]) >= slope(course, hull[hull.length - 1], k))
      hull.pop();
    hull.push(k);
  }
  return hull;
}

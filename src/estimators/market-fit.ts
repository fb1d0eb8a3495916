// What a venue can tell of its own market from samples of the last minutes: how restless it is, how fast the book makes good
// what was taken, and how much of what is traded the price keeps.

/** Standard deviation of the relative change over the square root of a second; NaN from fewer than two samples. Times in seconds, ascending. */
export function volatilityOf(times: ArrayLike<number>, prices: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 1; i < times.length; i++) {
    const change = prices[i] / prices[i - 1] - 1;
    squares += change * change;
  }
  return times.length < 2 ? NaN : Math.sqrt(squares / (times[times.length - 1] - times[0]));
}

/**
 * The share of a deviation from the mean that is left one sample later: the slope of each sample on the one before (an
 * autoregression of order one, by least squares). 0 where nothing is left, and for a level that never moves; at most 1.
 */
export function persistenceOf(levels: ArrayLike<number>): number {
  const n = levels.length - 1;
  if (n < 2) return 0;
  let before = 0;
  let after = 0;
  for (let i = 0; i < n; i++) {
    before += levels[i] / n;
    after += levels[i + 1] / n;
  }
  let products = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    products += (levels[i] - before) * (levels[i + 1] - after);
    squares += (levels[i] - before) * (levels[i] - before);
  }
  return squares === 0 ? 0 : Math.max(0, Math.min(1, products / squares));
}

/**
 * How far the price moves for each unit of signed flow, and keeps (Kyle's λ): least squares through the origin of the moves
 * of blocks of `block` samples on their flows. 0 where nothing was traded, or where the price went against the flow.
 */
export function impactOfFlow(moves: ArrayLike<number>, flows: ArrayLike<number>, block: number): number {
  let products = 0;
  let squares = 0;
  for (let i = 0; i + block <= moves.length; i += block) {
    let move = 0;
    let flow = 0;
    for (let j = i; j < i + block; j++) {
      move += moves[j];
      flow += flows[j];
    }
    products += move * flow;
    squares += flow * flow;
  }
  return squares === 0 ? 0 : Math.max(0, products / squares);
}

// Who gives how much, once it is known who can: one after another, in shares with a cap, or by levelling down the most
// levered. Pure sums over columns; units are whatever the caller counts in (lots, money), and `wholeLots` makes them lots.

import type { AccountId, Lots } from '../base/units.ts';

/**
 * In order: the first gives all it can, then the next. `order` lists positions in `capacities`; who is not in it gives
 * nothing. What is given adds up to `need`, or to all there is.
 */
export function inOrder(capacities: readonly number[], order: readonly number[], need: number): number[] {
  const given = capacities.map(() => 0);
  let left = need;
  for (const i of order) {
    if (left <= 0) break;
    given[i] = Math.min(capacities[i], left);
    left -= given[i];
  }
  return given;
}

/**
 * min(capacity, τ × weight) for the one τ at which it adds up to `need` (or everybody's capacity, when that is less).
 * Weights equal to capacities: pro rata. Weights of leverage × capacity: capped leverage-weighted (Chitra, arXiv
 * 2512.01112, whose own formula divides twice by the weighted total, so that its budget is not balanced).
 */
export function cappedShares(capacities: readonly number[], weights: readonly number[], need: number): number[] {
  const given = capacities.map(() => 0);
  const open = capacities.map((_, i) => i).filter((i) => capacities[i] > 0 && weights[i] > 0);
  // Who reaches its cap at the smallest τ comes first.
  open.sort((a, b) => capacities[a] / weights[a] - capacities[b] / weights[b] || a - b);
  const weightFrom = suffixSums(open.map((i) => weights[i]));
  let left = need;
  for (let k = 0; k < open.length && left > 0; k++) {
    const share = left / weightFrom[k];
    const i = open[k];
    if (share * weights[i] < capacities[i]) {
      for (const j of open.slice(k)) given[j] = share * weights[j];
      return given;
    }
    given[i] = capacities[i];
    left -= capacities[i];
  }
  return given;
}

export interface Levelled {
  /** The leverage above which everybody gives: notional ÷ equity. */
  readonly level: number;
  readonly given: number[];
}

/**
 * Water-filling on leverage (Campbell et al. 2026): the level L with Σ min(cap, (notional − L × equity)⁺) = `need`; who is
 * below it gives nothing. Splitting an account changes nothing, and neither does taking the need in two steps, as long
 * as equity stays (that is, at the mark). Equities must be positive; `caps` (by default the notionals) say what each can
 * give here. When all caps together are less than the need, everybody gives that.
 */
export function waterFill(
  notionals: readonly number[],
  equities: readonly number[],
  need: number,
  caps: readonly number[] = notionals,
): Levelled {
  const n = notionals.length;
  const at = (level: number) => notionals.map((notional, i) => Math.min(caps[i], Math.max(0, notional - level * equities[i])));
  // Where somebody begins to give, and where it has given all it can: between two of these everything is a straight line.
  const corners = notionals.flatMap((notional, i) => [notional / equities[i], (notional - caps[i]) / equities[i]]);
  corners.sort((a, b) => b - a);
  // The first corner at which enough is given; what is given grows as the level falls.
  let [least, k] = [0, corners.length];
  while (least < k) {
    const middle = (least + k) >> 1;
    if (sum(at(corners[middle])) < need) least = middle + 1;
    else k = middle;
  }
  if (k < corners.length) {
    const lower = corners[k];
    const upper = corners[Math.max(0, k - 1)];
    // In this span: who is at its cap, who gives a part.
    const middle = (upper + lower) / 2;
    let fixed = 0;
    let notional = 0;
    let equity = 0;
    for (let i = 0; i < n; i++) {
      const part = notionals[i] - middle * equities[i];
      if (part >= caps[i]) fixed += caps[i];
      else if (part > 0) {
        notional += notionals[i];
        equity += equities[i];
      }
    }
    const level = equity === 0 ? lower : Math.min(upper, Math.max(lower, (fixed + notional - need) / equity));
    return { level, given: at(level) };
  }
  return { level: corners.at(-1) ?? 0, given: caps.map((cap) => Math.max(0, cap)) };
}

/**
 * Lots out of real shares (none above its capacity): each rounded down, and what that leaves of their sum to the largest
 * remainders, the first of equals first. Equal shares are therefore at most one lot apart.
 */
export function wholeLots(shares: readonly number[], capacities: readonly Lots[]): Lots[] {
  const lots = shares.map((share, i) => Math.min(capacities[i], Math.floor(share + ROUNDING)));
  let left = Math.round(sum(shares) + ROUNDING) - sum(lots);
  const byRemainder = shares.map((_, i) => i).sort((a, b) => shares[b] - lots[b] - (shares[a] - lots[a]) || a - b);
  for (const i of byRemainder) {
    if (left <= 0) break;
    if (shares[i] <= 0 || lots[i] >= capacities[i]) continue;
    lots[i]++;
    left--;
  }
  return lots;
}

/** Who of those with room takes how much of `need`: in proportion to the room, or the same for all as far as it goes. */
export function assignedTo(
  takers: readonly { readonly account: AccountId; readonly room: Lots }[],
  need: Lots,
  share: 'room' | 'equal' = 'room',
): { readonly account: AccountId; readonly lots: Lots }[] {
  const rooms = takers.map(({ room }) => room);
  const lots = wholeLots(cappedShares(rooms, share === 'room' ? rooms : rooms.map(() => 1), need), rooms);
  return takers.map(({ account }, i) => ({ account, lots: lots[i] })).filter((one) => one.lots > 0);
}

/** A share that is a whole number but for its last bits is that number. */
const ROUNDING = 1e-9;

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Σ from each position to the end. */
function suffixSums(values: readonly number[]): number[] {
  const sums = [...values];
  for (let i = sums.length - 2; i >= 0; i--) sums[i] += sums[i + 1];
  return sums;
}

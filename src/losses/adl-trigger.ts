// When auto-deleveraging begins although nobody has run out of money yet: the pool that pays for losses has fallen too far
// from its peak of the last eight hours, or it is empty.

import type { Micros } from '../base/units.ts';

export interface PoolState {
  /** The pool's greatest balance within the window, and its balance now. */
  readonly maxBalance: number;
  readonly balance: number;
  /** What the symbol has made or lost the pool, and the most it had within the window. */
  readonly pnl: number;
  readonly maxPnl: number;
}

export interface PoolLimits {
  /** Below or at this balance a drawdown triggers nothing (Bybit: 10,000). */
  readonly least: number;
  /** The drawdown that triggers, as a negative share of the pool's peak: −30 %. Reached is triggered, as in Bybit's example. */
  readonly start: number;
  /** Deleveraging goes on until the ratio is above this: −25 %. */
  readonly stop: number;
}

export type PoolTrigger = 'pnl_drawdown' | 'pool_equity' | 'none';

/** (pnl − its peak) ÷ the pool's peak: 0 or less; 0 for a pool that never had anything. */
export function pnlRatio({ maxBalance, pnl, maxPnl }: PoolState): number {
  return maxBalance > 0 ? (pnl - maxPnl) / maxBalance : 0;
}

/** Which of the two rules triggers (Bybit v5 adl-alert): an empty pool comes first. */
export function poolTrigger(pool: PoolState, { least, start }: Pick<PoolLimits, 'least' | 'start'>): PoolTrigger {
  if (pool.balance <= 0) return 'pool_equity';
  return pool.balance > least && pnlRatio(pool) <= start ? 'pnl_drawdown' : 'none';
}

/** Whether deleveraging that a drawdown began goes on. */
export function poolRecovering(pool: PoolState, { stop }: Pick<PoolLimits, 'stop'>): boolean {
  return pool.balance <= 0 || pnlRatio(pool) <= stop;
}

/** The loss that must be taken off the pool to hold its ratio at `start`: 50,000 of 350,000 lost by a pool of a million. */
export function lossBeyond(pool: PoolState, start: number): number {
  return Math.max(0, pool.maxPnl + start * pool.maxBalance - pool.pnl);
}

/** The balance at which OKX begins: the reference (8-hour peak) less 30 %, or less an amount when that is more. */
export function fundThreshold(reference: number, drawdown: number, amount = 0): number {
  return reference - Math.max(drawdown * reference, amount);
}

/** The greatest value within a rolling window: a short list of those that may still become it. */
export class RollingPeak {
  private readonly window: Micros;
  private readonly at: Micros[] = [];
  private readonly value: number[] = [];
  private first = 0;

  constructor(window: Micros) {
    this.window = window;
  }

  /** Adds what is so at `now` (never earlier than before) and returns the peak. */
  add(value: number, now: Micros): number {
    while (this.value.length > this.first && this.value.at(-1)! <= value) {
      this.value.pop();
      this.at.pop();
    }
    this.value.push(value);
    this.at.push(now);
    while (this.at[this.first] < now - this.window) this.first++;
    if (this.first > 64 && this.first * 2 > this.at.length) {
      this.at.splice(0, this.first);
      this.value.splice(0, this.first);
      this.first = 0;
    }
    return this.value[this.first];
  }
}

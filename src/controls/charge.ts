// From the factor that a rule asks for to what is charged: the three remedies against margin that follows the weather
// (Regulation 153/2013, Article 28(1): a buffer, a weight on stressed times, a floor from a long look-back), bounds, limits
// of how fast it moves, and none for a move too small to be worth a message. The remedies are those of
// estimators/procyclicality.ts, one sample at a time.

import { RollingMean } from '../estimators/rolling-mean.ts';

export interface ChargeSettings {
  /** Charged on top in calm, and used up before the charge rises; 0 for none. */
  readonly buffer: number;
  /** Weight of `stressed`, the factor that stressed times would ask for. */
  readonly stressedWeight: number;
  readonly stressed: number;
  /** Over so many samples the charge is never below what their mean square asks for; 0 for none. */
  readonly floorSamples: number;
  readonly least: number;
  readonly most: number;
  /** The greatest rise and fall from one charge to the next, a share of it; 0 for any. */
  readonly rise: number;
  readonly fall: number;
  /** Smaller moves, as a share of the charge, are not made. */
  readonly threshold: number;
}

/** What held a charge where it is, or the rule itself. */
export const CHARGE_REASONS = ['rule', 'stressed-weight', 'floor', 'buffer', 'least', 'most', 'rise-limit', 'fall-limit'] as const;
type ChargeReason = (typeof CHARGE_REASONS)[number];

export class Charge {
  /** What is charged, in hundredths of what the tiers say: whole, and rounded up. */
  percent: number;
  /** Why it was last set to that. */
  reason: ChargeReason = 'rule';
  private readonly settings: ChargeSettings;
  /** Mean of the squares: margin follows volatility, and the volatility of a long time is a root of a mean of squares. */
  private readonly squares: RollingMean;
  /** With the buffer, before bounds and limits; 0 before the first. */
  private buffered = 0;

  constructor(settings: ChargeSettings, percent = 100) {
    this.settings = settings;
    this.percent = percent;
    this.squares = new RollingMean(Math.max(1, settings.floorSamples));
  }

  /** True when the charge moved. */
  push(asked: number): boolean {
    const [target, why] = this.target(asked);
    const now = this.percent / 100;
    if (Math.abs(target - now) < this.settings.threshold * now) return false;
    const [limited, reason] = this.limited(target, why);
    // Against rounding of a factor that is whole percents already; a limited fall is one percent at least.
    let percent = Math.ceil(limited * 100 - 1e-6);
    if (reason === 'fall-limit') percent = Math.min(percent, this.percent - 1);
    if (percent === this.percent) return false;
    this.percent = percent;
    this.reason = reason;
    return true;
  }

  private target(asked: number): [number, ChargeReason] {
    const { buffer, stressedWeight, stressed, floorSamples, least, most } = this.settings;
    let factor = (1 - stressedWeight) * asked + stressedWeight * stressed;
    let reason: ChargeReason = stressedWeight > 0 && stressed > asked ? 'stressed-weight' : 'rule';
    if (floorSamples > 0) {
      this.squares.push(asked * asked);
      const floor = Math.sqrt(Math.max(0, this.squares.mean));
      if (floor > factor) {
        factor = floor;
        reason = 'floor';
      }
    }
    if (buffer > 0) {
      const full = (1 + buffer) * factor;
      const before = this.buffered;
      this.buffered = before > 0 && full > before ? Math.max(factor, Math.min(full, before)) : full;
      if (this.buffered > factor) reason = 'buffer';
      factor = this.buffered;
    }
    if (factor < least) return [least, 'least'];
    return factor > most ? [most, 'most'] : [factor, reason];
  }

  private limited(target: number, reason: ChargeReason): [number, ChargeReason] {
    const { rise, fall } = this.settings;
    const now = this.percent / 100;
    if (rise > 0 && target > now * (1 + rise)) return [now * (1 + rise), 'rise-limit'];
    return fall > 0 && target < now * (1 - fall) ? [now * (1 - fall), 'fall-limit'] : [target, reason];
  }
}

// What the liquidation engine is given: the rules by which accounts are called and closed, and the two margin levels that
// follow from them.

import { PPM, type AccountId, type ActorId, type Micros, type Ppm } from '../base/units.ts';
import type { ActorContext } from '../kernel/actor.ts';
import type { LiquidationPolicy, MarketEstimate } from '../liquidation/policy.ts';
import type { MarketView } from '../market/market-view.ts';
import type { RiskIndex } from '../market/risk-index.ts';
import type { Message } from '../messages.ts';
import type { Impact } from './impact.ts';
import type { UnwindRules } from './waterfall.ts';

export interface LiquidationRules extends UnwindRules {
  readonly enabled: boolean;
  readonly policy: LiquidationPolicy;
  /** An account is called when its equity is below this times its maintenance margin. */
  readonly marginCall: Ppm;
  /** How often waiting cases, lifted calls and the fund's inventory are looked at. */
  readonly scanInterval: Micros;
}

export interface LiquidationEngineOptions {
  readonly context: ActorContext<Message>;
  readonly market: MarketView;
  readonly risk: RiskIndex;
  readonly impacts: readonly Impact[];
  /** By asset: whose forced sales moved its price. */
  readonly collateralImpacts?: readonly Impact[] | undefined;
  readonly gateway: ActorId;
  readonly rules: LiquidationRules;
  /** Never called or liquidated: the fund and the accounts that stand for the rest of the world. */
  readonly exempt: readonly AccountId[];
}

/** Equity below this times maintenance margin starts the closing: at maintenance, unless the policy begins before. */
export function startRatio({ policy }: LiquidationRules): Ppm {
  return policy.startsAt ?? PPM;
}

/** Equity below this times maintenance margin is called: never later than the closing starts. */
export function callRatio(rules: LiquidationRules): Ppm {
  return Math.max(rules.marginCall, startRatio(rules));
}

export function estimateOf({ instrument, side, lots, amount, rate, tag }: Message): MarketEstimate {
  return { instrument, side, depth: lots, halfLife: amount as number, volatility: rate / PPM, markShare: tag / PPM };
}

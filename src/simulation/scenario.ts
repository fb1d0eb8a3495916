// A scenario as the simulation receives it: read, checked, defaults filled in, every number in ours (ticks, lots, quote
// units, micros, ppm). scenario-file.ts says what people write, reader.ts turns one into the other.

import type { ParamSpecs, Values } from '../base/params.ts';
import type { Lots, Micros, Ppm, Quote, Ticks } from '../base/units.ts';
import type { OracleRules } from '../exchange/oracle.ts';
import type { CollateralTerms } from '../market/collateral.ts';
import type { Contract } from '../market/instrument.ts';
import type { OpenInterestCaps } from '../market/open-interest-margin.ts';
import type { MarkKind } from '../market/prices.ts';
import type { BreakerKind } from '../breakers/breaker.ts';
import type { ChargeSettings } from '../controls/charge.ts';
import type { ControlKind, VolatilityPoint } from '../controls/control.ts';
import type { RecalibrationRules } from '../exchange/recalibrator.ts';
import type { WhenHigh } from '../exchange/risk-controller.ts';
import type { WhileHalted } from '../exchange/trading-phases.ts';
import type { LayerKind } from '../losses/layer.ts';
import type { PolicyKind } from '../liquidation/policy.ts';
import type { Bar, PathKind } from '../paths/path.ts';
import type { Rng } from '../base/random.ts';
import type { TraderKind } from '../traders/trader.ts';

/** What a scenario writes, with every default filled in, in human units as strings: canonical JSON, kept in manifests. */
export type Config = string | boolean | null | readonly Config[] | { readonly [key: string]: Config };

/** A kind of a shelf with its parameters. `draw` gives the values that `kind.create` expects. */
export interface Chosen<K extends { readonly kind: string; readonly params: ParamSpecs }> {
  readonly kind: K;
  /**
   * Parameters written as distributions are drawn here, each from a stream of its own (`rng('params/leverage')`), so that
   * turning one into a constant moves no other; those a kind declares as `sampled` arrive as Samplers.
   */
  draw(rng: (purpose: string) => Rng): Values<K['params']>;
}

interface TierScenario {
  /** Notional above which this tier applies, in quote units; the first begins at 0. */
  readonly floor: Quote;
  readonly maintenance: Ppm;
  /** The least initial margin rate: 1 ÷ the tier's greatest leverage. */
  readonly initial: Ppm;
}

export interface MarginScenario {
  readonly tiers: readonly TierScenario[];
  /** True: each tier's rate is for the notional inside it (Binance, Bybit). False: the whole position pays it (BitMEX). */
  readonly deduction: boolean;
  /** Open notionals between which the initial rate grows to 100 %. */
  readonly openInterest: OpenInterestCaps;
  readonly maintenanceOn: 'mark' | 'entry';
  /** Share of the value at mark that maintenance and the bankruptcy price reserve for the fee of closing. */
  readonly closingFee: Ppm;
}

interface FeesScenario {
  /** Negative is a rebate. */
  readonly maker: Ppm;
  readonly taker: Ppm;
  readonly liquidation: Ppm;
  /** Whether the liquidation fee may take all that the account has, or the share of it of what was closed. */
  readonly liquidationUpTo: 'equity' | 'share';
}

export interface FundingScenario {
  readonly enabled: boolean;
  readonly interval: Micros;
  /** The first settlement in simulated time, > 0; then every `interval`. From the calendar: Binance 00:00, 08:00, 16:00 UTC. */
  readonly firstAt: Micros;
  /** The rate in force at the start, per interval: what the first settlement's estimate begins with. */
  readonly initialRate: Ppm;
  readonly interestRate: Ppm;
  readonly clamp: Ppm;
  readonly cap: Ppm;
  readonly sampleInterval: Micros;
  /** Notional for which the impact bid and ask are read. */
  readonly impactNotional: Quote;
}

export interface MarkScenario {
  readonly kind: MarkKind;
  readonly interval: Micros;
  /** How long basis samples count, one sample an `interval`. */
  readonly window: Micros;
  /** Bound of mark ÷ index − 1; 0 means none. */
  readonly clamp: Ppm;
}

export interface InstrumentScenario {
  readonly symbol: string;
  readonly contract: Contract;
  /** Decimal strings, canonical. */
  readonly tick: string;
  readonly lot: string;
  /** Settlement-asset value of one tick × one lot, a decimal string; of an inverse contract, of one lot at a price of one tick. */
  readonly tickValue: string;
  /** `tickValue` in quote units: the settlement asset's unit is the finest `tickValue` among its instruments. */
  readonly multiplier: number;
  readonly minPrice: Ticks;
  readonly maxPrice: Ticks;
  readonly minOrder: Lots;
  readonly maxOrder: Lots;
  /** Of a position together with all its orders of one side. */
  readonly maxPosition: Lots;
  /** All longs together stay below this: the range of exact money was checked against it. */
  readonly maxOpenInterest: Lots;
  /** How far from the mark an order may be priced, each way; 0 means no band. */
  readonly priceBand: Ppm;
  readonly margin: MarginScenario;
  readonly fees: FeesScenario;
  readonly funding: FundingScenario;
  readonly mark: MarkScenario;
  readonly index: IndexScenario;
}

export interface IndexScenario {
  readonly path: Chosen<PathKind>;
  /** For kinds that replay: the bars of the file, ticks and simulated micros. */
  readonly bars: readonly Bar[] | undefined;
  /** How often the index is published. */
  readonly interval: Micros;
  /** Share of the spot impact of hedges that reaches the index; 0 keeps the index exogenous. */
  readonly coupling: Ppm;
  /** Net spot hedging, in quote units, that moves the index by 1 % at full coupling. */
  readonly spotDepth: Quote;
}

export interface BreakersScenario extends WhileHalted {
  readonly rules: readonly Chosen<BreakerKind>[];
  /** Whether traders know where trading would halt. */
  readonly announced: boolean;
  /** 0: none. */
  readonly auction: Micros;
  readonly scope: 'instrument' | 'venue';
}

export interface ControlsScenario {
  readonly rules: readonly {
    readonly chosen: Chosen<ControlKind>;
    /** What the rule's file holds, in simulated time. */
    readonly impliedVolatility: readonly VolatilityPoint[];
  }[];
  readonly interval: Micros;
  readonly applies: 'both' | 'initial';
  /** Open positions do not pay for a rise of the maintenance margin. */
  readonly grandfather: boolean;
  /** From a decision to when it is in force. */
  readonly notice: Micros;
  readonly charge: ChargeSettings;
  /** Whether holders are told of a change when it is decided. */
  readonly announced: boolean;
  readonly whenHigh: WhenHigh;
}

export interface ShockScenario {
  readonly name: string;
  readonly at: Micros;
  readonly instrument: number;
  /** Change of the index at the bottom (or top) of the shock: −0.1 falls by 10 %. */
  readonly size: number;
  /** How long it takes to get there, 0 at once. */
  readonly over: Micros;
  /** Half-life of the way back; 0 means that it stays. */
  readonly recovery: Micros;
  /** How long the index stands still first, as a feed that has stopped; then it is where it would have been. */
  readonly hold: Micros;
}

export type LatencyScenario = PlainLatency & {
  /** Another for some types of message, by name, in the order of the file. */
  readonly types?: ReadonlyMap<string, PlainLatency>;
};

export type PlainLatency =
  | { readonly kind: 'none' }
  | { readonly kind: 'constant'; readonly delay: Micros }
  /** `delay` plus a uniform part of mean `jitter`. */
  | { readonly kind: 'jittered'; readonly delay: Micros; readonly jitter: Micros };

export interface TraderScenario {
  /** The key in the map of traders: actors are named `trader/<id>/<n>`, n from 0. */
  readonly id: string;
  readonly trader: Chosen<TraderKind>;
  /** How many actors; for a crowd, see its own parameters. */
  readonly count: number;
  readonly instrument: number;
  readonly latency: LatencyScenario;
  /** What share of the margin its accounts bring in which asset (a position in the scenario's list, from 0). */
  readonly collateral?: readonly { readonly asset: number; readonly share: Ppm }[];
}

/** An asset that counts as margin beside the settlement asset. */
export interface CollateralScenario {
  readonly symbol: string;
  /** Decimal strings: the least amount in coins, the price step, and what both together are worth. */
  readonly unit: string;
  readonly tick: string;
  /** One unit at one tick is worth numerator ÷ denominator quote units. */
  readonly numerator: number;
  readonly denominator: number;
  readonly terms: CollateralTerms;
  readonly path: Chosen<PathKind>;
  readonly bars: readonly Bar[] | undefined;
  /** Position of the instrument whose index the path is a multiple of, −1 for none: then the path is the price. */
  readonly follows: number;
  readonly interval: Micros;
  readonly oracle: OracleRules;
  /** Net sales in quote units that move its price here by 1 %, 0 for none; half of that is back after `recovery`, 0 for never. */
  readonly depth: Quote;
  readonly recovery: Micros;
  readonly fee: Ppm;
  readonly shocks: readonly (Omit<ShockScenario, 'instrument'> & {
    /** Elsewhere too, not on this venue alone. */ readonly everywhere: boolean;
  })[];
}

export interface LiquidationScenario {
  /** False: nobody is liquidated, whatever the margin says. */
  readonly enabled: boolean;
  readonly policy: Chosen<PolicyKind>;
  /** Whether equity of exactly the maintenance margin is too little (`reached`) or enough (`passed`). */
  readonly trigger: 'reached' | 'passed';
  /** A margin call comes when equity < this × maintenance margin; 1,250,000 is 1.25 times. */
  readonly marginCall: Ppm;
  /** `book`: liquidation orders trade on the book. `off-book`: matched at mark outside of it, without impact (an arm of experiments). */
  readonly impact: 'book' | 'off-book';
  /** How often cases that wait are looked at again; crossings are found at every mark. */
  readonly scanInterval: Micros;
  /** From the decision to the order's arrival at the book. */
  readonly orderDelay: Micros;
  readonly recalibration: RecalibrationRules;
  /** Share of its inventory that the insurance fund offers to the market each scan. */
  readonly unwindShare: Ppm;
  /** How far from the mark it trades. */
  readonly unwindBand: Ppm;
}

interface HaltScenario {
  readonly at: Micros;
  readonly duration: Micros;
}

export interface InterventionScenario {
  readonly at: Micros;
  /** As written: path and value. */
  readonly set: Readonly<Record<string, Config>>;
  /** The whole scenario with this and all earlier interventions applied; only rules differ (liquidation, margin, fees, …). */
  readonly scenario: Scenario;
}

export interface Scenario {
  readonly name: string;
  /** The file it was read from, as it was named. */
  readonly file: string;
  /** What was set over the file's values, left to right; absent where nothing was. Already applied to everything here. */
  readonly set?: readonly string[];
  /** Calendar time of simulated 0: micros since 1970-01-01T00:00Z. */
  readonly start: number;
  readonly duration: Micros;
  readonly seed: string;
  /** Multiplies every size together; already applied to every number here. */
  readonly scale: number;
  readonly settlement: { readonly asset: string; /** Value of one quote unit, a decimal string. */ readonly unit: string };
  /** In the order of the file; `instrument` elsewhere in a scenario is a position in this list, from 0. */
  readonly instruments: readonly InstrumentScenario[];
  readonly shocks: readonly ShockScenario[];
  /** In the order in which forced sales go through them. */
  readonly collateral: readonly CollateralScenario[];
  readonly traders: readonly TraderScenario[];
  /** False: every account has leverage 1 and cash for its whole opening position. */
  readonly leverage: { readonly enabled: boolean };
  readonly liquidation: LiquidationScenario;
  /** In the order in which they are tried. */
  readonly losses: readonly Chosen<LayerKind>[];
  readonly insuranceFund: { readonly cash: Quote };
  readonly session: { readonly halts: readonly HaltScenario[] };
  readonly breakers: BreakersScenario;
  readonly controls: ControlsScenario;
  /** How often a feed is published to each latency class. */
  readonly marketData: { readonly interval: Micros };
  readonly interventions: readonly InterventionScenario[];
  readonly config: { readonly [key: string]: Config };
}

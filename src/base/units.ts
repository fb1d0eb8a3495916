// The integers of the market and what they count. Each is a plain number at run time; the phantom unit stops one from
// being passed where another is meant, while the result of arithmetic (a plain number) may be given any unit again.

type Unit<U extends string> = number & { readonly __unit?: U };

/** Price in multiples of the instrument's tick. */
export type Ticks = Unit<'ticks'>;
/** Position or order size in multiples of the instrument's lot; positions are signed, long positive. */
export type Lots = Unit<'lots'>;
/** Money in the smallest unit of the settlement asset: the finest tick × lot among its instruments. */
export type Quote = Unit<'quote'>;
/** Simulated time in microseconds since the scenario's start. */
export type Micros = Unit<'micros'>;
/** A rate or fraction in parts per million: 5 % is 50,000. */
export type Ppm = Unit<'ppm'>;

export type ActorId = Unit<'actor'>;
export type AccountId = Unit<'account'>;
export type InstrumentId = Unit<'instrument'>;
/** Never reused within a run; 0 means none. */
export type OrderId = Unit<'order'>;
/** A liquidation case; 0 means none. */
export type CaseId = Unit<'case'>;
/** Position in the stream of envelopes; 0 means none. */
export type Seq = Unit<'seq'>;

/** +1 buys, −1 sells. Also the sign of a position: +1 long, −1 short. */
export type Side = 1 | -1;
export const BUY: Side = 1;
export const SELL: Side = -1;

export const MICROS_PER_MILLI = 1_000;
export const MICROS_PER_SECOND = 1_000_000;
export const MICROS_PER_MINUTE = 60_000_000;
export const MICROS_PER_HOUR = 3_600_000_000;
export const MICROS_PER_YEAR = 31_536_000_000_000;
export const PPM = 1_000_000;

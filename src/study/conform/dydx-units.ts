// The prose in which examples of dYdX state oracle prices, resolutions and margin fractions: `BTC oracle 50000 (base
// quantum=1e-8 BTC), quote quantum=1e-6 USDC; IMF 20%, MMF 10% for both`. A number in it that is not understood makes the
// example unsupported, rather than wrong.

import { Unsupported } from './family.ts';

export interface PerpetualUnits {
  /** In USDC for a coin. */
  readonly oracle: number;
  /** A base quantum is 10^resolution coins. */
  readonly resolution: number;
  readonly initial: number | undefined;
  readonly maintenance: number | undefined;
}

export interface Units {
  perpetual(name: string): PerpetualUnits;
  /** Of the account, in USDC, where it is stated. */
  readonly equity: number | undefined;
}

/** The prices and resolutions of the chain's own test state, for what an example leaves unsaid. */
const KNOWN: Readonly<Record<string, { readonly oracle: number; readonly resolution: number }>> = {
  BTC: { oracle: 50_000, resolution: -8 },
  ETH: { oracle: 3_000, resolution: -9 },
};

const NUMBER = String.raw`(-?\d[\d,_]*(?:\.\d+)?(?:e[+-]?\d+)?)`;
const COIN = String.raw`\b([A-Z][A-Z0-9]*)`;
const JOINT = String.raw`\s*(?:=|:|is|of|at)?\s*\$?`;
const ORACLE = new RegExp(String.raw`${COIN}\s+(?:oracle(?:\s+price)?|price)${JOINT}${NUMBER}`, 'g');
/** `base quantum=1e-8 BTC`, `BTC base quantum 1e-8`. */
const RESOLUTION = new RegExp(String.raw`(?:${COIN}\s+)?base quantum${JOINT}1e(-?\d+)(?:\s*([A-Z][A-Z0-9]*))?`, 'g');
const QUOTE = new RegExp(String.raw`quote quantum${JOINT}1e(-?\d+)(?:\s*USDC)?`, 'g');
const EQUITY = new RegExp(String.raw`equity${JOINT}${NUMBER}(?:\s*USDC)?`, 'g');
const RATE_WORD = String.raw`(?:IMF?|MMF?|[Ii]nitial(?: margin)?(?: fraction)?|[Mm]aintenance(?: margin)?(?: fraction)?)`;
const RATE_NAME = String.raw`${RATE_WORD}(?:\s*\/\s*${RATE_WORD})?`;
/** `IMF 20%`, `IMF 0.2`, `20% IM`, `100% IM/MM`; whom they are for, before (`BTC IMF 20%`) or after (`for both`, `for ETH`). */
const RATES = new RegExp(
  [
    String.raw`\b(?<name>${RATE_NAME})\s*(?:=|:|is|of)?\s*(?<rate>\d+(?:\.\d+)?\s*%|[01](?:\.\d+)?\b)`,
    String.raw`(?<percent>\d+(?:\.\d+)?\s*%)\s*(?<called>${RATE_NAME})\b`,
    String.raw`\bfor\s+(?<scope>both|all|each|every\w*|[A-Z][A-Z0-9]*)`,
    String.raw`\b(?!IMF?\b|MMF?\b)(?<coin>[A-Z][A-Z0-9]*)\s+(?=${RATE_NAME}\b|\d+(?:\.\d+)?\s*%)`,
  ].join('|'),
  'g',
);
/** An aside about sizes that states nothing. */
const ASIDE = /\d+(?:\.\d+)?\s+[A-Z]+\.\.\./g;

interface Stated {
  oracle?: number;
  resolution?: number;
  initial?: number;
  maintenance?: number;
}

export function parseUnits(prose: string | undefined): Units {
  const stated = new Map<string, Stated>();
  const of = (coin: string): Stated => {
    const known = stated.get(coin);
    if (known !== undefined) return known;
    const fresh: Stated = {};
    stated.set(coin, fresh);
    return fresh;
  };
  const everywhere: Stated = {};
  let equity: number | undefined;
  let left = (prose ?? '').replaceAll(ASIDE, ' ');
  left = left.replaceAll(ORACLE, (_, coin: string, price: string) => {
    of(coin).oracle = toNumber(price);
    return ' ';
  });
  left = left.replaceAll(RESOLUTION, (match, before: string | undefined, exponent: string, after: string | undefined) => {
    const coin = after ?? before;
    if (coin === undefined) return match;
    of(coin).resolution = Number(exponent);
    return ' ';
  });
  left = left.replaceAll(QUOTE, (_, exponent: string) => {
    if (Number(exponent) !== -6) throw new Unsupported(`a quote quantum of 1e${exponent}: on dYdX v4 it is 1e-6 USDC`);
    return ' ';
  });
  left = left.replaceAll(EQUITY, (_, amount: string) => {
    equity = toNumber(amount);
    return ' ';
  });
  const state = (target: Stated, name: string, written: string): void => {
    // Divided once, so that 10 % is the double 0.1.
    const rate = written.endsWith('%') ? Number(written.slice(0, -1)) / 100 : Number(written);
    for (const word of name.split('/')) {
      if (/^\s*i/i.test(word)) target.initial = rate;
      else target.maintenance = rate;
    }
  };
  // Rates are for the coin before them in their clause, or for whom follows; where neither is named, for all.
  left = left
    .split(';')
    .map((clause) => {
      let coin: string | undefined;
      let pending: (readonly [name: string, written: string])[] = [];
      const settle = (target: Stated): void => {
        for (const [name, written] of pending) state(target, name, written);
        pending = [];
      };
      const rest = clause.replaceAll(RATES, (...match) => {
        const groups = match.at(-1) as Readonly<Record<'name' | 'rate' | 'percent' | 'called' | 'scope' | 'coin', string | undefined>>;
        if (groups.coin !== undefined) {
          settle(everywhere);
          coin = groups.coin;
        } else if (groups.scope !== undefined) settle(/^[A-Z]/.test(groups.scope) ? of(groups.scope) : everywhere);
        else {
          const rate = [groups.name ?? groups.called ?? '', groups.rate ?? groups.percent ?? ''] as const;
          if (coin === undefined) pending.push(rate);
          else state(of(coin), ...rate);
        }
        return ' ';
      });
      settle(everywhere);
      return rest;
    })
    .join(';');
  if (/\d/.test(left)) throw new Unsupported(`the units are not understood: "${left.trim()}"`);
  return {
    equity,
    perpetual(name) {
      const own = stated.get(name);
      const known = KNOWN[name];
      const oracle = own?.oracle ?? known?.oracle;
      const resolution = own?.resolution ?? known?.resolution;
      if (oracle === undefined || resolution === undefined) throw new Unsupported(`no oracle price or resolution of ${name} is stated`);
      return { oracle, resolution, initial: own?.initial ?? everywhere.initial, maintenance: own?.maintenance ?? everywhere.maintenance };
    },
  };
}

function toNumber(text: string): number {
  return Number(text.replaceAll(/[,_]/g, ''));
}

// The values a kind receives when nobody sets anything, in an instrument whose tick × lot is one quote unit.

import type { NumericUnit, ParamSpecs, Scales, Values } from '../../src/base/params.ts';
import { convertQuantity, isFault, parseQuantity } from '../../src/base/quantity.ts';

const SCALES: Scales = { tick: '1', lot: '1', tickValue: '1', quoteUnit: '1', scale: 1 };

/** Throws when a parameter has no default, or one that is drawn. */
export function defaultsOf<S extends ParamSpecs>(params: S): Values<S> {
  const values = Object.entries(params).map(([name, param]) => {
    if (param.default === undefined || param.sampled) throw new Error(`${name} has no plain default`);
    if (typeof param.default === 'boolean' || param.unit === 'choice' || param.unit === 'file' || param.unit === 'text')
      return [name, param.default];
    const quantity = parseQuantity(param.unit as NumericUnit, String(param.default));
    if (isFault(quantity)) throw new Error(quantity.fault);
    const value = convertQuantity(param, quantity, SCALES);
    if (isFault(value)) throw new Error(value.fault);
    return [name, value];
  });
  return Object.fromEntries(values) as Values<S>;
}

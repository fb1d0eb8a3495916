// What a policy remembers, as plain data beside its decision: as much of it as can bear on one account, so that the decision
// can be made again from its record. Of a map only the entries of this case, its account and what the account holds are taken,
// which is how policies keep what they remember; streams of chance are taken as they stand before the draw.

import { createRng, Rng, type RngState } from '../base/random.ts';
import type { CaseView, LiquidationPolicy } from './policy.ts';

/** JSON: numbers, lists and objects; maps, sets, streams and numbers that JSON has no word for under a key with `$`. */
export type Remembered = null | boolean | number | string | readonly Remembered[] | { readonly [key: string]: Remembered };

/** Undefined for nothing. `instruments` are those that the account holds. */
export function rememberedBy(policy: LiquidationPolicy, { case: id, account }: CaseView, instruments: readonly number[]) {
  const keys = new Set([id, account, ...instruments, ...instruments.map((instrument) => -instrument)]);
  const memory = memoryOf(policy);
  const found = asData(memory, (key) => typeof key !== 'number' || keys.has(key)) as Record<string, Remembered>;
  return Object.keys(found).length === 0 ? undefined : found;
}

/** A policy that was just made takes what another remembered. */
export function remember(policy: LiquidationPolicy, remembered: Remembered): void {
  restored(memoryOf(policy), remembered);
}

/** In its fields, where it does not say. */
function memoryOf(policy: LiquidationPolicy): object {
  return policy.memory ?? policy;
}

function asData(value: unknown, isTaken: (key: unknown) => boolean): Remembered {
  if (typeof value === 'number')
    return Number.isFinite(value) && !Object.is(value, -0) ? value : { $number: Object.is(value, -0) ? '-0' : String(value) };
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value !== 'object') return null;
  if (value instanceof Rng) return { $stream: value.state() };
  const one = (each: unknown) => asData(each, isTaken);
  if (value instanceof Map) return { $map: [...value].filter(([key]) => isTaken(key)).map(([key, each]) => [one(key), one(each)]) };
  if (value instanceof Set) return { $set: [...value].map(one) };
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>, one);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined && typeof field !== 'function');
  return Object.fromEntries(fields.map(([key, field]) => [key, one(field)]));
}

/** `into` is what stands there in a new policy: filled in place, so that objects keep their class. */
function restored(into: unknown, data: Remembered): unknown {
  if (typeof data !== 'object' || data === null) return data;
  if (Array.isArray(data)) {
    const list = (data as readonly Remembered[]).map((one) => restored(undefined, one));
    if (!ArrayBuffer.isView(into)) return list;
    (into as Float64Array).set(list as number[]);
    return into;
  }
  const { $number, $stream, $map, $set } = data as { readonly [key: string]: Remembered };
  if ($number !== undefined) return Number($number);
  if ($set !== undefined) return new Set(restored(undefined, $set) as unknown[]);
  if ($stream !== undefined) {
    const stream = into instanceof Rng ? into : createRng('');
    stream.restore($stream as unknown as RngState);
    return stream;
  }
  if ($map !== undefined) {
    const map = into instanceof Map ? (into as Map<unknown, unknown>) : new Map<unknown, unknown>();
    const entries = ($map as readonly (readonly [Remembered, Remembered])[]).map(
      ([key, each]) => [key, restored(map.get(key), each)] as const,
    );
    map.clear();
    for (const [key, each] of entries) map.set(key, each);
    return map;
  }
  const fields = (typeof into === 'object' && into !== null ? into : {}) as Record<string, unknown>;
  for (const [key, field] of Object.entries(data as { readonly [key: string]: Remembered })) fields[key] = restored(fields[key], field);
  return fields;
}

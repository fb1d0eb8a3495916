// One leaf or kind of a checked file at a time: human units become integers, a kind becomes what can be made, a file its
// content. What is wrong is reported and read as NaN, with which every comparison is false.

import { dirname, resolve } from 'node:path';
import { Decimal, plain } from '../base/decimal.ts';
import { ConstantSampler, DistributionSampler } from '../base/distribution.ts';
import { conversion, convertQuantity, isFault } from '../base/quantity.ts';
import type { Param, Sampler, Scales, Values } from '../base/params.ts';
import type { Rng } from '../base/random.ts';
import { PPM } from '../base/units.ts';
import type { Problem } from './config-error.ts';
import type { DistributionReading } from './distribution-reader.ts';
import type { Report } from './exact-range.ts';
import { readNamed } from './named-file.ts';
import { readPriceTable } from './price-table.ts';
import type { Chosen, IndexScenario } from './scenario.ts';
import { isNumeric, type KindReading, type Leaf, type ShelfKind } from './shape.ts';

export type AnyLeaf = Leaf<unknown>;

const isDistribution = (value: unknown): value is DistributionReading =>
  typeof value === 'object' && value !== null && 'distribution' in value;

/** What a leaf of words says; '' where it was broken. */
export const text = ({ value }: AnyLeaf): string => (typeof value === 'string' ? value : '');

/** One parameter of a kind, ready to be drawn. */
type Draw = (rng: (purpose: string) => Rng) => unknown;

class ChosenKind<K extends ShelfKind> implements Chosen<K> {
  readonly kind: K;
  readonly #draws: readonly (readonly [string, Draw])[];

  constructor(kind: K, draws: readonly (readonly [string, Draw])[]) {
    this.kind = kind;
    this.#draws = draws;
  }

  draw(rng: (purpose: string) => Rng): Values<K['params']> {
    return Object.fromEntries(this.#draws.map(([name, draw]) => [name, draw(rng)])) as Values<K['params']>;
  }
}

export class Leaves {
  readonly #file: string;
  readonly #problems: Problem[];

  /** `file` is how the scenario's file was named: paths in it are relative to it. */
  constructor(file: string, problems: Problem[]) {
    this.#file = file;
    this.#problems = problems;
  }

  readonly report: Report = (place, message, suggestion, hint) => {
    this.#problems.push({ place, message, suggestion, hint });
  };

  // ── Numbers

  /** As people wrote it, durations in micros, fractions as 0.05. NaN where it was broken: comparisons with it are false. */
  number(leaf: AnyLeaf): number {
    return leaf.value instanceof Decimal ? leaf.value.toNumber() + 0 : NaN;
  }

  convert(leaf: AnyLeaf, scales: Scales | undefined): number {
    if (!(leaf.value instanceof Decimal) || scales === undefined) return NaN;
    const converted = convertQuantity(leaf.param, leaf.value, scales);
    if (!isFault(converted)) return converted;
    this.report(leaf.place, converted.fault, converted.suggestion);
    return NaN;
  }

  /** A fraction in parts per million; it must be a whole number of them. */
  ppm(leaf: AnyLeaf): number {
    if (!(leaf.value instanceof Decimal)) return NaN;
    const ppm = leaf.value.mul(PPM);
    if (!ppm.isInteger())
      this.report(leaf.place, `${plain(leaf.value.mul(100))}% is finer than a millionth`, `${plain(ppm.round().div(10_000))}%`);
    return ppm.round().toNumber() + 0;
  }

  within(leaf: AnyLeaf, duration: number): number {
    const at = this.number(leaf);
    if (at > duration) this.report(leaf.place, 'is after the end of the run');
    return at;
  }

  path(leaf: AnyLeaf): string {
    return resolve(dirname(leaf.place.file.startsWith('--') ? this.#file : leaf.place.file), text(leaf));
  }

  /** Of a file that a leaf names; the problem is reported when there is none. */
  content(leaf: AnyLeaf): { readonly path: string; readonly text: string } | undefined {
    const file = readNamed(this.path(leaf), text(leaf));
    if (file.found) return file;
    this.report(leaf.place, `cannot read "${text(leaf)}": no such file`, file.suggestion);
    return undefined;
  }

  bars(leaf: AnyLeaf, start: number, duration: number, scales: Scales): IndexScenario['bars'] {
    if (typeof leaf.value !== 'string') return undefined;
    const read = this.content(leaf);
    if (read === undefined) return undefined;
    const before = this.#problems.length;
    const bars = readPriceTable(read.text, { file: read.path, start, tick: scales.tick }, this.#problems);
    if (this.#problems.length === before && (bars[0].at >= duration || bars[bars.length - 1].at < 0)) {
      this.report(leaf.place, 'holds no bar between the start and the end of the run: see start and duration');
    }
    return bars;
  }

  chosen<K extends ShelfKind>(reading: Pick<KindReading<K, never>, 'kind' | 'params'>, scales: Scales | undefined): Chosen<K> {
    const draws = Object.entries(reading.params).map(([name, leaf]) => [name, this.draw(name, leaf, scales)] as const);
    return new ChosenKind(reading.kind as K, draws);
  }

  draw(name: string, { param, place, value }: AnyLeaf, scales: Scales | undefined): Draw {
    if (value === undefined || scales === undefined) return () => undefined;
    if (!isNumeric(param)) {
      const plainValue = param.unit === 'file' ? this.path({ param, place, value }) : value instanceof Decimal ? value.toNumber() : value;
      return () => plainValue;
    }
    if (!isDistribution(value)) {
      const constant = this.convert({ param, place, value }, scales);
      const handed: number | Sampler = param.sampled ? new ConstantSampler(constant) : constant;
      return () => handed;
    }
    const { distribution, values, weights, low, high } = value;
    const sampler = new DistributionSampler(distribution.quantile(values, weights), low, high, conversion(param as Param<number>, scales));
    return param.sampled ? () => sampler : (rng) => sampler.draw(rng(`params/${name}`));
  }
}

// The JSON Schema of scenario files, for editors to complete and check by; made from the shape that the reader uses.

import { DISTRIBUTIONS } from '../base/distribution.ts';
import { PATTERNS } from '../base/quantity.ts';
import type { NumericUnit, Param } from '../base/params.ts';
import { FILE } from './scenario-file.ts';
import { isNumeric, type KindShape, type Shape, type ShelfKind } from './shape.ts';

export type JsonSchema = { readonly [key: string]: unknown };

export function scenarioSchema(): JsonSchema {
  const { index } = FILE.keys;
  const file = ofShape(FILE) as { properties: JsonSchema };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Sandpile scenario',
    ...file,
    properties: {
      ...file.properties,
      index: { description: index.doc, anyOf: [ofShape(index), { type: 'object', description: 'With several instruments: the index of each, by symbol', additionalProperties: ofShape(index) }] },
    },
    definitions: Object.fromEntries((Object.keys(PATTERNS) as NumericUnit[]).map((unit) => [unit, { anyOf: [number(unit), distribution(unit)] }])),
  };
}

function ofShape(shape: Shape): JsonSchema {
  if (!('shape' in shape)) return ofParam(shape);
  switch (shape.shape) {
    case 'any': return { description: shape.doc, type: 'object' };
    case 'list': return { description: shape.doc, type: 'array', items: ofShape(shape.item) };
    case 'map': return { description: shape.doc, type: 'object', propertyNames: { pattern: shape.key.pattern.source }, additionalProperties: ofShape(shape.item), ...(shape.least > 0 && { minProperties: shape.least }) };
    case 'object': return { description: shape.doc, ...ofKeys(shape.keys) };
    case 'kind': return ofKind(shape);
  }
}

function ofKeys(keys: Readonly<Record<string, Shape>>, distributions?: ReadonlySet<string>): JsonSchema {
  const entries = Object.entries(keys);
  const required = entries.filter(([key, shape]) => needed(key, shape)).map(([key]) => key);
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([key, shape]) => [key, distributions?.has(key) && !('shape' in shape) ? ofParam(shape, true) : ofShape(shape)])),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

/** Instruments and latencies are filled in from the scenario. */
function needed(key: string, shape: Shape): boolean {
  if (key === 'instrument') return false;
  if ('shape' in shape) return shape.shape === 'map' ? shape.least > 0 : shape.shape === 'kind' ? shape.default === undefined : shape.shape === 'list' && shape.default === undefined;
  return shape.default === undefined;
}

function ofKind({ doc, shelf, common, default: fallback, distributions }: KindShape<ShelfKind, Readonly<Record<string, Shape>>>): JsonSchema {
  const names = shelf.map(({ kind }) => kind);
  const cases = shelf.map(({ kind, doc: about, params }) => {
    const keys = { ...common, ...params };
    const { properties, ...rest } = ofKeys(keys, distributions ? new Set(Object.keys(params)) : undefined) as { properties: JsonSchema };
    return {
      if: { properties: { kind: { const: kind } }, ...(kind === fallback ? {} : { required: ['kind'] }) },
      then: { description: about, ...rest, properties: { kind: { const: kind, description: about }, ...properties } },
    };
  });
  const map = { type: 'object', properties: { kind: { enum: names } }, ...(fallback === undefined && { required: ['kind'] }), allOf: cases };
  const short = shelf.filter(({ params }) => Object.values(params).every((param) => param.default !== undefined));
  return { description: doc, ...(fallback !== undefined && { default: fallback }), anyOf: [map, ...(short.length === 0 ? [] : [{ enum: short.map(({ kind }) => kind) }])] };
}

function ofParam(param: Param<unknown>, distributions = false): JsonSchema {
  const about = { description: param.doc, ...(param.default !== undefined && { default: param.default }) };
  if (param.unit === 'flag') return { ...about, type: 'boolean' };
  if (param.unit === 'choice') return { ...about, enum: param.choices };
  if (!isNumeric(param)) return { ...about, type: ['string', 'number'] };
  const unit = param.unit as NumericUnit;
  return distributions ? { ...about, allOf: [{ $ref: `#/definitions/${unit}` }] } : { ...about, ...number(unit) };
}

/** Durations need their unit; everything else may be a plain number. */
function number(unit: NumericUnit): JsonSchema {
  const type = unit === 'duration' ? 'string' : unit === 'count' ? ['string', 'integer'] : ['string', 'number'];
  return { type, pattern: PATTERNS[unit] };
}

function distribution(unit: NumericUnit): JsonSchema {
  const own = number(unit);
  const plain = number('number');
  return {
    oneOf: DISTRIBUTIONS.map(({ name, doc, form }) => {
      const argument: JsonSchema =
        form === 'two' ? { type: 'array', items: own, minItems: 2, maxItems: 2 }
        : form === 'many' ? { type: 'array', items: own, minItems: 1 }
        : {
            type: 'object',
            properties: Object.fromEntries(form.map((one) => [one.name, one.unit === 'number' ? plain : own])),
            required: form.map((one) => one.name),
            additionalProperties: false,
          };
      const weights = form === 'many' ? { weights: { type: 'array', items: plain } } : {};
      return { description: doc, type: 'object', properties: { [name]: argument, ...weights, min: own, max: own }, required: [name], additionalProperties: false };
    }),
  };
}

// The JSON Schema of scenario files, for editors to complete and check by; made from the shape that the reader uses.

import { DISTRIBUTIONS } from '../base/distribution.ts';
import { PATTERNS } from '../base/quantity.ts';
import type { NumericUnit, Param } from '../base/params.ts';
import { venues } from '../venues/registry.ts';
import { FILE, latency } from './scenario-file.ts';
import { isNumeric, type AnyKind, type Shape } from './shape.ts';

export type JsonSchema = { readonly [key: string]: unknown };

/** Parts that stand in several places, written once. */
const SHARED: readonly (readonly [string, AnyKind])[] = [
  ['index', FILE.keys.index],
  ['latency', latency],
];

export function scenarioSchema(): JsonSchema {
  const file = ofShape(FILE) as { properties: JsonSchema };
  const each = { $ref: '#/definitions/index' };
  const severalIndices = {
    type: 'object',
    description: 'With several instruments: the index of each, by symbol',
    additionalProperties: each,
  };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Sandpile scenario',
    ...file,
    properties: {
      ...file.properties,
      index: { description: FILE.keys.index.doc, anyOf: [each, severalIndices] },
      venue: { description: FILE.keys.venue.doc, enum: ['', ...venues.map(({ name }) => name)] },
    },
    definitions: {
      ...Object.fromEntries((Object.keys(PATTERNS) as NumericUnit[]).map((unit) => [unit, { anyOf: [number(unit), distribution(unit)] }])),
      ...Object.fromEntries(SHARED.map(([name, shape]) => [name, ofKind(shape)])),
    },
  };
}

function ofShape(shape: Shape): JsonSchema {
  if (!('shape' in shape)) return ofParam(shape);
  switch (shape.shape) {
    case 'any':
      return { description: shape.doc, type: 'object' };
    case 'list':
      return { description: shape.doc, type: 'array', items: ofShape(shape.item) };
    case 'map':
      return {
        description: shape.doc,
        type: 'object',
        propertyNames: { pattern: shape.key.pattern.source },
        additionalProperties: ofShape(shape.item),
        ...(shape.least > 0 && { minProperties: shape.least }),
      };
    case 'object':
      return { description: shape.doc, ...ofKeys(shape.keys) };
    case 'kind': {
      const shared = SHARED.find(([, known]) => known === shape);
      return shared === undefined ? ofKind(shape) : { $ref: `#/definitions/${shared[0]}` };
    }
  }
}

function ofKeys(keys: Readonly<Record<string, Shape>>, distributions?: ReadonlySet<string>): JsonSchema {
  const entries = Object.entries(keys);
  const required = entries.filter(([key, shape]) => needed(key, shape)).map(([key]) => key);
  return {
    type: 'object',
    properties: Object.fromEntries(
      entries.map(([key, shape]) => [key, distributions?.has(key) && !('shape' in shape) ? ofParam(shape, true) : ofShape(shape)]),
    ),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

/** Instruments and latencies are filled in from the scenario. */
function needed(key: string, shape: Shape): boolean {
  if (key === 'instrument') return false;
  if ('shape' in shape)
    return shape.shape === 'map'
      ? shape.least > 0
      : shape.shape === 'kind'
        ? shape.default === undefined
        : shape.shape === 'list' && shape.default === undefined;
  return shape.default === undefined;
}

function ofKind({ doc, shelf, common, default: fallback, distributions }: AnyKind): JsonSchema {
  const variants = shelf.map(({ kind, doc: about, params }) => {
    const keys = distributions ? new Set(Object.keys(params)) : undefined;
    const { properties, required, ...rest } = ofKeys({ ...common, ...params }, keys) as { properties: JsonSchema; required?: string[] };
    return {
      description: about,
      ...rest,
      properties: { kind: { const: kind, description: about }, ...properties },
      required: [...(kind === fallback ? [] : ['kind']), ...(required ?? [])],
    };
  });
  const short = shelf.filter(({ params }) => Object.values(params).every((param) => param.default !== undefined)).map(({ kind }) => kind);
  return {
    description: doc,
    ...(fallback !== undefined && { default: fallback }),
    anyOf: [...variants, ...(short.length === 0 ? [] : [{ enum: short }])],
  };
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
        form === 'two'
          ? { type: 'array', items: own, minItems: 2, maxItems: 2 }
          : form === 'many'
            ? { type: 'array', items: own, minItems: 1 }
            : {
                type: 'object',
                properties: Object.fromEntries(form.map((one) => [one.name, one.unit === 'number' ? plain : own])),
                required: form.map((one) => one.name),
                additionalProperties: false,
              };
      const weights = form === 'many' ? { weights: { type: 'array', items: plain } } : {};
      return {
        description: doc,
        type: 'object',
        properties: { [name]: argument, ...weights, min: own, max: own },
        required: [name],
        additionalProperties: false,
      };
    }),
  };
}

// A checkpoint as bytes, for a file: a head in JSON, then the columns as they lie in memory, each at a multiple of eight.

import { CheckpointMismatch, type Checkpoint } from './checkpoint.ts';
import type { SavedState } from './state.ts';

const MAGIC = 'sandpile checkpoint 1\n';
const COLUMNS = ['nodes', 'values', 'numbers', 'sizes'] as const;

type Head = Omit<Checkpoint, 'state'> & {
  readonly state:
    | null
    | (Pick<SavedState, 'strings' | 'shapes'> & { readonly lengths: readonly number[]; readonly memory: readonly number[] });
};

/** Some megabytes for a large scenario; compresses to about a third. Read by `decodeCheckpoint`. */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const { state, ...rest } = checkpoint;
  const columns = state === null ? [] : COLUMNS.map((name) => bytesOf(state[name]));
  const memory = state === null ? [] : state.memory;
  const head: Head = {
    ...rest,
    state: state && {
      strings: state.strings,
      shapes: state.shapes,
      lengths: columns.map(({ length }) => length),
      memory: memory.map(({ length }) => length),
    },
  };
  const text = new TextEncoder().encode(`${MAGIC}${JSON.stringify(head)}\n`);
  const parts = [text, ...columns, ...memory];
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + padded(length), 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += padded(part.length);
  }
  return bytes;
}

/** Throws a CheckpointMismatch for bytes that are no checkpoint, or not a whole one. */
export function decodeCheckpoint(given: Uint8Array): Checkpoint {
  // A Buffer's own `slice` would be no copy, and begin anywhere.
  const bytes = new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  const start = new TextEncoder().encode(MAGIC);
  if (start.some((byte, i) => bytes[i] !== byte)) throw new CheckpointMismatch('these bytes are no checkpoint of a known form');
  const end = bytes.indexOf(10, start.length);
  if (end < 0) throw new CheckpointMismatch('these bytes are not a whole checkpoint');
  const { state, ...rest } = JSON.parse(new TextDecoder().decode(bytes.subarray(start.length, end))) as Head;
  if (state === null) return { ...rest, state };
  let at = padded(end + 1);
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new CheckpointMismatch('these bytes are not a whole checkpoint');
    const part = bytes.slice(at, at + length);
    at += padded(length);
    return part;
  };
  const { strings, shapes, lengths, memory } = state;
  const [nodes, values, numbers, sizes] = lengths.map(take);
  return {
    ...rest,
    state: {
      strings,
      shapes,
      nodes: new Int32Array(nodes.buffer),
      values,
      numbers: new Float64Array(numbers.buffer),
      sizes: new Float64Array(sizes.buffer),
      memory: memory.map(take),
    },
  };
}

function bytesOf(column: NodeJS.TypedArray): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}

function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}

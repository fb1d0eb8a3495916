import { expect, test } from 'vitest';
import { RecordDigest } from '../../../src/kernel/record-digest.ts';
import { AT, CAUSE, FROM, recordArena, SENT_AT, SEQ, TAG, TO, TYPE, WIDE_1, WIDE_2, WORD_0, WORD_5 } from '../../../src/kernel/record.ts';

const WORDS = [FROM, TO, TYPE, ...Array.from({ length: WORD_5 - WORD_0 + 1 }, (_, i) => WORD_0 + i)];
const FLOATS = [AT, CAUSE, TAG, WIDE_1, WIDE_2];

/** The digest of one record with these words and floats, all else 0. */
function digestOf(words: Record<number, number>, floats: Record<number, number>, whole = true): string {
  const arena = recordArena(2);
  for (const [place, value] of Object.entries(words)) arena.words[32 + Number(place)] = value;
  for (const [place, value] of Object.entries(floats)) arena.floats[16 + Number(place)] = value;
  const digest = new RecordDigest();
  digest.add(arena.words, 32, whole);
  return digest.chain.digest();
}

test('every field is seen, and which field it is', () => {
  const values = [1, -1, 2, 256, 2 ** 31 - 1, -(2 ** 31)];
  const digests = new Set([digestOf({}, {})]);
  for (const place of WORDS) for (const value of values) digests.add(digestOf({ [place]: value }, {}));
  for (const place of FLOATS) for (const value of values) digests.add(digestOf({}, { [place]: value }));
  expect(digests.size).toBe(1 + values.length * (WORDS.length + FLOATS.length));
});

test('so are numbers beyond 32 bits, and fractions', () => {
  const values = [2 ** 31, 2 ** 32, 2 ** 32 + 1, 3 * 2 ** 32, 2 ** 53 - 1, -(2 ** 53 - 1), -(2 ** 32)];
  const digests = new Set<string>();
  for (const place of FLOATS) for (const value of values) digests.add(digestOf({}, { [place]: value }));
  expect(digests.size).toBe(values.length * FLOATS.length);
  const fractions = [TAG, WIDE_1, WIDE_2].flatMap((place) => [0.5, 0.25, -0.5, 7.125].map((value) => digestOf({}, { [place]: value })));
  expect(new Set(fractions).size).toBe(12);
});

test('two fields that change at once do not cancel out', () => {
  const seen = new Set<string>();
  for (let lots = 0; lots < 60; lots++)
    for (let price = 0; price < 60; price++) seen.add(digestOf({ [WORD_0 + 4]: lots, [WORD_5]: price }, {}));
  expect(seen.size).toBe(3_600);
});

test('what is no field of the record is not: its seq, when it was sent, and of a timer the second half', () => {
  expect(digestOf({}, { [SEQ]: 5, [SENT_AT]: 7 })).toBe(digestOf({}, {}));
  expect(digestOf({ [WORD_0]: 9 }, { [WIDE_2]: 9 }, false)).toBe(digestOf({}, {}, false));
});

test('nor do the signs of two', () => {
  const seen = new Set<string>();
  for (const tag of [5, -5])
    for (const wide of [7, -7]) for (const wider of [0.5, -0.5]) seen.add(digestOf({}, { [TAG]: tag, [WIDE_1]: wide, [WIDE_2]: wider }));
  expect(seen.size).toBe(8);
});

test('what is not finite is refused', () => {
  for (const place of [TAG, WIDE_1, WIDE_2])
    for (const value of [NaN, Infinity, -Infinity]) expect(() => digestOf({}, { [place]: value })).toThrow(/NaN or Infinity/);
  expect(() => digestOf({}, { [TAG]: Number.MAX_VALUE, [WIDE_1]: -Number.MAX_VALUE })).not.toThrow();
});

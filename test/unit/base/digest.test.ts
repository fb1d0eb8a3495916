import { describe, expect, test } from 'vitest';
import { DigestChain, Fold, sha256Hex } from '../../../src/base/digest.ts';

function folded(...values: number[]): string {
  const fold = new Fold();
  for (const value of values) fold.fold(value);
  return fold.lanes.join();
}

test('SHA-256 is SHA-256', () => {
  expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(sha256Hex(Uint8Array.of(0x61, 0x62, 0x63))).toBe(sha256Hex('abc'));
});

describe('a fold', () => {
  test('sees order, absence and every number apart', () => {
    const sequences = [
      [],
      [0],
      [0, 0],
      [1, 2],
      [2, 1],
      [1],
      [-1],
      [2 ** 31],
      [2 ** 32],
      [2 ** 32, 0],
      [0, 2 ** 32],
      [2 ** 53 - 1],
      [-(2 ** 53 - 1)],
      [0.5],
      [2 ** 31, 2 ** 31],
    ];
    expect(new Set(sequences.map((values) => folded(...values))).size).toBe(sequences.length);
  });

  test('does not tell −0 from 0', () => {
    expect(folded(-0)).toBe(folded(0));
  });

  test('refuses NaN', () => {
    expect(() => folded(NaN)).toThrow(/NaN/);
  });

  test('lanes have no collision among a hundred thousand near neighbours', () => {
    const seen = new Set<string>();
    for (let x = 0; x < 317; x++) for (let y = 0; y < 317; y++) seen.add(folded(x, y * 1024, x ^ y));
    expect(seen.size).toBe(317 * 317);
  });

  test('can be put back', () => {
    const fold = new Fold();
    fold.fold(5);
    const lanes = fold.lanes;
    fold.fold(6);
    const after = fold.lanes;
    fold.lanes = lanes;
    fold.fold(6);
    expect(fold.lanes).toEqual(after);
  });
});

describe('a chain', () => {
  const add = (chain: DigestChain, value: number) => {
    chain.add((Math.imul(chain.a, 31) + value) | 0, chain.b ^ value);
    if (chain.room === DigestChain.INTERVAL) chain.seal();
  };

  function chain(values: Iterable<number>): DigestChain {
    const result = new DigestChain();
    for (const value of values) add(result, value);
    return result;
  }

  test('has a checkpoint every 4,096 records, which is the digest at that record', () => {
    const values = Array.from({ length: 10_000 }, (_, i) => i * 12_345);
    const whole = chain(values);
    expect(whole.count).toBe(10_000);
    expect(whole.checkpoints).toHaveLength(2);
    expect(whole.digest()).toMatch(/^[0-9a-f]{64}$/);
    expect(whole.digest()).toBe(chain(values).digest());
    expect(chain(values.slice(0, 4096)).checkpoints).toEqual(whole.checkpoints.slice(0, 1));
    expect(chain(values.with(4095, 1)).checkpoints[0]).not.toBe(whole.checkpoints[0]);
    expect(chain(values.with(4096, 1)).checkpoints[0]).toBe(whole.checkpoints[0]);
    expect(chain(values.with(4096, 1)).checkpoints[1]).not.toBe(whole.checkpoints[1]);
  });

  test('has room up to its next seal, which is missed if it is left out', () => {
    const result = new DigestChain();
    for (let i = 0; i < 4096; i++) {
      expect(result.room).toBe(4096 - i);
      result.add(i, i);
    }
    expect(result.checkpoints).toHaveLength(1);
    for (let i = 0; i < 4097; i++) result.add(i, i);
    expect(() => result.digest()).toThrow(/a seal was left out/);
  });

  test('asking for the digest changes nothing', () => {
    const values = Array.from({ length: 5000 }, (_, i) => i);
    const asked = new DigestChain();
    for (const value of values) {
      add(asked, value);
      if (value % 997 === 0) asked.digest();
    }
    expect(asked.digest()).toBe(chain(values).digest());
  });
});

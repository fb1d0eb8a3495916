// A run that is forked, saved and gone on with is the run that was never interrupted; and what is changed in a branch is
// changed there alone.

import { gunzipSync, gzipSync } from 'node:zlib';
import { filter } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { CheckpointMismatch, bytesOf, type Checkpoint } from '../../../src/simulation/checkpoint.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/simulation/checkpoint-file.ts';
import { ConfigError } from '../../../src/simulation/config-error.ts';
import { createSimulation, restoreSimulation } from '../../../src/simulation/simulation.ts';
import { copied, endOf, everybody, fingerprint, goOn } from '../../helpers/forks.ts';

const SECOND = 1_000_000;

describe('a fork', () => {
  test('goes on as the run does, to the last field', () => {
    const scenario = everybody();
    const uninterrupted = endOf(createSimulation(scenario));
    expect(uninterrupted.headline.liquidations).toBeGreaterThan(5);
    for (const at of [0, 1, 19_999_999, 21 * SECOND, 25 * SECOND, 40 * SECOND, 60 * SECOND]) {
      const parent = createSimulation(scenario);
      parent.runUntil(at);
      const fork = parent.fork();
      expect(fork.now).toBe(parent.now);
      expect(endOf(fork)).toEqual(uninterrupted);
      expect(endOf(parent)).toEqual(uninterrupted);
    }
  });

  test('of a fork of a fork is still the same run', () => {
    const scenario = everybody();
    let simulation = createSimulation(scenario);
    for (let generation = 0; generation < 12; generation++) {
      goOn(simulation, 1_500);
      simulation = simulation.fork();
    }
    expect(endOf(simulation)).toEqual(endOf(createSimulation(scenario)));
  });

  test('leaves its parent as it was, whatever becomes of it', () => {
    const parent = createSimulation(everybody());
    parent.runUntil(22 * SECOND);
    const before = fingerprint(parent.checkpoint());
    const fork = parent.fork();
    fork.intervene('liquidation.enabled', 'false');
    fork.runToEnd();
    expect(fingerprint(parent.checkpoint())).toBe(before);
    expect(fork.headline()).not.toEqual(endOf(parent).headline);
  });

  test('is heard by nobody who subscribed to its parent', () => {
    const parent = createSimulation(everybody());
    let heard = 0;
    let tapped = 0;
    parent.envelopes$.pipe(filter(({ message }) => message.type === 'OrderFilled')).subscribe(() => heard++);
    parent.kernel.tap(() => tapped++);
    parent.runUntil(10 * SECOND);
    const [heardBefore, tappedBefore] = [heard, tapped];
    expect(heardBefore).toBeGreaterThan(0);
    parent.fork().runUntil(20 * SECOND);
    expect([heard, tapped]).toEqual([heardBefore, tappedBefore]);
    parent.runUntil(20 * SECOND);
    expect(heard).toBeGreaterThan(heardBefore);
  });

  test('is refused while a message is being handled', () => {
    const simulation = createSimulation(everybody());
    const refused: string[] = [];
    simulation.envelopes$.subscribe(() => {
      for (const act of [() => simulation.fork(), () => simulation.checkpoint(), () => simulation.intervene('fees.taker', '0.1%')]) {
        try {
          act();
        } catch (error) {
          refused.push((error as Error).message);
        }
      }
    });
    simulation.step();
    expect(refused).toHaveLength(3);
    for (const message of refused) expect(message).toContain('a message is being handled');
  });
});

describe('a checkpoint', () => {
  const scenario = everybody();
  const simulation = createSimulation(scenario);
  simulation.runUntil(23 * SECOND);
  const checkpoint = simulation.checkpoint();

  test('says where it was taken and is plain data', () => {
    expect(checkpoint).toMatchObject({ seed: '1', at: 23 * SECOND, envelopes: simulation.kernel.delivered, reason: null });
    expect(fingerprint(structuredClone(checkpoint))).toBe(fingerprint(checkpoint));
    expect(bytesOf(checkpoint)).toBeGreaterThan(10_000);
    expect(bytesOf(checkpoint)).toBeLessThan(2_000_000);
  });

  test('gives the same run back, as often as one likes, in this thread or another', () => {
    const end = endOf(createSimulation(scenario));
    expect(endOf(restoreSimulation(scenario, checkpoint))).toEqual(end);
    expect(endOf(restoreSimulation(scenario, structuredClone(checkpoint)))).toEqual(end);
    expect(endOf(copied(everybody(), checkpoint))).toEqual(end);
  });

  test('goes through bytes', () => {
    const bytes = encodeCheckpoint(checkpoint);
    expect(fingerprint(decodeCheckpoint(bytes))).toBe(fingerprint(checkpoint));
    const end = endOf(createSimulation(scenario));
    expect(endOf(restoreSimulation(scenario, decodeCheckpoint(gunzipSync(gzipSync(bytes)))))).toEqual(end);
    expect(() => decodeCheckpoint(bytes.subarray(0, bytes.length - 100))).toThrow('not a whole checkpoint');
    expect(() => decodeCheckpoint(bytes.subarray(0, 60))).toThrow('not a whole checkpoint');
    expect(() => decodeCheckpoint(bytes.subarray(1))).toThrow('no checkpoint of a known form');
    const again = { ...checkpoint, state: null, reason: 'a reason' };
    expect(decodeCheckpoint(encodeCheckpoint(again))).toEqual(again);
  });

  test('is the same when it is taken of the restored run', () => {
    expect(fingerprint(restoreSimulation(scenario, checkpoint).checkpoint())).toBe(fingerprint(checkpoint));
  });

  test.each<[string, Checkpoint, Parameters<typeof everybody>[0], RegExp]>([
    [
      'another scenario',
      checkpoint,
      { set: ['fees.taker=0.07%'] },
      /of another scenario or other prices: [0-9a-f]{12}, and "everybody" is/,
    ],
    ['other code', { ...checkpoint, code: 'f'.repeat(64) }, {}, /made by other code: ffffffffffff, and this is [0-9a-f]{12}/],
    ['another form', { ...checkpoint, format: 2 as never }, {}, /of form 2, and this code reads form 1/],
  ])('is refused by %s', (_, given, options, message) => {
    const restore = () => restoreSimulation(everybody(options), given);
    expect(restore).toThrow(CheckpointMismatch);
    expect(restore).toThrow(message);
  });

  test('brings its own seed', () => {
    const other = createSimulation(scenario, { seed: 'other' });
    other.runUntil(5 * SECOND);
    expect(endOf(restoreSimulation(scenario, other.checkpoint()))).toEqual(endOf(other));
  });
});

describe('a rule changed by hand', () => {
  const at = 21 * SECOND;
  const cases = [
    ['liquidation.policy.kind', 'targeted'],
    ['liquidation.policy.kind', 'random-slices'],
    ['liquidation.enabled', 'false'],
    ['margin.tiers[0].maintenance', '0.3%'],
    ['margin.tiers[0].leverage', '2'],
    ['fees.taker', '0.2%'],
    ['priceBand', '1%'],
    ['losses', ['auto-deleveraging']],
    ['insuranceFund.cash', '1000000'],
    ['insuranceFund.cash', '0'],
  ] as const;

  test.each(cases)('%s = %j: has the effect of an intervention of the scenario at that time', (path, value) => {
    const written = createSimulation(everybody({ set: [`interventions=[{ at: 21s, set: { "${path}": ${JSON.stringify(value)} } }]`] }));
    // The scenario's comes before everything else of its instant; so this one comes after everything of the instant before.
    const byHand = createSimulation(everybody());
    byHand.runUntil(at - 1);
    const branch = byHand.fork();
    branch.intervene(path, value);
    const [expected, found, without] = [written, branch, byHand].map((simulation) => simulation.runToEnd().headline);
    expect(found).toEqual(expected);
    expect(found).not.toEqual(without);
    expect(branch.invariants().broken).toEqual([]);
  });

  test('is carried on by forks and checkpoints, also before it took effect, and beside what the scenario changes itself', () => {
    const scenario = everybody({
      set: [
        'interventions=[{ at: 20s, set: { fees.taker: 0.06% } }, { at: 24s, set: { liquidation.policy: { kind: increments } } }, { at: 30s, set: { fees.maker: 0% } }]',
      ],
    });
    const simulation = createSimulation(scenario);
    simulation.runUntil(22 * SECOND);
    simulation.intervene('liquidation.policy', { kind: 'block-limited', portion: '20%' });
    const at22 = simulation.checkpoint();
    simulation.runUntil(23 * SECOND);
    simulation.intervene('margin.tiers[0].maintenance', '0.45%');
    const at23 = simulation.fork().checkpoint();
    simulation.runUntil(26 * SECOND);
    const at26 = simulation.checkpoint();
    const end = endOf(simulation);
    expect(endOf(restoreSimulation(scenario, at23))).toEqual(end);
    expect(endOf(restoreSimulation(scenario, at26).fork())).toEqual(end);
    const again = restoreSimulation(scenario, at22);
    again.runUntil(23 * SECOND);
    again.intervene('margin.tiers[0].maintenance', '0.45%');
    expect(endOf(again)).toEqual(end);
  });

  test('is refused with its place when it is none, or cannot change during a run', () => {
    const simulation = createSimulation(everybody());
    const before = fingerprint(simulation.checkpoint());
    expect(() => simulation.intervene('traders.noise.count', 3)).toThrow(ConfigError);
    expect(() => simulation.intervene('traders.noise.count', 3)).toThrow('"traders" cannot change during a run');
    expect(() => simulation.intervene('liquidation.policy.kind', 'targetted')).toThrow('unknown kind of liquidation policy "targetted"');
    expect(fingerprint(simulation.checkpoint())).toBe(before);
  });
});

// A run's folder is there whole or not at all.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/simulation/config-error.ts';
import { RunFolder } from '../../../src/simulation/recorder.ts';
import { LogComparison, linesOf } from '../../../src/simulation/replay.ts';
import { systemError } from '../../../src/simulation/system-error.ts';
import { Stream } from '../../helpers/stream.ts';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'sandpile-recorder-'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const inside = () => readdirSync(parent).toSorted();

describe('a folder', () => {
  test('has its name only when it is complete', () => {
    const folder = new RunFolder(join(parent, 'run'));
    folder.write('manifest.json', '{}');
    expect(inside()).toEqual(['.run.partial']);
    folder.commit();
    folder.discard();
    expect(inside()).toEqual(['run']);
    expect(readFileSync(join(parent, 'run/manifest.json'), 'utf8')).toBe('{}');
  });

  test('that is discarded was never there, nor the folders above it', () => {
    const folder = new RunFolder(join(parent, 'a/b/run'));
    folder.events();
    folder.write('manifest.json', '{}');
    expect(inside()).toEqual(['a']);
    folder.discard();
    expect(inside()).toEqual([]);
  });

  test('leaves alone what others put beside it', () => {
    const folder = new RunFolder(join(parent, 'a/run'));
    writeFileSync(join(parent, 'a/other'), '');
    folder.discard();
    expect(readdirSync(join(parent, 'a'))).toEqual(['other']);
  });

  test('what a killed run left behind is no hindrance', () => {
    mkdirSync(join(parent, '.run.partial'));
    writeFileSync(join(parent, '.run.partial/old'), '');
    const folder = new RunFolder(join(parent, 'run'));
    folder.write('manifest.json', '{}');
    folder.commit();
    expect(readdirSync(join(parent, 'run'))).toEqual(['manifest.json']);
  });
});

describe('a machine that refuses', () => {
  test('a folder that cannot be made is named where it was asked for', () => {
    writeFileSync(join(parent, 'file'), '');
    expect(() => new RunFolder(join(parent, 'file/run'))).toThrow(
      /^--out:1:1: error: cannot be written: (file already exists|not a directory)/,
    );
  });

  test.skipIf(!existsSync('/dev/full'))('a full disk is told, and leaves nothing behind', () => {
    const folder = new RunFolder(join(parent, 'run'));
    // The log is on a disk that is full.
    symlinkSync('/dev/full', join(parent, '.run.partial/decisions.jsonl'));
    folder.decisions().add('{}');
    let refused: string | undefined;
    try {
      folder.commit();
    } catch (error) {
      refused = systemError(error);
    }
    expect(refused).toBe('no space left on device');
    folder.discard();
    expect(inside()).toEqual([]);
  });

  test('more than memory holds is a refusal too', () => {
    expect(systemError(new RangeError('Invalid typed array length: 24000000001668'))).toMatch(/^more memory would be needed/);
    expect(systemError(new RangeError('Invalid typed array length: -1'))).toBeUndefined();
  });

  test('what is no refusal of the machine is none', () => {
    expect(systemError(new Error('ENOSPC: no space left on device, write'))).toBeUndefined();
    expect(systemError(Object.assign(new Error('EBADF: bad file descriptor, write'), { code: 'EBADF', syscall: 'write' }))).toBeUndefined();
  });
});

describe('an existing folder', () => {
  beforeEach(() => {
    mkdirSync(join(parent, 'run'));
  });

  const attempt = (force: boolean): string => {
    try {
      new RunFolder(join(parent, 'run'), { force }).commit();
      return 'fine';
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return error.problems[0].message;
    }
  };

  test('is refused without force, and stays as it is', () => {
    writeFileSync(join(parent, 'run/manifest.json'), 'old');
    expect(attempt(false)).toBe('exists already');
    expect(inside()).toEqual(['run']);
    expect(readFileSync(join(parent, 'run/manifest.json'), 'utf8')).toBe('old');
  });

  test('of a run is replaced with force', () => {
    writeFileSync(join(parent, 'run/manifest.json'), 'old');
    writeFileSync(join(parent, 'run/report.html'), 'old');
    const folder = new RunFolder(join(parent, 'run'), { force: true });
    expect(readFileSync(join(parent, 'run/manifest.json'), 'utf8')).toBe('old');
    folder.write('manifest.json', 'new');
    folder.commit();
    expect(inside()).toEqual(['run']);
    expect(readdirSync(join(parent, 'run'))).toEqual(['manifest.json']);
  });

  test('of something else is not replaced, whatever the force', () => {
    writeFileSync(join(parent, 'run/thesis.tex'), '');
    expect(attempt(true)).toBe('has no manifest.json: only the folder of a run is replaced');
    expect(existsSync(join(parent, 'run/thesis.tex'))).toBe(true);
  });

  test('that is empty, or a file', () => {
    expect(attempt(false)).toBe('fine');
    rmSync(join(parent, 'run'), { recursive: true });
    writeFileSync(join(parent, 'run'), '');
    expect(attempt(true)).toBe('exists and is not a folder');
  });
});

describe('the log of events', () => {
  /** More than one block of lines; `odd` replaces the message at that place. */
  function play(stream: Stream, odd = -1): void {
    for (let i = 0; i < 3_000; i++) stream.at(i).send('TopUp', { account: 7, amount: i === odd ? -1 : i, tag: 1 });
  }

  function record(): string {
    const folder = new RunFolder(join(parent, 'run'));
    const stream = new Stream();
    stream.add(folder.events());
    play(stream);
    folder.commit();
    return join(parent, 'run/events.jsonl');
  }

  test('has every envelope as a line of JSON', () => {
    const lines = [...linesOf(record())];
    expect(lines).toHaveLength(3_000);
    expect(JSON.parse(lines[2_999])).toEqual({
      seq: 3_000,
      cause: 2_999,
      at: 2_999,
      sentAt: 2_999,
      from: 3,
      to: 2,
      message: { type: 'TopUp', account: 7, amount: 2_999, tag: 1 },
    });
  });

  test('names the first envelope in which another run differs', () => {
    const compare = (odd: number, extra = 0, fewer = false): LogComparison => {
      const stream = new Stream();
      const comparison = stream.add(new LogComparison(linesOf(path)));
      if (!fewer) play(stream, odd);
      for (let i = 0; i < extra; i++) stream.send('Wake');
      comparison.finish();
      return comparison;
    };
    const path = record();
    expect(compare(-1).difference).toBeNull();
    expect(compare(1_234).difference).toMatchObject({
      number: 1_235,
      expected: expect.stringContaining('"amount":1234'),
      found: expect.stringContaining('"amount":-1'),
    });
    expect(compare(-1, 2).difference).toMatchObject({ number: 3_001, expected: null, found: expect.stringContaining('Wake') });
    expect(compare(-1, 0, true).difference).toMatchObject({ number: 1, found: null });
  });
});

// The session's chart: what may follow what.

import { expect, test } from 'vitest';
import { mergedHalts, Session, SESSION_PHASES } from '../../../src/exchange/session.ts';

const EVENTS = ['open', 'halt', 'resume', 'close'] as const;
type Event = (typeof EVENTS)[number];

const TO: Record<string, readonly Event[]> = { preOpen: [], open: ['open'], halted: ['open', 'halt'], closed: ['close'] };

function sessionIn(phase: string): Session {
  const session = new Session(`test/${phase}`);
  for (const event of TO[phase]) expect(session.send(event)).toBe(true);
  expect(session.phase).toBe(phase);
  return session;
}

test.each([
  // phase      open     halt      resume   close
  ['preOpen', ['open', 'preOpen', 'preOpen', 'closed']],
  ['open', ['open', 'halted', 'open', 'closed']],
  ['halted', ['halted', 'halted', 'open', 'closed']],
  ['closed', ['closed', 'closed', 'closed', 'closed']],
] as const)('from %s', (phase, next) => {
  expect(SESSION_PHASES).toContain(phase);
  EVENTS.forEach((event, i) => {
    const session = sessionIn(phase);
    expect(session.send(event), event).toBe(next[i] !== phase);
    expect(session.phase, event).toBe(next[i]);
    expect(session.open).toBe(next[i] === 'open');
  });
});

test.each([
  ['none', [], []],
  [
    'apart',
    [
      [9, 1],
      [1, 2],
    ],
    [
      [1, 2],
      [9, 1],
    ],
  ],
  [
    'overlapping',
    [
      [21, 2],
      [22, 3],
    ],
    [[21, 4]],
  ],
  [
    'one within the other',
    [
      [1, 9],
      [3, 2],
      [4, 7],
    ],
    [[1, 10]],
  ],
  [
    'touching',
    [
      [1, 2],
      [3, 2],
    ],
    [[1, 4]],
  ],
  [
    'the same twice',
    [
      [1, 2],
      [1, 2],
    ],
    [[1, 2]],
  ],
] as const)('halts: %s', (_name, given, merged) => {
  const halts = (rows: readonly (readonly [number, number])[]) => rows.map(([at, duration]) => ({ at, duration }));
  expect(mergedHalts(halts(given))).toEqual(halts(merged));
});

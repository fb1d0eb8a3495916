// The chart of a case, and the table that is stepped instead of it.

import { createActor, transition, getInitialSnapshot } from 'xstate';
import { describe, expect, test } from 'vitest';
import { CASE_EVENTS, caseTable, liquidationCase, type CaseEvent, type CaseState } from '../../../src/exchange/liquidation-case.ts';

const STATES = Object.keys(liquidationCase.config.states ?? {}) as CaseState[];
const step = (state: CaseState, event: CaseEvent) =>
  caseTable.states[caseTable.step(caseTable.states.indexOf(state), caseTable.events.indexOf(event))];

test('the table says what XState says, in every state and for every event', () => {
  expect(new Set(caseTable.states)).toEqual(new Set(STATES));
  for (const state of STATES) {
    for (const type of CASE_EVENTS) {
      const [next] = transition(liquidationCase, liquidationCase.resolveState({ value: state }), { type });
      expect(step(state, type), `${state} ${type}`).toBe(next.value);
    }
  }
});

test('it begins healthy and ends closed, with no way out', () => {
  expect(getInitialSnapshot(liquidationCase).value).toBe('healthy');
  for (const event of CASE_EVENTS) expect(step('closed', event)).toBe('closed');
});

describe('ways through', () => {
  test.each<[string, CaseEvent[], CaseState]>([
    ['a call that is lifted', ['call', 'lift'], 'healthy'],
    ['closed on the book', ['call', 'breach', 'reduce', 'close'], 'closed'],
    ['restored by the cancel', ['call', 'breach', 'restore', 'close'], 'closed'],
    ['restored by a fill', ['call', 'breach', 'reduce', 'restore', 'close'], 'closed'],
    ['halted for a while', ['call', 'breach', 'reduce', 'wait', 'resume', 'close'], 'closed'],
    ['taken over', ['call', 'breach', 'reduce', 'takeOver', 'resume', 'close'], 'closed'],
    ['taken over in part, deleveraged for the rest', ['call', 'breach', 'reduce', 'takeOver', 'resume', 'deleverage', 'close'], 'closed'],
  ])('%s', (_name, events, end) => {
    const actor = createActor(liquidationCase, { id: 'case' });
    actor.start();
    for (const type of events) {
      const before = actor.getSnapshot().value;
      actor.send({ type });
      expect(actor.getSnapshot().value, type).not.toBe(before);
    }
    expect(actor.getSnapshot().value).toBe(end);
  });

  test('nobody is liquidated who was not called', () => {
    expect(STATES.filter((state) => step(state, 'breach') !== state)).toEqual(['marginCalled']);
  });

  test('orders are canceled before anything is closed', () => {
    for (const event of ['reduce', 'takeOver', 'deleverage', 'wait'] as const) expect(step('marginCalled', event)).toBe('marginCalled');
    for (const event of ['takeOver', 'deleverage', 'close'] as const) expect(step('canceling', event)).toBe('canceling');
  });
});

// Statecharts for populations. A chart without delays, guards, context or children is a table from state and event to
// state; the table is made by asking XState itself, once for each pair, so that the chart stays the only definition.

import { initialTransition, transition, type AnyStateMachine } from 'xstate';
import { assert } from '../base/assert.ts';

export interface ChartTable {
  /** The first is the initial state. */
  readonly states: readonly string[];
  readonly events: readonly string[];
  /** The state after `event` in `state`, both by position; the same state when the chart does not know the event there. */
  step(state: number, event: number): number;
}

/** Compiles a flat machine; refuses one whose behaviour a table of states cannot hold. */
export function compileChart(machine: AnyStateMachine, events: readonly string[]): ChartTable {
  const unknown = machine.events.filter((type) => !events.includes(type));
  assert(unknown.length === 0, () => `${machine.id} reacts to ${unknown.join(', ')}, which the table does not list`);
  assert(!guarded(machine.root), () => `${machine.id} has guards: what they ask is not in a table`);
  const [initial, atStart] = initialTransition(machine);
  assert(atStart.length === 0, `${machine.id} acts when it starts`);
  const snapshots = [initial];
  const states = [nameOf(initial.value, machine.id)];
  const next: number[] = [];
  for (let state = 0; state < snapshots.length; state++) {
    for (const type of events) {
      const before = snapshots[state];
      const [after, actions] = before.status === 'active' ? transition(machine, before, { type }) : [before, []];
      assert(
        actions.length === 0,
        () => `${machine.id} acts on ${type} in ${states[state]}: delays, children and actions do not fit a table`,
      );
      assert(Object.is(after.context, before.context) || Object.keys(after.context as object).length === 0, `${machine.id} keeps context`);
      const name = nameOf(after.value, machine.id);
      let index = states.indexOf(name);
      if (index < 0) {
        index = states.push(name) - 1;
        snapshots.push(after);
      }
      next.push(index);
    }
  }
  assert(states.length <= 256, `${machine.id} has too many states for a table of bytes`);
  const table = Uint8Array.from(next);
  const width = events.length;
  return { states, events, step: (state, event) => table[state * width + event] };
}

function guarded(node: AnyStateMachine['root']): boolean {
  const transitions = [...node.transitions.values()].flat().concat(node.always ?? []);
  return transitions.some(({ guard }) => guard !== undefined) || Object.values(node.states).some(guarded);
}

function nameOf(value: unknown, machine: string): string {
  assert(typeof value === 'string', `${machine} has nested or parallel states`);
  return value;
}

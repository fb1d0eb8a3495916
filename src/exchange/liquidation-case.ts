// One account's way from margin call to the end of it, as a chart. Thousands of cases may run at once, so nobody
// interprets the chart at run time: the engine steps through a table compiled from it (kernel/chart-table.ts).

import { setup } from 'xstate';
import { compileChart } from '../kernel/chart-table.ts';

/**
 * A margin call is a warning: it never delays what follows, and a gap may skip it (then call and breach share an
 * instant, call first). `waiting` is between two rounds of a policy that closes in pieces, or while the market is halted.
 */
export const liquidationCase = setup({
  types: {
    events: {} as {
      type: 'call' | 'lift' | 'breach' | 'reduce' | 'wait' | 'resume' | 'restore' | 'takeOver' | 'deleverage' | 'close';
    },
  },
}).createMachine({
  id: 'liquidation-case',
  initial: 'healthy',
  states: {
    healthy: { on: { call: 'marginCalled' } },
    marginCalled: { on: { lift: 'healthy', breach: 'canceling' } },
    canceling: { on: { restore: 'restored', reduce: 'reducing' } },
    reducing: {
      on: { wait: 'waiting', restore: 'restored', takeOver: 'takenOver', deleverage: 'deleveraging', close: 'closed' },
    },
    waiting: { on: { resume: 'reducing', restore: 'restored' } },
    takenOver: { on: { deleverage: 'deleveraging', resume: 'reducing', close: 'closed' } },
    deleveraging: { on: { takeOver: 'takenOver', resume: 'reducing', close: 'closed' } },
    restored: { on: { close: 'closed' } },
    closed: { type: 'final' },
  },
});

export type CaseState =
  | 'healthy'
  | 'marginCalled'
  | 'canceling'
  | 'reducing'
  | 'waiting'
  | 'takenOver'
  | 'deleveraging'
  | 'restored'
  | 'closed';
export type CaseEvent = 'call' | 'lift' | 'breach' | 'reduce' | 'wait' | 'resume' | 'restore' | 'takeOver' | 'deleverage' | 'close';

export const CASE_EVENTS: readonly CaseEvent[] = [
  'call',
  'lift',
  'breach',
  'reduce',
  'wait',
  'resume',
  'restore',
  'takeOver',
  'deleverage',
  'close',
];

export const caseTable = compileChart(liquidationCase, CASE_EVENTS);

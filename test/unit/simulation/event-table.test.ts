// A run's messages as a table: the same as the stream, row by row, and in memory that does not grow with them.

import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MESSAGES, type Envelope } from '../../../src/messages.ts';
import { EventTable } from '../../../src/simulation/event-table.ts';
import { EVENTS_FILE, RunFolder, TABLE_FILE } from '../../../src/simulation/recorder.ts';
import { readScenarioFile } from '../../../src/simulation/scenario-reader.ts';
import { createSimulation } from '../../../src/simulation/simulation.ts';
import { everybody } from '../../helpers/forks.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandpile-table-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Bytes that are still held after everything else was given back. */
function held(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // Buffers are given back beside the program, which the next collection waits for.
  for (let i = 0; i < 2; i++) collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

test('holds every message with all its fields, in groups of rows', async () => {
  const path = join(folder, TABLE_FILE);
  const simulation = createSimulation(everybody());
  const expected: Envelope[] = [];
  simulation.envelopes$.subscribe((envelope) => expected.push(envelope));
  const table = new EventTable(path, 1_000);
  simulation.kernel.tap((message) => table.read(message));
  simulation.runToEnd();
  table.close();
  table.close();

  const bytes = readFileSync(path);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const { num_rows, row_groups, key_value_metadata } = parquetMetadata(file);
  expect(Number(num_rows)).toBe(expected.length);
  expect(row_groups).toHaveLength(Math.ceil(expected.length / 1_000));
  const fields = JSON.parse(key_value_metadata!.find(({ key }) => key === 'fields')!.value!) as Record<string, Record<string, string>>;
  expect(Object.keys(fields)).toEqual(Object.keys(MESSAGES));

  const rows = (await parquetReadObjects({ file })) as (Record<string, number> & { type: string })[];
  const found = rows.map(({ seq, cause, at, sentAt, from, to, type, ...columns }) => {
    const message = Object.fromEntries(Object.entries(fields[type]).map(([field, column]) => [field, columns[column]]));
    return { seq, cause, at, sentAt, from, to, message: { type, ...message } };
  });
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < found.length; i++)
    if (JSON.stringify(found[i]) !== JSON.stringify(expected[i])) expect(found[i]).toEqual(expected[i]);
});

test('memory does not grow with what has been recorded, as lines or as a table', () => {
  const simulation = createSimulation(readScenarioFile('sim-configs/scenarios/calm.yaml', { set: ['duration=2h'] }));
  const run = new RunFolder(join(folder, 'run'));
  for (const log of [run.events(), run.table()]) simulation.kernel.tap((message) => log.read(message));
  const goTo = (envelopes: number) => {
    while (simulation.kernel.delivered < envelopes && simulation.step());
    return held();
  };
  const early = goTo(300_000);
  const late = goTo(1_300_000);
  expect(simulation.kernel.delivered).toBe(1_300_000);
  // A million more: less than a byte for each, where a line is nearly two hundred.
  expect(late - early).toBeLessThan(1_000_000);
  run.commit();
  expect(statSync(join(folder, 'run', EVENTS_FILE)).size).toBeGreaterThan(150e6);
  expect(statSync(join(folder, 'run', TABLE_FILE)).size).toBeLessThan(50e6);
}, 240_000);

// Runs on every engine, as many processes of it as there are cores: makes one run after the other as it is asked, from the
// built files and through the command line, so that modules are loaded and compiled once and not for every golden seed.
// A line of JSON in is a run, a line of JSON out what became of it. What one run leaves behind in the process must not change
// the next, and here it would be seen.

import { createInterface } from 'node:readline';

/** What of the command line is printed is kept; the exit code and the words decide what the run is worth. */
async function commandLine(args) {
  const { runCommand } = await import('../dist/cli/program.js');
  const said = { out: '', err: '' };
  const status = await runCommand(args, { out: (text) => (said.out += text), err: (text) => (said.err += text) });
  if (status === 0) return { stdout: said.out };
  return { failure: `exit code ${status}: ${firstLines(said.err || said.out)}` };
}

async function arithmetic() {
  const { digests } = await import('./engine-arithmetic.mjs');
  return { stdout: JSON.stringify(digests()) };
}

const firstLines = (text) => text.trim().split('\n').slice(0, 12).join('\n');

/** Seconds by the clock and of the processor, all threads of the process. */
async function timed(work) {
  const [clock, cpu] = [performance.now(), process.cpuUsage()];
  const result = await work().catch((error) => ({ failure: firstLines(String(error?.stack ?? error)) }));
  const { user, system } = process.cpuUsage(cpu);
  return { ...result, seconds: (performance.now() - clock) / 1_000, processor: (user + system) / 1e6 };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { args } = JSON.parse(line);
  const done = await timed(() => (args === undefined ? arithmetic() : commandLine(args)));
  process.stdout.write(`${JSON.stringify(done)}\n`);
}

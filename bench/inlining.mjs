// How much V8 may inline: more than the 920 bytes of bytecode a function that it takes by default. A message's way through the
// kernel, an inbox, the gateway, margin and the book is one loop of many small methods, and the kernel's rows gain by it once they
// are warm. Whole runs of scenarios lose: october-2025 on Node 20 took 6.5 s of processor time without and 10.6 s with it, so that
// the command line leaves V8 as it is. It changes no result.

import { setFlagsFromString } from 'node:v8';

/**
 * Before the code that it is for is compiled; `most` bytes into one function. The kernel's loop with the market in it gains up to 30,000,
 * the book alone loses a third of its speed by it. Does nothing on engines that are not V8 or know no such options.
 */
export function inlineMore(most = 18_000) {
  try {
    setFlagsFromString('--max-inlined-bytecode-size=1500');
    setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${most}`);
    // Beyond this V8 inlines nothing more, whatever the others say.
    setFlagsFromString(`--max-inlined-bytecode-size-absolute=${Math.ceil(2.7 * most)}`);
  } catch {
    // Not offered here, and not needed.
  }
}

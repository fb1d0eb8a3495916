// How much V8 may inline. A message's way through the kernel, an inbox, the gateway, margin and the book is one loop of many
// small methods, longer than what V8 puts into one optimized function by default (920 bytes of bytecode); past that each call
// costs, and each fraction passed is boxed. With more room whole runs take a sixth less time. It changes no result, and is
// for the program that owns its process: a library does not touch the engine of its user.

import { setFlagsFromString } from 'node:v8';

/** Before the code that it is for is compiled. Does nothing on engines that are not V8 or know no such options. */
export function inlineMore(): void {
  try {
    setFlagsFromString('--max-inlined-bytecode-size-cumulative=5000');
    setFlagsFromString('--max-inlined-bytecode-size=1500');
  } catch {
    // Not offered here, and not needed.
  }
}

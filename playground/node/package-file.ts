// What the engine asks of `node:module`: the package's own description.

import { BUILD } from '../build.ts';

export function createRequire(): (path: string) => { readonly version: string } {
  return () => ({ version: BUILD.version });
}

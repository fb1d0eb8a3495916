// A file that a scenario names: its text, or the name that was probably meant.

import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { nearest } from './config-error.ts';

type NamedFile =
  | { readonly found: true; readonly path: string; readonly text: string }
  | { readonly found: false; readonly suggestion: string | undefined };

/** `written` is how the scenario names what is at `path`. */
export function readNamed(path: string, written: string): NamedFile {
  try {
    return { found: true, path, text: readFileSync(path, 'utf8') };
  } catch {
    return { found: false, suggestion: neighbour(path, written) };
  }
}

/** The file of the same folder whose name is nearest, written as the wrong one was. */
function neighbour(path: string, written: string): string | undefined {
  let names: string[];
  try {
    names = readdirSync(dirname(path));
  } catch {
    return undefined;
  }
  const near = nearest(basename(path), names);
  return near === undefined ? undefined : written.slice(0, written.length - basename(written).length) + near;
}

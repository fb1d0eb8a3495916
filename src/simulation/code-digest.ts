// Which code this is: a digest over the very files that run, the built ones or the sources. Two builds that could run
// differently have different digests, on every engine the same; nothing of a run depends on it.

import { readFileSync, readdirSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256Hex } from '../base/digest.ts';

/**
 * SHA-256, 64 hex digits, over the path and the text of every file below `folder` that ends in `ending`, in code point
 * order of their paths.
 */
export function codeDigest(folder: URL, ending: string): string {
  const parts: string[] = [];
  // Nothing new of the language: this is read with the module, before anybody could say what an engine lacks.
  for (const path of filesBelow(folder, '').sort((a, b) => (a < b ? -1 : 1))) {
    if (!path.endsWith(ending) || path.endsWith('.d.ts')) continue;
    // Git may have written other ends of line.
    const text = readFileSync(new URL(path, folder), 'utf8').replaceAll('\r\n', '\n');
    parts.push(`${path}\n${text.length}\n${text}`);
  }
  return sha256Hex(parts.join(''));
}

function filesBelow(folder: URL, path: string): string[] {
  return readdirSync(new URL(path, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(folder, `${path}${entry.name}/`) : [`${path}${entry.name}`],
  );
}

/** Of the code that runs here, read when it is loaded: a build that comes later is another. */
export const CODE_DIGEST = codeDigest(new URL('../', import.meta.url), extname(fileURLToPath(import.meta.url)));

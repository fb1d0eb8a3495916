// The digest of the code: over every file that can run, and over nothing else.

import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CODE_DIGEST, codeDigest } from '../../../src/simulation/code-digest.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandpile-code-'));
  mkdirSync(join(folder, 'b'));
  writeFileSync(join(folder, 'b/one.js'), '1\n');
  writeFileSync(join(folder, 'a.js'), 'é\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const digest = () => codeDigest(pathToFileURL(`${folder}/`), '.js');

test('is the SHA-256 of paths, lengths and texts, in the order of paths', () => {
  expect(digest()).toBe(createHash('sha256').update('a.js\n2\né\nb/one.js\n2\n1\n').digest('hex'));
});

test('changes with a text, a name and a file more', () => {
  const before = digest();
  writeFileSync(join(folder, 'a.js'), 'e\n');
  const edited = digest();
  writeFileSync(join(folder, 'c.js'), '');
  expect(new Set([before, edited, digest()]).size).toBe(3);
});

test('does not change with what never runs, nor with ends of line', () => {
  const before = digest();
  writeFileSync(join(folder, 'a.d.ts'), 'x');
  writeFileSync(join(folder, 'a.js.map'), 'x');
  writeFileSync(join(folder, 'a.js'), 'é\r\n');
  expect(digest()).toBe(before);
});

test('of what runs here is that of the sources', () => {
  expect(CODE_DIGEST).toBe(codeDigest(new URL('../../../src/', import.meta.url), '.ts'));
});

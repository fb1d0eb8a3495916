// `sandpile tour` from the command line: listed, told in text, refused in words, checked.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sandpile } from '../helpers/command.ts';

test('without a name the tours are listed', async () => {
  const { code, out } = await sandpile('tour');
  expect(code).toBe(0);
  expect(out).toMatch(/^the-loop +The loop: liquidations move prices, prices cause liquidations$/m);
});

test('a name that is none is refused with the nearest', async () => {
  expect(await sandpile('tour', 'the-lop')).toMatchObject({ code: 1, err: expect.stringContaining('did you mean "the-loop"') as string });
});

test('`check` knows tours, and what is wrong with one', async () => {
  const fine = await sandpile('check', 'sim-configs/tours/the-loop.yaml');
  expect(fine).toMatchObject({
    code: 0,
    out: expect.stringMatching(/fine \(the-loop: a tour of \d steps through long-squeeze\)/) as string,
  });
  const folder = mkdtempSync(join(tmpdir(), 'sandpile-tour-'));
  try {
    const file = join(folder, 'mine.yaml');
    writeFileSync(file, 'name: mine\nscenario: calm\nsteps:\n  - { when: never, say: "{luck}" }\n');
    const { code, out } = await sandpile('check', file);
    expect(code).toBe(1);
    for (const words of ['missing required key "title"', '"never" is no condition', '{luck} is no number of a run'])
      expect(out).toContain(words);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

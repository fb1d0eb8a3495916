// Fenced blocks of a document, and what a reader would do with each. The conventions by which documents are tried:
//
// - `sh`: every line is typed in the order given, in one folder for the whole document; comments may stay. A line that
//   installs, tests, starts or benches this very project is left out, since that is what runs the tests. A line that ends
//   with `# exits N` is expected to.
// - `ts`: compiled strictly and run, each by itself. `ts vitest` is run by Vitest. `ts src/traders/x.ts` is that file, put
//   where it says and entered in the shelf's registry, then used.
// - `yaml`: what it says takes the place of the same in a scenario, which is then checked. One whose first line is a comment
//   with nothing but a file's name is that file, for the blocks after it.

export interface Block {
  readonly language: string;
  /** What stands behind the language. */
  readonly info: string;
  readonly text: string;
  /** Of its first line in the document, from 1. */
  readonly line: number;
}

export function blocksOf(document: string): Block[] {
  const blocks: Block[] = [];
  let open: { readonly language: string; readonly info: string; readonly line: number; readonly lines: string[] } | undefined;
  document.split('\n').forEach((line, i) => {
    const fence = /^```(\w*) *(.*)$/.exec(line);
    if (open === undefined && fence !== null) open = { language: fence[1], info: fence[2], line: i + 2, lines: [] };
    else if (open !== undefined && fence !== null) {
      const { lines, ...rest } = open;
      blocks.push({ ...rest, text: `${lines.join('\n')}\n` });
      open = undefined;
    } else open?.lines.push(line);
  });
  return blocks;
}

/** The file that a block says it is, undefined when it is none. */
export function fileOf({ info, text }: Block): string | undefined {
  if (info.includes('/')) return info;
  return /^# ([\w./-]+\.\w+)$/.exec(text.split('\n', 1)[0])?.[1];
}

/** A map in YAML with the top-level keys of another in the place of its own. */
export function withKeysOf(yaml: string, other: string): string {
  const keys = [...other.matchAll(/^([\w-]+):/gm)].map(([, key]) => key);
  const kept = keys.reduce((text, key) => text.replace(new RegExp(`^${key}:.*\\n(?:[ \\t].*\\n)*`, 'm'), ''), yaml);
  return kept + other;
}

export interface Typed {
  readonly command: string;
  readonly status: number;
}

const OWN_HOUSE = /^(npm|git|cd|\.ci\/|CI=|SEED)/;

/** What of a block of shell is typed, a command a line; lines that end with a backslash go on. */
export function typed({ text }: Block): Typed[] {
  return text
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#') && !OWN_HOUSE.test(line))
    .map((command) => ({ command, status: Number(/# exits (\d+)$/.exec(command)?.[1] ?? 0) }));
}

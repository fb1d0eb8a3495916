// What the engine asks of `node:fs`, answered from the files that come with sandpile: their texts are part of the page.

const shipped: Readonly<Record<string, string>> = import.meta.glob(
  ['../../sim-configs/scenarios/*.yaml', '../../sim-configs/prices/*.csv'],
  {
    query: '?raw',
    import: 'default',
    eager: true,
  },
);

/** By absolute path, with the configurations' own folder as the root. */
const texts: ReadonlyMap<string, string> = new Map(
  Object.entries(shipped).map(([path, text]) => [path.slice(path.indexOf('/sim-configs/')), text]),
);

/** Throws for a file that does not come with sandpile. */
export function readFileSync(path: string): string {
  const text = texts.get(path);
  if (text !== undefined) return text;
  throw new Error(`${path} is not among the files that come with sandpile`);
}

export function readdirSync(folder: string): string[] {
  return [...texts.keys()].filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1));
}

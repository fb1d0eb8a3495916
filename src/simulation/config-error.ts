// The user's mistakes: all of them at once, each with its place and, where there is one, the nearest right key.

/** Where something was written. A `--set` is a file of its own, its text the line. */
export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** How many characters it takes on its line. */
  readonly width: number;
  /** The whole source line. */
  readonly source: string;
  /** Path in the file, such as `traders.retail.count` or `rules.margin.tiers[2].maintenance`. */
  readonly path: string;
}

export interface Problem {
  readonly place: Place;
  readonly message: string;
  /** The nearest right key or value. */
  readonly suggestion?: string | undefined;
  /** What belongs here, shown under the place when there is no suggestion. */
  readonly hint?: string | undefined;
}

/** A problem as `check --json` prints it. */
export interface ProblemRecord {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly message: string;
  readonly suggestion: string | null;
}

function compare(a: Problem, b: Problem): number {
  if (a.place.file !== b.place.file) return a.place.file < b.place.file ? -1 : 1;
  return a.place.line - b.place.line || a.place.column - b.place.column;
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** Sorted by place. */
  readonly problems: readonly ProblemRecord[];
  readonly #problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const seen = new Set<string>();
    const sorted = problems.toSorted(compare).filter(({ place, message }) => {
      const key = `${place.file}:${place.line}:${place.column}:${message}`;
      return !seen.has(key) && seen.add(key);
    });
    super(sorted.map(headline).join('\n'));
    this.#problems = sorted;
    this.problems = sorted.map(({ place, message, suggestion }) => ({
      file: place.file,
      line: place.line,
      column: place.column,
      path: place.path,
      message,
      suggestion: suggestion ?? null,
    }));
  }

  /** What is wrong in several attempts as one error. What was said of `--set` is said of `option`, which set it. */
  static together(errors: readonly ConfigError[], option = '--set'): ConfigError {
    const told = ({ place, ...rest }: Problem): Problem => ({
      ...rest,
      place: place.file === '--set' ? { ...place, file: option } : place,
    });
    return new ConfigError(errors.flatMap((error) => error.#problems.map(told)));
  }

  /** For people: each problem with its source line and a caret under the place. */
  format(): string {
    return this.#problems.map(formatProblem).join('\n');
  }
}

function headline({ place, message }: Problem): string {
  const at = place.path === '' ? '' : ` (at ${place.path})`;
  return `${place.file}:${place.line}:${place.column}: error: ${message}${at}`;
}

function formatProblem(problem: Problem): string {
  const { place, suggestion, hint } = problem;
  const under = suggestion === undefined ? hint : `did you mean "${suggestion}"?`;
  if (place.source.trim() === '') return under === undefined ? headline(problem) : `${headline(problem)}\n  ${under}`;
  const number = String(place.line);
  const gutter = ' '.repeat(number.length);
  // A tab before the place must stay a tab, or the caret would stand elsewhere.
  const indent = place.source.slice(0, place.column - 1).replaceAll(/[^\t]/g, ' ');
  const carets = '^'.repeat(Math.max(1, Math.min(place.width, place.source.length - place.column + 1)));
  return `${headline(problem)}\n  ${number} | ${place.source}\n  ${gutter} | ${indent}${carets}${under === undefined ? '' : ` ${under}`}`;
}

/** The candidate that `written` most likely was meant to be; undefined when none is near. */
export function nearest(written: string, candidates: Iterable<string>): string | undefined {
  const wanted = written.toLowerCase();
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of candidates) {
    const offered = candidate.toLowerCase();
    let distance = editDistance(wanted, offered);
    // A shortened or lengthened name is near, however long the rest.
    if (Math.min(wanted.length, offered.length) >= 3 && (offered.startsWith(wanted) || wanted.startsWith(offered)))
      distance = Math.min(distance, 1);
    if (distance > Math.max(2, Math.floor(Math.max(wanted.length, offered.length) / 3))) continue;
    if (distance >= Math.min(wanted.length, offered.length)) continue;
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours between `a` and `b`. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length];
}

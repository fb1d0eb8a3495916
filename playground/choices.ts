// What somebody chose, as the page's controls hold it; as a link, as overrides of the scenario, and as the command that
// makes the same run in a terminal.

export interface Choices {
  readonly scenario: string;
  /** '' for the scenario's own; so with venue and policy. */
  readonly seed: string;
  readonly venue: string;
  readonly policy: string;
  readonly liquidation: boolean;
  readonly leverage: boolean;
  /** Further `path=value`, left to right. */
  readonly set: readonly string[];
  /** Simulated seconds a second, at most; 0 for as fast as it can. */
  readonly pace: number;
}

export const NOTHING_CHOSEN: Choices = {
  scenario: 'october-2025',
  seed: '',
  venue: '',
  policy: '',
  liquidation: true,
  leverage: true,
  set: [],
  pace: 0,
};

/** In the order in which they are applied: a venue brings rules of its own, what is written out is stronger than all. */
export function overridesOf({ venue, policy, liquidation, leverage, set }: Choices): string[] {
  return [
    ...(venue === '' ? [] : [`venue=${venue}`]),
    ...(policy === '' ? [] : [`liquidation.policy.kind=${policy}`]),
    ...(liquidation ? [] : ['liquidation.enabled=false']),
    ...(leverage ? [] : ['leverage.enabled=false']),
    ...set,
  ];
}

/** The part of a link after `#`: all choices, whatever the defaults of a later version are. `running` starts the run. */
export function hashOf(choices: Choices, running: boolean): string {
  const { scenario, seed, venue, policy, liquidation, leverage, set, pace } = choices;
  const fields = new URLSearchParams({ scenario, seed, venue, policy, liquidation: on(liquidation), leverage: on(leverage) });
  for (const line of set) fields.append('set', line);
  fields.set('pace', String(pace));
  if (running) fields.set('run', 'yes');
  return fields.toString();
}

const on = (yes: boolean): string => (yes ? 'on' : 'off');

/** What a link says, and of what it leaves out the usual. */
export function choicesIn(hash: string): { readonly choices: Choices; readonly running: boolean } {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const text = (name: 'scenario' | 'seed' | 'venue' | 'policy') => fields.get(name) ?? NOTHING_CHOSEN[name];
  const pace = Number(fields.get('pace') ?? NOTHING_CHOSEN.pace);
  const choices = {
    scenario: text('scenario'),
    seed: text('seed'),
    venue: text('venue'),
    policy: text('policy'),
    liquidation: fields.get('liquidation') !== 'off',
    leverage: fields.get('leverage') !== 'off',
    set: fields.getAll('set'),
    pace: pace >= 0 && Number.isFinite(pace) ? pace : NOTHING_CHOSEN.pace,
  };
  return { choices, running: fields.get('run') === 'yes' };
}

/** `until` in micros for a run that was stopped before its end. */
export function commandOf(choices: Choices, until?: number): string {
  const words = ['sandpile', 'run', choices.scenario];
  if (choices.seed !== '') words.push('--seed', choices.seed);
  for (const override of overridesOf(choices)) words.push('--set', override);
  if (until !== undefined) words.push('--until', `${until}us`);
  return [...words, '--json'].map(quoted).join(' ');
}

/** As a shell reads it. */
function quoted(word: string): string {
  return /^[\w./:=%+@,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

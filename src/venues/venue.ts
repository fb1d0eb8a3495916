// A venue as a preset: its rules, in the words and units of a scenario's `rules`, made of parts of the shelves and their
// parameters alone. What the venue's own pages leave open is a parameter too, and a comment at its value says so.

/** As people write it: `'5%'`, `'250ms'`, `'60000.5'`, a kind's name. */
export type Written = string | number | boolean | readonly Written[] | { readonly [key: string]: Written };

export interface Venue {
  /** In kebab-case: what `venue` and `--set venue=` name. */
  readonly name: string;
  readonly doc: string;
  /** Where its numbers come from. */
  readonly source: string;
  /** Its amounts are in coins: it is for scenarios of inverse contracts. Linear unless said otherwise. */
  readonly contract?: 'inverse';
  /** What is left out has the default of a scenario. */
  readonly rules: { readonly [key: string]: Written };
}

// What the build tells the page: which code it holds, and what there is to choose from.

export interface Build {
  readonly version: string;
  /** SHA-256 over the sources. */
  readonly digest: string;
  readonly scenarios: readonly { readonly name: string; readonly question: string }[];
  readonly policies: readonly { readonly kind: string; readonly doc: string }[];
  readonly venues: readonly string[];
}

/** Written in its place by the build. */
declare const SANDPILE_BUILD: Build;

export const BUILD: Build = SANDPILE_BUILD;

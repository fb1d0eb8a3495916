// The shipped venues as the reader of scenarios needs them: their rules as a tree, with places in what would be written.

import { assert } from '../base/assert.ts';
import { venues } from '../venues/registry.ts';
import type { Venue } from '../venues/venue.ts';
import type { Problem } from './config-error.ts';
import type { VenuePreset } from './overrides.ts';
import { parseTree, type MapTree } from './tree.ts';

export function presetOf({ name, contract, rules }: Venue): VenuePreset {
  return {
    name,
    ...(contract !== undefined && { contract }),
    get rules(): MapTree {
      const problems: Problem[] = [];
      const tree = parseTree({ file: `venue ${name}`, text: JSON.stringify(rules, null, 2) }, problems);
      assert(tree?.type === 'map' && problems.length === 0, () => `venue ${name} is not a map of rules`);
      return tree;
    },
  };
}

export const venuePresets: readonly VenuePreset[] = venues.map(presetOf);

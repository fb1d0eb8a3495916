// The venues whose worked examples can be checked.

import type { VenueExamples } from './family.ts';
import { luld } from './luld.ts';

export const venueExamples: readonly VenueExamples[] = [luld];

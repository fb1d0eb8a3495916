// The venues that a scenario can name.

import { dydxV4 } from './dydx-v4.ts';
import type { Venue } from './venue.ts';

export const venues: readonly Venue[] = [dydxV4];

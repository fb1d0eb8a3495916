// The liquidation policies that a scenario can name.

import type { PolicyKind } from './policy.ts';
import { assignment } from './assignment.ts';
import { blockLimited } from './block-limited.ts';
import { dutchAuction } from './dutch-auction.ts';
import { fixedFraction } from './fixed-fraction.ts';
import { fullClose } from './full-close.ts';
import { increments } from './increments.ts';
import { preLiquidation } from './pre-liquidation.ts';
import { randomSlices } from './random-slices.ts';
import { shortage } from './shortage.ts';
import { takeoverAtBankruptcy } from './takeover-at-bankruptcy.ts';
import { targeted } from './targeted.ts';
import { tierDown } from './tier-down.ts';
import { windowCapacity } from './window-capacity.ts';

export const policyKinds: readonly PolicyKind[] = [
  fullClose,
  takeoverAtBankruptcy,
  tierDown,
  fixedFraction,
  blockLimited,
  shortage,
  increments,
  randomSlices,
  windowCapacity,
  dutchAuction,
  assignment,
  preLiquidation,
  targeted,
] as unknown as readonly PolicyKind[];

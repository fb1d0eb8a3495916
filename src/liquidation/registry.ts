// The liquidation policies that a scenario can name.

import type { PolicyKind } from './policy.ts';
import { fullClose } from './full-close.ts';

export const policyKinds: readonly PolicyKind[] = [fullClose as PolicyKind];

// The loss layers that a venue can list.

import { assignment } from './assignment.ts';
import { autoDeleveraging } from './auto-deleveraging.ts';
import { clawback } from './clawback.ts';
import { insuranceFund } from './insurance-fund.ts';
import type { LayerKind } from './layer.ts';
import { liquidityVault } from './liquidity-vault.ts';
import { printedDebt } from './printed-debt.ts';
import { socialisedLoss } from './socialised-loss.ts';
import { withdrawalGate } from './withdrawal-gate.ts';
import { withdrawalHaircut } from './withdrawal-haircut.ts';

export const layerKinds: readonly LayerKind[] = [
  insuranceFund,
  liquidityVault,
  assignment,
  autoDeleveraging,
  socialisedLoss,
  clawback,
  withdrawalHaircut,
  printedDebt,
  withdrawalGate,
] as unknown as readonly LayerKind[];

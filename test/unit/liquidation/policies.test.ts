// Every policy on the shelf keeps the laws.

import { policyKinds } from '../../../src/liquidation/registry.ts';
import { policyCases } from '../../helpers/policy-cases.ts';

const CROSSES: Readonly<Record<string, string>> = {
  'dutch-auction': 'what is worth nothing is offered beyond it',
  'fixed-fraction': 'market orders, unless `limit` says otherwise',
  'block-limited': 'the fillable price, unless `limit` says otherwise',
};

for (const kind of policyKinds) {
  policyCases({ kind, ...(kind.kind in CROSSES && { crossesBankruptcy: CROSSES[kind.kind] }) });
}

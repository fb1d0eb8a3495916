// A price that stands still: what is on top of it (shocks, trades that move it) is all there is to see.

import { price } from '../base/params.ts';
import { pathKind } from './path.ts';

export const constant = pathKind({
  kind: 'constant',
  doc: 'A price that stands still but for shocks.',
  params: { price: price(undefined, 'Where it stands.') },
  create: (_context, { price: still }) => ({ memory: {}, price: () => still }),
});

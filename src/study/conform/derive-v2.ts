// Derive v2: its Dutch auctions of whole accounts, solvent and insolvent. What margin is comes with options.

import { auctionFee, bidFor, bufferMargin, discountAt, insolventPayout, marginAfter, mostOf } from '../../liquidation/auction.ts';
import { notBuilt } from './brackets.ts';
import { form, number, optional, positive, type VenueExamples } from './family.ts';

const account = { preMtM: number, preMM: number, bufferPct: number, secondsSinceStart: number };

const solvent = form(
  {
    ...account,
    startDiscount: number,
    cutoff: number,
    fastSeconds: positive,
    slowSeconds: positive,
    reservedCash: optional(number),
    percentWanted: number,
  },
  ({ preMtM, preMM, bufferPct, secondsSinceStart, reservedCash = 0, percentWanted, ...terms }) => {
    const state = { value: preMtM, margin: preMM, reserved: reservedCash };
    const discount = discountAt(
      { start: terms.startDiscount, cutoff: terms.cutoff, fast: terms.fastSeconds, slow: terms.slowSeconds },
      secondsSinceStart,
    );
    const most = mostOf(state, bufferPct, discount);
    const share = Math.min(percentWanted, most);
    const bid = bidFor(state, discount, share);
    return { discount, bm: bufferMargin(state, bufferPct), fMax: most, bid, postMM: marginAfter(state, share, bid) };
  },
);

/** The payout's bounds are stated as what the account is worth to whoever takes it: below nothing. */
const insolvent = form(
  {
    ...account,
    percentOfOriginal: number,
    percentOfCurrent: optional(number),
    lowerBound: number,
    upperBound: optional(number),
    insolventSeconds: positive,
  },
  ({ preMtM, preMM, bufferPct, secondsSinceStart, percentOfOriginal, percentOfCurrent = percentOfOriginal, ...terms }) => ({
    bm: bufferMargin({ value: preMtM, margin: preMM }, bufferPct),
    postMtM: preMtM * (1 - percentOfCurrent),
    postMM: preMM * (1 - percentOfCurrent),
    payout: insolventPayout(-(terms.upperBound ?? 0), -terms.lowerBound, secondsSinceStart, terms.insolventSeconds, percentOfOriginal),
  }),
);

const fee = form({ mtm: number, mm: number, feeRate: number, bufferPct: number }, ({ mtm, mm, feeRate, bufferPct }) => ({
  fee: auctionFee({ value: mtm, margin: mm }, bufferPct, feeRate),
  bm: bufferMargin({ value: mtm, margin: mm }, bufferPct),
}));

export const deriveV2: VenueExamples = {
  venue: 'derive_v2',
  families: { auction: [solvent, insolvent, fee], portfolio_margin: [notBuilt('portfolio margin comes with options')] },
};

// A fifth of what is large, then a cool-down, then everything (Hyperliquid). Market orders; what the book does not take
// stays with the trader, until so little equity is left that the loss layers take all of it.

import { choice, duration, fraction, money, ratio } from '../base/params.ts';
import type { AccountId, CaseId, Micros } from '../base/units.ts';
import { fillableOf, handOver, holdingsOf, isUnder, order, waitUntil, withinBankruptcy } from './orders.ts';
import { policyKind } from './policy.ts';

export const fixedFraction = policyKind({
  kind: 'fixed-fraction',
  doc: 'Closes small positions whole and a fraction of large ones, everything after a cool-down, and hands over when little equity is left.',
  params: {
    portion: fraction('20%', 'Share of a large position that goes first.', { min: 0, max: 1 }),
    above: money('100000', 'A position whose notional is above this is large.'),
    coolDown: duration('30s', 'How long after a first part orders of that account are for the entire position.'),
    pause: choice(
      ['wait', 'everything'],
      'wait',
      'wait: nothing is sent during the cool-down, everything after it. everything: at once, if the account is still below. The venue can be read either way: uncertain.',
    ),
    backstop: ratio('2/3', 'Handed over when equity is below this times maintenance margin.'),
    limit: choice(
      ['none', 'bankruptcy'],
      'none',
      'Worst acceptable price: whatever the book pays, beyond bankruptcy too, or the bankruptcy price.',
    ),
    retry: duration('1s', 'How long to wait when the book has nothing to take it.', { min: 1 }),
  },
  create: ({ portion, above, coolDown, pause, backstop, limit, retry }) => {
    const firstPart = new Map<AccountId, { readonly case: CaseId; readonly at: Micros }>();
    return {
      memory: { firstPart },
      decide({ case: liquidation, account, now }, market, decision) {
        if (isUnder(market, account, backstop)) return handOver(decision);
        const first = firstPart.get(account);
        const cooling = first !== undefined && now < first.at + coolDown;
        if (cooling && pause === 'wait') return waitUntil(decision, first.at + coolDown);
        const whole = cooling || first?.case === liquidation;
        for (const holding of holdingsOf(market, account)) {
          const worst = limit === 'none' ? 0 : withinBankruptcy(market, account, holding);
          const held = Math.abs(holding.lots);
          if (fillableOf(market, holding, 1, worst) === 0) continue;
          if (whole || holding.notional <= above) return order(decision, holding, held, worst);
          firstPart.set(account, { case: liquidation, at: now });
          return order(decision, holding, Math.max(1, Math.ceil(held * portion)), worst);
        }
        waitUntil(decision, now + retry);
      },
    };
  },
});

// Deleveraging, funds, auctions and shared losses against published numbers. The few that stand here carry their source;
// all of them are read from the shared files where those exist.

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { auctionFee, bidFor, bufferMargin, discountAt, insolventPayout, marginAfter, mostOf } from '../../src/liquidation/auction.ts';
import { cappedShares, inOrder } from '../../src/losses/allocation.ts';
import { profitPercent, ranked } from '../../src/losses/adl-ranking.ts';
import { fundThreshold, lossBeyond, pnlRatio, poolTrigger } from '../../src/losses/adl-trigger.ts';
import { exponentialCost, fundFor, fundForExponential } from '../../src/losses/fund-size.ts';
import { bankruptcyQuote, depositHaircut, fundDelta, matchOffBook, socialisedDelta } from '../../src/market/loss-sharing.ts';

const TARGETS = '../shared/vectors/targets.json';
const VENUES = '../shared/vectors/venues.json';

interface Example {
  readonly id: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- worked numbers of many shapes
  readonly inputs: any;
  // oxlint-disable-next-line typescript/no-explicit-any -- likewise
  readonly expected: any;
}

describe('Chitra, arXiv 2512.01112: five accounts with cash 2, 1, 0.5, 0, 0 and profits 8, 4, 0.5, −3, −12', () => {
  const endowments = [8, 4, 0.5, 0, 0];
  const budget = 7.5;
  /** What the best endowed of the winners keeps, in budgets. */
  const topSurvivor = (given: readonly number[]) => Math.max(...endowments.map((own, i) => own - given[i])) / budget;

  test('ADL-01: a queue in the order 2, 1, 3, 5, 4', () => {
    const given = inOrder(endowments, [1, 0, 2, 4, 3], budget);
    expect(given).toEqual([3.5, 4, 0, 0, 0]);
    expect(topSurvivor(given)).toBeCloseTo(0.6, 12);
  });

  test('ADL-01: pro rata', () => {
    const given = cappedShares(endowments, endowments, budget);
    [4.8, 2.4, 0.3, 0, 0].forEach((expected, i) => expect(given[i]).toBeCloseTo(expected, 12));
    expect(topSurvivor(given)).toBeCloseTo(0.4266666666666667, 12);
  });

  test('ADL-02: a queue by endowment takes the most from the top account', () => {
    const queue = inOrder(endowments, ranked(endowments), budget);
    const shares = cappedShares(endowments, endowments, budget);
    expect(queue).toEqual([7.5, 0, 0, 0, 0]);
    expect(endowments[0] - queue[0]).toBeCloseTo(0.5, 12);
    expect(endowments[0] - shares[0]).toBeCloseTo(3.2, 12);
    expect(budget * (1 - endowments[0] / 12.5)).toBeCloseTo(2.7, 12);
    expect(queue[0] - shares[0]).toBeCloseTo(2.7, 12);
  });

  test('ADL-07: the fund that a newsvendor would keep', () => {
    expect(fundForExponential(10, 0.05, 1)).toBeCloseTo(29.957322735539908, 12);
    expect(exponentialCost(10, fundForExponential(10, 0.05, 1), 0.05, 1)).toBeCloseTo(1.9978661367769954, 12);
    expect(fundFor([0, 0, 0, 0, 0, 1, 2, 4, 9, 30], 0.05, 1)).toBe(30);
  });
});

const PRICES = { BTC: 50_000_000_000 / 100_000_000, ETH: 3_000_000_000 / 1_000_000_000 };
const MMF = 0.1;

describe.skipIf(!existsSync(VENUES))('worked examples of venues', () => {
  const examples: readonly Example[] = existsSync(VENUES) ? (JSON.parse(readFileSync(VENUES, 'utf8')) as Example[]) : [];
  const of = (prefix: string) => {
    const found = examples.filter(({ id }) => id.startsWith(prefix));
    expect(found.length).toBeGreaterThan(0);
    return found;
  };

  test('Binance: rank', () => {
    for (const { inputs, expected } of of('binance.adl_rank')) {
      const { pnlPct, leveragePnl } = profitPercent({
        unrealised: inputs.unrealizedPnl,
        wallet: inputs.walletBalance,
        marginRatio: inputs.marginRatio,
      });
      expect(Math.abs(pnlPct - expected.pnlPct)).toBeLessThan(0.011);
      expect(Math.abs(leveragePnl - expected.leveragePnl)).toBeLessThan(0.011);
    }
  });

  test('Bybit and OKX: triggers', () => {
    for (const { inputs, expected } of of('bybit.adl.')) {
      const pool = { maxBalance: inputs.maxBalance8h, balance: inputs.balance, pnl: inputs.symbolPnl, maxPnl: inputs.symbolMaxPnl8h };
      const start = inputs.insurancePnlRatio ?? -0.3;
      expect(poolTrigger(pool, { least: inputs.adlTriggerThreshold ?? 10_000, start })).toBe(expected.trigger);
      if (expected.pnlRatio !== undefined) expect(pnlRatio(pool)).toBeCloseTo(expected.pnlRatio, 9);
      if (expected.closedByAdl !== undefined) expect(lossBeyond(pool, start)).toBeCloseTo(expected.closedByAdl, 6);
    }
    for (const { inputs, expected } of of('okx.adl.'))
      expect(fundThreshold(inputs.reference, inputs.drawdown)).toBeCloseTo(expected.threshold, 6);
  });

  test('Derive: auctions', () => {
    for (const { id, inputs, expected } of of('derive.auction.')) {
      const near = (got: number, wanted: number) =>
        expect(Math.abs(got - wanted) / Math.max(1e-9, Math.abs(wanted)), id).toBeLessThan(2e-5);
      if (inputs.feeRate !== undefined) {
        near(auctionFee({ value: inputs.mtm, margin: inputs.mm }, inputs.bufferPct, inputs.feeRate), expected.fee);
        continue;
      }
      const state = { value: inputs.preMtM, margin: inputs.preMM, reserved: inputs.reservedCash ?? 0 };
      near(bufferMargin(state, inputs.bufferPct), expected.bm);
      if (inputs.insolventSeconds !== undefined) {
        const share = inputs.percentOfCurrent as number;
        near(insolventPayout(0, -inputs.lowerBound, inputs.secondsSinceStart, inputs.insolventSeconds, share), expected.payout);
        expect(state.value * (1 - share) + 0).toBeCloseTo(expected.postMtM, 4);
        expect(state.margin * (1 - share) + 0).toBeCloseTo(expected.postMM, 4);
        continue;
      }
      const terms = { start: inputs.startDiscount, cutoff: inputs.cutoff, fast: inputs.fastSeconds, slow: inputs.slowSeconds };
      const discount = discountAt(terms, inputs.secondsSinceStart);
      const most = mostOf(state, inputs.bufferPct, discount);
      const share = Math.min(inputs.percentWanted, most);
      const bid = bidFor(state, discount, share);
      near(most, expected.fMax);
      near(bid, expected.bid);
      near(marginAfter(state, share, bid), expected.postMM);
    }
  });

  test('Drift: socialised losses', () => {
    for (const { id, inputs, expected } of examples.filter(
      (example) => (example.id.startsWith('drift.') && 'loss' in { ...example.inputs }) || example.id.startsWith('drift.social_loss'),
    )) {
      if (id === 'drift.social_loss.spot_interest') {
        expect(depositHaircut(inputs.cumulativeInterest, inputs.loss, inputs.deposits)).toBe(expected.delta);
      } else if (inputs.lossQuote !== undefined) {
        expect(socialisedDelta(inputs.lossQuote, inputs.longBase - inputs.shortBase, 1e9) * 1_000).toBe(expected.delta);
      } else if (inputs.index0 !== undefined) {
        const delta = socialisedDelta(inputs.loss, inputs.long + inputs.short);
        expect({ indexLong: inputs.index0 + delta, indexShort: -inputs.index0 - delta }).toEqual({
          indexLong: expected.indexLong,
          indexShort: expected.indexShort,
        });
        expect([inputs.long * delta, inputs.short * delta]).toEqual([expected.longLoss, expected.shortLoss]);
      }
    }
  });

  test('dYdX: what the fund gains or pays', () => {
    for (const { inputs, expected } of of('dydx.insurance_delta')) {
      if (inputs.fillBaseQuantums === 0) continue; // refused before any sum
      const side = inputs.isBuy === true ? 1 : -1;
      const quote = Math.trunc((inputs.fillBaseQuantums * inputs.subticks) / 1e8);
      const notional = inputs.positionsBaseQuantums.BTC * PRICES.BTC;
      const equity = inputs.quoteBalanceUsdc * 1e6 + notional;
      const maintenance = Math.abs(notional) * MMF;
      const bankruptcy = bankruptcyQuote({
        notionalChange: side * inputs.fillBaseQuantums * PRICES.BTC,
        equity,
        maintenance,
        totalMaintenance: maintenance,
      });
      expect(fundDelta(-side * quote, bankruptcy, inputs.maxLiquidationFeePpm)).toBe(expected.insuranceFundDeltaQuoteQuantums);
    }
  });

  test('dYdX: deleveraging matches', () => {
    for (const { id, inputs, expected } of [...of('dydx.deleverage.'), ...of('dydx.final_settlement')]) {
      if (inputs.liquidated === undefined) continue;
      const account = { quote: inputs.liquidated.quoteUsdc * 1e6, base: inputs.liquidated.btcBaseQuantums };
      const counterparty = { quote: inputs.offsetting.quoteUsdc * 1e6, base: inputs.offsetting.btcBaseQuantums };
      const base = inputs.deltaBaseQuantums as number;
      const value = (of: number) => of * PRICES.BTC;
      const totalMaintenance = Math.abs(value(account.base)) * MMF;
      const maintenance = Math.abs(value(base)) * MMF;
      const quote =
        inputs.price === undefined
          ? bankruptcyQuote({ notionalChange: value(base), equity: account.quote + value(account.base), maintenance, totalMaintenance })
          : -value(base);
      const result = matchOffBook(account, counterparty, base, quote, value);
      const faults = { 'wrong-size': 'ErrInvalidPerpetualPositionSizeDelta', 'not-overlapping': 'ErrFailedToUpdateSubaccounts' };
      const got =
        typeof result === 'string'
          ? { error: faults[result] }
          : {
              liquidatedQuote: result.account.quote,
              liquidatedBase: result.account.base,
              offsettingQuote: result.counterparty.quote,
              offsettingBase: result.counterparty.base,
            };
      expect(got, id).toEqual(expected);
    }
  });
});

test.skipIf(!existsSync(TARGETS))('the targets that this file carries are those of the shared file', () => {
  const targets = JSON.parse(readFileSync(TARGETS, 'utf8')) as { id: string; topic: string }[];
  expect(targets.filter(({ topic }) => topic === 'adl').map(({ id }) => id)).toEqual(['ADL-01', 'ADL-02', 'ADL-07', 'ADL-08', 'ADL-09']);
});

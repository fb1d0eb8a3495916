// Laws that every registered kind of trader must pass, with its default parameters. A kind that must skip one gives the
// reason. `populated` are the values under which a kind that holds or does nothing by default is put to the test.

import { describe, expect, test } from 'vitest';
import type { ParamSpecs } from '../../src/base/params.ts';
import { areFlagsValid } from '../../src/market/order.ts';
import { ORDER_MARKET, ORDER_STOP, Reason } from '../../src/messages.ts';
import type { TraderKind } from '../../src/traders/trader.ts';
import { btc, TraderHarness, type HarnessOptions, type Sent } from './trader-harness.ts';

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;

export interface TraderCases<S extends ParamSpecs> {
  readonly kind: TraderKind<S>;
  readonly populated?: Partial<Record<keyof S, unknown>>;
}

/** A market that moves through half an hour: calm, a fall of 12 %, a dislocation from the index, and a recovery. */
function restlessPrice(at: number): { price: number; index: number } {
  const minute = at / MINUTE;
  const wave = 400 * Math.sin(minute * 9);
  if (minute < 5) return { price: 1_000_000 + wave, index: 1_000_000 };
  if (minute < 10) return { price: 1_000_000 - 24_000 * (minute - 5) + wave, index: 1_000_000 - 20_000 * (minute - 5) };
  if (minute < 15) return { price: 880_000 + wave, index: 900_000 };
  return { price: 880_000 + 10_000 * Math.min(10, minute - 15) + wave, index: 900_000 + 8_000 * Math.min(10, minute - 15) };
}

interface Run {
  readonly harness: TraderHarness;
  readonly arrivals: number[];
}

/** Half an hour of the market above; `meddle` is called every second, and sees the trader at work. */
function run<S extends ParamSpecs>(
  cases: TraderCases<S>,
  options: HarnessOptions = {},
  meddle?: (harness: TraderHarness, second: number) => void,
): Run {
  const harness = new TraderHarness({ seed: 'laws', ...options });
  harness.share = -30_000;
  harness.start(cases.kind, cases.populated ?? {});
  const arrivals: number[] = [];
  for (let second = 1; second <= 1_800; second++) {
    harness.run(second * SECOND, () => arrivals.push(harness.now));
    const { price, index } = restlessPrice(second * SECOND);
    harness.price(Math.round(price));
    harness.feed.index = Math.round(index);
    meddle?.(harness, second);
  }
  return { harness, arrivals };
}

const submitted = (sent: readonly Sent[]) => sent.filter((message) => message.type === 'SubmitOrder');

export function traderCases<S extends ParamSpecs>(cases: TraderCases<S>): void {
  const { kind } = cases;
  describe(`the laws of traders: ${kind.kind}`, () => {
    test('says what it is, and what each parameter is', () => {
      expect(kind.doc).toMatch(/^[A-Z].*\.$/);
      for (const param of Object.values(kind.params)) {
        expect(param.doc).toMatch(/\.$/);
        expect(param.default).not.toBeUndefined();
      }
    });

    test('the same seed gives the same messages; where it draws anything, another seed gives others', () => {
      const first = run(cases);
      expect(run(cases).harness.sent).toEqual(first.harness.sent);
      const other = run(cases, { seed: 'other' }).harness;
      const draws = [...first.harness.rngs.keys()].some((purpose) => !purpose.startsWith('params/'));
      if (draws) expect([other.sent, other.openings]).not.toEqual([first.harness.sent, first.harness.openings]);
    });

    test('is well spoken: its own account, its instrument, whole positive lots, flags that go together', () => {
      const { harness } = run(cases);
      const messages = harness.sent;
      expect(messages.length + harness.openings.length).toBeGreaterThan(0);
      for (const message of messages) {
        if ('account' in message) expect(message.account).toBeGreaterThanOrEqual(1);
        if ('account' in message) expect(message.account).toBeLessThanOrEqual(harness.accounts.length);
        if ('instrument' in message) expect(message.instrument).toBe(btc.id);
        for (const value of Object.values(message)) if (typeof value === 'number') expect(Number.isSafeInteger(value)).toBe(true);
        if (message.type === 'TopUp') expect(message.amount).toBeGreaterThan(0);
        if (message.type === 'AmendOrder') expect(Math.min(message.lots, message.price)).toBeGreaterThanOrEqual(1);
        if (message.type !== 'SubmitOrder') continue;
        expect(Math.abs(message.side)).toBe(1);
        expect(message.lots).toBeGreaterThanOrEqual(1);
        expect(areFlagsValid(message.flags)).toBe(true);
        if ((message.flags & ORDER_MARKET) === 0) expect(message.price).toBeGreaterThanOrEqual(1);
        if ((message.flags & ORDER_STOP) !== 0) expect(message.trigger).toBeGreaterThanOrEqual(1);
      }
    });

    test('what it hears, and what is refused, does not shift when it wakes to act next', () => {
      const streams = (harness: TraderHarness) => harness.rngs.get('arrival')?.state();
      const calm = run(cases);
      const refused = run(cases, { answers: false }, (harness) => {
        for (const message of submitted(harness.sentSince(harness.sentCount - 3))) {
          if (message.type === 'SubmitOrder')
            harness.deliver('OrderRejected', {
              account: message.account,
              instrument: btc.id,
              lots: message.lots,
              tag: message.tag,
              reason: Reason['insufficient-margin'],
            });
        }
      });
      const called = run(cases, {}, (harness, second) => {
        if (second % 10 === 0) harness.deliver('MarginCalled', { account: 1, amount: 5, ratio: 990_000 });
        if (second % 10 === 5) harness.deliver('FundingPaid', { account: 1, instrument: btc.id, lots: 1, amount: 3, rate: 100 });
      });
      expect(streams(refused.harness)).toEqual(streams(calm.harness));
      expect(streams(called.harness)).toEqual(streams(calm.harness));
    });

    test('prices do not change how much is drawn for the wakes of its own', () => {
      const states = (harness: TraderHarness) => harness.rngs.get('arrival')?.state();
      const still = new TraderHarness({ seed: 'laws' });
      still.share = -30_000;
      still.start(kind, cases.populated ?? {});
      still.run(1_800 * SECOND);
      expect(states(run(cases).harness)).toEqual(states(still));
    });

    test('submits nothing while the market is closed, and goes on when it opens', () => {
      const lengths: number[] = [];
      const { harness } = run(cases, {}, (busy, second) => {
        busy.feed.open = second < 400 || second >= 1_000;
        // One order may have been on its way when the halt came.
        if (second === 401 || second === 999 || second === 1_800) lengths.push(submitted(busy.sent).length);
      });
      expect(lengths[1]).toBe(lengths[0]);
      expect(lengths[2]).toBeGreaterThanOrEqual(lengths[1]);
      expect(harness.now).toBe(1_800 * SECOND);
    });

    test('an empty book, or one with one side, is no reason to fail', () => {
      run(cases, {}, (harness, second) => {
        if (second % 3 !== 0) harness.feed.bid = 0;
        if (second % 5 !== 0) harness.feed.ask = 0;
      });
    });

    test('once an account is liquidated it sends no more orders for it', () => {
      let before = -1;
      const { harness } = run(cases, {}, (liquidated, second) => {
        if (second !== 900) return;
        for (let account = 1; account <= liquidated.accounts.length; account++) {
          liquidated.deliver('LiquidationStarted', { account, instrument: btc.id, case: account });
          liquidated.deliver('LiquidationFilled', { account, instrument: btc.id, side: -1, lots: 0, case: account });
          liquidated.deliver('LiquidationClosed', { account, reason: Reason['bad-debt'], amount: 0, case: account });
        }
        before = liquidated.sentCount;
      });
      // With a new deposit it may begin anew.
      const returned = new Set<number>();
      for (const message of harness.sentSince(before)) {
        if (message.type === 'TopUp') returned.add(message.account);
        if (message.type === 'SubmitOrder') expect(returned).toContain(message.account);
      }
    });

    test('with sizes so small that they round to nothing it still speaks in whole lots', () => {
      const { harness } = run(cases, { scale: 1e-5 });
      for (const message of submitted(harness.sent)) if (message.type === 'SubmitOrder') expect(message.lots).toBeGreaterThanOrEqual(1);
      for (const { cash } of harness.accounts) expect(cash).toBeGreaterThanOrEqual(1);
    });
  });
}

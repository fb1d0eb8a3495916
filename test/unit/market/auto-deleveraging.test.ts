import { describe, expect, test } from 'vitest';
import { AdlQueue } from '../../../src/market/auto-deleveraging.ts';
import { Market } from '../../../src/market/market.ts';
import { instrument } from '../../helpers/instruments.ts';

/** Shorts against one long, alice (account 2), who bought everything: `[cash, lots, entry]` each, accounts from 3. */
function market(shorts: readonly (readonly [cash: number, lots: number, entry: number])[], mark: number): Market {
  const made = new Market({
    settlement: { asset: 'USDT', unit: '1' },
    instruments: [instrument(), instrument({ symbol: 'OTHER' })],
    fundCash: 1_000,
  });
  made.setMark(1, mark);
  made.setMark(2, mark);
  const alice = made.openAccount({ owner: 1, cash: 1_000, leverage: 10_000_000 });
  for (const [cash, lots, entry] of shorts) {
    const account = made.openAccount({ owner: 2, cash, leverage: 10_000_000 });
    if (lots > 0) made.openingTrade(alice, account, 1, lots, entry);
  }
  return made;
}

function queue(made: Market, side: 1 | -1): number[] {
  const out = new AdlQueue();
  const count = made.adlQueue(1, side, out);
  expect(out.count).toBe(count);
  return Array.from(out.account.subarray(0, count));
}

describe('the queue', () => {
  test('ranks by profit × effective leverage', () => {
    // At 80: 3 earned 20 % at 800 ÷ 1,200; 4 earned 20 % at 800 ÷ 300; 5 earned 33 % at 800 ÷ 1,400.
    const made = market(
      [
        [1_000, 10, 100],
        [100, 10, 100],
        [1_000, 10, 120],
      ],
      80,
    );
    const out = new AdlQueue();
    made.adlQueue(1, -1, out);
    expect(Array.from(out.account.subarray(0, 3))).toEqual([4, 5, 3]);
    expect(Array.from(out.score.subarray(0, 3)).map((score) => Math.round(score * 1_000))).toEqual([533, 190, 133]);
  });

  test('breaks ties by account id', () => {
    expect(
      queue(
        market(
          [
            [500, 10, 100],
            [500, 10, 100],
            [1_000, 20, 100],
            [500, 10, 100],
          ],
          80,
        ),
        -1,
      ),
    ).toEqual([3, 4, 5, 6]);
  });

  test('leaves out who is at a loss, on the other side, or flat', () => {
    const made = market(
      [
        [1_000, 10, 100],
        [1_000, 10, 70],
        [1_000, 0, 0],
      ],
      80,
    );
    expect(queue(made, -1)).toEqual([3]);
    expect(queue(made, 1)).toEqual([]);
    made.setMark(1, 130);
    expect(queue(made, -1)).toEqual([]);
    expect(queue(made, 1)).toEqual([2]);
  });

  test('leaves out the fund, accounts in liquidation and accounts without equity', () => {
    const made = market(
      [
        [1_000, 10, 100],
        [1_000, 10, 100],
        [100, 10, 100],
      ],
      80,
    );
    made.transfer(3, made.fundAccount, 1, -10, 100);
    made.setInLiquidation(4, true);
    made.openingTrade(5, 2, 2, 300, 81);
    expect(made.equity(5)).toBe(0);
    expect(queue(made, -1)).toEqual([]);
    made.setInLiquidation(4, false);
    expect(queue(made, -1)).toEqual([4]);
  });

  test('is as long as it has to be', () => {
    const made = market(
      Array.from({ length: 200 }, (_, n) => [1_000 + n, 1, 100]),
      80,
    );
    expect(queue(made, -1)).toEqual(Array.from({ length: 200 }, (_, n) => 3 + n));
  });
});

describe('what a counterparty can give', () => {
  test('is all of its position at the mark or better, up to what is asked', () => {
    const made = market([[100, 10, 100]], 80);
    expect([
      made.canReceive(3, 1, 4, 80),
      made.canReceive(3, 1, 40, 80),
      made.canReceive(3, 1, 40, 75),
      made.canReceive(3, 2, 4, 80),
    ]).toEqual([4, 10, 10, 0]);
  });

  test('ends where its equity would', () => {
    // Equity 300 at 80: buying back at 120 loses 40 a lot, at 110 30 a lot, at 111 31 a lot.
    const made = market([[100, 10, 100]], 80);
    expect([made.canReceive(3, 1, 10, 120), made.canReceive(3, 1, 10, 110), made.canReceive(3, 1, 10, 111)]).toEqual([7, 10, 9]);
    made.transfer(2, 3, 1, made.canReceive(3, 1, 10, 120), 120);
    expect(made.equity(3)).toBe(20);
  });

  test('is nothing when bankruptcy prices do not overlap', () => {
    const made = market([[100, 10, 100]], 80);
    made.openingTrade(3, 2, 2, 300, 81);
    expect([made.canReceive(3, 1, 10, 81), made.canReceive(3, 1, 10, 80)]).toEqual([0, 10]);
  });

  test('leaves it no nearer to bankruptcy, or well margined, where that is asked', () => {
    // Short 10 from 100 with 100: at 80 equity is 300, maintenance 40. At 110 all 10 lots cost 300, at 111 more.
    const made = market([[100, 10, 100]], 80);
    const worse = (lots: number, price: number) => !made.isNoWorse(3, 1, lots, price);
    expect([worse(10, 80), worse(10, 110), worse(10, 111)]).toEqual([false, false, true]);
    // Nine lots at 112 leave 12 for the one that asks 8: enough, whatever became of the ratio. At 113 they leave 3.
    expect([worse(5, 120), worse(9, 113), worse(9, 112)]).toEqual([false, true, false]);
    expect(made.isNoWorse(made.fundAccount, 1, 10, 100_000)).toBe(true);
  });

  test('is no question of equity for the fund', () => {
    const made = market([[1_000, 10, 100]], 80);
    made.transfer(3, made.fundAccount, 1, -10, 100);
    expect(made.canReceive(made.fundAccount, 1, 10, 100_000)).toBe(10);
  });
});

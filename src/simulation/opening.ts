// The positions held when a run starts, as trades: every one is opened against an account that said it would balance, so
// that longs equal shorts from the first instant. What those trades left a balancing account with is evened out in cash:
// it starts with the equity its trader asked for.

import { assert } from '../base/assert.ts';
import type { AccountId, InstrumentId, Lots, Ticks } from '../base/units.ts';
import type { Market } from '../market/market.ts';

export class Opening {
  // One row an intended position.
  readonly #account: AccountId[] = [];
  readonly #instrument: InstrumentId[] = [];
  readonly #lots: Lots[] = [];
  readonly #entry: Ticks[] = [];
  readonly #balancers: { readonly account: AccountId; readonly instrument: InstrumentId; readonly weight: number; lots: number }[] = [];

  add(account: AccountId, instrument: InstrumentId, lots: Lots, entry: Ticks): void {
    if (lots === 0) return;
    this.#account.push(account);
    this.#instrument.push(instrument);
    this.#lots.push(lots);
    this.#entry.push(entry);
  }

  balance(account: AccountId, instrument: InstrumentId, weight: number): void {
    assert(weight > 0, 'a balancing account needs a weight above 0');
    this.#balancers.push({ account, instrument, weight, lots: 0 });
  }

  /** Opens everything at the marks that the market has now. */
  settle(market: Market): void {
    const equity = this.#balancers.map(({ account }) => market.equity(account));
    for (const { id, symbol, maxOpenInterest } of market.instruments) {
      this.#settleInstrument(market, id);
      assert(
        market.openInterest(id) <= maxOpenInterest,
        () =>
          `instruments.${symbol}.maxOpenInterest is ${maxOpenInterest} lots, and the traders' opening positions add up to ${market.openInterest(id)}: raise it, or open less`,
      );
    }
    this.#balancers.forEach(({ account }, i) => {
      const gained = market.equity(account) - equity[i];
      if (gained < 0) market.deposit(account, -gained);
      else if (gained > 0) market.withdraw(account, gained);
    });
  }

  #settleInstrument(market: Market, instrument: InstrumentId): void {
    const balancers = this.#balancers.filter((balancer) => balancer.instrument === instrument);
    for (let row = 0; row < this.#account.length; row++) {
      if (this.#instrument[row] !== instrument) continue;
      assert(
        balancers.length > 0,
        () => `opening positions in ${market.instrument(instrument).symbol} need a trader that balances them (an arbitrageur)`,
      );
      // Whoever is furthest behind its weight takes the other side, so that the net is shared by weight.
      const lots = this.#lots[row];
      const balancer = balancers[furthestBehind(balancers, -lots)];
      if (lots > 0) market.openingTrade(this.#account[row], balancer.account, instrument, lots, this.#entry[row]);
      else market.openingTrade(balancer.account, this.#account[row], instrument, -lots, this.#entry[row]);
      balancer.lots -= lots;
    }
  }
}

function furthestBehind(balancers: readonly { readonly weight: number; readonly lots: number }[], direction: number): number {
  let best = 0;
  for (let i = 1; i < balancers.length; i++) {
    const behind = (balancers[i].lots / balancers[i].weight) * direction < (balancers[best].lots / balancers[best].weight) * direction;
    if (behind) best = i;
  }
  return best;
}

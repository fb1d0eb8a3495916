// Who won and who lost: what each population's accounts are worth, less what they began with and what was paid in since.
// Traders pay each other, the venue (fees, the insurance fund) and nobody else, so that the sum over all is what the venue lost.
// Where there is collateral, its price is won and lost too, and so is what somebody trades elsewhere to move a price here: the
// money of those trades, and what is left of them at the price of the end.

import { Decimal, plain } from '../base/decimal.ts';
import type { AccountId, ActorId, Quote } from '../base/units.ts';
import { valueOf } from '../market/instrument.ts';
import type { Market } from '../market/market.ts';
import { Type, type Message } from '../messages.ts';

const { ToppedUp, Withdrawn, SpotTraded, CollateralTraded } = Type;

export class Profits {
  /** By population, in the order of the scenario. */
  private readonly populations: { readonly id: string; readonly accounts: AccountId[]; paidIn: Quote; readonly elsewhere: Elsewhere }[] =
    [];
  /** The population of each account, from 0. */
  private readonly populationOf: number[] = [];
  private readonly speakers: readonly ActorId[];

  /** Who may say that money moved: the gateway and the feeds. */
  constructor(speakers: readonly ActorId[]) {
    this.speakers = speakers;
  }

  population(id: string): void {
    this.populations.push({ id, accounts: [], paidIn: 0, elsewhere: { money: 0, lots: [], units: [] } });
  }

  /** An account of the population named last. */
  opened(account: AccountId): void {
    this.populations.at(-1)!.accounts.push(account);
    this.populationOf[account] = this.populations.length - 1;
  }

  /** Everybody has what they begin with: opening positions at the starting mark included. */
  begin(equity: (account: AccountId) => Quote): void {
    for (const population of this.populations) for (const account of population.accounts) population.paidIn += equity(account);
  }

  read(message: Message): void {
    const { type } = message;
    if (type !== ToppedUp && type !== Withdrawn && type !== SpotTraded && type !== CollateralTraded) return;
    if (!this.speakers.includes(message.from)) return;
    const population = this.populations[this.populationOf[message.account] ?? -1];
    if (population === undefined) return;
    if (type === ToppedUp) population.paidIn += message.amount;
    else if (type === Withdrawn) population.paidIn -= message.amount - message.flags;
    else {
      const { elsewhere } = population;
      elsewhere.money += message.amount;
      if (type === SpotTraded) elsewhere.lots[message.instrument] = (elsewhere.lots[message.instrument] ?? 0) + message.lots;
      else elsewhere.units[message.asset] = (elsewhere.units[message.asset] ?? 0) + message.flags;
    }
  }

  /** By population, decimal strings in the settlement asset. */
  result(market: Market): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.populations.map(({ id, accounts, paidIn, elsewhere }) => {
        let worth = new Decimal(elsewhere.money);
        for (const account of accounts) worth = worth.plus(market.collateral.netWorth(account));
        elsewhere.lots.forEach((lots, instrument) => {
          worth = worth.plus(valueOf(market.instrument(instrument), lots, market.indexPrice(instrument)));
        });
        const { held } = market.collateral;
        elsewhere.units.forEach((units, asset) => {
          worth = worth.plus(Math.sign(units) * held.worth(asset, Math.abs(units), held.price(asset)));
        });
        return [id, plain(worth.minus(paidIn).mul(market.settlement.unit))];
      }),
    );
  }
}

/** What a population did at other venues: money received less paid, and what it has bought and not sold (or sold short). */
interface Elsewhere {
  money: Quote;
  /** By instrument. */
  readonly lots: number[];
  /** By asset. */
  readonly units: number[];
}

// Who won and who lost: what each population's accounts are worth, less what they began with and what was paid in since.
// Traders pay each other, the venue (fees, the insurance fund) and nobody else, so that the sum over all is what the venue lost.

import { Decimal, plain } from '../base/decimal.ts';
import type { AccountId, ActorId, Quote } from '../base/units.ts';
import { Type, type Message } from '../messages.ts';

const { ToppedUp, Withdrawn } = Type;

export class Profits {
  /** By population, in the order of the scenario. */
  private readonly populations: { readonly id: string; readonly accounts: AccountId[]; paidIn: Quote }[] = [];
  /** The population of each account, from 0. */
  private readonly populationOf: number[] = [];
  private readonly gateway: ActorId;

  constructor(gateway: ActorId) {
    this.gateway = gateway;
  }

  population(id: string): void {
    this.populations.push({ id, accounts: [], paidIn: 0 });
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
    if ((type !== ToppedUp && type !== Withdrawn) || message.from !== this.gateway) return;
    const population = this.populations[this.populationOf[message.account] ?? -1];
    if (population === undefined) return;
    population.paidIn += type === ToppedUp ? message.amount : -(message.amount - message.flags);
  }

  /** By population, decimal strings in the settlement asset. */
  result(equity: (account: AccountId) => Quote, unit: string): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.populations.map(({ id, accounts, paidIn }) => {
        let worth = new Decimal(0);
        for (const account of accounts) worth = worth.plus(equity(account));
        return [id, plain(worth.minus(paidIn).mul(unit))];
      }),
    );
  }
}

// The gateway's desk for collateral: prices and haircuts come into force here, and what an account owes is raised from what it
// has in other assets. Everything is told to the liquidation engine, which looks at once at whom it may concern.

import type { AccountId, ActorId, CaseId } from '../base/units.ts';
import type { ActorContext } from '../kernel/actor.ts';
import type { Market } from '../market/market.ts';
import { Reason, Type, type Message } from '../messages.ts';

export class CollateralDesk {
  /** Where prices are made, which forced sales move; 0 where the venue takes no collateral. */
  feed: ActorId = 0;
  private readonly context: ActorContext<Message>;
  private readonly market: Market;
  private readonly engine: ActorId;
  /** By asset, as the engine was told last. */
  private readonly announced: number[] = [];

  constructor(options: { readonly context: ActorContext<Message>; readonly market: Market; readonly engine: ActorId }) {
    this.context = options.context;
    this.market = options.market;
    this.engine = options.engine;
    const { held } = this.market.collateral;
    for (let asset = 1; asset <= held.count; asset++) this.announced[asset] = held.terms(asset).haircut;
  }

  priced({ asset, price, liquidationPart }: Message): void {
    const { collateral } = this.market;
    if (collateral.held.price(asset) === price) return;
    collateral.setPrice(asset, price);
    const told = this.context.send(this.engine, Type.CollateralPriced);
    told.asset = asset;
    told.price = price;
    told.liquidationPart = liquidationPart;
  }

  /** Somebody of the exchange changes a haircut. */
  changeHaircut({ asset, amount, reason }: Message): void {
    this.market.collateral.setHaircut(asset, amount as number);
    this.announce(reason);
  }

  /** Tells of every haircut that is another than before, and why. */
  announce(reason: number): void {
    const { held } = this.market.collateral;
    for (let asset = 1; asset <= held.count; asset++) {
      const { haircut } = held.terms(asset);
      if (haircut === this.announced[asset]) continue;
      this.announced[asset] = haircut;
      const told = this.context.send(this.engine, Type.HaircutChanged);
      told.asset = asset;
      told.amount = haircut as number;
      told.reason = reason;
    }
  }

  /** Sells what covers the debt, and tells owner, feed and engine of each asset; the engine hears of the last, once. */
  convert({ account, case: liquidation }: Message): void {
    const { collateral } = this.market;
    collateral.sellFor(account);
    const { sales } = collateral;
    const owner = this.market.owner(account);
    sales.forEach(({ asset, units, price, proceeds }) => {
      for (const to of [owner, this.feed]) if (to !== 0) this.tell(to, account, asset, price, proceeds, units, liquidation);
    });
    const raised = sales.reduce((sum, { proceeds }) => sum + proceeds, 0);
    this.tell(this.engine, account, sales.at(-1)?.asset ?? 0, sales.at(-1)?.price ?? 0, raised, 0, liquidation);
  }

  private tell(to: ActorId, account: AccountId, asset: number, price: number, amount: number, units: number, liquidation: CaseId): void {
    const told = this.context.send(to, Type.CollateralConverted);
    told.account = account;
    told.asset = asset;
    told.price = price;
    told.amount = amount;
    told.flags = units;
    told.case = liquidation;
  }
}

/** Why an intervention of the scenario changes a haircut. */
export const BY_RULE = Reason['rule-change'];

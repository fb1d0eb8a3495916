// Collateral as a run is wired with it: what the market is told of each asset, where its prices come from, and what an account
// brings at the start. A scenario without any is wired as if this file were not there.

import { PPM, type AccountId, type ActorId, type Ppm, type Quote } from '../base/units.ts';
import { CollateralFeed, followingIndex, type CollateralPrices } from '../exchange/collateral-feed.ts';
import type { Impact } from '../exchange/impact.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Envelope, Message } from '../messages.ts';
import type { CollateralSpec } from '../market/collateral.ts';
import type { Market } from '../market/market.ts';
import { mulDivFloor } from '../base/rounding.ts';
import { Decimal } from '../base/decimal.ts';
import { withShocks } from '../paths/shocks.ts';
import type { Path } from '../paths/path.ts';
import type { createRng } from '../base/random.ts';
import { RATIO_TICK } from './collateral-builder.ts';
import type { CollateralScenario, Scenario } from './scenario.ts';

type Streams = (purpose: string) => ReturnType<typeof createRng>;

/** Prices come with the feed, before anybody is there. */
export function collateralSpecs({ collateral }: Scenario): CollateralSpec[] {
  return collateral.map(({ symbol, unit, tick, numerator, denominator, terms }) => ({
    symbol,
    unit,
    tick,
    numerator,
    denominator,
    price: 1,
    terms,
  }));
}

/** Where its prices are made; undefined where there is none. Before those who may trade it. */
export function collateralFeedOf(wiring: {
  readonly scenario: Scenario;
  readonly market: Market;
  readonly kernel: Kernel<Message, Envelope>;
  readonly gateway: ActorId;
  readonly impacts: readonly Impact[];
  readonly rng: (name: string) => Streams;
}): CollateralFeed | undefined {
  const { scenario, market, kernel, gateway, impacts, rng } = wiring;
  if (scenario.collateral.length === 0) return undefined;
  const id = kernel.register('exchange/collateral-feed', (message) => feed.handle(message));
  const prices = collateralPrices(scenario, market, rng);
  const feed = new CollateralFeed({ context: kernel.context(id), market, gateway, impacts, prices });
  return feed;
}

/** By asset id; sets each asset's first price. The market knows the first indices by now. */
function collateralPrices(scenario: Scenario, market: Market, rng: (name: string) => Streams): CollateralPrices[] {
  const prices: CollateralPrices[] = [];
  scenario.collateral.forEach((written, i) => {
    const { path, bars, follows, shocks } = written;
    const stream = rng(`collateral/${written.symbol}`);
    const tick = Number(follows < 0 ? written.tick : RATIO_TICK);
    const context = { rng: stream, start: 0, end: scenario.duration, tick, ...(bars === undefined ? {} : { bars }) };
    const drawn = path.kind.create(context, path.draw(stream));
    const priced = follows < 0 ? drawn : followingIndex(market, follows + 1, drawn, ticksPerTick(scenario, written));
    const elsewhere = withShocks(
      priced,
      shocks.filter(({ everywhere }) => everywhere),
    );
    const own = withShocks(
      elsewhere,
      shocks.filter(({ everywhere }) => !everywhere),
    );
    const { oracle, interval, depth, recovery, fee } = written;
    prices[i + 1] = { elsewhere, own, interval, oracle, depth, recovery, fee, shocks: shocks.map(({ at }) => at) };
    market.collateral.setPrice(i + 1, first(own, elsewhere, written));
  });
  return prices;
}

/** At the start every oracle shows what there is. */
function first(own: Path, elsewhere: Path, { oracle }: CollateralScenario): number {
  return oracle.source === 'clamped' ? elsewhere.price(0) : own.price(0);
}

/** What a tick of an instrument's index is in ticks of an asset's price. */
function ticksPerTick({ instruments }: Scenario, { follows, tick }: CollateralScenario): number {
  return new Decimal(instruments[follows].tick).div(tick).toNumber();
}

/**
 * What an account that is to have margin of `cash` brings: of each asset as many units as count for its share of that after the
 * haircut, so that everybody begins with the margin he would have had in money, to a unit; the rest in money.
 */
export function openWithCollateral(
  market: Market,
  shares: readonly { readonly asset: number; readonly share: Ppm }[] = [],
  { cash, ...options }: { readonly owner: ActorId; readonly cash: Quote; readonly leverage: Ppm },
): AccountId {
  const { held } = market.collateral;
  let left = cash;
  const brought = shares.map(({ asset, share }) => {
    const units = held.unitsFor(asset + 1, mulDivFloor(cash, share, PPM));
    left -= Math.min(left, held.counted(asset + 1, units, held.price(asset + 1)));
    return { asset: asset + 1, units };
  });
  const account = market.openAccount({ ...options, cash: left });
  for (const { asset, units } of brought) market.collateral.deposit(account, asset, units);
  return account;
}

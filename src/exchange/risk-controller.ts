// Moves margin when its rules say so, with the reason on record. It looks at the market at marks, once an interval, and sends
// nothing until a charge moves, so that a controller that never moves is the same run as none.
//
// `MarginChanged` is sent when it is decided and arrives when it is in force: what lies between is the notice. While one is
// under way no other is decided, so that nobody is told of two at once.

import type { ActorId, InstrumentId, Lots, Micros, Ppm, Quote, Ticks } from '../base/units.ts';
import { CHARGE_REASONS, Charge, type ChargeSettings } from '../controls/charge.ts';
import type { ControlRule, ControlSample } from '../controls/control.ts';
import type { ActorContext } from '../kernel/actor.ts';
import { unitValue } from '../market/instrument.ts';
import type { Market } from '../market/market.ts';
import { PPM } from '../base/units.ts';
import { Reason, Type, type Message } from '../messages.ts';

/** One percent of what the tiers say. */
const PERCENT: Ppm = PPM / 100;

export interface ControllerRules {
  /** By instrument id; of several the one that asks for most counts. */
  readonly rules: readonly (readonly ControlRule[])[];
  readonly charge: ChargeSettings;
  /** Between two looks. */
  readonly interval: Micros;
  readonly notice: Micros;
  /** Whether maintenance moves as well as initial margin. */
  readonly maintenance: boolean;
  /** Whether whoever holds something is told of a change when it is decided. */
  readonly announced: boolean;
  readonly whenHigh: WhenHigh;
}

/** What else moves, while the charge is at or above `from`. */
export interface WhenHigh {
  readonly from: number;
  /** Nobody gets more leverage than this for what is opened; 0 for no cap. */
  readonly leverage: number;
  /** Nothing may be added to open interest beyond this value at mark; 0 for no cap. */
  readonly openInterest: Quote;
  /** The liquidation engine acts at this times the maintenance margin that is charged. */
  readonly liquidateAt: number;
  /** How wide the bands of breaker rules are, times what they say. */
  readonly bandScale: number;
  /** No haircut of collateral is less than this; 0: they stay. */
  readonly haircut: Ppm;
}

export interface RiskControllerOptions extends ControllerRules {
  readonly market: Market;
}

export class RiskController {
  readonly name = 'risk-controller';
  private rules: ControllerRules;
  private readonly market: Market;
  private context!: ActorContext<Message>;
  private gateway = 0;
  private readonly charges: Charge[] = [];
  private readonly nextLook: number[] = [];
  private readonly underWayUntil: number[] = [];
  /** Limits beside margin, as they were last said. */
  private readonly said: { cap: Lots; bands: Ppm }[] = [];

  /** Instruments whose margin is high, and whether haircuts were raised for that. */
  private readonly high: boolean[] = [];
  private raised = false;
  /** By asset: what the haircut is while margin is not high. */
  private readonly haircuts: Ppm[] = [];

  constructor({ market, ...rules }: RiskControllerOptions) {
    this.rules = rules;
    this.market = market;
    for (const { id } of market.instruments) {
      this.charges[id] = new Charge(rules.charge);
      this.nextLook[id] = 0;
      this.underWayUntil[id] = 0;
      this.said[id] = { cap: 0, bands: PPM };
      this.high[id] = false;
    }
    this.learnHaircuts((asset) => market.collateral.held.terms(asset).haircut);
  }

  /** What haircuts are by the scenario's rules: those that it goes back to. */
  learnHaircuts(of: (asset: number) => Ppm): void {
    for (let asset = 1; asset <= this.market.collateral.held.count; asset++) this.haircuts[asset] = of(asset);
  }

  /** Its place among the actors: it is made before the gateway that it speaks to. */
  attach(context: ActorContext<Message>, gateway: number): void {
    this.context = context;
    this.gateway = gateway;
  }

  /** New rules hold from the next mark on, and know nothing of what was before but what is charged; without any, the tiers. */
  changeRules(rules: ControllerRules): void {
    this.rules = rules;
    for (const { id } of this.market.instruments) {
      this.charges[id] = new Charge(rules.charge, rules.rules[id].length === 0 ? 100 : this.charges[id].percent);
      this.nextLook[id] = 0;
      if (rules.rules[id].length > 0) continue;
      this.said[id] = { cap: 0, bands: PPM };
      this.high[id] = this.raised = false;
    }
  }

  /** Nothing is said to it: it sees what it has to. */
  handle(_message: Message): void {}

  /** After the market took a mark. */
  marked(instrument: InstrumentId, mark: Ticks): void {
    const { interval, rules: all } = this.rules;
    const rules = all[instrument];
    if (rules.length === 0) return;
    const { now } = this.context;
    if (now < this.nextLook[instrument]) return;
    this.nextLook[instrument] = (Math.floor(now / interval) + 1) * interval;
    const sample = this.sampleOf(instrument, mark, now);
    // Every rule sees every sample, whatever comes of it.
    let most = -1;
    let rule = 0;
    rules.forEach((one, number) => {
      const asked = one.sampled(sample);
      if (asked === null || asked <= most) return;
      most = asked;
      rule = number;
    });
    if (most < 0 || now < this.underWayUntil[instrument]) return;
    if (this.charges[instrument].push(most)) this.change(instrument, rule);
  }

  private sampleOf(instrument: InstrumentId, mark: Ticks, at: Micros): ControlSample {
    const { market } = this;
    return {
      at,
      mark,
      index: market.indexPrice(instrument),
      openInterest: market.openInterest(instrument),
      depth: (distance) => {
        const book = market.book(instrument);
        const { minPrice, maxPrice } = market.instrument(instrument);
        return {
          bids: book.sweep(-1, Number.MAX_SAFE_INTEGER, Math.max(minPrice, Math.ceil(mark * (1 - distance)))),
          asks: book.sweep(1, Number.MAX_SAFE_INTEGER, Math.min(maxPrice, Math.floor(mark * (1 + distance)))),
        };
      },
      exposed: (distance) => exposedOf(market, instrument, mark, distance),
    };
  }

  private change(instrument: InstrumentId, rule: number): void {
    const { notice, maintenance, whenHigh, announced } = this.rules;
    const { percent, reason } = this.charges[instrument];
    const isHigh = percent >= 100 * whenHigh.from;
    const initial = percent * PERCENT;
    // Raised maintenance is what acting earlier comes to, for everybody who looks at it: policies, and who sees their own margin.
    const kept = Math.max(1, Math.ceil((maintenance ? initial : PPM) * (isHigh ? whenHigh.liquidateAt : 1)));
    const leastInitial = isHigh && whenHigh.leverage > 0 ? Math.ceil(PPM / whenHigh.leverage) : 0;
    const draft = this.context.send(this.gateway, Type.MarginChanged, notice);
    draft.instrument = instrument;
    draft.amount = initial as number;
    draft.rate = kept;
    draft.depth = leastInitial;
    draft.phase = CHARGE_REASONS.indexOf(reason);
    draft.tag = rule;
    this.limit(instrument, rule, isHigh);
    this.high[instrument] = isHigh;
    this.moveHaircuts();
    if (announced) this.tellHolders(instrument, initial, kept, leastInitial);
    this.underWayUntil[instrument] = this.context.now + notice;
  }

  /** Says limits beside margin where they are other than before; in force when margin is. */
  private limit(instrument: InstrumentId, rule: number, isHigh: boolean): void {
    const { notice, whenHigh } = this.rules;
    const { openInterest, bandScale } = whenHigh;
    const { market } = this;
    const said = this.said[instrument];
    // What was said stays while margin is high: a cap in lots does not follow the price.
    const worth = unitValue(market.instrument(instrument), market.markPrice(instrument));
    const cap = !isHigh || openInterest === 0 ? 0 : said.cap > 0 ? said.cap : Math.max(1, Math.floor(openInterest / worth));
    const bands = isHigh ? Math.round(bandScale * PPM) : PPM;
    if (cap === said.cap && bands === said.bands) return;
    this.said[instrument] = { cap, bands };
    const draft = this.context.send(this.gateway, Type.LimitsChanged, notice);
    draft.instrument = instrument;
    draft.phase = CHARGE_REASONS.indexOf(this.charges[instrument].reason);
    draft.lots = cap;
    draft.rate = bands;
    draft.tag = rule;
  }

  /** Collateral is the whole venue's: haircuts are raised while margin is high anywhere. */
  private moveHaircuts(): void {
    const { notice, whenHigh } = this.rules;
    const wanted = whenHigh.haircut > 0 && this.high.includes(true);
    if (wanted === this.raised) return;
    this.raised = wanted;
    this.haircuts.forEach((usual, asset) => {
      if (usual >= whenHigh.haircut) return;
      const draft = this.context.send(this.gateway, Type.HaircutChanged, notice);
      draft.asset = asset;
      draft.amount = (wanted ? whenHigh.haircut : usual) as number;
      draft.reason = Reason['margin-control'];
    });
  }

  /** Once each owner, whatever number of accounts; not those whose requirement stays what it was. */
  private tellHolders(instrument: InstrumentId, initial: Ppm, maintenance: Ppm, leastInitial: Ppm): void {
    const { market, context } = this;
    const { grandfathered } = market.instrument(instrument).marginScale;
    const told = new Set<ActorId>();
    for (let account = 1; account <= market.accountCount; account++) {
      const owner = market.owner(account);
      if (owner === 0 || told.has(owner) || grandfathered || market.positionLots(account, instrument) === 0) continue;
      told.add(owner);
      const draft = context.send(owner, Type.MarginAnnounced);
      draft.instrument = instrument;
      draft.amount = initial as number;
      draft.rate = maintenance;
      draft.depth = leastInitial;
      draft.tag = context.now + this.rules.notice;
    }
  }
}

function exposedOf(market: Market, instrument: InstrumentId, mark: Ticks, distance: number): { below: number; above: number } {
  let below = 0;
  let above = 0;
  const low = mark * (1 - distance);
  const high = mark * (1 + distance);
  for (let account = 1; account <= market.accountCount; account++) {
    const lots = market.positionLots(account, instrument);
    if (lots === 0) continue;
    const price = market.liquidationPrice(account, instrument);
    if (price === 0) continue;
    if (lots > 0 && price >= low) below += lots;
    else if (lots < 0 && price <= high) above -= lots;
  }
  return { below, above };
}

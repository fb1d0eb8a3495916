// Laws that every registered liquidation policy must pass, with its default parameters: on a full book, an empty one and
// one that is empty on the side that matters, for longs, shorts and several positions at once.

import { describe, expect, test } from 'vitest';
import { assert } from '../../src/base/assert.ts';
import { createRng } from '../../src/base/random.ts';
import { PPM, type AccountId, type InstrumentId, type Lots, type Micros, type Side, type Ticks } from '../../src/base/units.ts';
import type { CaseView, Decision, LiquidationPolicy, PolicyKind } from '../../src/liquidation/policy.ts';
import type { InstrumentSpec } from '../../src/market/instrument.ts';
import { Market } from '../../src/market/market.ts';
import { ORDER_MARKET } from '../../src/messages.ts';
import { instrument } from './instruments.ts';
import { defaultsOf } from './param-defaults.ts';
import { BUY, RULES, SECOND, SELL, Venue } from './venue.ts';

export interface PolicyCases {
  readonly kind: PolicyKind;
  /** Why orders of this policy, with its default parameters, may trade beyond bankruptcy. */
  readonly crossesBankruptcy?: string;
}

/** A market in which one account, alice, holds what the test says, and somebody else everything against it. */
export class PolicyStage {
  readonly market: Market;
  readonly alice: AccountId;
  readonly policy: LiquidationPolicy;
  now: Micros = 0;
  rounds = 0;
  lastInstrument: InstrumentId = 0;
  readonly #maker: AccountId;

  constructor(
    kind: PolicyKind,
    positions: readonly Lots[],
    {
      cash,
      params = {},
      spec = {},
      seed = 'policy',
    }: { readonly cash: number; readonly params?: object; readonly spec?: Partial<InstrumentSpec>; readonly seed?: string },
  ) {
    this.market = new Market({
      settlement: { asset: 'USDT', unit: '1' },
      instruments: positions.map((_, i) => instrument({ symbol: `I${i}`, ...spec })),
      fundCash: 1_000_000,
    });
    this.policy = kind.create({ ...defaultsOf(kind.params), ...params } as never, { rng: (purpose) => createRng(`${seed}/${purpose}`) });
    this.alice = this.market.openAccount({ owner: 1, cash, leverage: 10 * PPM });
    this.#maker = this.market.openAccount({ owner: 2, cash: 0, leverage: PPM, exempt: true });
    positions.forEach((lots, i) => {
      this.market.setIndex(i + 1, 1_000);
      this.market.setMark(i + 1, 1_000);
      this.market.setOpen(i + 1, true);
      if (lots > 0) this.market.openingTrade(this.alice, this.#maker, i + 1, lots, 1_000);
      if (lots < 0) this.market.openingTrade(this.#maker, this.alice, i + 1, -lots, 1_000);
    });
  }

  mark(price: Ticks, i: InstrumentId = 1): this {
    this.market.setIndex(i, price);
    this.market.setMark(i, price);
    this.policy.observe?.(i, price, this.now, price);
    return this;
  }

  rest(side: Side, lots: Lots, price: Ticks, i: InstrumentId = 1): this {
    assert(this.market.submit(this.#maker, i, side, lots, price, 0, 0, 0) > 0, 'the maker may always trade');
    return this;
  }

  /** Nobody is there any more. */
  empty(i: InstrumentId = 1): this {
    this.market.cancelAll(this.#maker, i);
    return this;
  }

  get view(): CaseView {
    return { case: 1, account: this.alice, startedAt: 0, now: this.now, rounds: this.rounds, lastInstrument: this.lastInstrument };
  }

  decide(): Decision {
    const decision: Decision = { action: 'wait', instrument: 0, side: 1, lots: 0, limit: 0, until: 0 };
    this.policy.decide(this.view, this.market, decision);
    return decision;
  }

  get isRestored(): boolean {
    if (this.market.isLiquidatable(this.alice)) return false;
    return this.policy.isRestored?.(this.view, this.market) ?? true;
  }

  /** Does as the policy says, as the engine would, and returns what it said: until the end or `most` decisions. `meanwhile` happens while it waits. */
  play(most = 400, meanwhile: () => void = () => undefined): Decision[] {
    const decisions: Decision[] = [];
    while (decisions.length < most && this.market.positionCount(this.alice) > 0 && !this.isRestored) {
      const decision = this.decide();
      decisions.push(decision);
      if (decision.action === 'hand-over') break;
      if (decision.action === 'wait') {
        assert(decision.until > this.now, 'a policy waits for what is to come');
        this.now = decision.until;
        this.lastInstrument = 0;
        meanwhile();
        continue;
      }
      this.check(decision);
      this.now += 5_000;
      this.rounds++;
      this.lastInstrument = decision.instrument;
      this.market.liquidate(this.alice, decision.instrument, decision.side, decision.lots, decision.limit);
    }
    return decisions;
  }

  /** What holds for every order. */
  check({ instrument: i, side, lots, limit }: Decision): void {
    const held = this.market.positionLots(this.alice, i);
    assert(side === (held > 0 ? -1 : 1), 'an order reduces');
    assert(
      Number.isInteger(lots) && lots >= 1 && lots <= Math.abs(held),
      `an order is for at least one lot and no more than is held, not ${lots} of ${held}`,
    );
    assert(Number.isInteger(limit) && limit >= 0 && limit <= this.market.instrument(i).maxPrice, `a limit is a price or 0, not ${limit}`);
  }
}

const ACCOUNTS: readonly (readonly [name: string, positions: readonly Lots[], cash: number, marks: readonly Ticks[]])[] = [
  ['a long', [1_000], 100_000, [945]],
  ['a short', [-1_000], 100_000, [1_050]],
  ['a small long', [1], 100, [945]],
  ['a long and a short', [600, -300], 90_000, [930, 1_030]],
  ['a hedge', [500, -400], 45_000, [950, 1_005]],
  ['a bankrupt long', [1_000], 100_000, [890]],
];

export function policyCases({ kind, crossesBankruptcy }: PolicyCases): void {
  describe(`the laws of policies: ${kind.kind}`, () => {
    function stage([, positions, cash, marks]: (typeof ACCOUNTS)[number], seed?: string): PolicyStage {
      const made = new PolicyStage(kind, positions, { cash, ...(seed !== undefined && { seed }) });
      marks.forEach((mark, i) => made.mark(mark, i + 1));
      return made;
    }

    function liquid(made: PolicyStage): PolicyStage {
      for (const { id } of made.market.instruments) {
        const mark = made.market.markPrice(id);
        made.empty(id);
        for (let away = 1; away <= 20; away++) made.rest(BUY, 120, mark - 2 * away, id).rest(SELL, 120, mark + 2 * away, id);
      }
      return made;
    }

    /** Orders to a book that has nothing are sent once a position at most; then the account is handed over, or waits. */
    function expectNothingSentTwice(made: PolicyStage): void {
      const orders = made.play(50).map(({ action, instrument: i }) => (action === 'order' ? i : action));
      expect(typeof orders.at(-1)).toBe('string');
      const sent = orders.filter((entry) => typeof entry === 'number');
      expect(new Set(sent).size).toBe(sent.length);
    }

    test('says what it is, and what each parameter is', () => {
      expect(kind.doc).toMatch(/^[A-Z].*\.$/);
      for (const param of Object.values(kind.params)) {
        expect(param.doc).toMatch(/\.$/);
        expect(param.default).not.toBeUndefined();
      }
    });

    test.each(ACCOUNTS)('%s on a liquid book: only ever less, and an end of orders after finitely many', (...account) => {
      const made = liquid(stage(account));
      const decisions = made.play(400, () => liquid(made));
      // The end: nothing left, restored, handed over, or nothing but waiting for a better price by who is not bankrupt.
      const isWaiting = made.market.equity(made.alice) > 0 && decisions.slice(-100).every(({ action }) => action === 'wait');
      const isOver =
        made.market.positionCount(made.alice) === 0 || made.isRestored || decisions.at(-1)?.action === 'hand-over' || isWaiting;
      expect(isOver).toBe(true);
      expect(made.market.checkConservation()).toBeNull();
    });

    test.each(ACCOUNTS)('%s on an empty book: handed over, or waiting', (...account) => {
      expectNothingSentTwice(stage(account));
    });

    test.each(ACCOUNTS)('%s with nothing but the other side on the book: handed over, or waiting', (...account) => {
      const made = stage(account);
      for (const { id } of made.market.instruments) {
        if (made.market.positionLots(made.alice, id) > 0) made.rest(SELL, 50, made.market.markPrice(id) + 1, id);
        else made.rest(BUY, 50, made.market.markPrice(id) - 1, id);
      }
      expectNothingSentTwice(made);
    });

    test.each(ACCOUNTS)('%s: the same market and seed give the same decisions', (...account) => {
      expect(liquid(stage(account)).play()).toEqual(liquid(stage(account)).play());
    });

    test.each(ACCOUNTS)(
      `%s: ${crossesBankruptcy === undefined ? 'no order crosses the bankruptcy price' : `may cross the bankruptcy price: ${crossesBankruptcy}`}`,
      (...account) => {
        const made = liquid(stage(account));
        if (crossesBankruptcy !== undefined) return expect(Object.keys(kind.params)).toContain('limit');
        const { policy } = made;
        const decide = policy.decide.bind(policy);
        policy.decide = (view, market, decision) => {
          decide(view, market, decision);
          if (decision.action !== 'order') return;
          const bankruptcy = market.bankruptcyPrice(view.account, decision.instrument);
          if (bankruptcy === 0) return;
          expect(decision.limit).toBeGreaterThan(0);
          expect(decision.side * (bankruptcy - decision.limit)).toBeGreaterThanOrEqual(0);
        };
        made.play();
      },
    );

    test('in a venue, with other traders, halts and top-ups: nothing breaks', () => {
      const policy = kind.create(defaultsOf(kind.params) as never, { rng: (purpose) => createRng(`venue/${purpose}`) });
      const venue = new Venue({ fund: 1_000, instruments: [instrument({ liquidationFeePpm: 5_000 })], rules: { ...RULES, policy } });
      venue.trader('maker', { cash: 10_000_000 });
      venue.trader('other', { cash: 10_000_000 });
      for (const [i, lots] of [10, 25, 40, 8].entries()) {
        venue.trader(`weak-${i}`, { cash: lots * 100 });
        venue.opened(`weak-${i}`, 'other', lots, 1_000);
      }
      for (let second = 1; second < 60; second++) {
        const price = 1_000 - 3 * second;
        venue.mark(price, { at: second * SECOND });
        venue.order('maker', { side: BUY, lots: 3, price: price - 2 }, second * SECOND);
      }
      venue.session('halted', 25 * SECOND);
      venue.session('open', 30 * SECOND);
      venue.topUp('weak-1', 300, 22 * SECOND);
      venue.order('other', { side: SELL, lots: 5, flags: ORDER_MARKET }, 40 * SECOND);
      venue.run(120 * SECOND);
      expect(venue.happened('LiquidationStarted').length).toBeGreaterThan(0);
      expect(venue.problems()).toEqual([]);
    });
  });
}

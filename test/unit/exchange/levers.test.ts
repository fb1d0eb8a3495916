// What a risk controller moves beside margin, whom it tells, and what those who are told do.

import { describe, expect, test } from 'vitest';
import { Reason, type Envelope, type MessageName } from '../../../src/messages.ts';
import { createSimulation } from '../../../src/simulation/simulation.ts';
import { smallScenario } from '../../helpers/small-scenario.ts';

/** Margin doubles from the first look after the fall on; the book is looked at every two seconds. */
const FALLS = 'controls.rules=[{ kind: drawdown, lookback: 60s, slope: 100, of: falls }]';
const CONTROLS = [FALLS, 'controls.interval=2s', 'controls.most=2'];

function simulate(set: readonly string[], seed = '1') {
  const simulation = createSimulation(smallScenario({ seed, set }));
  const heard: Envelope[] = [];
  simulation.envelopes$.subscribe((envelope) => heard.push(envelope));
  const { manifest, headline } = simulation.runToEnd();
  expect(manifest.invariants.broken).toEqual([]);
  const of = (type: MessageName) => heard.filter(({ message }) => message.type === type);
  return { simulation, headline, digest: manifest.digest, of };
}

type Fields = Readonly<Record<string, number>>;
const said = (envelopes: readonly Envelope[]) => envelopes.map(({ message }) => message as unknown as Fields);

describe('limits that move with margin', () => {
  const plain = simulate(CONTROLS);

  test('are not spoken of where none is asked for', () => {
    expect(plain.of('MarginChanged').length).toBeGreaterThan(0);
    expect(plain.of('LimitsChanged')).toEqual([]);
    expect(plain.of('MarginAnnounced')).toEqual([]);
  });

  test('a cap on open interest refuses what would add to it, and is lifted when margin comes down', () => {
    const capped = simulate([...CONTROLS, 'controls.openInterestCap=1000']);
    const [limit] = said(capped.of('LimitsChanged'));
    expect(limit.rate).toBe(1_000_000);
    // 1,000 USDT are 16 or 17 thousandths of a coin at 58,500.
    expect(limit.lots).toBeGreaterThanOrEqual(16);
    expect(limit.lots).toBeLessThanOrEqual(17);
    const refused = said(capped.of('OrderRejected')).filter(({ reason }) => reason === Reason['open-interest-limit']);
    expect(refused.length).toBeGreaterThan(0);
    const [from] = capped.of('LimitsChanged');
    const interest = (fills: typeof capped) => fills.simulation.market.openInterest(1);
    expect(interest(capped)).toBeLessThan(interest(plain));
    expect(from.at).toBe(from.sentAt);
    const lifted = simulate([
      ...CONTROLS,
      'controls.openInterestCap=1000',
      'shocks[0].recovery=2s',
      'controls.rules=[{ kind: drawdown, lookback: 8s, slope: 100, of: falls }]',
    ]);
    expect(said(lifted.of('LimitsChanged')).at(-1)!.lots).toBe(0);
    expect(lifted.simulation.market.instrument(1).openInterestCap).toBe(0);
  });

  test('the engine acts earlier, or later, than at maintenance', () => {
    const at = (multiple: number) => simulate([...CONTROLS, 'controls.applies=initial', `controls.liquidateAt=${multiple}`]);
    const [earlier, usual, later] = [at(3), at(1), at(0.5)];
    for (const { rate } of said(earlier.of('MarginChanged'))) expect(rate).toBe(3_000_000);
    expect(earlier.headline.liquidations).toBeGreaterThan(usual.headline.liquidations);
    expect(later.headline.liquidations).toBeLessThan(usual.headline.liquidations);
  });

  test('breaker bands become narrower, which halts what they would have let through', () => {
    const BAND = 'breakers.rules=[{ kind: rolling-range, window: 60s, range: 8%, halt: 5s }]';
    const wide = simulate([...CONTROLS, BAND]);
    const narrow = simulate([...CONTROLS, BAND, 'controls.bandScale=0.1']);
    expect(wide.headline.halts).toBe(0);
    expect(narrow.headline.halts).toBeGreaterThan(0);
    expect(said(narrow.of('LimitsChanged'))[0]).toMatchObject({ lots: 0, rate: 100_000 });
    expect(narrow.of('BreakerTripped')[0].at).toBeGreaterThan(narrow.of('LimitsChanged')[0].at);
  });

  test('haircuts of collateral go up while margin is high, and back', () => {
    const COLLATERAL = [
      'collateral={ USDE: { haircut: 5%, feed: { kind: constant, price: 1 } }, USDX: { haircut: 40%, feed: { kind: constant, price: 1 } } }',
      'traders.retail.collateral={ USDE: 80% }',
    ];
    const plain = simulate([...CONTROLS, ...COLLATERAL]);
    expect(plain.of('HaircutChanged')).toEqual([]);
    const raised = simulate([...CONTROLS, ...COLLATERAL, 'controls.haircut=30%', 'controls.notice=2s']);
    // To the gateway when it is decided, to the engine when it is in force; of the asset that has less than that.
    const [decided] = raised.of('HaircutChanged');
    expect(said([decided])[0]).toMatchObject({ asset: 1, amount: 300_000, reason: Reason['margin-control'] });
    expect(decided.at - decided.sentAt).toBe(2_000_000);
    expect(raised.simulation.market.collateral.held.terms(1).haircut).toBe(300_000);
    expect(raised.simulation.market.collateral.held.terms(2).haircut).toBe(400_000);
    expect(raised.headline.liquidations).toBeGreaterThan(plain.headline.liquidations);

    const again = createSimulation(raised.simulation.scenario);
    again.runUntil(50_000_000);
    const terms = () => again.market.collateral.held.terms(1).haircut;
    again.intervene('fees.taker', '1bp');
    again.runUntil(50_000_001);
    expect(terms()).toBe(300_000);
    again.intervene('controls.rules', []);
    again.runUntil(50_000_002);
    expect(terms()).toBe(50_000);

    const brief = ['shocks[0].recovery=2s', 'controls.rules=[{ kind: drawdown, lookback: 8s, slope: 100 }]'];
    const lifted = simulate([...CONTROLS, ...COLLATERAL, ...brief, 'controls.haircut=30%']);
    expect(said(lifted.of('HaircutChanged')).map(({ amount }) => amount)).toContain(50_000);
    expect(lifted.simulation.market.collateral.held.terms(1).haircut).toBe(50_000);
  });

  test('come with margin, after its notice, and outlive other changes of the rules', () => {
    const noticed = simulate([...CONTROLS, 'controls.openInterestCap=1000', 'controls.notice=3s']);
    for (const { at, sentAt } of noticed.of('LimitsChanged')) expect(at - sentAt).toBe(3_000_000);
    const again = createSimulation(smallScenario({ set: [...CONTROLS, 'controls.openInterestCap=1000'] }));
    again.runUntil(40_000_000);
    const { openInterestCap } = again.market.instrument(1);
    expect(openInterestCap).toBeGreaterThan(0);
    again.intervene('fees.taker', '1bp');
    again.runUntil(40_000_001);
    expect(again.market.instrument(1)).toMatchObject({ openInterestCap, takerFeePpm: 100 });
    again.intervene('controls.rules', []);
    again.runUntil(40_000_002);
    expect(again.market.instrument(1).openInterestCap).toBe(0);
  });
});

describe('margin that is announced', () => {
  const announced = (more: readonly string[] = []) => simulate([...CONTROLS, 'controls.notice=10s', 'controls.announced=true', ...more]);

  test('is told once to each owner who holds something, with when it comes', () => {
    const run = announced();
    const [change] = run.of('MarginChanged');
    const told = run.of('MarginAnnounced').filter(({ cause }) => cause === change.cause);
    expect(new Set(told.map(({ to }) => to)).size).toBe(told.length);
    expect(told.length).toBeGreaterThan(2);
    for (const { tag, amount, rate } of said(told)) {
      expect(tag).toBe(change.at);
      expect([amount, rate]).toEqual([said([change])[0].amount, said([change])[0].rate]);
    }
    // Those who are told have latencies, and hear of it before it is in force.
    for (const { at } of told) expect(at).toBeLessThan(change.at);
  });

  test('not to those whose margin stays what it was', () => {
    expect(announced(['controls.grandfather=true']).of('MarginAnnounced')).toEqual([]);
  });

  test('who is levered tops up or reduces before it is in force', () => {
    // A small fall, at which margin goes to nearly four times what it was: nobody would be called but for that.
    const quick = [
      'traders.retail.topUpShare=100%',
      'traders.retail.delay=1s',
      'shocks[0].size=-1%',
      'shocks[0].over=0s',
      'controls.rules=[{ kind: drawdown, lookback: 60s, slope: 300 }]',
      'controls.most=4',
      'controls.threshold=50%',
    ];
    const secret = simulate([...CONTROLS, 'controls.notice=10s', ...quick]);
    const open = announced(quick);
    const [{ sentAt, at }] = open.of('MarginChanged');
    const within = (run: typeof open) => run.of('TopUp').filter((one) => one.at > sentAt && one.at < at).length;
    expect(within(open)).toBeGreaterThan(within(secret));
    expect(open.headline.liquidations).toBeLessThan(secret.headline.liquidations);
    const reducing = announced([...quick, 'traders.retail.topUpShare=0%', 'traders.retail.reduceShare=100%']);
    const orders = (run: typeof open) => run.of('SubmitOrder').filter((one) => one.at > sentAt && one.at < at).length;
    expect(orders(reducing)).toBeGreaterThan(orders(secret) + 5);
    expect(reducing.headline.liquidations).toBeLessThan(secret.headline.liquidations);
  });
});

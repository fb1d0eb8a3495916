// The story in plain sentences: what a simulated second came to, told when it is over. A crowd is told in one line with
// its numbers; a single account by its number. Nothing is said that the run at hand did not do.

import { brief, counted, grouped } from '../base/figures.ts';
import type { AccountId, InstrumentId, Micros, Quote, Ticks } from '../base/units.ts';
import type { MarketView } from '../market/market-view.ts';
import type { Cases } from '../simulation/cases.ts';
import type { Scenario } from '../simulation/scenario.ts';
import type { Ink } from './ink.ts';

export interface Line {
  readonly at: Micros;
  readonly ink: Ink;
  readonly sign: string;
  readonly text: string;
}

/** What happened within a second; money in quote units. */
export interface Second {
  readonly from: Micros;
  calls: number;
  called: AccountId;
  lifted: number;
  longs: number;
  shorts: number;
  /** Of the liquidations: those with a parent, and the deepest generation. */
  followed: number;
  depth: number;
  started: AccountId;
  startedAt: Ticks;
  startedIn: InstrumentId;
  filled: Quote;
  filledIn: InstrumentId;
  worst: Ticks;
  closed: number;
  restored: number;
  takenOver: Quote;
  takeOvers: number;
  fundSold: Quote;
  covered: Quote;
  deleveraged: Quote;
  givenUp: Quote;
  winners: number;
  badDebt: Quote;
  assigned: Quote;
  pooled: Quote;
  shared: Quote;
  /** The fund's lowest equity. */
  fund: Quote;
}

export function freshSecond(from: Micros, fund: Quote): Second {
  const none = { calls: 0, called: 0, lifted: 0, longs: 0, shorts: 0, followed: 0, depth: 0, started: 0, startedAt: 0, startedIn: 0 };
  const closed = { filled: 0, filledIn: 0, worst: 0, closed: 0, restored: 0, takenOver: 0, takeOvers: 0, fundSold: 0, covered: 0 };
  return { from, fund, ...none, ...closed, deleveraged: 0, givenUp: 0, winners: 0, badDebt: 0, assigned: 0, pooled: 0, shared: 0 };
}

/** What has been told and need not be told again. */
export interface Told {
  readonly fundStart: Quote;
  markStart: Ticks;
  /** Whole steps of two per cent that the price is from where it began, signed. */
  fallTold: number;
  deepest: number;
  once: string[];
}

export interface Stage {
  readonly scenario: Scenario;
  readonly market: MarketView;
  readonly cases: Cases;
  readonly winners: number;
}

/** Between two sentences about how far the price has come: a share of where it began. */
const PRICE_STEP = 0.02;
const FUND_MARKS: readonly (readonly [share: number, words: string])[] = [
  [0.9, 'a tenth of the insurance fund is gone'],
  [0.5, 'half of the insurance fund is gone'],
  [0.1, 'nine tenths of the insurance fund are gone'],
  [0, 'the insurance fund is empty'],
];

export function tellSecond(second: Second, told: Told, stage: Stage): Line[] {
  const lines: Line[] = [];
  const say = (ink: Ink, sign: string, text: string) => lines.push({ at: second.from, ink, sign, text });
  const once = (key: string): boolean => {
    if (told.once.includes(key)) return false;
    told.once.push(key);
    return true;
  };
  const { market, scenario } = stage;
  const unit = Number(scenario.settlement.unit);
  const money = (units: Quote) => `${brief(units * unit)} ${scenario.settlement.asset}`;
  const price = (instrument: InstrumentId, ticks: Ticks) => priceText(scenario, instrument, ticks);

  if (second.calls > 0) {
    if (once('call')) say('call', '!', `The first margin call: account ${second.called} is warned that its margin runs out.`);
    else if (second.calls === 1) say('call', '!', `Account ${second.called} gets a margin call.`);
    else say('call', '!', `${counted(second.calls, 'account')} get a margin call.`);
  }
  const liquidated = second.longs + second.shorts;
  if (liquidated > 0) {
    const first = once('liquidation') ? 'The first liquidation: ' : '';
    const sides = second.longs === 0 ? 'short' : second.shorts === 0 ? 'long' : undefined;
    const cascade =
      second.followed === 0
        ? ''
        : second.followed === liquidated
          ? ` ${liquidated === 1 ? 'It follows' : 'All follow'} from earlier liquidations.`
          : ` ${grouped(second.followed)} of them would still stand without earlier liquidations.`;
    if (liquidated === 1) {
      const at = price(second.startedIn, second.startedAt);
      say(
        'liquidation',
        '✗',
        `${first}Account ${second.started} (${sides}) is below maintenance at a mark of ${at}: the exchange closes it.${cascade}`,
      );
    } else {
      const who =
        sides === undefined ? `${grouped(second.longs)} longs and ${grouped(second.shorts)} shorts` : `${grouped(liquidated)} ${sides}s`;
      say('liquidation', '✗', `${first}${who} are liquidated.${cascade}`);
    }
  }
  if (second.depth > Math.max(1, told.deepest)) {
    told.deepest = second.depth;
    say('liquidation', '✗', `The cascade reaches generation ${second.depth}: liquidations caused by liquidations.`);
  }
  if (second.filled > 0) {
    const at = price(second.filledIn, second.worst);
    say('dim', '·', `${money(second.filled)} closed by force on the book, the last of it at ${at}.`);
  }
  if (second.restored > 0 && second.restored === second.closed) {
    say(
      'dim',
      '·',
      `${counted(second.restored, 'account')} ${second.restored === 1 ? 'is' : 'are'} above maintenance again and ${second.restored === 1 ? 'keeps' : 'keep'} the rest.`,
    );
  }
  if (second.takenOver > 0) {
    const first = once('take-over') ? 'The book did not take it all: ' : '';
    say(
      'fund',
      '$',
      `${first}the insurance fund takes over ${counted(second.takeOvers, 'position')}, ${money(second.takenOver)}, at bankruptcy prices.`,
    );
  }
  if (second.covered > 0) say('fund', '$', `The fund pays ${money(second.covered)} that closed accounts owe beyond their margin.`);
  if (second.winners > 0) {
    const first = once('deleveraging') ? 'The fund can take no more. ' : '';
    const given = second.givenUp > 0 ? ` and give up ${money(second.givenUp)}` : '';
    const who = second.winners === 1 ? '1 winner is' : `${grouped(second.winners)} winners are`;
    say(
      'deleveraged',
      '⇄',
      `${first}${who} closed to cover ${money(second.deleveraged)}${given}; ${counted(stage.winners, 'account')} so far.`,
    );
  }
  if (second.pooled > 0) say('vault', 'V', `The vault takes positions over for ${money(second.pooled)}.`);
  if (second.assigned > 0) say('vault', 'V', `Volunteers take positions over for ${money(second.assigned)}.`);
  if (second.shared > 0) say('deleveraged', 'Σ', `${money(second.shared)} that closed accounts owe are shared out among the others.`);
  if (second.badDebt > 0) say('lost', '∅', `Nobody is left to pay ${money(second.badDebt)}: bad debt.`);

  if (told.fundStart > 0) {
    for (const [share, words] of FUND_MARKS) {
      if (second.fund > share * told.fundStart || !once(`fund ${share}`)) continue;
      say('fund', '$', `By now ${words}: ${money(Math.max(0, second.fund))} of ${money(told.fundStart)} left.`);
    }
  }
  const mark = market.markPrice(1);
  if (told.markStart === 0) told.markStart = mark;
  if (told.markStart > 0 && mark > 0) {
    const steps = Math.trunc((mark / told.markStart - 1) / PRICE_STEP);
    if (steps !== 0 && Math.abs(steps) > Math.abs(told.fallTold)) {
      told.fallTold = steps;
      const share = Math.abs(steps * PRICE_STEP * 100).toFixed(0);
      say('strong', steps < 0 ? '▼' : '▲', `The mark is ${share} % ${steps < 0 ? 'below' : 'above'} where it began: ${price(1, mark)}.`);
    }
  }
  return lines;
}

/** In the instrument's own decimals, grouped. */
export function priceText(scenario: Scenario, instrument: InstrumentId, ticks: Ticks): string {
  const { tick } = scenario.instruments[instrument - 1];
  const decimals = tick.includes('.') ? tick.length - tick.indexOf('.') - 1 : 0;
  return grouped((ticks * Number(tick)).toFixed(decimals));
}

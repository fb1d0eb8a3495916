// What a number on the screen is, from what it is made, and by which rule, with the figures of this moment.

import { Decimal } from '../base/decimal.ts';
import type { View } from './view.ts';
import { measured } from './panels/breakers.ts';
import { grouped, money, price, ratio, time } from './panels/format.ts';
import { layersOf } from './panels/waterfall.ts';

export interface Explanation {
  readonly title: string;
  readonly paragraphs: readonly string[];
}

type Explain = (view: View, about: number) => Explanation;

const asset = ({ scenario }: View) => scenario.settlement.asset;
const rules = ({ scenario, instrument }: View) => scenario.instruments[instrument - 1];
const rate = (ppm: number) => `${new Decimal(ppm).div(10_000).toFixed()} %`;

const WHAT_PHASES_MEAN = {
  open: 'Orders are taken and matched as they come.',
  halted: 'Orders are refused, cancels are taken, nothing is matched.',
  limited: 'Orders are matched only within the limits; if the price stays at one of them, trading halts.',
  auction: 'Orders are gathered and matched together, at the one price at which most is traded.',
} as const;

const EXPLANATIONS: Readonly<Record<string, Explain>> = {
  mark: (view) => ({
    title: `mark price ${price(view, view.mark)}`,
    paragraphs: [
      'The price at which the exchange values every position: margins, ratios and liquidations are counted at it, not at the last trade.',
      `Made every ${rules(view).mark.interval / 1e6} s from index ${price(view, view.index)}, book (${price(view, view.bid)} / ${price(view, view.ask)}) and last trade ${price(view, view.last)}, by the rule "${rules(view).mark.kind}"${rules(view).mark.clamp > 0 ? `, within ${rate(rules(view).mark.clamp)} of the index` : ''}.`,
      'Rule: mark.kind, mark.window, mark.clamp in the scenario.',
    ],
  }),
  index: (view) => ({
    title: `index price ${price(view, view.index)}`,
    paragraphs: [
      'The price elsewhere: what the spot markets outside of this exchange say.',
      `Published every ${rules(view).index.interval / 1e6} s from the path "${rules(view).index.path.kind.kind}"${rules(view).index.coupling > 0 ? ', moved by spot hedges' : ''}.`,
      'Rule: index in the scenario.',
    ],
  }),
  basis: (view) => ({
    title: 'how far the mark is off the index',
    paragraphs: [
      `mark ÷ index − 1 = ${price(view, view.mark)} ÷ ${price(view, view.index)} − 1, in basis points (hundredths of a per cent).`,
      'Far below zero: this market is pushed down harder than the others, often by its own liquidations.',
    ],
  }),
  price: (view) => ({
    title: 'price over time',
    paragraphs: [
      'Each column covers the same stretch of time: the bar is the range of prices traded in it, the thin line the mark, the dots the index. Shaded: trading is halted.',
      `Last traded ${price(view, view.last)}.`,
    ],
  }),
  forced: (view) => ({
    title: 'closed by force',
    paragraphs: [
      `What was closed against the owner's will in each stretch of time, in ${asset(view)}: on the book, taken over by the fund, or against winners. The bars show the square root, so that one closure is seen beside a cascade. L: mostly longs, S: mostly shorts.`,
    ],
  }),
  calls: (view) => ({
    title: `${grouped(view.totals.calls)} margin calls`,
    paragraphs: [
      `An account is warned when its equity falls below ${view.scenario.liquidation.marginCall / 1e6} × its maintenance margin. It still decides: it may pay in, reduce, or do nothing.`,
      'Rule: liquidation.marginCall in the scenario.',
    ],
  }),
  liquidations: (view) => ({
    title: `${grouped(view.totals.liquidations)} liquidations`,
    paragraphs: [
      'Accounts whose equity fell to their maintenance margin or below: from there on the exchange decides. Counted when the case starts.',
      `The exchange closes them by the policy "${view.scenario.liquidation.policy.kind.kind}": ${view.scenario.liquidation.policy.kind.doc}`,
      `Closed on the book so far: ${money(view, view.totals.onBook)} ${asset(view)}, for fees of ${money(view, view.totals.fees)}.`,
    ],
  }),
  fund: (view) => ({
    title: `insurance fund ${money(view, view.fund.equity)} ${asset(view)}`,
    paragraphs: [
      `Its cash, ${money(view, view.fund.cash)}, and the positions it took over at mark, ${money(view, view.fund.inventory)}. It began with ${money(view, view.fund.start)}.`,
      'It gains the liquidation fees and what is left of margins; it pays what closed accounts owe, and what it loses on positions it took over.',
      'Rules: insuranceFund, losses, fees.liquidation in the scenario.',
    ],
  }),
  'open-interest': (view) => ({
    title: `open interest ${money(view, view.openInterest)} ${asset(view)}`,
    paragraphs: [
      'What all longs hold together, at mark: the same as what all shorts hold. Liquidations lower it, and so does everybody who leaves.',
    ],
  }),
  branching: (view) => ({
    title: `branching ratio ${view.cascades.branchingRatio.toFixed(3)}`,
    paragraphs: [
      `The share of liquidations that others caused: ${grouped(view.cascades.liquidations - view.cascades.roots)} of ${grouped(view.cascades.liquidations)}.`,
      'A liquidation has a parent when the account would still be safe had earlier liquidations not moved the mark since it was last safe; the parent is the case that moved it most.',
      `95 % interval: ${view.cascades.interval[0].toFixed(3)} to ${view.cascades.interval[1].toFixed(3)}. Near 1, one liquidation keeps causing another.`,
      `Largest cascade ${grouped(view.cascades.largest)}, deepest ${view.cascades.deepest} generations.`,
    ],
  }),
  generations: () => ({
    title: 'generations',
    paragraphs: [
      'How many fell in each generation of this cascade: first those whom nobody here pushed, then those whom the first pushed, and so on.',
    ],
  }),
  winners: (view) => ({
    title: `${grouped(view.winners)} winners deleveraged`,
    paragraphs: [
      'When neither the book nor the fund can take a position, accounts on the winning side are closed against it, ranked by profit × leverage: their profit ends there.',
      `So far ${money(view, view.totals.deleveraged)} ${asset(view)}; at the prices they got they gave up ${money(view, view.totals.givenUp)} against the mark.`,
    ],
  }),
  messages: (view) => ({
    title: `${grouped(view.messages)} messages`,
    paragraphs: [
      'Everything that happened so far: orders, fills, prices, timers, each a message with a cause. The digest of a run is over all of them.',
    ],
  }),
  session: (view) => ({
    title: `trading is ${view.trading.phase}`,
    paragraphs: [
      WHAT_PHASES_MEAN[view.trading.phase],
      ...(view.trading.phase === 'open'
        ? []
        : [
            `${view.trading.rule === '' ? "By the scenario's own halt" : `By the breaker "${view.trading.rule}"`}, ${view.trading.until === 0 ? 'for the rest of the run' : `until ${time(view, view.trading.until)}`}.`,
          ]),
      'Rules: session.halts, breakers in the scenario.',
    ],
  }),
  breaker: (view, about) => {
    const rule = view.breakers.armed[about];
    return {
      title: `the breaker rule "${rule.kind}"`,
      paragraphs: [
        rule.doc,
        `Now ${measured(rule, view)}. Its settings: ${rule.settings}.`,
        `While trading is halted ${view.scenario.breakers.mark === 'live' ? 'marks follow the index' : 'the mark stands still'}, and ${view.scenario.breakers.liquidations === 'wait' ? 'who falls below maintenance waits for the book to open' : 'nobody is looked at'}.`,
        'Rule: breakers.rules in the scenario; w changes it from now on.',
      ],
    };
  },
  spread: (view) => ({
    title: 'the middle of the book',
    paragraphs: [
      `Best bid ${price(view, view.bid)}, best ask ${price(view, view.ask)}. The spread is their distance, in basis points of the middle.`,
    ],
  }),
  level: (view, about) => ({
    title: `the book at ${price(view, about)}`,
    paragraphs: [
      `What rests there, in coins; prices are taken together in steps of ${price(view, view.ladderStep)}. A forced order eats these levels from the middle outward, and the price moves by as much.`,
    ],
  }),
  map: (view) => ({
    title: 'liquidation map',
    paragraphs: [
      `For every price: how much, in ${asset(view)}, would be liquidated if the mark were there. Longs below the mark, shorts above it. It moves as accounts trade, pay in and are closed.`,
      'For each account: the first mark at which its equity is no more than its maintenance margin, with the tiers of its size and everything else it holds as it is.',
    ],
  }),
  account: (view, about) => {
    const row = view.endangered.find(({ account }) => account === about);
    return {
      title: `account ${about}`,
      paragraphs:
        row === undefined
          ? ['It is no longer among those most in danger.']
          : [
              `It is ${row.lots > 0 ? 'long' : 'short'} ${money(view, row.notional)} ${asset(view)} and has equity of ${money(view, row.equity)}.`,
              `Its margin ratio, maintenance ÷ equity, is ${ratio(row.ratio)}; at 100 % it is closed, which is at a mark of ${price(view, row.liquidation)}.`,
              'Press f and its number to follow it.',
            ],
    };
  },
  case: (_view, about) => ({
    title: `the liquidation of account ${about}`,
    paragraphs: [
      '✗: its case is open, ·: it is closed. ▲ it was long, ▼ it was short. Then what was closed by force, and → how many others fell after it.',
      'It stands below the case that pushed the mark most when it fell; without that push it would still have been safe.',
      `Press f and ${about} to see its story.`,
    ],
  }),
  'account.ratio': (view) => ({
    title: `margin ratio ${ratio(view.followed?.ratio ?? 0)}`,
    paragraphs: [
      `maintenance ÷ equity = ${money(view, view.followed?.maintenance ?? 0)} ÷ ${money(view, view.followed?.equity ?? 0)}.`,
      `Below ${Math.round(1e8 / view.scenario.liquidation.marginCall)} % it is left alone; above, it gets a margin call; at 100 % the exchange closes it.`,
    ],
  }),
  'account.maintenance': (view) => ({
    title: `maintenance margin ${money(view, view.followed?.maintenance ?? 0)}`,
    paragraphs: [
      `What must be left: a share of the position's value at mark, ${money(view, view.followed?.notional ?? 0)}, that grows with its size.`,
      ...rules(view)
        .margin.tiers.slice(0, 8)
        .map(
          ({ floor, maintenance, initial }) =>
            `from ${money(view, floor)}: ${rate(maintenance)} (at most ${(1e6 / initial).toFixed(0)}× leverage)`,
        ),
      rules(view).margin.deduction ? 'Each rate is for the part inside its tier.' : 'The rate of its tier is for the whole position.',
    ],
  }),
  'account.equity': (view) => ({
    title: `equity ${money(view, view.followed?.equity ?? 0)}`,
    paragraphs: [
      `Wallet ${money(view, view.followed?.cash ?? 0)} + unrealised profit ${money(view, view.followed?.unrealised ?? 0)}, less funding that is due: what would be left if everything were closed at mark.`,
    ],
  }),
  'account.liquidation': (view) => ({
    title: `closed at ${price(view, view.followed?.liquidation ?? 0)}`,
    paragraphs: [
      'The first mark at which equity is no more than maintenance margin, all else as it is. It moves with deposits, trades, funding and other positions.',
    ],
  }),
  'account.bankruptcy': (view) => ({
    title: `bankrupt at ${price(view, view.followed?.bankruptcy ?? 0)}`,
    paragraphs: [
      'The price at which closing the position uses up the last of its equity. Beyond it somebody else pays: the fund, the winners, or nobody.',
    ],
  }),
};

export function explain(topic: string, about: number, view: View): Explanation | undefined {
  const layer = layersOf(view).find((candidate) => candidate.topic === topic);
  if (layer !== undefined) {
    return {
      title: `${layer.name}: ${money(view, layer.amount)} ${asset(view)}`,
      paragraphs: [
        LAYERS[topic] ?? '',
        layer.note === '' ? '' : `Now: ${layer.note}.`,
        `The order here: margin, then ${view.scenario.losses.map(({ kind }) => kind.kind).join(', then ')}.`,
      ],
    };
  }
  return EXPLANATIONS[topic]?.(view, about);
}

const LAYERS: Readonly<Record<string, string>> = {
  'waterfall.margin':
    'What owners had when they fell below maintenance and no longer had when their case was closed: their own money pays first.',
  'waterfall.fund':
    'How much less the insurance fund is worth than at the start: deficits it paid and losses on positions it took over, less fees and margins it gained.',
  'waterfall.deleveraged':
    'What winners gave up when they were closed: the difference between the price they got and the mark at that moment.',
  'waterfall.vault':
    'What a vault with money of its own took over, with the margin that was left, to work it off for its own profit or loss.',
  'waterfall.assigned': 'What others took over willingly, at a discount to the mark.',
  'waterfall.socialised': 'Deficits spread over all open positions of the instrument, longs and shorts alike.',
  'waterfall.clawback': 'Deficits taken from who had made a profit, in proportion to it.',
  'waterfall.lost': 'What is owed and nobody pays. It stays on the books of the exchange.',
};

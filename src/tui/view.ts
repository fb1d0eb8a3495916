// The view model: everything a frame shows, read from a run at one moment. Panels draw from it and from nothing else, so
// that a panel is a function, and a frame can be made from numbers written by hand.

import type { AccountId, CaseId, InstrumentId, Micros, Quote, Ticks } from '../base/units.ts';
import type { Nearness } from '../breakers/breaker.ts';
import type { Depth } from '../market/depth.ts';
import { notional, type Instrument } from '../market/instrument.ts';
import { Type } from '../messages.ts';
import { NEVER } from '../simulation/cases.ts';
import { cascadesOf, summarise, type CascadeSummary } from '../simulation/cascades.ts';
import type { Config, Scenario } from '../simulation/scenario.ts';
import type { Simulation } from '../simulation/simulation.ts';
import type { Atlas } from './atlas.ts';
import type { CaseWord, Chronicle, Step } from './chronicle.ts';
import type { History } from './history.ts';
import type { Line } from './teller.ts';
import type { Totals } from './totals.ts';
import type { Trading } from './trading.ts';

/** Lots at a price or in a range of prices that begins there. */
export interface Level {
  readonly price: Ticks;
  readonly lots: number;
}

/** A liquidation in the forest. */
export interface Node {
  readonly case: CaseId;
  readonly account: AccountId;
  readonly side: number;
  readonly notional: Quote;
  readonly startedAt: Micros;
  readonly depth: number;
  readonly open: boolean;
  /** Everything below it, itself included. */
  readonly size: number;
  /** By size, largest first. */
  readonly children: readonly Node[];
}

export interface Endangered {
  readonly account: AccountId;
  readonly lots: number;
  readonly notional: Quote;
  /** Maintenance ÷ equity as a share; Infinity when equity is gone. */
  readonly ratio: number;
  readonly equity: Quote;
  readonly liquidation: Ticks;
  readonly state: CaseWord | 'safe';
}

/** One account in full. */
export interface Followed extends Endangered {
  readonly owner: string;
  readonly cash: Quote;
  readonly maintenance: Quote;
  readonly unrealised: Quote;
  readonly entry: number;
  readonly bankruptcy: Ticks;
  readonly leverage: number;
  readonly openBuys: number;
  readonly openSells: number;
  readonly steps: readonly Step[];
}

/** A breaker rule in force, in the order of the scenario. */
export interface Armed {
  readonly kind: string;
  readonly doc: string;
  /** As the scenario writes them. */
  readonly settings: string;
  readonly nearness: Nearness | null;
}

/** The trees of liquidations: a walk over all cases, which is not made for every frame. */
export interface Forest {
  readonly cascades: CascadeSummary;
  /** The largest tree that is growing, or else the largest so far. */
  readonly tree: Node | undefined;
  readonly growing: boolean;
}

export interface View extends Forest {
  readonly scenario: Scenario;
  readonly seed: string;
  readonly instrument: InstrumentId;
  readonly contract: Instrument;
  readonly now: Micros;
  readonly messages: number;
  readonly trading: Trading;
  readonly breakers: {
    readonly armed: readonly Armed[];
    /** Until when liquidation orders are held back, and by which rule, if they are. */
    readonly throttled: { readonly until: Micros; readonly rule: string } | undefined;
  };
  readonly mark: Ticks;
  readonly index: Ticks;
  readonly last: Ticks;
  readonly bid: Ticks;
  readonly ask: Ticks;
  readonly history: History;
  /** Best first, grouped by `ladderStep` ticks. */
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly ladderStep: Ticks;
  /** Bins upward from `mapFrom`; lots of longs and shorts that would be liquidated in each. */
  readonly mapFrom: Ticks;
  readonly mapStep: Ticks;
  readonly mapLongs: Float64Array;
  readonly mapShorts: Float64Array;
  readonly totals: Totals;
  readonly winners: number;
  readonly openCases: number;
  readonly fund: { readonly start: Quote; readonly equity: Quote; readonly cash: Quote; readonly inventory: Quote; readonly lots: number };
  /** Money of the venue's own beside the fund, such as a vault: what it is worth. */
  readonly pools: readonly { readonly name: string; readonly equity: Quote }[];
  readonly openInterest: Quote;
  readonly endangered: readonly Endangered[];
  readonly followed: Followed | undefined;
  readonly lines: readonly Line[];
}

export interface Looking {
  readonly instrument: InstrumentId;
  /** How far the map reaches to each side, as a share of the mark. */
  readonly reach: number;
  readonly follow: AccountId;
  readonly fundStart: Quote;
}

export const MAP_BINS = 240;
const LADDER_LEVELS = 400;
/** How far the ladder reaches from the middle, as a share, in so many groups. */
const LADDER_REACH = 0.012;
const LADDER_GROUPS = 24;
const MOST_ENDANGERED = 40;
/** A cascade in which nothing has happened for so long has ended: simulated. */
const GROWING: Micros = 20_000_000;

export function forestOf(simulation: Simulation): Forest {
  const forest = cascadesOf(simulation.cases);
  const { root, growing } = chosenRoot(simulation, forest);
  return { cascades: summarise(forest), tree: treeOf(simulation, root), growing };
}

export function observe(simulation: Simulation, chronicle: Chronicle, atlas: Atlas, forest: Forest, looking: Looking): View {
  const { market, inForce: scenario, kernel } = simulation;
  const { instrument, reach, follow, fundStart } = looking;
  const contract = market.instruments[instrument - 1];
  const book = market.book(instrument);
  const mark = market.markPrice(instrument);
  const middle = book.bestBid > 0 && book.bestAsk > 0 ? (book.bestBid + book.bestAsk) / 2 : mark;
  const ladderStep = rounded((middle * LADDER_REACH) / LADDER_GROUPS);
  const mapStep = Math.max(1, Math.round((2 * reach * mark) / MAP_BINS));
  const mapFrom = mark - (MAP_BINS / 2) * mapStep;
  const mapLongs = new Float64Array(MAP_BINS);
  const mapShorts = new Float64Array(MAP_BINS);
  atlas.bins(mapFrom, mapStep, mapLongs, mapShorts);
  let openInterest = 0;
  for (const listed of market.instruments) openInterest += notional(listed, market.openInterest(listed.id), market.markPrice(listed.id));
  const endangered = (account: AccountId): Endangered => {
    const equity = market.equity(account);
    const maintenance = market.maintenance(account);
    const lots = market.positionLots(account, instrument);
    return {
      account,
      lots,
      notional: notional(contract, lots, mark),
      ratio: equity > 0 ? maintenance / equity : maintenance > 0 || equity < 0 ? Infinity : 0,
      equity,
      liquidation: market.liquidationPrice(account, instrument),
      state: chronicle.wordOf(account) ?? 'safe',
    };
  };
  return {
    scenario,
    seed: simulation.seed,
    instrument,
    contract,
    now: simulation.now,
    messages: kernel.delivered,
    trading: chronicle.tradingOf(instrument),
    breakers: { armed: armedIn(simulation, instrument), throttled: chronicle.throttled(instrument) },
    mark,
    index: market.indexPrice(instrument),
    last: market.lastPrice(instrument),
    bid: book.bestBid,
    ask: book.bestAsk,
    history: chronicle.histories[instrument],
    bids: grouped(book, 1, ladderStep),
    asks: grouped(book, -1, ladderStep),
    ladderStep,
    mapFrom,
    mapStep,
    mapLongs,
    mapShorts,
    ...forest,
    totals: { ...chronicle.totals, paidAt: { ...chronicle.totals.paidAt } },
    winners: chronicle.winners,
    openCases: [...chronicle.open.values()].reduce((sum, word) => sum + (word === 'called' ? 0 : 1), 0),
    fund: {
      start: fundStart,
      equity: market.fund.equity,
      cash: market.fund.cash,
      inventory: market.fund.inventory,
      lots: market.fund.lots(instrument),
    },
    pools: market.pools.all.map(({ name, account }) => ({ name, equity: market.equity(account) })),
    openInterest,
    endangered: atlas
      .nearest(mark, MOST_ENDANGERED)
      .map(endangered)
      .filter(({ lots }) => lots !== 0)
      .sort((a, b) => b.ratio - a.ratio || a.account - b.account),
    followed:
      follow === 0 || follow > market.accountCount
        ? undefined
        : {
            ...endangered(follow),
            owner: kernel.nameOf(market.owner(follow)),
            cash: market.wallet(follow),
            maintenance: market.maintenance(follow),
            unrealised: market.unrealised(follow, instrument),
            entry: market.entryPrice(follow, instrument),
            bankruptcy: market.bankruptcyPrice(follow, instrument),
            leverage: market.equity(follow) > 0 ? market.notional(follow) / market.equity(follow) : 0,
            openBuys: market.openLots(follow, instrument, 1),
            openSells: market.openLots(follow, instrument, -1),
            steps: chronicle.steps.filter(
              ({ account, counterparty, type }) => account === follow || (counterparty === follow && type === Type.Deleveraged),
            ),
          },
    lines: chronicle.lines,
  };
}

function armedIn({ breaker, inForce }: Simulation, instrument: InstrumentId): Armed[] {
  const levels = breaker.nearness(instrument);
  const written = (inForce.config.breakers as { readonly rules?: readonly Readonly<Record<string, Config>>[] } | undefined)?.rules ?? [];
  return inForce.breakers.rules.map(({ kind: { kind, doc } }, i) => ({
    kind,
    doc,
    settings: Object.entries(written[i] ?? {})
      .filter(([name]) => name !== 'kind')
      .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
      .join(', '),
    nearness: levels[i] ?? null,
  }));
}

/** 1, 2 or 5 times a power of ten, at least 1. */
function rounded(ticks: number): Ticks {
  let power = 1;
  while (power * 10 <= ticks) power *= 10;
  return ticks >= power * 5 ? power * 5 : ticks >= power * 2 ? power * 2 : power;
}

type Book = ReturnType<Simulation['market']['book']>;

function grouped(book: Book, side: 1 | -1, step: Ticks): Level[] {
  const out: Depth = { price: new Int32Array(LADDER_LEVELS), lots: new Float64Array(LADDER_LEVELS) };
  const count = book.levels(side, 0, LADDER_LEVELS, out);
  const levels: { price: Ticks; lots: number }[] = [];
  for (let i = 0; i < count; i++) {
    const price = (side > 0 ? Math.floor(out.price[i] / step) : Math.ceil(out.price[i] / step)) * step;
    const last = levels.at(-1);
    if (last?.price === price) last.lots += out.lots[i];
    else levels.push({ price, lots: out.lots[i] });
    if (levels.length > LADDER_GROUPS) break;
  }
  return levels;
}

/** The tree in which something happened last among the large ones; while all is quiet, the largest. */
function chosenRoot({ cases, now }: Simulation, forest: ReturnType<typeof cascadesOf>): { root: CaseId; growing: boolean } {
  const recent = now - GROWING;
  const growing = forest.find(({ size, startedAt, duration }) => size > 1 && startedAt + duration >= recent);
  if (growing !== undefined) return { root: growing.root, growing: true };
  if (forest.length > 0 && forest[0].size > 1) return { root: forest[0].root, growing: false };
  let last = cases.last;
  while (last > 0 && cases.startedAt[last] === NEVER) last--;
  return { root: last, growing: false };
}

type Growing = { -readonly [Field in keyof Node]: Node[Field] } & { children: Growing[] };

function treeOf({ cases }: Simulation, root: CaseId): Node | undefined {
  if (root === 0) return undefined;
  const nodes = new Map<CaseId, Growing>();
  const make = (id: CaseId): Growing => ({
    case: id,
    account: cases.account[id],
    side: cases.side[id],
    notional: cases.notional[id],
    startedAt: cases.startedAt[id],
    depth: cases.depth[id],
    open: cases.closedAt[id] === NEVER,
    size: 1,
    children: [],
  });
  nodes.set(root, make(root));
  // A parent may have a greater id than its child, but always a smaller depth: by generations.
  const started: CaseId[] = [];
  for (let id = 1; id <= cases.last; id++) if (cases.startedAt[id] !== NEVER && cases.parent[id] !== 0) started.push(id);
  started.sort((a, b) => cases.depth[a] - cases.depth[b] || a - b);
  const inOrder: Growing[] = [];
  for (const id of started) {
    const parent = nodes.get(cases.parent[id]);
    if (parent === undefined || id === root) continue;
    const node = make(id);
    nodes.set(id, node);
    parent.children.push(node);
    inOrder.push(node);
  }
  for (const node of inOrder.toReversed()) {
    const parent = nodes.get(cases.parent[node.case]);
    if (parent !== undefined) parent.size += node.size;
  }
  for (const node of nodes.values()) node.children.sort((a, b) => b.size - a.size || b.notional - a.notional || a.case - b.case);
  return nodes.get(root);
}

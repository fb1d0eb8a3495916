// What a run came to, on one screen: a price chart and the figures that matter, in words.

import { styleText } from 'node:util';
import { Decimal, plain } from '../base/decimal.ts';
import type { CollateralFigure } from '../simulation/collateral-figures.ts';
import { brokenNames } from '../simulation/invariants.ts';
import type { Manifest } from '../simulation/manifest.ts';
import type { Headline } from '../simulation/metrics.ts';
import type { Minute } from '../simulation/timeline.ts';
import { asciiLine, brailleLine } from './chart.ts';
import { brief, clock, counted, day, ending, grouped, lasting, percent, tally, withinMinute } from '../base/figures.ts';

export interface Shown {
  readonly manifest: Pick<Manifest, 'headline' | 'seed' | 'digest' | 'envelopes' | 'invariants'> & {
    readonly scenario: { readonly name: string };
  };
  /** Calendar time of simulated 0, and how far it has come. */
  readonly start: number;
  readonly now: number;
  readonly asset: string;
  readonly symbol: string;
  /** Of the first instrument, a decimal string. */
  readonly tick: string;
  readonly minutes: readonly Minute[];
  readonly colour: boolean;
  /** Draws the chart in ASCII. */
  readonly ascii: boolean;
  readonly columns: number;
}

/** How many characters the labels of the chart take. */
const MARGIN = 14;

export function headlineText(shown: Shown): string {
  const { manifest, start, now, colour } = shown;
  const bold = (text: string) => (colour ? styleText('bold', text) : text);
  const dim = (text: string) => (colour ? styleText('dim', text) : text);
  const began = withinMinute(start, start + now) ? `${day(start).slice(0, 10)} ${clock(start, true)}` : day(start);
  const title = `${bold(manifest.scenario.name)}, seed ${manifest.seed}: ${began} to ${ending(start, start + now)} UTC, ${counted(manifest.envelopes, 'message')}`;
  const figures = figuresOf(manifest.headline, shown).map(([name, text]) => `  ${dim(name.padEnd(15))}${text}`);
  return [title, '', ...chart(shown), '', ...figures, `  ${dim('digest'.padEnd(15))}${manifest.digest}`, ''].join('\n');
}

function chart({ minutes, start, now, tick, symbol, colour, ascii, columns }: Shown): string[] {
  const priced = minutes.filter(({ open }) => open > 0);
  if (priced.length === 0) return ['  the book never had two sides: no price'];
  const width = Math.max(20, Math.min(72, columns - MARGIN - 2));
  const height = 9;
  const lines = (ascii ? asciiLine : brailleLine)(priced, width, height);
  const [tickMark, axis, corner] = ascii ? ['+', '|', '+'] : ['┤', '│', '└'];
  const top = Math.max(...priced.map(({ high }) => high));
  const bottom = Math.min(...priced.map(({ low }) => low));
  const label = (row: number) => {
    const price = row === 0 ? top : row === height - 1 && bottom < top ? bottom : undefined;
    return (price === undefined ? '' : grouped(priceOf(price, tick))).padStart(MARGIN - 2);
  };
  const began = clock(start, withinMinute(start, start + now));
  const times = `${began}${ending(start, start + now).padStart(width - began.length)}`;
  return [
    ...lines.map(
      (line, row) => `${label(row)} ${row === 0 || row === height - 1 ? tickMark : axis}${colour ? styleText('cyan', line) : line}`,
    ),
    `${symbol.padStart(MARGIN - 2)} ${corner}${times}`,
  ];
}

/** A mid in half ticks as a price. */
export function priceOf(halfTicks: number, tick: string): string {
  return plain(new Decimal(halfTicks).mul(tick).div(2));
}

/** Name and text of each row; a row without a name goes on with the one above. */
export function figuresOf(headline: Headline, { asset, manifest }: Pick<Shown, 'asset' | 'manifest'>): [name: string, text: string][] {
  const { price, cascades, fund, adl, called, openInterest, orderliness } = headline;
  const rows: [string, string][] = [];
  if (price.start !== null && price.low !== null && price.high !== null && price.end !== null) {
    rows.push([
      'price',
      `${grouped(price.start)} → ${grouped(price.end)}, low ${grouped(price.low)}, high ${grouped(price.high)}, drawdown ${percent(price.maxDrawdown)}`,
    ]);
  }
  const change = Number(openInterest.start) === 0 ? '' : ` (${percent(Number(openInterest.end) / Number(openInterest.start) - 1, true)})`;
  rows.push([
    'trading',
    `${counted(headline.trades, 'trade')}, volume ${brief(headline.volume)} ${asset}${headline.halts > 0 ? `, ${counted(headline.halts, 'halt')}` : ''}`,
  ]);
  rows.push(['open interest', `${brief(openInterest.start)} → ${brief(openInterest.end)} ${asset}${change}`]);
  rows.push(['margin calls', grouped(headline.marginCalls)]);
  rows.push(['liquidations', liquidationsText(headline, asset)]);
  if (headline.liquidations > 0) {
    rows.push([
      '',
      `called before: ${grouped(called.before)}, in the same instant: ${grouped(called.sameInstant)}${called.never > 0 ? `, never: ${grouped(called.never)}` : ''}`,
    ]);
    if (headline.breachToFirstOrderMs !== null)
      rows.push(['', `first order ${lasting(headline.breachToFirstOrderMs)} after the breach (median)`]);
    if (headline.excessRatio !== null)
      rows.push(['', `${excessText(headline.excessRatio)} than would have restored maintenance at the first step`]);
    const [low, high] = cascades.interval;
    rows.push([
      'cascades',
      `${grouped(cascades.count)}, largest ${counted(cascades.largest, 'liquidation')}, deepest ${counted(cascades.deepest, 'generation')}`,
    ]);
    rows.push([
      '',
      `branching ratio ${cascades.branchingRatio.toFixed(3)} (95 %: ${low.toFixed(3)} to ${high.toFixed(3)}), liquidations moved the mark by up to ${grouped(headline.priceImpact.toFixed(0))} bp`,
    ]);
  }
  rows.push([
    'fund',
    `${brief(fund.start)} → ${brief(fund.end)} ${asset}, low ${brief(fund.low)}; bad debt ${brief(headline.badDebt)}, ${counted(headline.bankruptAccounts, 'bankrupt account')}`,
  ]);
  if (Number(fund.inventory) !== 0)
    rows.push(['', `of it ${brief(fund.cash)} ${asset} in cash, ${brief(fund.inventory)} in what it holds`]);
  for (const [symbol, figure] of Object.entries(headline.collateral ?? {})) rows.push([symbol, collateralText(figure, asset)]);
  if (headline.vault !== undefined) rows.push(['vault', `${brief(headline.vault.start)} → ${brief(headline.vault.end)} ${asset}`]);
  if (headline.earlyReductions.rate !== null) {
    const { cases, unnecessary } = headline.earlyReductions;
    rows.push(['early', `${counted(cases, 'case')} above maintenance, ${grouped(unnecessary)} of them needlessly as the marks went`]);
  }
  if (Number(headline.socialisedLoss) !== 0)
    rows.push(['socialised', `${brief(headline.socialisedLoss)} ${asset} paid by others than the fund`]);
  if (adl.accounts > 0) rows.push(['deleveraging', `${counted(adl.accounts, 'account')}, ${brief(adl.notional)} ${asset}`]);
  rows.push(['orderliness', orderlinessText(orderliness)]);
  const { broken, checked } = manifest.invariants;
  const checks = Object.values(checked).reduce((sum, count) => sum + count, 0);
  rows.push([
    'invariants',
    broken.length === 0
      ? `${Object.keys(checked).length} held in ${tally(checks)} checks`
      : `BROKEN: ${brokenNames(manifest.invariants).join(', ')}`,
  ]);
  return rows;
}

function liquidationsText({ liquidations, liquidatedNotional, forcedNotional, openInterest }: Headline, asset: string): string {
  if (liquidations === 0) return 'none';
  const share =
    Number(openInterest.start) === 0
      ? ''
      : `, ${percent(Number(liquidatedNotional) / Number(openInterest.start))} of the open interest at the start`;
  const again = forcedNotional === liquidatedNotional ? '' : ` (${brief(forcedNotional)} with what the fund sold on)`;
  return `${grouped(liquidations)}, ${brief(liquidatedNotional)} ${asset} closed by force${again}${share}`;
}

function collateralText({ price, haircut, deposited, sold, proceeds, sales }: CollateralFigure, asset: string): string {
  const counted = `counted at ${grouped(price.start)} → ${grouped(price.end)}, low ${grouped(price.low)}, haircut ${percent(haircut)}`;
  if (sales === 0) return `${counted}; none of ${brief(deposited)} sold by force`;
  return `${counted}; ${brief(sold)} of ${brief(deposited)} sold by force for ${brief(proceeds)} ${asset}`;
}

function excessText(ratio: number): string {
  return `${percent(Math.abs(ratio))} ${ratio < 0 ? 'less' : 'more'} closed`;
}

function orderlinessText({ spreadBp, markIndexGapBp, oneSidedMs, depthHalfLifeMs }: Headline['orderliness']): string {
  const parts = [];
  if (spreadBp !== null) parts.push(`spread ${spreadBp.toFixed(1)} bp`);
  if (markIndexGapBp !== null) parts.push(`mark off the index by ${markIndexGapBp.toFixed(1)} bp`);
  parts.push(`a side of the book missing for ${lasting(oneSidedMs)}`);
  if (depthHalfLifeMs !== null) parts.push(`depth half back after ${lasting(depthHalfLifeMs)}`);
  return parts.join(', ');
}

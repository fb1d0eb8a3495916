// A whole frame from a view: which panel lies where at this size, and what lies on top.

import { Canvas, type Rect } from './canvas.ts';
import { accountPanel } from './panels/account.ts';
import { breakersHeight, breakersMatter, breakersPanel } from './panels/breakers.ts';
import { cascadePanel } from './panels/cascade-tree.ts';
import { dangerPanel } from './panels/danger.ts';
import { footer, header, scrubber, type Playing } from './panels/header.ts';
import { ladderPanel } from './panels/ladder.ts';
import { mapPanel } from './panels/liquidation-map.ts';
import { KEYS } from './panels/overlay.ts';
import { pricePanel, type PriceWindow } from './panels/price.ts';
import { storyPanel } from './panels/story.ts';
import { waterfallPanel } from './panels/waterfall.ts';
import type { View } from './view.ts';

export const PANELS = ['price', 'book', 'map', 'story', 'waterfall', 'cascade', 'danger', 'breakers'] as const;
export type Panel = (typeof PANELS)[number];

export const SMALLEST = { width: 80, height: 24 };

export interface FrameOptions extends PriceWindow {
  readonly playing: Playing;
  /** How far the run has ever been seen. */
  readonly seen: number;
  /** Only this panel. */
  readonly only: Panel | undefined;
  /** Said instead of the keys. */
  readonly note: string;
}

export function drawFrame(canvas: Canvas, view: View, options: FrameOptions): void {
  const { width, height } = canvas;
  if (width < SMALLEST.width || height < SMALLEST.height) return tooSmall(canvas);
  header(canvas, { x: 0, y: 0, width, height: 2 }, view, options.playing);
  scrubber(canvas, { x: 0, y: 2, width, height: 1 }, view, options.seen);
  footer(
    canvas,
    { x: 0, y: height - 1, width, height: 1 },
    KEYS.map(([key, does]) => [key, does]),
    options.note,
  );
  const body = { x: 0, y: 3, width, height: height - 4 };
  const places = options.only === undefined ? layout(body, view) : { [options.only]: body };
  for (const [panel, rect] of Object.entries(places)) panelOf[panel as Panel | 'account'](canvas, rect, view, options);
}

type Draw = (canvas: Canvas, rect: Rect, view: View, options: FrameOptions) => void;

const panelOf: Readonly<Record<Panel | 'account', Draw>> = {
  price: pricePanel,
  book: ladderPanel,
  map: mapPanel,
  story: storyPanel,
  waterfall: waterfallPanel,
  cascade: cascadePanel,
  danger: dangerPanel,
  breakers: breakersPanel,
  account: accountPanel,
};

/** Below this there is no room for everything: the book and the list of accounts are a key away. */
const ROOMY = { width: 110, height: 32 };

function layout(body: Rect, view: View): Partial<Record<Panel | 'account', Rect>> {
  const following = view.followed !== undefined;
  const { y, width, height } = body;
  const bottom = y + height;
  if (width < ROOMY.width || height < ROOMY.height) {
    const story = Math.max(4, Math.round(height * 0.24));
    const upper = height - story;
    const left = Math.round(width * 0.62);
    const map = Math.max(5, Math.round(upper * 0.34));
    const waterfall = Math.min(10, Math.max(6, Math.round(upper * 0.42)));
    const right = width - left;
    const breakers = breakersMatter(view) ? 3 : 0;
    const last = y + waterfall + breakers;
    return {
      price: { x: 0, y, width: left, height: upper - map },
      map: { x: 0, y: y + upper - map, width: left, height: map },
      waterfall: { x: left, y, width: right, height: waterfall },
      ...(breakers === 0 ? {} : { breakers: { x: left, y: y + waterfall, width: right, height: breakers } }),
      [following ? 'account' : 'cascade']: { x: left, y: last, width: right, height: y + upper - last },
      story: { x: 0, y: bottom - story, width, height: story },
    };
  }
  const left = Math.round(width * 0.56);
  const right = width - left;
  const price = Math.round(height * 0.44);
  const map = Math.round(height * 0.26);
  const book = Math.min(34, Math.round(right * 0.45));
  const cascade = Math.round((height - price) * 0.5);
  const breakers = Math.min(breakersHeight(view), Math.max(3, price - 8));
  return {
    price: { x: 0, y, width: left, height: price },
    map: { x: 0, y: y + price, width: left, height: map },
    story: { x: 0, y: y + price + map, width: left, height: height - price - map },
    book: { x: left, y, width: book, height: price },
    waterfall: { x: left + book, y, width: right - book, height: price - breakers },
    breakers: { x: left + book, y: y + price - breakers, width: right - book, height: breakers },
    cascade: { x: left, y: y + price, width: right, height: cascade },
    [following ? 'account' : 'danger']: { x: left, y: y + price + cascade, width: right, height: height - price - cascade },
  };
}

function tooSmall(canvas: Canvas): void {
  const lines = [
    'The window is too small:',
    `${canvas.width} × ${canvas.height}; at least`,
    `${SMALLEST.width} × ${SMALLEST.height} are needed.`,
    'q quits.',
  ];
  lines.forEach((line, i) => canvas.write(0, i, line));
}

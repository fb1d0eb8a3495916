// What colours mean, the same on every panel. Each meaning also has a sign, a letter or a shape, so that nothing is told
// by colour alone; the hues are apart in lightness too, for who cannot tell red from green.

import { MEANINGS } from '../base/meanings.ts';

/** A meaning; the number that stands for it in a cell is its place in `INKS`. */
export const INKS = [
  'plain',
  'dim',
  'strong',
  'title',
  'frame',
  'traded',
  'mark',
  'index',
  'long',
  'short',
  'call',
  'liquidation',
  'fund',
  'vault',
  'deleveraged',
  'lost',
  'halt',
  'chosen',
  'key',
] as const;
export type Ink = (typeof INKS)[number];

export interface Look {
  /** Of the 256 colours; undefined is the terminal's own. */
  readonly fg?: number;
  readonly bg?: number;
  readonly bold?: boolean;
  readonly underline?: boolean;
  readonly inverse?: boolean;
}

/** With colours. */
export const COLOURED: Readonly<Record<Ink, Look>> = {
  plain: {},
  dim: { fg: 245 },
  strong: { bold: true },
  title: { fg: 255, bg: 24, bold: true },
  frame: { fg: 240 },
  traded: { fg: MEANINGS.traded.terminal },
  mark: { fg: MEANINGS.mark.terminal, bold: true },
  index: { fg: MEANINGS.index.terminal },
  long: { fg: MEANINGS.long.terminal },
  short: { fg: MEANINGS.short.terminal },
  call: { fg: MEANINGS.call.terminal },
  liquidation: { fg: MEANINGS.liquidation.terminal, bold: true },
  fund: { fg: MEANINGS.fund.terminal },
  vault: { fg: MEANINGS.vault.terminal },
  deleveraged: { fg: MEANINGS.deleveraged.terminal },
  lost: { fg: 231, bg: MEANINGS.lost.terminal, bold: true },
  halt: { bg: MEANINGS.halt.terminal },
  chosen: { fg: 16, bg: 220 },
  key: { fg: 16, bg: 250 },
};

/** Without: weight, underline and inversion carry what signs do not. */
export const COLOURLESS: Readonly<Record<Ink, Look>> = {
  plain: {},
  dim: {},
  strong: { bold: true },
  title: { inverse: true },
  frame: {},
  traded: {},
  mark: { bold: true },
  index: {},
  long: {},
  short: {},
  call: { underline: true },
  liquidation: { bold: true },
  fund: {},
  vault: {},
  deleveraged: { bold: true },
  lost: { inverse: true, bold: true },
  halt: { inverse: true },
  chosen: { inverse: true },
  key: { inverse: true },
};

/** One character each, for what colours say. */
export const SIGNS = {
  long: '▲',
  short: '▼',
  call: '!',
  liquidation: '✗',
  fund: '$',
  vault: 'V',
  deleveraged: '⇄',
  lost: '∅',
  halt: '‖',
} as const satisfies Partial<Record<Ink, string>>;

// What colours mean, the same on the terminal, on the page and on paper. The hues differ in lightness too, for who cannot
// tell red from green, and whoever draws with them says the same by a sign, a dash or a place as well.

export const MEANINGS = {
  traded: { terminal: 81, dark: '#5fd7ff', light: '#00779e' },
  mark: { terminal: 231, dark: '#ffffff', light: '#111111' },
  index: { terminal: 246, dark: '#949494', light: '#767676' },
  long: { terminal: 75, dark: '#5fafff', light: '#1f5fd0' },
  short: { terminal: 215, dark: '#ffaf5f', light: '#b25a00' },
  call: { terminal: 228, dark: '#ffff87', light: '#857000' },
  liquidation: { terminal: 203, dark: '#ff5f5f', light: '#d1202f' },
  fund: { terminal: 79, dark: '#5fd7af', light: '#00795a' },
  vault: { terminal: 150, dark: '#afd787', light: '#5b7d1e' },
  deleveraged: { terminal: 177, dark: '#d787ff', light: '#9030c8' },
  /** As a ground to write on. */
  lost: { terminal: 88, dark: '#870000', light: '#870000' },
  halt: { terminal: 238, dark: '#444444', light: '#d9d9d9' },
} as const satisfies Readonly<Record<string, Hue>>;

export type Meaning = keyof typeof MEANINGS;

interface Hue {
  /** Of the 256 colours. */
  readonly terminal: number;
  /** On a dark ground, where it is what the terminal shows, and on a light one. */
  readonly dark: string;
  readonly light: string;
}

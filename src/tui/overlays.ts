// What may lie on top of the panels and take the keys.

import type { Canvas } from './canvas.ts';
import type { Choice } from './choices.ts';
import type { Inspector } from './inspector.ts';
import { choiceOverlay, helpOverlay, promptOverlay, textOverlay, type Key } from './panels/overlay.ts';
import type { View } from './view.ts';

export type Overlay =
  | { readonly kind: 'help'; readonly keys: readonly Key[] | undefined }
  | { readonly kind: 'text'; readonly title: string; readonly paragraphs: readonly string[] }
  | { readonly kind: 'prompt'; readonly question: string; answer: string; problem: string; readonly take: (answer: string) => string }
  | { readonly kind: 'choice'; readonly choices: readonly Choice[]; at: number }
  | { readonly kind: 'inspect'; readonly inspector: Inspector };

/** The last of the choices: a rule written by hand. */
const OTHER = { name: 'another rule …', note: 'path = value, as in a scenario' };

export function drawOverlay(canvas: Canvas, overlay: Overlay | undefined, view: View): void {
  switch (overlay?.kind) {
    case undefined:
      return;
    case 'help':
      return helpOverlay(canvas, overlay.keys);
    case 'text':
      return textOverlay(canvas, overlay.title, overlay.paragraphs);
    case 'choice':
      return choiceOverlay(canvas, 'what if, from now on …', [...overlay.choices, OTHER], overlay.at);
    case 'prompt':
      return promptOverlay(canvas, overlay.question, overlay.answer, overlay.problem);
    case 'inspect':
      return overlay.inspector.draw(canvas, view);
  }
}

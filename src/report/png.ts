// A picture of an SVG, drawn with fonts that come along, so that a machine without any gives the same picture.

import { createRequire } from 'node:module';

/** PNG bytes, `scale` pixels for each of the SVG's units. Throws where the rasteriser is not installed: it is optional. */
export async function renderPng(svg: string, scale = 2): Promise<Uint8Array> {
  const { Resvg } = await import('@resvg/resvg-js');
  const require = createRequire(import.meta.url);
  const fontFiles = [require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'), require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf')];
  const picture = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: scale },
    font: { loadSystemFonts: false, fontFiles, defaultFontFamily: 'DejaVu Sans' },
  });
  return picture.render().asPng();
}

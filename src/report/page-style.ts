// How a page looks: light or dark as the reader's system has it or as they choose, and on paper always light.

import { MEANINGS, type Meaning } from '../base/meanings.ts';

const names = Object.keys(MEANINGS) as Meaning[];
const vars = (theme: 'light' | 'dark') => names.map((name) => `--${name}:${MEANINGS[name][theme]}`).join(';');
const LIGHT = `color-scheme:light;--ground:#ffffff;--raised:#f4f5f7;--ink:#16181d;--dim:#565c66;--grid:#e3e5e9;--edge:#c9ced6;--focus:#0b57d0;${vars('light')}`;
const DARK = `color-scheme:dark;--ground:#14161a;--raised:#1d2026;--ink:#e8eaed;--dim:#a4abb6;--grid:#2c3038;--edge:#434954;--focus:#8ab4f8;${vars('dark')}`;

export const PAGE_STYLE = `
:root{${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
:root[data-theme=light]{${LIGHT}}
:root[data-theme=dark]{${DARK}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,'DejaVu Sans',Verdana,sans-serif}
main,header,footer{max-width:1080px;margin:0 auto;padding:0 24px}
header{padding-top:28px;display:flex;gap:16px;align-items:flex-start;justify-content:space-between;flex-wrap:wrap}
h1{font-size:1.7rem;line-height:1.2;margin:0}
h2{font-size:1.2rem;margin:0 0 4px}
section,figure{margin:36px 0;padding:0}
p{margin:4px 0 12px;max-width:75ch}
.lead,figcaption p,.note{color:var(--dim)}
a{color:var(--focus)}
button{font:inherit;font-size:.875rem;color:var(--ink);background:var(--raised);border:1px solid var(--edge);border-radius:6px;padding:4px 10px;min-height:32px;cursor:pointer}
button:hover{border-color:var(--ink)}
button:disabled{opacity:.5;cursor:default;border-color:var(--edge)}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(165px,1fr));gap:12px;margin:20px 0 0;padding:0}
.tiles div{background:var(--raised);border-radius:8px;padding:10px 14px}
.tiles dt{color:var(--dim);font-size:.8125rem}
.tiles dd{margin:0;font-size:1.25rem;font-weight:600;font-variant-numeric:tabular-nums}
.tiles dd small{display:block;font-weight:400;font-size:.8125rem;color:var(--dim)}
.same,.parted{display:inline-block;overflow-wrap:anywhere;border-radius:6px;padding:2px 10px;border:1px solid var(--fund);margin:8px 0 0}
.parted{border:2px solid var(--liquidation)}
.chart{position:relative;touch-action:pan-y}
.chart svg{display:block;width:100%;height:auto;user-select:none;-webkit-user-select:none}
.plot{cursor:crosshair}
.plot *,.cursor,.chosen{vector-effect:non-scaling-stroke}
.tools{display:flex;gap:6px;flex-wrap:wrap;margin:0 0 8px}
.reading{position:absolute;pointer-events:none;background:var(--ground);color:var(--ink);border:1px solid var(--edge);border-radius:6px;padding:6px 10px;font-size:.8125rem;line-height:1.45;box-shadow:0 2px 10px rgb(0 0 0/.25);z-index:2;max-width:300px;font-variant-numeric:tabular-nums}
.reading b{display:block}
.reading span{display:flex;gap:8px;justify-content:space-between}
.reading i{font-style:normal;color:var(--dim)}
.reading i::before{content:'';display:inline-block;width:9px;height:9px;margin-right:6px;background:var(--swatch);border:1px solid var(--edge)}
.cursor{stroke:var(--ink);stroke-width:1;stroke-dasharray:3 3;pointer-events:none}
.chosen{fill:var(--focus);fill-opacity:.18;stroke:var(--focus);pointer-events:none}
.block.here{stroke:var(--ink);stroke-width:2.5}
.spoken{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
details{margin:8px 0}
summary{cursor:pointer;color:var(--dim);width:max-content;padding:4px 2px}
.scroll{overflow-x:auto;max-height:420px;overflow-y:auto;border:1px solid var(--edge);border-radius:6px}
table{border-collapse:collapse;width:100%;font-size:.875rem;font-variant-numeric:tabular-nums}
th,td{text-align:right;padding:4px 12px;border-bottom:1px solid var(--grid);vertical-align:top}
th:first-child,td:first-child,td.long,th.long,.words td,.words th{text-align:left}
td:not(.long),thead th{white-space:nowrap}
.words td{white-space:normal;overflow-wrap:anywhere}
thead th{position:sticky;top:0;background:var(--raised);font-weight:600}
tbody th{font-weight:400}
.swatch{display:inline-block;width:11px;height:11px;margin-right:8px;border:1px solid var(--edge)}
code,pre{font:.8125rem/1.5 ui-monospace,'DejaVu Sans Mono',monospace;overflow-wrap:anywhere}
pre{background:var(--raised);border-radius:6px;padding:12px;overflow:auto;white-space:pre-wrap;margin:8px 0}
footer{padding-bottom:40px;color:var(--dim);font-size:.875rem}
text{font-variant-numeric:tabular-nums}
.f-ink{fill:var(--ink)}.s-ink{stroke:var(--ink)}.f-dim{fill:var(--dim)}.s-dim{stroke:var(--dim)}.f-grid{fill:var(--grid)}.s-grid{stroke:var(--grid)}
${names.map((name) => `.f-${name}{fill:var(--${name})}.s-${name}{stroke:var(--${name})}.b-${name}{background:var(--${name})}`).join('\n')}
@media (max-width:640px){main,header,footer{padding:0 12px}.chart{overflow-x:auto}.chart svg{min-width:680px}}
@media (prefers-reduced-motion:no-preference){button{transition:border-color .15s}}
@media print{
:root,:root[data-theme=dark],:root[data-theme=light]{${LIGHT}}
@page{margin:16mm}
body{font-size:10pt}
main,header,footer{max-width:none;padding:0}
button,.tools,.reading,details:not([open]){display:none}
section,figure{margin:6mm 0}
figure,.tiles div,tr{break-inside:avoid}
h2{break-after:avoid}
.scroll{max-height:none;overflow:visible;border:0}
table{font-size:8.5pt}
th,td{padding:3px 6px}
td:not(.long),thead th{white-space:normal}
.cursor,.chosen{display:none}
:focus-visible{outline:0}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;

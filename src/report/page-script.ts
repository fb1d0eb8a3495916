// What a page does when it is touched: a cursor that reads values, zooming in time for all figures at once, themes. All of it
// by pointer and by keys; without it the page is complete, only still. (Text, because it runs in the reader's browser.)

export const PAGE_SCRIPT = String.raw`
'use strict';
const data = JSON.parse(document.getElementById('data').textContent);
const NS = 'http://www.w3.org/2000/svg';
const SECOND = 1e6, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const STEPS = [1, 2, 5, 10, 30].map((n) => n * SECOND).concat([1, 2, 5, 10, 15, 30].map((n) => n * MINUTE), [1, 2, 3, 6, 12].map((n) => n * HOUR), [1, 2, 7, 30].map((n) => n * DAY));

const grouped = (text) => { const [whole, rest] = String(text).split('.'); const cut = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ','); return rest === undefined ? cut : cut + '.' + rest; };
const three = (value) => { const size = Math.abs(value); return value.toFixed(size >= 100 || value === 0 ? 0 : size >= 10 ? 1 : 2); };
const brief = (value) => { const size = Math.abs(value); return size >= 1e9 ? three(value / 1e9) + ' bn' : size >= 1e6 ? three(value / 1e6) + ' M' : size >= 1e4 ? three(value / 1e3) + ' k' : grouped(three(value)); };
const formatted = (value, format) => value === null || value === undefined ? '–' : format === 'money' ? brief(value) : format === 'share' ? three(value * 100) + ' %' : grouped(Math.abs(value) >= 1e4 ? value.toFixed(1) : String(Number(value.toPrecision(6))));
const iso = (at) => new Date(at / 1e3).toISOString();
const clock = (at) => iso(at).slice(0, 10) + ' ' + iso(at).slice(11, 19) + ' UTC';

/** Time shown by all figures. */
const whole = data.time === null ? null : { from: data.time.from, to: data.time.to };
let view = whole === null ? null : { ...whole };
const charts = [];

function make(name, attributes, parent) {
  const element = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent.append(element);
  return element;
}

function zoom(from, to) {
  const least = 4 * data.time.width;
  let wide = Math.min(whole.to - whole.from, Math.max(least, to - from));
  let begin = Math.max(whole.from, Math.min(whole.to - wide, (from + to) / 2 - wide / 2));
  view = { from: begin, to: begin + wide };
  for (const chart of charts) chart.draw();
  for (const button of document.querySelectorAll('[data-do=whole]')) button.disabled = wide >= whole.to - whole.from;
}

function act(what) {
  const wide = view.to - view.from, middle = (view.from + view.to) / 2;
  if (what === 'in') zoom(middle - wide / 4, middle + wide / 4);
  else if (what === 'out') zoom(middle - wide, middle + wide);
  else if (what === 'earlier') zoom(view.from - wide / 2, view.to - wide / 2);
  else if (what === 'later') zoom(view.from + wide / 2, view.to + wide / 2);
  else if (what === 'whole') zoom(whole.from, whole.to);
}

function Reading(box) {
  const card = document.createElement('div');
  card.className = 'reading';
  card.hidden = true;
  const spoken = document.createElement('div');
  spoken.className = 'spoken';
  spoken.setAttribute('aria-live', 'polite');
  box.append(card, spoken);
  return {
    hide() { card.hidden = true; },
    show(title, rows, x, y, aloud) {
      card.replaceChildren();
      const head = document.createElement('b');
      head.textContent = title;
      card.append(head);
      for (const { name, value, ink } of rows) {
        const line = document.createElement('span'), label = document.createElement('i'), text = document.createElement('strong');
        label.textContent = name;
        label.style.setProperty('--swatch', 'var(--' + ink + ')');
        text.textContent = value;
        line.append(label, text);
        card.append(line);
      }
      card.hidden = false;
      const room = box.getBoundingClientRect().width, wide = card.offsetWidth;
      card.style.left = Math.max(0, x + 16 + wide > room ? x - wide - 16 : x + 16) + 'px';
      card.style.top = Math.max(0, y) + 'px';
      if (aloud) spoken.textContent = title + ': ' + rows.map(({ name, value }) => name + ' ' + value).join(', ');
    },
  };
}

function timeChart(box, svg, figure) {
  const at = data.time.at;
  const [left, right, top, bottom, size] = ['left', 'right', 'top', 'bottom', 'size'].map((name) => Number(svg.dataset[name]));
  const plots = [...svg.querySelectorAll('.plot')].map((plot) => ({ plot, box: plot.getAttribute('viewBox').split(' ').map(Number) }));
  const times = svg.querySelector('.times');
  const reading = Reading(box);
  const cursor = make('line', { class: 'cursor', y1: top, y2: bottom, visibility: 'hidden' }, svg);
  let here = -1;
  const px = (time) => left + ((time - view.from) / (view.to - view.from)) * (right - left);
  const pointed = (event) => { const area = svg.getBoundingClientRect(); return ((event.clientX - area.left) / area.width) * svg.viewBox.baseVal.width; };
  const timeAt = (x) => view.from + ((Math.max(left, Math.min(right, x)) - left) / (right - left)) * (view.to - view.from);
  function rowAt(time) {
    let low = 0, high = at.length - 1;
    while (low < high) { const middle = (low + high) >> 1; if (at[middle] < time) low = middle + 1; else high = middle; }
    return low;
  }
  function read(row, aloud) {
    here = row;
    for (const chart of charts) if (chart.mark !== undefined) chart.mark(row);
    const area = svg.getBoundingClientRect(), scale = area.width / svg.viewBox.baseVal.width;
    reading.show(clock(at[row]), figure.readings.map(({ name, ink, format, values }) => ({ name, ink, value: formatted(values[row], format) })), px(at[row]) * scale, top * scale, aloud);
  }
  function leave() { here = -1; reading.hide(); for (const chart of charts) if (chart.mark !== undefined) chart.mark(-1); }
  let from = null, chosen = null;
  svg.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || pointed(event) < left) return;
    from = pointed(event);
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener('pointermove', (event) => {
    const x = pointed(event);
    if (from !== null && Math.abs(x - from) > 4) {
      chosen ??= make('rect', { class: 'chosen', y: top, height: bottom - top }, svg);
      const begin = Math.max(left, Math.min(x, from));
      chosen.setAttribute('x', begin);
      chosen.setAttribute('width', Math.max(0, Math.min(right, Math.max(x, from)) - begin));
    }
    if (x >= left && x <= right) read(rowAt(timeAt(x)), false);
  });
  const release = (event) => {
    if (chosen !== null && event.type === 'pointerup') { const [a, b] = [timeAt(from), timeAt(pointed(event))]; zoom(Math.min(a, b), Math.max(a, b)); }
    chosen?.remove();
    chosen = from = null;
  };
  svg.addEventListener('pointerup', release);
  svg.addEventListener('pointercancel', release);
  svg.addEventListener('pointerleave', () => { if (from === null && document.activeElement !== box) leave(); });
  svg.addEventListener('dblclick', () => act('whole'));
  box.addEventListener('blur', leave);
  box.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const first = rowAt(view.from), last = rowAt(view.to), step = event.shiftKey ? 10 : 1;
    const row = here < 0 ? first : here;
    if (event.key === 'ArrowRight') read(Math.min(last, here < 0 ? first : row + step), true);
    else if (event.key === 'ArrowLeft') read(Math.max(first, here < 0 ? last : row - step), true);
    else if (event.key === 'Home') read(first, true);
    else if (event.key === 'End') read(last, true);
    else if (event.key === '+' || event.key === '=') { const time = here < 0 ? (view.from + view.to) / 2 : at[here], wide = (view.to - view.from) / 4; zoom(time - wide, time + wide); }
    else if (event.key === '-') act('out');
    else if (event.key === '0') act('whole');
    else if (event.key === 'Escape') { leave(); return; }
    else return;
    event.preventDefault();
  });
  return {
    mark(row) {
      const shown = row >= 0 && at[row] >= view.from && at[row] <= view.to;
      cursor.setAttribute('visibility', shown ? 'visible' : 'hidden');
      if (shown) { cursor.setAttribute('x1', px(at[row])); cursor.setAttribute('x2', px(at[row])); }
    },
    draw() {
      for (const { plot, box: [, , width, height] } of plots) {
        const scale = width / (whole.to - whole.from);
        plot.setAttribute('viewBox', (view.from - whole.from) * scale + ' 0 ' + (view.to - view.from) * scale + ' ' + height);
      }
      times.replaceChildren();
      const count = Math.max(2, Math.floor((right - left) / (size * 7)));
      const step = STEPS.find((one) => one >= (view.to - view.from) / count) ?? 30 * DAY;
      for (let time = Math.ceil(view.from / step) * step; time <= view.to; time += step) {
        const x = px(time), text = iso(time);
        make('path', { d: 'M' + x + ' ' + bottom + 'v' + size * 0.4, class: 's-dim' }, times);
        const label = make('text', { x, y: bottom + size * 1.45, 'font-size': size * 0.92, 'text-anchor': 'middle', class: 'f-ink' }, times);
        label.textContent = step >= DAY ? text.slice(0, 10) : time % DAY === 0 ? text.slice(5, 10) : text.slice(11, step >= MINUTE ? 16 : 19);
        // At the edge it stands inside.
        if (x + label.getComputedTextLength() / 2 > svg.viewBox.baseVal.width) { label.setAttribute('x', svg.viewBox.baseVal.width); label.setAttribute('text-anchor', 'end'); }
      }
      this.mark(here);
      if (here >= 0) reading.hide();
    },
  };
}

function blockChart(box, svg, figure) {
  const reading = Reading(box);
  const blocks = [...svg.querySelectorAll('.block')];
  let here = -1;
  function read(i, aloud) {
    blocks[here]?.classList.remove('here');
    here = i;
    const block = blocks[i];
    block.classList.add('here');
    block.parentNode.append(block);
    const area = svg.getBoundingClientRect(), place = block.getBoundingClientRect();
    reading.show(figure.says[Number(block.dataset.block)], [], place.left - area.left + place.width / 2, place.bottom - area.top + 6, aloud);
  }
  function leave() { blocks[here]?.classList.remove('here'); here = -1; reading.hide(); }
  blocks.forEach((block, i) => block.addEventListener('pointerenter', () => read(i, false)));
  svg.addEventListener('pointerleave', leave);
  box.addEventListener('blur', leave);
  box.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') return leave();
    if (step === undefined || blocks.length === 0) return;
    read(here < 0 ? 0 : (here + step + blocks.length) % blocks.length, true);
    event.preventDefault();
  });
}

for (const box of document.querySelectorAll('.chart')) {
  const svg = box.querySelector('svg.figure'), figure = data.figures[svg.dataset.name];
  if (figure === undefined) continue;
  if (figure.kind === 'time') charts.push(timeChart(box, svg, figure));
  else if (figure.kind === 'blocks') blockChart(box, svg, figure);
}
for (const button of document.querySelectorAll('[data-do]')) {
  button.addEventListener('click', () => act(button.dataset.do));
  if (button.dataset.do === 'whole') button.disabled = true;
}
for (const tools of document.querySelectorAll('.tools')) tools.hidden = false;
const theme = document.getElementById('theme');
const isDark = () => (document.documentElement.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
const nameTheme = () => { theme.textContent = isDark() ? 'Light colours' : 'Dark colours'; };
theme.hidden = false;
theme.addEventListener('click', () => { document.documentElement.dataset.theme = isDark() ? 'light' : 'dark'; nameTheme(); });
nameTheme();
document.documentElement.dataset.ready = String(charts.length);
`;

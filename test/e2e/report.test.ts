// `sandpile report` as a person uses it: a run is recorded, its page written, and the page opened and touched in a browser.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser, CHROMIUM } from '../helpers/browser.ts';
import { sandpile } from '../helpers/command.ts';
import { SMALL } from '../helpers/small-scenario.ts';

const folder = mkdtempSync(join(tmpdir(), 'sandpile-report-'));
const run = join(folder, 'run');
const page = join(run, 'report.html');
const study = join(folder, 'study.json');

beforeAll(async () => {
  const scenario = join(folder, 'small.yaml');
  writeFileSync(scenario, SMALL);
  // Big enough for some to push others over the edge.
  const set = [
    'shocks[0].size=-6%',
    'traders.retail.members=300',
    'traders.retail.size={ lognormal: { median: 1, sigma: 1 }, max: 20 }',
    'session={ halts: [{ at: 40s, duration: 5s }] }',
  ];
  const crash = set.flatMap((one) => ['--set', one]);
  for (const args of [
    ['run', scenario, ...crash, '--out', run],
    ['report', run],
  ]) {
    const { code, err } = await sandpile(...args);
    if (code !== 0) throw new Error(err);
  }
  const compared = await sandpile(
    'compare',
    scenario,
    ...crash,
    '--vary',
    'liquidation.policy.kind=full-close,targeted',
    '--seeds',
    '1..3',
    '--json',
  );
  writeFileSync(study, compared.out);
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a page is written once, and again only when asked', async () => {
  const first = readFileSync(page, 'utf8');
  const again = await sandpile('report', run);
  expect(again).toMatchObject({ code: 1 });
  expect(again.err).toContain('--force');
  expect(await sandpile('report', run, '--force')).toMatchObject({ code: 0 });
  expect(readFileSync(page, 'utf8')).toBe(first);
  expect(first).toContain('Played again for this page: the same');
});

test('a figure goes to SVG and PNG, and a wrong name is told with the right ones', async () => {
  const svg = join(folder, 'price.svg');
  const png = join(folder, 'price.png');
  expect(await sandpile('report', run, '--figure', 'price', '--svg', svg, '--png', png, '--wide')).toMatchObject({ code: 0 });
  expect(readFileSync(svg, 'utf8')).toContain('width="175mm"');
  expect(readFileSync(png).subarray(1, 4).toString()).toBe('PNG');
  const wrong = await sandpile('report', run, '--figure', 'prise', '--svg', svg);
  expect(wrong.code).toBe(1);
  expect(wrong.err).toContain('did you mean price?');
  expect((await sandpile('report', run, '--figure', 'price')).code).toBe(1);
});

test('a run that does not come out as it was recorded is drawn, says so, and ends with 3', async () => {
  const manifest = JSON.parse(readFileSync(join(run, 'manifest.json'), 'utf8')) as { headline: { liquidations: number } };
  manifest.headline.liquidations++;
  const other = join(folder, 'other.json');
  writeFileSync(other, JSON.stringify(manifest));
  const said = await sandpile('report', other);
  expect(said.code).toBe(3);
  expect(said.err).toContain('headline.liquidations');
  expect(readFileSync(join(folder, 'other.html'), 'utf8')).toContain('class="parted"');
});

test('what is no run and no study is refused', async () => {
  const neither = join(folder, 'neither.json');
  writeFileSync(neither, '{"a":1}');
  expect((await sandpile('report', neither)).err).toContain('neither a manifest nor');
  expect((await sandpile('report', join(folder, 'nothing.json'))).err).toContain('no such file');
  expect((await sandpile('report', study, '--metric', 'liquidation')).err).toContain('did you mean liquidations?');
});

test('a study becomes a page with a figure of differences and one of means for each outcome', async () => {
  const out = join(folder, 'study.html');
  expect(await sandpile('report', study, '--out', out, '--metric', 'liquidations', '--metric', 'fund.low')).toMatchObject({ code: 0 });
  const html = readFileSync(out, 'utf8');
  for (const name of ['liquidations-difference', 'liquidations', 'fund-low-difference', 'fund-low'])
    expect(html).toContain(`<figure id="${name}">`);
  expect(html.replaceAll(/<script>[^]*?<\/script>/g, '')).not.toMatch(/NaN|Infinity|undefined/);
});

test('a study file says which outcome decides and which are shown; sums have points too; the page opens where asked', async () => {
  const file = join(folder, 'plan.yaml');
  writeFileSync(
    file,
    [
      'name: small-study',
      'scenario: small.yaml',
      'set: { "shocks[0].size": -6% }',
      'arms: { off: {}, gentle: { liquidation.policy.kind: targeted } }',
      'seeds: 1..2',
      'primary: forcedNotional',
      'metrics: [liquidations, profit.retail + fund.end]',
    ].join('\n'),
  );
  const compared = await sandpile('compare', file, '--json');
  const told = JSON.parse(compared.out) as { study: string; primary: string; metrics: string[] };
  expect(told).toMatchObject({
    study: 'small-study',
    primary: 'forcedNotional',
    metrics: ['forcedNotional', 'liquidations', 'profit.retail + fund.end'],
  });
  const json = join(folder, 'plan.json');
  writeFileSync(json, compared.out);
  // A browser that only says what it was given.
  const seen = join(folder, 'seen');
  const browser = join(folder, 'browser.sh');
  writeFileSync(browser, `#!/bin/sh\necho "$1" > '${seen}'\n`, { mode: 0o755 });
  process.env.BROWSER = browser;
  try {
    expect(await sandpile('report', json, '--open')).toMatchObject({ code: 0 });
    expect(await sandpile('report', json, '--open', '--figure', 'liquidations', '--svg', join(folder, 'x.svg'))).toMatchObject({ code: 1 });
  } finally {
    delete process.env.BROWSER;
  }
  const html = readFileSync(join(folder, 'plan.html'), 'utf8');
  expect(html).toContain('forcedNotional decides');
  expect([...html.matchAll(/<figure id="([^"]+)"/g)].map(([, id]) => id)).toEqual([
    'forced-notional-difference',
    'forced-notional',
    'liquidations-difference',
    'liquidations',
    'profit-retail-plus-fund-end-difference',
    'profit-retail-plus-fund-end',
  ]);
  for (let i = 0; i < 50 && !existsSync(seen); i++) await new Promise((resolve) => setTimeout(resolve, 100));
  expect(readFileSync(seen, 'utf8').trim()).toBe(pathToFileURL(join(folder, 'plan.html')).href);
});

describe.skipIf(CHROMIUM === undefined)(
  `in a browser${CHROMIUM === undefined ? ' (skipped: no Chromium here; CHROMIUM names one)' : ''}`,
  () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = new Browser();
      await browser.open(pathToFileURL(page).href);
    }, 60_000);

    afterAll(async () => {
      await browser.close();
    });

    test('all charts are drawn, nothing is complained about, and no request leaves the page', async () => {
      expect(await browser.value('document.documentElement.dataset.ready')).toBe('4');
      const drawn = await browser.value<number[]>(
        '[...document.querySelectorAll("svg.figure")].map((svg) => svg.getBoundingClientRect().height)',
      );
      expect(drawn).toHaveLength(5);
      for (const height of drawn) expect(height).toBeGreaterThan(60);
      // Lines have a colour of their own: the classes are known to the style.
      expect(await browser.value('getComputedStyle(document.querySelector(".s-mark")).stroke')).not.toBe('none');
      expect(browser.complaints).toEqual([]);
      expect(browser.requests.filter((url) => !url.startsWith('data:'))).toEqual([pathToFileURL(page).href]);
      expect(await browser.value('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    });

    test('every control is reached by the keyboard, and says what it is', async () => {
      const reached: string[] = [];
      for (let i = 0; i < 80; i++) {
        await browser.press('Tab');
        const name = await browser.value<string>(
          '(() => { const e = document.activeElement; return e === document.body ? "" : e.tagName + ":" + (e.getAttribute("aria-label") ?? e.textContent).slice(0, 40); })()',
        );
        if (name === '' || (i > 0 && name === reached[0])) break;
        reached.push(name);
      }
      const controls = await browser.value<number>('document.querySelectorAll("button:not([disabled]), summary, .chart[tabindex]").length');
      expect(reached.filter((name) => /^(BUTTON|SUMMARY|DIV)/.test(name)).length).toBeGreaterThanOrEqual(controls);
      expect(reached.every((name) => name.split(':')[1].trim() !== '')).toBe(true);
    });

    test('keys read values and zoom all figures together; 0 shows all again', async () => {
      const views = 'JSON.stringify([...document.querySelectorAll(".plot")].map((plot) => plot.getAttribute("viewBox")))';
      const whole = await browser.value<string>(views);
      await browser.value('document.querySelector("#price .chart").focus()');
      await browser.press('End');
      const card = await browser.value<string>('document.querySelector("#price .reading").textContent');
      expect(card).toMatch(/2024-10-01 10:01:00 UTC.*mark[\d,.]+/);
      expect(await browser.value('document.querySelector("#price .spoken").textContent')).toContain('mark');
      await browser.press('Home');
      await browser.press('+');
      const zoomed = JSON.parse(await browser.value<string>(views)) as string[];
      const before = JSON.parse(whole) as string[];
      zoomed.forEach((view, i) => expect(Number(view.split(' ')[2])).toBeCloseTo(Number(before[i].split(' ')[2]) / 2, 1));
      await browser.press('0');
      expect(
        (JSON.parse(await browser.value<string>(views)) as string[]).map((view) => view.split(' ').map((one) => Math.round(Number(one)))),
      ).toEqual(before.map((view) => view.split(' ').map((one) => Math.round(Number(one)))));
    });

    test('dragging chooses a stretch of time, and a button shows the whole run again', async () => {
      await browser.value('scrollTo(0, document.querySelector("#price").offsetTop)');
      const box = await browser.value<{ x: number; y: number; width: number; height: number }>(
        '(({ x, y, width, height }) => ({ x, y, width, height }))(document.querySelector("#price .plot").getBoundingClientRect())',
      );
      const wide = async () =>
        Number((await browser.value<string>('document.querySelector("#waterfall .plot").getAttribute("viewBox")')).split(' ')[2]);
      const before = await wide();
      const y = box.y + box.height / 2;
      await browser.drag([box.x + box.width * 0.25, y], [box.x + box.width * 0.5, y]);
      expect((await wide()) / before).toBeCloseTo(0.25, 1);
      await browser.value('document.querySelector("[data-do=whole]").click()');
      expect(await wide()).toBeCloseTo(before, 3);
    });

    test('blocks of the forest are walked by keys', async () => {
      await browser.value('document.querySelector("#cascades .chart").focus()');
      await browser.press('ArrowRight');
      expect(await browser.value('document.querySelector("#cascades .reading").textContent')).toMatch(/^account \d+, (long|short)/);
    });

    test('it follows the reader in light and dark, and prints on white', async () => {
      const ground = 'getComputedStyle(document.body).backgroundColor';
      await browser.media('screen', 'dark');
      expect(await browser.value(ground)).toBe('rgb(20, 22, 26)');
      await browser.value('document.getElementById("theme").click()');
      expect(await browser.value(ground)).toBe('rgb(255, 255, 255)');
      await browser.value('document.getElementById("theme").click()');
      expect(await browser.value(ground)).toBe('rgb(20, 22, 26)');
      const shots = process.env.SCREENSHOTS;
      if (shots !== undefined && existsSync(shots)) await browser.picture(join(shots, 'dark.png'));
      await browser.media('print', 'dark');
      expect(await browser.value(ground)).toBe('rgb(255, 255, 255)');
      expect(await browser.value('getComputedStyle(document.querySelector(".tools")).display')).toBe('none');
      if (shots !== undefined && existsSync(shots)) await browser.picture(join(shots, 'print.png'), 700);
      expect(browser.complaints).toEqual([]);
    });
  },
);

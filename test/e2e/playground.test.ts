// The playground as somebody meets it: built, served to a real browser, run with the keyboard alone, and compared with the
// terminal. It is skipped where there is no browser.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { choicesIn, commandOf, hashOf, NOTHING_CHOSEN, overridesOf, type Choices } from '../../playground/choices.ts';
import { MEANINGS } from '../../src/base/meanings.ts';
import { Browser, CHROMIUM } from '../helpers/browser.ts';
import { sandpile } from '../helpers/command.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A short piece of a small crash, in which all that is shown happens. */
const SMALL: Choices = {
  ...NOTHING_CHOSEN,
  scenario: 'flash-crash',
  seed: '42',
  set: ['traders.retail.members=300', 'traders.noise.count=20', 'duration=4m', 'shocks=[{ name: news, at: 1m, size: -8%, over: 20s }]'],
};

interface TerminalRun {
  readonly digest: string;
  readonly envelopes: number;
  readonly headline: { readonly liquidations: number };
}

/** What the terminal says to the same choices. */
async function inTerminal(choices: Choices, ...more: string[]): Promise<TerminalRun> {
  const set = overridesOf(choices).flatMap((override) => ['--set', override]);
  const { code, out, err } = await sandpile('run', choices.scenario, '--seed', choices.seed, ...set, ...more, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as TerminalRun;
}

test('colours mean what they mean in the terminal and in reports', () => {
  const css = readFileSync(join(root, 'playground/page.css'), 'utf8');
  for (const meaning of ['traded', 'mark', 'index', 'long', 'short', 'fund'] as const)
    expect(css).toContain(`--${meaning}: light-dark(${MEANINGS[meaning].light}, ${MEANINGS[meaning].dark});`);
});

describe('a link', () => {
  const chosen: Choices = {
    scenario: 'long-squeeze',
    seed: 'a b&c',
    venue: 'bitmex',
    policy: 'targeted',
    liquidation: false,
    leverage: false,
    set: ['fees.taker=0.1%', 'losses=[insurance-fund]'],
    pace: 60,
  };

  test('holds all choices', () => {
    expect(choicesIn(`#${hashOf(chosen, true)}`)).toEqual({ choices: chosen, running: true });
    expect(choicesIn(hashOf(NOTHING_CHOSEN, false))).toEqual({ choices: NOTHING_CHOSEN, running: false });
  });

  test('that says little means the usual, and nonsense is no pace', () => {
    expect(choicesIn('')).toEqual({ choices: NOTHING_CHOSEN, running: false });
    expect(choicesIn('#seed=7&pace=-1').choices).toEqual({ ...NOTHING_CHOSEN, seed: '7' });
  });

  test('is a command too, quoted for a shell', () => {
    expect(commandOf(NOTHING_CHOSEN)).toBe('sandpile run october-2025 --json');
    expect(commandOf({ ...chosen, seed: "it's" }, 90_000_000)).toBe(
      `sandpile run long-squeeze --seed 'it'\\''s' --set venue=bitmex --set liquidation.policy.kind=targeted --set liquidation.enabled=false --set leverage.enabled=false --set fees.taker=0.1% --set 'losses=[insurance-fund]' --until 90000000us --json`,
    );
  });
});

if (CHROMIUM === undefined) console.log('playground: no Chromium here, so the page is not tried');

describe.skipIf(CHROMIUM === undefined)('the page', () => {
  let folder: string;
  let server: Server;
  let browser: Browser;
  let address: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sandpile-playground-'));
    const vite = join(root, 'node_modules/vite/bin/vite.js');
    const options = ['build', '--config', 'playground/vite.config.ts', '--outDir', folder, '--emptyOutDir', '--logLevel', 'error'];
    const built = spawnSync(process.execPath, [vite, ...options], { cwd: root, encoding: 'utf8' });
    if (built.status !== 0) throw new Error(built.stdout + built.stderr);
    server = createServer(({ url }, response) => {
      if (url !== '/') return response.writeHead(404).end();
      response.writeHead(200, { 'content-type': 'text/html' }).end(readFileSync(join(folder, 'index.html')));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    browser = new Browser([1_400, 1_000]);
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  /** A page of its own; what was asked for and complained about is counted from here. */
  async function open(url: string): Promise<void> {
    browser.requests.length = 0;
    browser.complaints.length = 0;
    await browser.open(url);
  }

  /** Waits until it is true in the page. */
  async function until(expression: string): Promise<void> {
    while (!(await browser.value<boolean>(expression))) {
      if (browser.complaints.length > 0) throw new Error(`waiting for ${expression}: ${browser.complaints.join('; ')}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  const text = (id: string) => browser.value<string>(`document.getElementById('${id}')?.textContent ?? ''`);
  const doing = (what: string) => until(`document.documentElement.dataset.doing === '${what}'`);
  const press = (id: string) => browser.value(`document.getElementById('${id}').click()`);

  /** Nothing was asked for but the page itself, its worker and its empty picture, and nothing complained. */
  function expectQuiet(page: string): void {
    expect(browser.complaints).toEqual([]);
    expect(browser.requests.filter((url) => !/^(blob|data):/.test(url))).toEqual([page]);
  }

  test('is one file', () => expect(readdirSync(folder)).toEqual(['index.html']));

  test('runs what a link says, to the digest of the terminal', async () => {
    const here = await inTerminal(SMALL);
    expect(here.headline.liquidations).toBeGreaterThan(10);
    await open(`${address}#${hashOf(SMALL, true)}`);
    await doing('nothing');
    expect(await text('wrong')).toBe('');
    expect(await text('digest')).toBe(here.digest);
    expect(await text('status')).toContain(`${here.envelopes.toLocaleString('en')} messages`);
    expect(await text('tiles')).toContain(`Liquidations${here.headline.liquidations}`);
    expect(await text('story')).toContain('The first liquidation');
    expect(await text('command')).toBe(commandOf(SMALL));
    // Lines and bars were drawn, and none of them leaves its picture.
    const paths = await browser.value<number[]>(
      `[...document.querySelectorAll('#charts path')].map((path) => path.getAttribute('d').length)`,
    );
    expect(paths.filter((length) => length > 500).length).toBeGreaterThanOrEqual(4);
    const broken = await browser.value<string[]>(
      `[...document.querySelectorAll('#charts *')].filter((mark) => /NaN|Infinity|undefined/.test(mark.outerHTML)).map((mark) => mark.outerHTML)`,
    );
    expect(broken).toEqual([]);
    expectQuiet(address);
  });

  test('a rule is changed, the run before stays in sight, and the digest is again that of the terminal', async () => {
    await open(`${address}#${hashOf(SMALL, true)}`);
    await doing('nothing');
    const before = await text('digest');
    await browser.value(`(() => {
      const liquidation = document.getElementById('liquidation');
      liquidation.click();
      const policy = document.getElementById('policy');
      policy.value = 'full-close';
      policy.dispatchEvent(new Event('change', { bubbles: true }));
    })()`);
    await press('run');
    await doing('nothing');
    const changed: Choices = { ...SMALL, policy: 'full-close', liquidation: false };
    expect(await text('digest')).toBe((await inTerminal(changed)).digest);
    expect(await text('digest')).not.toBe(before);
    expect(await text('tiles')).toMatch(/Liquidations0before [1-9]/);
    expect(await text('charts')).toContain('the run before');
    expect(await browser.value('location.hash')).toBe(`#${hashOf(changed, true)}`);
    expectQuiet(address);
  });

  test('a run that is stopped has the digest of a run that goes no further, and goes on to the same end', async () => {
    await open(`${address}#${hashOf({ ...SMALL, pace: 60 }, true)}`);
    await until(`document.querySelectorAll('#story li').length > 3`);
    await press('stop');
    await doing('stopped');
    const stoppedAt = /--until (\d+)us/.exec(await text('command'))?.[1] ?? '';
    expect(Number(stoppedAt)).toBeLessThan(240_000_000);
    expect(await text('digest')).toBe((await inTerminal(SMALL, '--until', `${stoppedAt}us`)).digest);
    await browser.value(`(() => {
      const pace = document.getElementById('pace');
      pace.value = '0';
      pace.dispatchEvent(new Event('change', { bubbles: true }));
    })()`);
    await press('stop');
    await doing('nothing');
    expect(await text('digest')).toBe((await inTerminal(SMALL)).digest);
    expectQuiet(address);
  });

  test('says what is wrong in the words of the terminal', async () => {
    await open(`${address}#${hashOf({ ...SMALL, set: ['traders.retial.members=300', 'fees.taker=much'] }, true)}`);
    await until(`!document.getElementById('wrong').hidden`);
    expect(await text('wrong')).toContain('did you mean');
    expect(await text('wrong')).toContain('fees.taker');
    expectQuiet(address);
  });

  test('opens from a file, without a server', async () => {
    const file = pathToFileURL(join(folder, 'index.html')).href;
    await open(`${file}#${hashOf(SMALL, true)}`);
    await doing('nothing');
    expect(await text('digest')).toBe((await inTerminal(SMALL)).digest);
    expectQuiet(file);
  });

  test('every control is reached with the keyboard, has a name, and Enter runs', async () => {
    await open(`${address}#${hashOf(SMALL, false)}`);
    const reached: string[] = [];
    for (let i = 0; i < 20 && !reached.includes('charts-table'); i++) {
      await browser.press('Tab');
      reached.push(await browser.value<string>(`document.activeElement.closest('details') ? 'charts-table' : document.activeElement.id`));
    }
    const controls = ['scenario', 'seed', 'venue', 'policy', 'liquidation', 'leverage', 'set', 'pace', 'run', 'link'];
    expect(reached.slice(0, 11)).toEqual(['theme', ...controls]);
    const nameless = await browser.value<string[]>(
      `[...document.querySelectorAll('input, select, textarea, button')].filter((one) => (one.labels?.[0] ?? one).textContent.trim() === '').map(({ id }) => id)`,
    );
    expect(nameless).toEqual([]);
    await browser.value(`document.getElementById('seed').focus()`);
    await browser.press('Enter');
    await doing('nothing');
    expect(await text('digest')).toMatch(/^[0-9a-f]{64}$/);
    expectQuiet(address);
  });

  test.each(['light', 'dark'])('can be read in %s: text stands out from what is behind it, and nothing is cut off', async (theme) => {
    await open(`${address}#${hashOf(SMALL, false)}`);
    await browser.value(`document.documentElement.setAttribute('data-theme', '${theme}')`);
    const contrasts = await browser.value<Record<string, number>>(`(() => {
      const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
      const light = (colour) => {
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((value) => value / 255).map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const probe = document.body.appendChild(document.createElement('i'));
      const of = (name) => { probe.style.color = 'var(' + name + ')'; return light(getComputedStyle(probe).color); };
      const card = of('--card');
      const names = ['--ink', '--faint', '--chosen', '--bad', '--traded', '--mark', '--index', '--long', '--short', '--fund', '--interest'];
      const found = Object.fromEntries(names.map((name) => [name, (Math.max(card, of(name)) + 0.05) / (Math.min(card, of(name)) + 0.05)]));
      probe.remove();
      return found;
    })()`);
    // WCAG 2.2: 4.5 for text, 3 for what is drawn.
    for (const [name, contrast] of Object.entries(contrasts))
      expect(contrast, name).toBeGreaterThanOrEqual(['--ink', '--faint', '--chosen', '--bad'].includes(name) ? 4.5 : 3);
    expect(await browser.value('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expectQuiet(address);
  });
});

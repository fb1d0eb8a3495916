// Lessons as data: every one that comes with the package is fine, what is wrong with one is said all at once, conditions
// and numbers come from the run.

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigError } from '../../../../src/simulation/config-error.ts';
import { createSimulation } from '../../../../src/simulation/simulation.ts';
import { Playback } from '../../../../src/tui/playback.ts';
import { keyframesOf } from '../../../../src/tui/keyframes.ts';
import { toldAsText } from '../../../../src/tui/tours/as-text.ts';
import { conditionOf, factsOf, type Facts } from '../../../../src/tui/tours/condition.ts';
import { Lesson } from '../../../../src/tui/tours/lesson.ts';
import { FIGURES, filledIn, unknownFigures } from '../../../../src/tui/tours/figures.ts';
import { isTour, readTour, type Tour } from '../../../../src/tui/tours/tour.ts';
import { SMALL } from '../../../helpers/small-scenario.ts';
import { ALWAYS, viewOf, watched } from '../../../helpers/watched.ts';

const FOLDER = fileURLToPath(new URL('../../../../sim-configs/', import.meta.url));
const shipped = (name: string) => join(FOLDER, 'scenarios', `${name}.yaml`);

const LESSON = `
name: small-lesson
title: A small lesson
scenario: small
set: ["shocks[0].size=-5%"]
steps:
  - { when: start, speed: 100, say: "It begins with {fund} in the fund." }
  - { when: first margin call, follow: called, say: "Account {account} is called; {calls} so far." }
  - { when: first liquidation, follow: liquidated, branch: true, show: cascade, say: "{liquidations} liquidated, the mark at {mark}." }
  - { when: price > 50%, say: "This never happens." }
  - { when: end, say: "At the end {liquidations} were liquidated." }
question: "Why {liquidations}?"
try:
  say: "Let us see."
  change: { liquidation.enabled: false }
  after: "Now {liquidations}."
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandpile-tour-'));
  writeFileSync(join(folder, 'small.yaml'), SMALL);
});
afterEach(() => rmSync(folder, { recursive: true }));

function lesson(text = LESSON, seed?: string): Tour {
  const file = join(folder, 'lesson.yaml');
  writeFileSync(file, text);
  return readTour(file, { scenarioPath: (name) => join(folder, `${name}.yaml`), ...(seed === undefined ? {} : { seed }) });
}

function problemsOf(text: string): string[] {
  try {
    lesson(text);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ line, message, suggestion }) => `${line}: ${message}${suggestion === null ? '' : ` → ${suggestion}`}`);
  }
}

async function toldBy(tour: Tour): Promise<string[]> {
  const paragraphs: string[] = [];
  for await (const paragraph of toldAsText(tour, async () => {})) paragraphs.push(paragraph);
  return paragraphs;
}

describe('the tours that come with sandpile', () => {
  const files = readdirSync(join(FOLDER, 'tours'));

  test('are at least six', () => {
    expect(files.length).toBeGreaterThanOrEqual(6);
  });

  test.each(files.map((file) => [file]))('%s is fine, and no number is written into it', (file) => {
    const tour = readTour(join(FOLDER, 'tours', file), { scenarioPath: shipped });
    expect(`${tour.name}.yaml`).toBe(file);
    expect(tour.tellings.length).toBeGreaterThan(4);
    expect(tour.tellings.filter(({ branch }) => branch)).toHaveLength(1);
    // What is told of a run stands in braces: bare numbers are those of rules and of that day.
    for (const { say } of tour.tellings)
      expect(say.replaceAll(/\{[^}]*\}/g, ''), say).not.toMatch(/\d{3,}(?!,)\b(?<!2025|1,000|20,000|000)/);
  });
});

describe('reading', () => {
  test('a lesson, its scenario with what it sets, and a seed instead', () => {
    const tour = lesson();
    expect([tour.name, tour.title, tour.tellings.length]).toEqual(['small-lesson', 'A small lesson', 5]);
    expect(tour.scenario.shocks[0].size).toBe(-0.05);
    expect(lesson(LESSON, '77').scenario.seed).toBe('77');
    expect([isTour(LESSON), isTour(SMALL)]).toEqual([true, false]);
  });

  test('all that is wrong is named at once, each with its line and the nearest right word', () => {
    const wrong = LESSON.replace('when: first margin call', 'when: first margin cal')
      .replace('{mark}', '{marc}')
      .replace('show: cascade', 'show: cascades')
      .replace('question:', 'qestion:')
      .replace('speed: 100', 'speed: 9999')
      .replace('liquidation.enabled: false', 'traders.noise.count: 3')
      .replace('branch: true, ', '');
    expect(problemsOf(wrong)).toEqual([
      expect.stringContaining('missing required key "question"') as string,
      expect.stringMatching(/^6: no step has "branch: true"/) as string,
      expect.stringMatching(/^7: "9999" is no speed/) as string,
      expect.stringMatching(/^8: "first margin cal" is no condition/) as string,
      expect.stringMatching(/^9: "cascades" is not possible here → cascade/) as string,
      expect.stringMatching(/^9: \{marc\} is no number of a run → mark/) as string,
      expect.stringMatching(/^12: unknown key "qestion" → question/) as string,
      expect.stringMatching(/^15: "traders" cannot change during a run/) as string,
    ]);
  });

  test.each([
    ['absent.yaml', 'cannot read: no such file'],
    ['', 'is a folder, not a tour'],
  ])('a lesson that is no file is told as a mistake of whoever named it (%s)', (name, message) => {
    let told: unknown;
    try {
      readTour(join(folder, name), { scenarioPath: (scenario) => scenario });
    } catch (error) {
      told = error;
    }
    expect(told).toBeInstanceOf(ConfigError);
    expect((told as ConfigError).problems.map((problem) => problem.message)).toEqual([message]);
  });

  test('a scenario that cannot be read is told where it is named', () => {
    expect(problemsOf(LESSON.replace('shocks[0].size=-5%', 'shoks=1'))).toEqual([
      expect.stringMatching(/^4: .*unknown key "shoks"/) as string,
    ]);
  });
});

describe('conditions', () => {
  const run = { start: 0, duration: 60e6 };
  const none: Facts = {
    now: 0,
    ended: false,
    calls: 0,
    liquidations: 0,
    caused: 0,
    generations: 0,
    takeOvers: 0,
    winners: 0,
    badDebt: 0,
    halts: 0,
    trips: 0,
    change: 0,
    fund: 1,
  };

  test.each<[string, Partial<Facts>, Partial<Facts>]>([
    ['first margin call', { calls: 1 }, {}],
    ['first caused liquidation', { caused: 1 }, { liquidations: 9 }],
    ['first deleveraging', { winners: 1 }, {}],
    ['liquidations >= 100', { liquidations: 100 }, { liquidations: 99 }],
    ['generations > 2', { generations: 3 }, { generations: 2 }],
    ['price <= -5%', { change: -0.05 }, { change: -0.049 }],
    ['price >= 4.5%', { change: 0.046 }, { change: 0.04 }],
    ['fund < 50%', { fund: 0.49 }, { fund: 0.5 }],
    ['at 00:00:30', { now: 30e6 }, { now: 29e6 }],
    ['20s later', { now: 25e6 }, { now: 24e6 }],
    ['end', { ended: true }, {}],
  ])('%s', (text, holds, fails) => {
    const condition = conditionOf(text, run)!;
    expect(condition({ ...none, ...holds }, 5e6)).toBe(true);
    expect(condition({ ...none, ...fails }, 5e6)).toBe(false);
  });

  test.each(['', 'now', 'price <= -5', 'first trips', 'liquidations >= 5%', 'luck > 3', 'at 25:00', 'soon later', 'first love'])(
    '"%s" is none',
    (text) => {
      expect(conditionOf(text, run)).toBeUndefined();
    },
  );

  test('facts are those of the run', () => {
    const { playback } = watched(['shocks[0].size=-5%']);
    playback.playTo(40e6, ALWAYS);
    const facts = factsOf(playback);
    const { totals } = playback.chronicle;
    expect(facts).toMatchObject({ now: 40e6, calls: totals.calls, liquidations: totals.liquidations });
    expect(facts.liquidations).toBeGreaterThan(0);
    expect(facts.change).toBeLessThan(-0.04);
    const { cases } = playback.simulation;
    let caused = 0;
    for (let id = 1; id <= cases.last; id++) if (cases.startedAt[id] >= 0 && cases.parent[id] > 0) caused++;
    expect(facts.caused).toBe(caused);
  });
});

describe('numbers in sentences', () => {
  test('every name has a figure before, during and after a crash', () => {
    for (const at of [0, 25e6, 60e6]) {
      const { playback } = watched(['shocks[0].size=-5%']);
      playback.playTo(at, ALWAYS);
      for (const [name, figure] of Object.entries(FIGURES)) expect(figure(viewOf(playback, 3)), name).toMatch(/^[^\s].*$/);
    }
    expect(unknownFigures('{mark} and {marc} and {}')).toEqual(['marc', '']);
    const { playback } = watched();
    expect(filledIn('{liquidations} of {nothing}', viewOf(playback))).toBe('0 of {nothing}');
  });
});

describe('a lesson that is given', () => {
  test('has the numbers of its run, leaves out what never came, and shows the other future', async () => {
    const told = await toldBy(lesson());
    const simulation = createSimulation(lesson().scenario);
    const { headline } = simulation.runToEnd();
    const text = told.join('\n');
    expect(text).toContain('It begins with 200 k USDT in the fund.');
    expect(text).toMatch(/Account \d+ is called; 1 so far/);
    expect(text).toMatch(/1 liquidated, the mark at 5\d,\d{3}\.\d/);
    expect(text).not.toContain('This never happens');
    expect(text).toContain(`At the end ${headline.liquidations} were liquidated.`);
    expect(text).toContain(`Why ${headline.liquidations}? Let us see.`);
    const other = Number(/Now (\d+)\./.exec(text)![1]);
    expect(other).toBeLessThan(headline.liquidations);
    expect(told.at(-1)).toMatch(/liquidations +\d+ +\d+ +−\d+/);
  });

  const TWICE = LESSON.replace(
    /try:[^]*$/,
    `try:
  - { say: "First.", change: { liquidation.enabled: false }, after: "{liquidations} instead of {was.liquidations}." }
  - { say: "Then.", change: { breakers.rules: [{ kind: velocity, lookback: 10s, threshold: 1%, halt: 10s }] }, after: "{halts} halts, {was.halts} before; {breaker}." }
`,
  );

  test('tries one thing after the other, each from the same moment, beside the unchanged run', async () => {
    const tour = lesson(TWICE);
    expect(tour.attempts.map(({ say }) => say)).toEqual(['First.', 'Then.']);
    const { headline } = createSimulation(tour.scenario).runToEnd();
    const told = await toldBy(tour);
    const text = told.join('\n');
    expect(text).toContain(`instead of ${headline.liquidations}.`);
    expect(text).toMatch(/[1-9]\d* halts, 0 before; velocity\./);
    const moments = told.filter((paragraph) => paragraph.startsWith('from ')).map((table) => table.slice(0, 'from 10:00:00'.length));
    expect(moments).toHaveLength(2);
    expect(moments[0]).toBe(moments[1]);
  });

  test('numbers of the unchanged run are only where there is one', () => {
    expect(problemsOf(LESSON.replace('{mark}', '{was.mark}'))).toEqual([expect.stringContaining('{was.mark} is no number') as string]);
    expect(problemsOf(TWICE.replace('{was.halts}', '{was.halt}'))).toEqual([expect.stringContaining('{was.halt} is no number') as string]);
    expect(problemsOf(TWICE.replace('kind: velocity', 'kind: velocty'))).toEqual([expect.stringContaining('velocty') as string]);
  });

  test('with another seed tells another story', async () => {
    const [one, two] = [await toldBy(lesson()), await toldBy(lesson(LESSON, '5'))];
    expect(two.length).toBe(one.length);
    expect(two.join('\n')).not.toBe(one.join('\n'));
  });

  test('stops where something is told, and goes on when it has been read', () => {
    const tour = lesson();
    let now = 0;
    const clock = () => now;
    const playback = new Playback({
      simulation: createSimulation(tour.scenario),
      keyframes: keyframesOf({ scenario: tour.scenario }),
      clock,
    });
    const desk = new Lesson({ tour, playback, clock, ascii: false });
    const frames = (count: number) => {
      for (let i = 0; i < count; i++) {
        now += 50;
        desk.tick(50);
      }
      return desk.draw(140, 45).text().join('\n');
    };
    expect(frames(3)).toContain('A small lesson  1 of 5');
    const { now: stood } = desk;
    expect(frames(20)).toContain('1 of 5');
    expect(desk.now).toBe(stood);
    // Not during a lesson: it would leave the story behind.
    desk.key('end');
    desk.key('l');
    expect(desk.now).toBe(stood);
    desk.key('enter');
    expect(frames(1)).not.toContain('A small lesson');
    const { now: played } = desk;
    for (const x of [0, 139]) {
      desk.click(x, 2);
      frames(1);
      expect(desk.now).toBeGreaterThanOrEqual(played);
      expect(desk.now).toBeLessThan(played + 20e6);
    }
    // Help has the keys that do something here, and no others.
    desk.key('?');
    expect(frames(1)).toMatch(/enter +go on with the lesson/);
    expect(frames(1)).not.toMatch(/margin call and stop|see both futures/);
    desk.key('?');
    expect(frames(40)).toContain('2 of 5');
    expect(playback.chronicle.totals.calls).toBe(1);
    desk.key('i');
    expect(frames(1)).toContain('enter: explain');
    desk.key('escape');
    desk.key('space');
    expect(frames(100)).toContain('3 of 5');
    expect(playback.chronicle.totals.liquidations).toBe(1);
    desk.key('enter');
    expect(frames(400)).toContain('5 of 5');
    desk.key('enter');
    expect(frames(2)).toContain('a question');
    desk.key('enter');
    let text = '';
    for (let i = 0; i < 200 && !text.includes('what came of it'); i++) text = frames(1);
    expect(text).toContain('what came of it');
    expect(text).toContain('as it is');
    desk.key('q');
    expect(desk.quit).toBe(true);
  });
});

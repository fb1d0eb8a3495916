// The configurations that come with the package: scenarios by name, the schema, and what a scenario says about itself.

import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError, nearest } from '../simulation/config-error.ts';
import { isStressStudy } from '../study/stress-study.ts';
import { isStudy } from '../study/study-file.ts';

const CONFIGS = fileURLToPath(new URL('../../sim-configs/', import.meta.url));
const SCENARIO_FOLDER = join(CONFIGS, 'scenarios');
const STUDY_FOLDER = join(CONFIGS, 'studies');
const TOUR_FOLDER = join(CONFIGS, 'tours');
export const SCHEMA_FILE = join(CONFIGS, 'schema', 'scenario.schema.json');

/** As people would type it from here. */
function shown(path: string): string {
  const short = relative('.', path).replaceAll('\\', '/');
  return short.length < path.length && !short.startsWith('../..') ? short : path;
}

/**
 * `october-2025` names a scenario of the package where no such file is at hand; everything else is a path. Throws a
 * ConfigError for a name that is neither.
 */
export function scenarioPath(argument: string): string {
  if (existsSync(argument) || !/^[a-z0-9-]+$/.test(argument)) return argument;
  const file = join(SCENARIO_FOLDER, `${argument}.yaml`);
  if (existsSync(file)) return shown(file);
  const names = scenarioCards().map(({ name }) => name);
  const place = { file: argument, line: 1, column: 1, width: 1, source: '', path: '' };
  const message = 'is neither a file nor a scenario that comes with sandpile';
  throw new ConfigError([{ place, message, suggestion: nearest(argument, names), hint: `one of ${names.join(', ')}` }]);
}

/** The study that is meant: a file with arms, or the name of one that comes with sandpile; undefined for anything else. */
export function studyPath(argument: string): string | undefined {
  return studyThat(isStudy, argument);
}

/** As `studyPath`, for files with a shock: searches for the smallest. */
export function stressStudyPath(argument: string): string | undefined {
  return studyThat(isStressStudy, argument);
}

function studyThat(is: (source: string) => boolean, argument: string): string | undefined {
  const file = existsSync(argument) || !/^[a-z0-9-]+$/.test(argument) ? argument : join(STUDY_FOLDER, `${argument}.yaml`);
  if (!existsSync(file) || !statSync(file).isFile() || !is(readFileSync(file, 'utf8'))) return undefined;
  return file === argument ? file : shown(file);
}

/** As `scenarioPath`, for tours. */
export function tourPath(argument: string): string {
  if (existsSync(argument) || !/^[a-z0-9-]+$/.test(argument)) return argument;
  const file = join(TOUR_FOLDER, `${argument}.yaml`);
  if (existsSync(file)) return shown(file);
  const names = tourCards().map(({ name }) => name);
  const place = { file: argument, line: 1, column: 1, width: 1, source: '', path: '' };
  const message = 'is neither a file nor a tour that comes with sandpile';
  throw new ConfigError([{ place, message, suggestion: nearest(argument, names), hint: `one of ${names.join(', ')}` }]);
}

/** The tours that come with the package, and what each is called. */
export function tourCards(): { readonly name: string; readonly title: string }[] {
  if (!existsSync(TOUR_FOLDER)) return [];
  return readdirSync(TOUR_FOLDER)
    .filter((file) => file.endsWith('.yaml'))
    .toSorted()
    .map((file) => {
      const title = /^title: *"?(.*?)"?$/m.exec(readFileSync(join(TOUR_FOLDER, file), 'utf8'))?.[1] ?? '';
      return { name: file.slice(0, -'.yaml'.length), title };
    });
}

export interface ScenarioCard {
  readonly name: string;
  readonly file: string;
  /** From the comments that a scenario opens with; '' where it does not say. */
  readonly question: string;
  readonly census: string;
  readonly source: string;
}

/** The text after `# Question:` up to the next such word or the end of the comment. */
function opening(text: string, word: string): string {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.startsWith(`# ${word}:`));
  if (first < 0) return '';
  const found = [lines[first].slice(word.length + 3)];
  for (let i = first + 1; i < lines.length && /^#\s+\S/.test(lines[i]) && !/^# [A-Z][a-z]+:/.test(lines[i]); i++)
    found.push(lines[i].slice(1));
  return found.map((line) => line.trim()).join(' ');
}

export function scenarioCards(): readonly ScenarioCard[] {
  if (!existsSync(SCENARIO_FOLDER)) return [];
  return readdirSync(SCENARIO_FOLDER)
    .filter((file) => file.endsWith('.yaml'))
    .toSorted()
    .map((file) => {
      const path = resolve(SCENARIO_FOLDER, file);
      const text = readFileSync(path, 'utf8');
      return {
        name: file.slice(0, -'.yaml'.length),
        file: shown(path),
        question: opening(text, 'Question'),
        census: opening(text, 'Census'),
        source: opening(text, 'Source'),
      };
    });
}

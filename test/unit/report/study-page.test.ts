// What the page of a study says of its seeds.

import { expect, test } from 'vitest';
import { studyPage } from '../../../src/report/study-page.ts';

const page = (seeds: readonly string[]) =>
  studyPage({ scenario: 'calm', seeds, arms: [{}, {}], names: ['a', 'b'], runs: [], means: {}, differences: [] }, [], '');

test('one seed is one, those that follow each other are told by their ends, and others one by one', () => {
  expect(page(['7'])).toMatchObject({ title: 'calm: 2 arms on 1 seed', lead: expect.stringMatching(/^Every arm on the seed 7\. /) });
  expect(page(['8', '9', '10'])).toMatchObject({
    title: 'calm: 2 arms on 3 seeds',
    lead: expect.stringMatching(/^Every arm on the seeds 8 to 10\. /),
  });
  expect(page(['1', '5', '9']).lead).toMatch(/^Every arm on the seeds 1, 5, 9\. /);
  expect(page(['up', 'down']).lead).toMatch(/^Every arm on the seeds up, down\. /);
});

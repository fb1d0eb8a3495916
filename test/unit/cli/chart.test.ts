// The chart is drawn, and a picture is what is compared.

import { expect, test } from 'vitest';
import { asciiLine, brailleLine } from '../../../src/cli/chart.ts';

const at = (...closes: number[]) => closes.map((close) => ({ low: close, high: close, close }));

/** Braille as dots, two by four a character. */
function dots(lines: readonly string[]): string[] {
  const order = [
    [0x01, 0x08],
    [0x02, 0x10],
    [0x04, 0x20],
    [0x40, 0x80],
  ];
  return lines.flatMap((line) =>
    order.map(([left, right]) =>
      Array.from(line, (character) => {
        const bits = (character.codePointAt(0) ?? 0) - 0x2800;
        return (bits & left ? '#' : '.') + (bits & right ? '#' : '.');
      }).join(''),
    ),
  );
}

test('a fall and half of it back', () => {
  expect(dots(brailleLine(at(8, 7, 6, 5, 1, 2, 3, 4), 4, 2))).toEqual([
    '##......',
    '.##.....',
    '..##....',
    '...##...',
    '....#..#',
    '....#.##',
    '....###.',
    '....##..',
  ]);
});

test('a range is a stroke, joined to where the one before ended', () => {
  expect(
    dots(
      brailleLine(
        [
          { low: 4, high: 4, close: 4 },
          { low: 1, high: 3, close: 1 },
        ],
        1,
        1,
      ),
    ),
  ).toEqual(['##', '.#', '.#', '.#']);
});

test('more steps than dots: each dot shows the whole range of its steps', () => {
  expect(dots(brailleLine(at(1, 4, 4, 4), 1, 1))).toEqual(['##', '#.', '#.', '#.']);
});

test('a price that never moved', () => {
  expect(dots(brailleLine(at(5), 2, 1))).toEqual(['....', '....', '####', '....']);
});

test('in ASCII a character is one dot', () => {
  expect(asciiLine(at(4, 3, 1, 2), 4, 4)).toEqual(['**  ', ' ** ', '  **', '  **']);
});

// Comma-separated values in their common dialects, as cells that know where they stand.

export interface CsvCell {
  readonly text: string;
  /** Where it begins in its line, from 1, and how many characters it takes there. */
  readonly column: number;
  readonly width: number;
}

/** The cells of a line, trimmed, quotes taken off; a quote inside quotes is written twice. */
export function cellsOf(line: string, separator = ','): CsvCell[] {
  const cells: CsvCell[] = [];
  let begin = 0;
  if (!line.includes('"')) {
    for (const part of line.split(separator)) {
      cells.push({ text: part.trim(), column: begin + 1, width: part.length });
      begin += part.length + 1;
    }
    return cells;
  }
  let text = '';
  let quoted = false;
  for (let i = 0; i <= line.length; i++) {
    const char = line[i];
    if (i === line.length || (char === separator && !quoted)) {
      cells.push({ text: text.trim(), column: begin + 1, width: i - begin });
      begin = i + 1;
      text = '';
    } else if (char !== '"') text += char;
    else if (quoted && line[i + 1] === '"') {
      text += char;
      i++;
    } else quoted = !quoted;
  }
  return cells;
}

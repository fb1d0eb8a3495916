// Rows of text in aligned columns.

/** The first row is the head; the first `words` columns are flush left, numbers flush right. */
export function table(rows: readonly (readonly string[])[], words = 1): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column < words ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

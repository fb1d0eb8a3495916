// A table of text before anybody knows what its columns mean: CSV in its common dialects, or Parquet. Which column is what
// is said by name, by position, or by what exchanges call their columns.

import { gunzipSync, brotliDecompressSync } from 'node:zlib';
import { cellsOf } from '../simulation/csv.ts';
import { parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';

/** Every cell as it would be written down; rows from 0. */
export interface TextTable {
  readonly names: readonly string[];
  readonly rows: readonly TextRow[];
}

export interface TextRow {
  /** Line in the file, from 1; in a binary file the number of the row. */
  readonly line: number;
  readonly cells: readonly string[];
  /** The whole line, for pointing at it. */
  readonly source: string;
}

const SEPARATORS = [',', ';', '\t', '|'];
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

export function isNumeric(cell: string): boolean {
  return NUMBER.test(cell);
}

/** The twelve columns of Binance's klines, whose files of older years have no header. */
const KLINE = 'open_time,open,high,low,close,volume,close_time,quote_volume,trades,taker_buy_volume,taker_buy_quote_volume,ignore'.split(
  ',',
);

/** Lines that begin with # are comments, as is a first line of a single cell (some vendors sign their files). */
export function readCsv(text: string): TextTable {
  const rows: { line: number; source: string }[] = [];
  text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .forEach((source, i) => {
      if (source.trim() !== '' && !source.startsWith('#')) rows.push({ line: i + 1, source });
    });
  if (rows.length === 0) return { names: [], rows: [] };
  const sample = rows[Math.min(1, rows.length - 1)].source;
  const separator = SEPARATORS.toSorted((a, b) => sample.split(b).length - sample.split(a).length)[0];
  if (rows.length > 1 && split(rows[0].source, separator).length === 1 && sample.includes(separator)) rows.shift();
  const table = rows.map(({ line, source }) => ({ line, source, cells: split(source, separator) }));
  const [first] = table;
  if (!first.cells.every((cell) => cell === '' || isNumeric(cell))) return { names: first.cells, rows: table.slice(1) };
  const names = first.cells.length === KLINE.length ? KLINE : first.cells.map((_, i) => `column ${i + 1}`);
  return { names, rows: table };
}

function split(line: string, separator: string): string[] {
  return cellsOf(line, separator).map(({ text }) => text);
}

/** Times become micros since 1970, whatever unit the file keeps them in. Throws where the bytes are no Parquet file. */
export async function readParquet(bytes: Uint8Array): Promise<TextTable> {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const metadata = await parquetMetadataAsync(file);
  const names = parquetSchema(metadata).children.map(({ element }) => element.name);
  const objects = await parquetReadObjects({
    file,
    metadata,
    parsers: {
      timestampFromMilliseconds: (millis) => millis * 1_000n,
      timestampFromMicroseconds: (micros) => micros,
      timestampFromNanoseconds: (nanos) => nanos / 1_000n,
      dateFromDays: (days) => BigInt(days) * 86_400_000_000n,
    },
    compressors: {
      GZIP: (input) => new Uint8Array(gunzipSync(input)),
      BROTLI: (input) => new Uint8Array(brotliDecompressSync(input)),
    },
  });
  const rows = objects.map((row, i) => {
    const cells = names.map((name) => cellText(row[name]));
    return { line: i + 1, cells, source: '' };
  });
  return { names, rows };
}

function cellText(value: unknown): string {
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string' ? String(value) : '';
}

export type ColumnKey = 'time' | 'open' | 'high' | 'low' | 'close' | 'volume' | 'trades';

/** What exchanges and vendors call them, without case and punctuation; the first that is there is taken. */
const NAMES: Readonly<Record<ColumnKey, readonly string[]>> = {
  time: 'opentime opentimems opentimestamp timeopen starttime candlebegintime timestamp unix unixtime datetime date time ts t'.split(' '),
  open: ['open', 'openprice', 'priceopen', 'o'],
  high: ['high', 'highprice', 'pricehigh', 'max', 'h'],
  low: ['low', 'lowprice', 'pricelow', 'min', 'l'],
  close: ['close', 'closeprice', 'priceclose', 'last', 'price', 'c'],
  volume: ['volume', 'volumebtc', 'volumebase', 'basevolume', 'vol', 'v'],
  trades: ['trades', 'count', 'tradecount', 'numberoftrades', 'numtrades', 'n'],
};

const COLUMN_KEYS = Object.keys(NAMES) as ColumnKey[];

export function isColumnKey(name: string): name is ColumnKey {
  return (COLUMN_KEYS as readonly string[]).includes(name);
}

/** Positions of the columns in the table, −1 for what it does not have, and the mapped names that it lacks. */
export function findColumns(
  names: readonly string[],
  mapping: Partial<Readonly<Record<ColumnKey, string>>>,
): { readonly at: Readonly<Record<ColumnKey, number>>; readonly lacking: readonly string[] } {
  const plain = names.map((name) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, ''));
  const lacking: string[] = [];
  const find = (key: ColumnKey): number => {
    const wanted = mapping[key];
    if (wanted === undefined) {
      for (const name of NAMES[key]) if (plain.includes(name)) return plain.indexOf(name);
      return key === 'volume' ? plain.findIndex((name) => name.startsWith('volume')) : -1;
    }
    let at = names.indexOf(wanted);
    if (at < 0) at = plain.indexOf(wanted.toLowerCase().replaceAll(/[^a-z0-9]/g, ''));
    if (at < 0 && /^\d+$/.test(wanted) && Number(wanted) >= 1 && Number(wanted) <= names.length) at = Number(wanted) - 1;
    if (at < 0) lacking.push(wanted);
    return at;
  };
  return { at: Object.fromEntries(COLUMN_KEYS.map((key) => [key, find(key)])) as Record<ColumnKey, number>, lacking };
}

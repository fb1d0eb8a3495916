// Every message of a run as a table in a Parquet file, for DuckDB, pandas and the like: a sixth of the lines of JSON, one row a
// message, written in groups of rows as the run goes, so that memory does not grow with it.
//
// A column stands for a place in the message, named for what is there mostly; what else a type of message has there is told
// by the file's key `fields`: for each type its fields, for each field its column.

import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import { MESSAGE_NAMES, MESSAGES, type Field, type Message } from '../messages.ts';

/** All integers; those that may pass 32 bits are exact in a double. */
const COLUMNS = {
  account: { type: 'INT32', fields: ['account'] },
  instrument: { type: 'INT32', fields: ['instrument', 'asset'] },
  order: { type: 'DOUBLE', fields: ['order', 'counterparty', 'parent'] },
  side: { type: 'INT32', fields: ['side', 'phase'] },
  lots: { type: 'INT32', fields: ['lots', 'index', 'depth'] },
  price: { type: 'INT32', fields: ['price'] },
  amount: { type: 'DOUBLE', fields: ['amount', 'trigger', 'liquidationPart'] },
  flags: { type: 'DOUBLE', fields: ['flags', 'reason', 'ratio', 'otherPart', 'rate'] },
  tag: { type: 'DOUBLE', fields: ['tag', 'case'] },
} as const satisfies Record<string, { readonly type: 'INT32' | 'DOUBLE'; readonly fields: readonly Field[] }>;

const HEADERS = { seq: 'DOUBLE', cause: 'DOUBLE', at: 'DOUBLE', sentAt: 'DOUBLE', from: 'INT32', to: 'INT32' } as const;

/** As many rows are in memory, some 24 MB of them. Of each group that was written about 5 kB stay until the end: a fiftieth of a byte a row. */
const GROUP = 262_144;

type Column = Int32Array | Float64Array;

export class EventTable {
  private readonly writer: ParquetWriter;
  private readonly columns: { readonly name: string; readonly type: 'INT32' | 'DOUBLE'; readonly values: Column }[];
  /** Of the columns, in their order: those of COLUMNS are read by their bit in `masks`. */
  private readonly values: readonly Column[];
  private readonly types: Uint8Array;
  /** By type of message: a bit for each column that it has something for. */
  private readonly masks: Int32Array;
  private readonly group: number;
  private rows = 0;
  private closed = false;

  /** `group`: so many rows are written at a time. */
  constructor(path: string, group: number = GROUP) {
    this.group = group;
    this.types = new Uint8Array(group);
    const make = (name: string, type: 'INT32' | 'DOUBLE') => ({
      name,
      type,
      values: type === 'INT32' ? new Int32Array(group) : new Float64Array(group),
    });
    const headers = Object.entries(HEADERS).map(([name, type]) => make(name, type));
    const places = Object.entries(COLUMNS).map(([name, { type, fields }]) => ({ ...make(name, type), fields: fields as readonly Field[] }));
    const columnOf = (field: Field) => places.find(({ fields }) => fields.includes(field))!;
    this.columns = [...headers, ...places];
    this.values = this.columns.map(({ values }) => values);
    const maskOf = (fields: readonly Field[]) => fields.reduce((mask, field) => mask | (1 << places.indexOf(columnOf(field))), 0);
    this.masks = Int32Array.from([0, ...MESSAGE_NAMES.map((name) => maskOf(MESSAGES[name]))]);
    const told = MESSAGE_NAMES.map((name) => [name, Object.fromEntries(MESSAGES[name].map((field) => [field, columnOf(field).name]))]);
    this.writer = new ParquetWriter({
      writer: fileWriter(path),
      schema: [
        { name: 'envelopes', num_children: this.columns.length + 1 },
        ...this.columns.map(({ name, type }) => ({ name, type, repetition_type: 'REQUIRED' }) as const),
        { name: 'type', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
      ],
      kvMetadata: [{ key: 'fields', value: JSON.stringify(Object.fromEntries(told)) }],
      statistics: false,
    });
  }

  read(message: Message): void {
    const row = this.rows++;
    // Written out: going through lists of fields takes longer than the run itself. Names that share a place read the same.
    const [seq, cause, at, sentAt, from, to, account, instrument, order, side, lots, price, amount, flags, tag] = this.values;
    seq[row] = message.seq;
    cause[row] = message.cause;
    at[row] = message.at;
    sentAt[row] = message.sentAt;
    from[row] = message.from;
    to[row] = message.to;
    const { type } = message;
    const has = this.masks[type];
    account[row] = (has & 1) === 0 ? 0 : message.account;
    instrument[row] = (has & 2) === 0 ? 0 : message.instrument;
    order[row] = (has & 4) === 0 ? 0 : message.order;
    side[row] = (has & 8) === 0 ? 0 : message.side;
    lots[row] = (has & 16) === 0 ? 0 : message.lots;
    price[row] = (has & 32) === 0 ? 0 : message.price;
    amount[row] = (has & 64) === 0 ? 0 : message.amount;
    flags[row] = (has & 128) === 0 ? 0 : message.flags;
    tag[row] = (has & 256) === 0 ? 0 : message.tag;
    this.types[row] = type;
    if (this.rows === this.group) this.flush();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.flush();
    // It writes at once; only for streams that it does not know would this be a promise.
    void this.writer.finish();
  }

  private flush(): void {
    if (this.rows === 0) return;
    const whole = this.rows === this.group;
    void this.writer.write({
      columnData: [
        ...this.columns.map(({ name, type, values }) => ({
          name,
          data: whole ? values : values.slice(0, this.rows),
          encoding: type === 'INT32' ? ('DELTA_BINARY_PACKED' as const) : ('BYTE_STREAM_SPLIT' as const),
          offsetIndex: false,
        })),
        {
          name: 'type',
          data: Array.from(this.types.subarray(0, this.rows), (type) => MESSAGE_NAMES[type - 1]),
          encoding: 'RLE_DICTIONARY' as const,
          offsetIndex: false,
        },
      ],
      rowGroupSize: this.group,
    });
    this.rows = 0;
    this.forget();
  }

  /** What the writer keeps of a group is for the end of the file: nothing for indexes, which it has none of, and names once. */
  private forget(): void {
    const { row_groups: groups, pendingIndexes } = this.writer;
    pendingIndexes.length = 0;
    const [first, last] = [groups[0], groups[groups.length - 1]];
    last.columns.forEach(({ meta_data: kept }, i) => {
      const told = first.columns[i].meta_data;
      if (kept === undefined || told === undefined) return;
      kept.path_in_schema = told.path_in_schema;
      if (kept.encodings.join() === told.encodings.join()) kept.encodings = told.encodings;
    });
  }
}

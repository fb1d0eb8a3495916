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
  instrument: { type: 'INT32', fields: ['instrument'] },
  order: { type: 'DOUBLE', fields: ['order', 'counterparty', 'parent'] },
  side: { type: 'INT32', fields: ['side', 'phase'] },
  lots: { type: 'INT32', fields: ['lots', 'index', 'depth'] },
  price: { type: 'INT32', fields: ['price'] },
  amount: { type: 'DOUBLE', fields: ['amount', 'trigger', 'liquidationPart'] },
  flags: { type: 'DOUBLE', fields: ['flags', 'reason', 'ratio', 'otherPart', 'rate'] },
  tag: { type: 'DOUBLE', fields: ['tag', 'case'] },
} as const satisfies Record<string, { readonly type: 'INT32' | 'DOUBLE'; readonly fields: readonly Field[] }>;

const HEADERS = { seq: 'DOUBLE', cause: 'DOUBLE', at: 'DOUBLE', sentAt: 'DOUBLE', from: 'INT32', to: 'INT32' } as const;

/** As many rows are in memory, some 11 MB of them; of each group so written, about 10 kB stay there until the end. */
const GROUP = 122_880;

type Column = Int32Array | Float64Array;

export class EventTable {
  private readonly writer: ParquetWriter;
  private readonly columns: { readonly name: string; readonly type: 'INT32' | 'DOUBLE'; readonly values: Column }[];
  private readonly types: string[] = [];
  /** By type of message: its fields, and the column of each. */
  private readonly fields: readonly (readonly (readonly [field: Field, values: Column])[])[];
  private readonly places: readonly Column[];
  private readonly group: number;
  private rows = 0;
  private closed = false;

  /** `group`: so many rows are written at a time. */
  constructor(path: string, group: number = GROUP) {
    this.group = group;
    const make = (name: string, type: 'INT32' | 'DOUBLE') => ({
      name,
      type,
      values: type === 'INT32' ? new Int32Array(group) : new Float64Array(group),
    });
    const headers = Object.entries(HEADERS).map(([name, type]) => make(name, type));
    const places = Object.entries(COLUMNS).map(([name, { type, fields }]) => ({ ...make(name, type), fields: fields as readonly Field[] }));
    const columnOf = (field: Field) => places.find(({ fields }) => fields.includes(field))!;
    this.columns = [...headers, ...places];
    this.places = places.map(({ values }) => values);
    this.fields = [[], ...MESSAGE_NAMES.map((name) => MESSAGES[name].map((field) => [field, columnOf(field).values] as const))];
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
    const [seq, cause, at, sentAt, from, to] = this.columns;
    seq.values[row] = message.seq;
    cause.values[row] = message.cause;
    at.values[row] = message.at;
    sentAt.values[row] = message.sentAt;
    from.values[row] = message.from;
    to.values[row] = message.to;
    const { type } = message;
    this.types.push(MESSAGE_NAMES[type - 1]);
    for (const values of this.places) values[row] = 0;
    for (const [field, values] of this.fields[type]) values[row] = message[field];
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
        })),
        { name: 'type', data: this.types, encoding: 'RLE_DICTIONARY' as const },
      ],
      rowGroupSize: this.group,
    });
    this.rows = 0;
    this.types.length = 0;
  }
}

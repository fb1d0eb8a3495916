// Where a book leaves what a command did: who traded, and what left it otherwise. The books of one market share it, as one works at
// a time.

import { Executions } from './executions.ts';
import { Canceled } from './fills.ts';

export class BookRows {
  readonly executions = new Executions();
  readonly canceled = new Canceled();
}

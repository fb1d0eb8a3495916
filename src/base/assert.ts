// Our own mistakes. An assertion that fails ends the run; the simulation adds the seed and the seq where it happened.

export class AssertionFailure extends Error {
  override readonly name = 'AssertionFailure';
}

export function assert(condition: boolean, message: string | (() => string)): asserts condition {
  if (!condition) fail(message);
}

/** Apart, so that `assert` is short enough for V8 to inline it wherever it is called. */
function fail(message: string | (() => string)): never {
  throw new AssertionFailure(typeof message === 'string' ? message : message());
}

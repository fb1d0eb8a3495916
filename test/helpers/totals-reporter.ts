// The line that continuous integration reads, `N passed, N failed`, after everything else a run prints.

import type { Reporter, SerializedError, TestModule } from 'vitest/node';

export class TotalsReporter implements Reporter {
  /** A file that could not be loaded counts as one failure, and so does an error outside of any test. */
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const totals = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) totals[test.result().state] += 1;
      totals.failed += module.errors().length;
      for (const suite of module.children.allSuites()) totals.failed += suite.errors().length;
    }
    if (totals.skipped > 0) console.log(`${totals.skipped} skipped`);
    // A test that never got to run, because the run was cut short, did not pass.
    console.log(`${totals.passed} passed, ${totals.failed + totals.pending} failed`);
  }
}

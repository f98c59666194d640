import { writeSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** Descriptor of standard output, written to at once: nothing asynchronous runs while a process exits. */
const STDOUT = 1;

/**
 * Ends a run with one plain line, `N passed, N failed`, and `, N skipped` where some were. What broke outside a
 * test (a file that does not load, an unhandled error) counts as failed; a run that found no test fails.
 */
export default class ClosingLine implements Reporter {
  #line = '0 passed, 0 failed';

  constructor() {
    process.on('exit', () => writeSync(STDOUT, `${this.#line}\n`));
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const states = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => test.result().state),
    );
    const count = (wanted: string) => states.filter((state) => state === wanted).length;
    const broken = modules.reduce((sum, module) => sum + errorsOutsideTests(module), unhandledErrors.length);
    const passed = count('passed');
    const failed = count('failed') + broken;
    const skipped = states.length - passed - count('failed');
    this.#line = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    if (states.length + failed === 0) process.exitCode = 1;
  }
}

/** Errors of a file and of its suites: of loading, and of hooks. */
function errorsOutsideTests(module: TestModule): number {
  const suites = [...module.children.allSuites()];
  return suites.reduce((sum, suite) => sum + suite.errors().length, module.errors().length);
}

const { writeSync } = require('node:fs');

/**
 * Prints the tally of the whole run as the very last line of stdout: `N passed, N failed, N skipped`.
 * At exit, because jest's own summary and the global teardown come after every reporter. A test file that could not run
 * at all counts as a failure, and so does a run that ends badly without a failed test (the teardown found a process).
 */
class TallyReporter {
  onRunComplete(_contexts, results) {
    const failedTests = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    process.once('exit', (code) => {
      const failed = code !== 0 && failedTests === 0 ? 1 : failedTests;
      writeSync(1, `${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped\n`);
    });
  }
}

module.exports = TallyReporter;

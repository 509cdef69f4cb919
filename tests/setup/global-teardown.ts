import { emptyRegistry } from './processes';

/** After all tests: whatever a test left running is killed, and named by a failure of the run. */
export default function globalTeardown(): void {
  const left = emptyRegistry();
  if (left.length > 0) {
    const names = left.map(({ pid, label }) => `  ${pid}  ${label}`).join('\n');
    throw new Error(`Tests left ${left.length} process(es) running (killed now). Stop them in the test that starts them:\n${names}`);
  }
}

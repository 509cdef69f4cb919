/** `npm start`: the whole product on this machine. Options are listed by --help; everything else is in demo/start/. */
import { run } from './start/run';

void run(process.argv.slice(2)).then(
  code => process.exit(code),
  error => { console.error(error instanceof Error ? error.message : error); process.exit(1); },
);

/**
 * Windows starts no shell script, so there the executable is Node itself with a few lines put in ("single executable
 * application"): they load backend.js beside it, as the launcher of the other platforms does.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Marks where Node looks for put-in code; the same in every Node (its documentation, "Single executable applications"). */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** Inside such an executable `require` knows Node's own modules only, and argv[1] is not the script. */
const STARTER = [
  "const { dirname, join } = require('node:path');",
  "const backend = join(dirname(process.execPath), 'backend.js');",
  'process.argv[1] = backend;',
  "require('node:module').createRequire(backend)(backend);",
  '',
].join('\n');

export interface SingleExecutable {
  /** Node of this machine and of the version that is packed: it writes the code in the form that version reads. */
  builder: string;
  /** Node of the target. */
  runtime: string;
  /** Folder of the postject package. */
  postject: string;
  out: string;
}

/** Writes `out`: the runtime with the starter in it. Works for every platform's runtime; a signature of it is void afterwards. */
export function writeSingleExecutable({ builder, runtime, postject, out }: SingleExecutable): void {
  const scratch = mkdtempSync(join(tmpdir(), 'soc-sea-'));
  try {
    writeFileSync(join(scratch, 'starter.js'), STARTER);
    writeFileSync(join(scratch, 'sea.json'), JSON.stringify({ main: 'starter.js', output: 'sea.blob', disableExperimentalSEAWarning: true }));
    execFileSync(builder, ['--experimental-sea-config', 'sea.json'], { cwd: scratch, stdio: ['ignore', 'ignore', 'pipe'] });
    copyFileSync(runtime, out);
    execFileSync(process.execPath, [join(postject, 'dist', 'cli.js'), out, 'NODE_SEA_BLOB', join(scratch, 'sea.blob'), '--sentinel-fuse', FUSE], { stdio: ['ignore', 'ignore', 'pipe'] });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

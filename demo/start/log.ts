import { createWriteStream } from 'node:fs';

/** Appends lines to a file. A log that cannot be written (a full disk, a folder that is gone) ends nothing: it is said once. */
export function logTo(path: string, say: (line: string) => void = line => console.error(line)): (line: string) => void {
  const file = createWriteStream(path, { flags: 'a' });
  let broken = false;
  file.on('error', (error: NodeJS.ErrnoException) => {
    if (!broken) say(`The log ${path} cannot be written (${error.code ?? error.message}); what the backend says from now on is lost. Everything else goes on.`);
    broken = true;
  });
  return line => { if (!broken) file.write(`${line}\n`); };
}

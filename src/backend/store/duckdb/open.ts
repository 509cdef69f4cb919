import { mkdirSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { StoreError } from '../errors';
import type { Store } from '../port';
import { classify } from './classify';
import { migrate } from './migrate';
import { DuckDbStore, type Engine } from './store';

/** Exports: openDuckDb, DuckDbOptions. */
export interface DuckDbOptions {
  /** A file, or `:memory:`. */
  readonly path: string;
  /** Bound of the buffer manager, MB; the process needs about twice that at its peak. */
  readonly memoryMb?: number;
  /** Default 1, for tests. The product takes `productThreads`. */
  readonly threads?: number;
  /** Where big sorts spill; absolute or relative to the file's folder. Default `<path>.tmp`. Never the working directory. */
  readonly tempDirectory?: string;
  readonly maxTempMb?: number;
  readonly readers?: number;
  /** How long to wait while another process holds the file (a rolling restart overlaps), ms. */
  readonly retryMs?: number;
  readonly sleep?: (ms: number) => Promise<void>;
  readonly now?: () => number;
  /** Called once per attempt while waiting, with what health should say. */
  readonly onWaiting?: (message: string) => void;
  /** The instance is invalid (failed checkpoint on a full disk): the process should exit and be started again. */
  readonly onFatal?: (error: StoreError) => void;
}

const DEFAULT_MEMORY_MB = 512;

interface Shared { readonly store: DuckDbStore; handles: number; closing?: Promise<void> }
/** Opening one path twice in a process loses committed rows without an error: every caller gets the one instance. */
const instances = new Map<string, Promise<Shared>>();

/** Opens (or shares) the store of a path, migrated and checkpointed. Rejects with a StoreError that names the path and the remedy. */
export async function openDuckDb(options: DuckDbOptions): Promise<Store> {
  if (options.path === ':memory:') return handleOf({ store: await open(':memory:', options), handles: 1 }, options, () => undefined);
  const path = prepare(options.path);
  for (;;) {
    let opening = instances.get(path);
    if (!opening) {
      opening = open(path, options).then(store => ({ store, handles: 0 }));
      instances.set(path, opening);
      opening.catch(() => instances.delete(path));
    }
    const shared = await opening;
    if (shared.closing) { await shared.closing; continue; }
    shared.handles++;
    return handleOf(shared, options, () => instances.delete(path));
  }
}

/** The file's real path, so that two spellings (a link, a relative path) share one instance; makes its folder. */
function prepare(path: string): string {
  const absolute = resolve(path);
  try {
    mkdirSync(dirname(absolute), { recursive: true });
    return join(realpathSync(dirname(absolute)), basename(absolute));
  } catch (error) {
    throw new StoreError('not_writable', `the folder ${dirname(absolute)} cannot be made: ${error instanceof Error ? error.message : String(error)}. Set data_path to a folder this process may write.`, { cause: error });
  }
}

function handleOf(shared: Shared, options: DuckDbOptions, last: () => void): Store {
  const { store } = shared;
  if (options.onFatal) store.whenFatal(options.onFatal);
  let closed = false;
  return {
    query: (statement, limits) => store.query(statement, limits),
    transaction: work => store.transaction(work),
    revision: tables => store.revision(tables),
    checkpoint: () => store.checkpoint(),
    size: () => store.size(),
    limitMemory: mb => store.limitMemory(mb),
    async close() {
      if (closed) return;
      closed = true;
      if (--shared.handles > 0) return;
      // The path stays taken until the file is let go, or a new opening would make a second instance.
      shared.closing = store.close().finally(last);
      await shared.closing;
    },
  };
}

async function open(path: string, options: DuckDbOptions): Promise<DuckDbStore> {
  const now = options.now ?? Date.now;
  const sleep = options.sleep ?? (ms => new Promise<void>(done => setTimeout(done, ms)));
  const until = now() + (options.retryMs ?? 60_000);
  for (;;) {
    try { return await openOnce(path, options); } catch (error) {
      const known = classify(error, path);
      if (known.code !== 'locked' || now() >= until) throw known;
      options.onWaiting?.(`opening: ${known.message} Trying again for ${Math.ceil((until - now()) / 1000)} s.`);
      await sleep(500);
    }
  }
}

async function openOnce(path: string, options: DuckDbOptions): Promise<DuckDbStore> {
  const memoryMb = options.memoryMb ?? DEFAULT_MEMORY_MB;
  const reopen = (mb: number): Promise<Engine> => engineOf(path, { ...options, memoryMb: mb });
  return new DuckDbStore(await engineOf(path, options), path, { readers: options.readers, memoryMb, ...(path !== ':memory:' && { reopen }) });
}

async function engineOf(path: string, options: DuckDbOptions): Promise<Engine> {
  const temp = path === ':memory:' ? '' : resolve(dirname(path), options.tempDirectory ?? `${basename(path)}.tmp`);
  const instance = await DuckDBInstance.create(path, {
    threads: String(options.threads ?? 1),
    memory_limit: `${options.memoryMb ?? DEFAULT_MEMORY_MB}MB`,
    temp_directory: temp,
    max_temp_directory_size: `${options.maxTempMb ?? 2048}MB`,
    // Every checkpoint stops the writer and rewrites row groups; a first load writes gigabytes of log. A log of this size is replayed in a second.
    checkpoint_threshold: '128MB',
    autoinstall_known_extensions: 'false', autoload_known_extensions: 'false', allow_community_extensions: 'false', allow_unsigned_extensions: 'false',
  });
  try {
    const writer = await instance.connect();
    if (temp !== '') clearSpill(temp);
    for (const statement of [`set TimeZone = 'UTC'`, 'set enable_external_access = false', 'set lock_configuration = true']) await writer.run(statement);
    // After a kill the log is replayed by the opening; writing it into the file at once keeps the next opening short and the log from being read twice.
    await writer.run('checkpoint');
    const applied = await migrate(writer, (options.now ?? Date.now)(), path);
    if (applied.length > 0) await writer.run('checkpoint');
    return { instance, writer };
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}

/** Spill files of a killed process: the file's lock is ours, so nobody uses them. */
function clearSpill(directory: string): void {
  let files: string[] = [];
  try { files = readdirSync(directory); } catch { return; }
  for (const file of files) if (file.startsWith('duckdb_temp')) rmSync(join(directory, file), { force: true });
}

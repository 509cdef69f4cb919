/** When the process ends, and how: asked by Grafana, left by its parent, or broken. */
import type { Logger } from './logger';

/** Grafana kills two seconds after its request; a little less is ours. */
export const STOP_WITHIN_MS = 1_800;
/** How long calls in flight may finish before they are aborted. */
export const DRAIN_MS = 900;
const PARENT_LOOK_MS = 500;

export interface Stoppable {
  /** Ends streams and takes no new connections. */
  beginStop(): void;
  /** Resolves when no call is in flight. */
  drained(): Promise<void>;
  /** Aborts what is still in flight. */
  abort(): void;
  /** Closes store and connections. */
  close(): Promise<void>;
}

/** A stop that runs once however often it is asked for, and ends the process within STOP_WITHIN_MS. */
export function stopper(parts: Stoppable, log: Logger, exit: (code: number) => void): (reason: string) => void {
  let stopping = false;
  return (reason) => {
    if (stopping) {
      return;
    }
    stopping = true;
    log.info('stopping', { reason });
    const deadline = setTimeout(() => {
      log.error('did not finish in time, exiting with work undone', { reason, afterMs: STOP_WITHIN_MS });
      exit(1);
    }, STOP_WITHIN_MS);
    void stop(parts, log).then((code) => {
      clearTimeout(deadline);
      exit(code);
    });
  };
}

async function stop(parts: Stoppable, log: Logger): Promise<number> {
  try {
    parts.beginStop();
    const patience = setTimeout(() => parts.abort(), DRAIN_MS);
    await parts.drained();
    clearTimeout(patience);
    await parts.close();
    return 0;
  } catch (error) {
    log.error('stopping failed', { error });
    return 1;
  }
}

/**
 * SIGINT is ignored (Ctrl-C in Grafana's terminal reaches the whole group, and Grafana stops its plugins itself); SIGTERM
 * and SIGHUP stop. An error nobody caught is logged and ends the process: Grafana starts a fresh one within a second.
 */
export function watchSignals(stop: (reason: string) => void, log: Logger, exit: (code: number) => void): void {
  process.on('SIGINT', () => log.debug('SIGINT ignored'));
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGHUP', () => stop('SIGHUP'));
  const broken = (what: string) => (error: unknown) => {
    log.error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { error });
    exit(1);
  };
  process.on('uncaughtException', broken('uncaught exception'));
  process.on('unhandledRejection', broken('unhandled rejection'));
}

/**
 * Stops when the parent is gone. By the parent's pid and not by stdin: Grafana passes its own stdin on, which under a
 * service manager is /dev/null and "closed" from the start.
 */
export function watchParent(stop: (reason: string) => void, parent: number): void {
  const timer = setInterval(() => {
    if (process.ppid !== parent || !exists(parent)) {
      clearInterval(timer);
      stop('the parent process is gone');
    }
  }, PARENT_LOOK_MS);
  timer.unref();
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

import { useEffect, useState } from 'react';
import { getJson, type PreviewStatus } from './boot';

/** How often the backend is asked, in milliseconds: often while something changes, seldom once all is current. */
const pollEvery = { busy: 2_000, quiet: 15_000 };
/** While a sync runs the panels are asked again this often, so that they fill as the data come. */
const refreshEvery = 10_000;

type Listener = () => void;
const listeners = new Set<Listener>();

/** Calls `listener` when panels can expect more data than they show. Returns how to stop. */
export function onFreshData(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const announce = () => listeners.forEach((listener) => listener());

/** The backend's status, kept up to date; an answer that fails becomes a status of its own. */
export function useStatus(): PreviewStatus | undefined {
  const [status, setStatus] = useState<PreviewStatus>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let before: PreviewStatus['state'] | undefined;
    let refreshed = Date.now();
    let gone = false;
    const ask = async () => {
      const next = await getJson<PreviewStatus>('/api/preview/status').catch((error: unknown): PreviewStatus => ({ state: 'trouble', message: `The preview server does not answer: ${String(error)}`, progress: null, etaSeconds: null, streams: [] }));
      if (gone) {
        return;
      }
      setStatus(next);
      const ended = before !== undefined && before !== next.state && (next.state === 'current' || before === 'starting');
      if (ended || (next.state === 'syncing' && Date.now() - refreshed > refreshEvery)) {
        refreshed = Date.now();
        announce();
      }
      before = next.state;
      timer = setTimeout(() => void ask(), next.state === 'current' ? pollEvery.quiet : pollEvery.busy);
    };
    void ask();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, []);
  return status;
}

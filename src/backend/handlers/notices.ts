import type { Opened } from '../workspace/workspaces';

/** Remarks for every panel of a workspace: a first load or a rebuild under way, and how old the data of a source that fails are. A client learns only of sources with rows of its own. */
export async function notices({ reader, workspace }: Opened): Promise<{ severity: 'info' | 'warning'; text: string }[]> {
  const status = await workspace.status(reader);
  const behind = status.streams.filter(s => !s.current && s.error === null);
  const loading = behind.filter(s => s.progress < 1);
  const computing = behind.filter(s => s.progress >= 1);
  const failing = status.streams.filter(s => s.error !== null);
  return [
    ...(workspace.dormant ? [{ severity: 'warning' as const, text: 'Nothing was read since the last restart: reading starts when the operators of the SOC open their data source.' }] : []),
    ...(status.rebuilding !== null ? [{ severity: 'info' as const, text: `Settings changed: values are being recomputed, ${Math.floor(status.rebuilding)} % done.` }] : []),
    ...(loading.length > 0 ? [{ severity: 'info' as const, text: `Being read from the start, newest data first: ${loading.map(s => `${s.source} ${s.stream} ${Math.floor(s.progress * 100)} %`).join(', ')}.` }] : []),
    ...(computing.length > 0 ? [{ severity: 'info' as const, text: `Read, and being computed: ${computing.map(s => `${s.source} ${s.stream}`).join(', ')}.` }] : []),
    ...(failing.length > 0 ? [{ severity: 'warning' as const, text: `Cannot be read at the moment: ${failing.map(s => `${s.source} ${s.stream} (${lastRead(s.lastSuccess)})`).join(', ')}. What was read before is shown.` }] : []),
  ];
}

const lastRead = (at: number | null): string => (at === null ? 'never read to its end' : `last read ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`);

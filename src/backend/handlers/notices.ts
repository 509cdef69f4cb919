import type { Opened } from '../workspace/workspaces';
import type { StreamProgress } from '../workspace/sync-runner';

interface Remark { readonly severity: 'info' | 'warning'; readonly text: string }

/**
 * Remarks for every panel of a workspace: settings that were refused, a first load or a rebuild under way, and how old the data of a
 * source that fails or is not read are. A client learns only of sources with rows of its own, and of settings nothing but that they were refused.
 */
export async function notices({ reader, workspace, refused }: Opened): Promise<Remark[]> {
  const { streams, rebuilding } = await workspace.status(reader);
  const why: Remark[] = refused === null ? [] : [{ severity: 'warning', text: reader.operator ? `${refused.replace(/[.\s]+$/, '')}. The last accepted settings stay in force.` : 'New settings of the SOC were refused; the last accepted ones stay in force.' }];
  if (workspace.dormant) return [...why, { severity: 'warning', text: `Nothing was read since the last restart: ${refused === null ? 'reading starts when the operators of the SOC open their data source' : 'reading starts when the settings are mended'}.${ages(streams)}` }];
  const behind = streams.filter(s => !s.current && s.error === null);
  const loading = behind.filter(s => s.progress < 1);
  const computing = behind.filter(s => s.progress >= 1);
  const failing = streams.filter(s => s.error !== null);
  return [
    ...why,
    ...(rebuilding !== null ? [{ severity: 'info' as const, text: `Settings changed: values are being recomputed, ${Math.floor(rebuilding)} % done.` }] : []),
    ...(loading.length > 0 ? [{ severity: 'info' as const, text: `Being read from the start, newest data first: ${loading.map(s => `${s.source} ${s.stream} ${Math.floor(s.progress * 100)} %`).join(', ')}.` }] : []),
    ...(computing.length > 0 ? [{ severity: 'info' as const, text: `Read, and being computed: ${computing.map(s => `${s.source} ${s.stream}`).join(', ')}.` }] : []),
    ...(failing.length > 0 ? [{ severity: 'warning' as const, text: `Cannot be read at the moment: ${listed(failing)}. What was read before is shown.` }] : []),
  ];
}

const listed = (streams: readonly StreamProgress[]): string => streams.map(s => `${s.source} ${s.stream} (${lastRead(s.lastSuccess)})`).join(', ');
const ages = (streams: readonly StreamProgress[]): string => (streams.length === 0 ? '' : ` What was read before is shown: ${listed(streams)}.`);
const lastRead = (at: number | null): string => (at === null ? 'never read to its end' : `last read ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`);

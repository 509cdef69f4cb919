import type { FilesSettings, ValueMaps } from '../../../settings/sources';
import { dateReader, type ReadDate } from './dates';
import { mappingProblem, type FileStream } from './fields';

/** One stream of a files source with what its settings mean, worked out once. */
export interface FilePlan {
  readonly source: string;
  readonly stream: FileStream;
  readonly maps: ValueMaps;
  readonly clients: ReadonlySet<string>;
  readonly roots: readonly string[];
  readonly pageSize: number | null;
  readonly date: ReadDate;
  /** Constants are written in ISO 8601, whatever the file's own format. */
  readonly constantDate: ReadDate;
  readonly nulls: ReadonlySet<string>;
  readonly automation: ReadonlySet<string>;
  /** Why the stream cannot be read at all, or null. Said by health and by every read: one wrong stream stops no other source. */
  readonly problem: string | null;
}

export function planOf(settings: FilesSettings, stream: FileStream, clients: ReadonlySet<string>, roots: readonly string[], pageSize: number | null): FilePlan {
  let problem = mappingProblem(stream);
  let date: ReadDate = () => ({ ms: null, why: 'the date format is not usable' });
  try { date = dateReader(stream.dateFormat, stream.zone); } catch (error) { problem ??= (error as Error).message; }
  // The stream's own maps go before the source's.
  const maps = {
    tier: { ...settings.maps.tier, ...stream.maps.tier }, disposition: { ...settings.maps.disposition, ...stream.maps.disposition },
    client: { ...settings.maps.client, ...stream.maps.client }, origin: { ...settings.maps.origin, ...stream.maps.origin },
  };
  return {
    source: settings.id, stream, maps, clients, roots, pageSize, date, constantDate: dateReader('iso', stream.zone), problem,
    nulls: new Set(stream.nullValues), automation: new Set(stream.automation.map(v => v.trim().toLowerCase())),
  };
}

import type { SourceSettings } from '../../settings/sources';
import type { Connector } from './stream';

/** What a connector may know beside its settings. Server settings only: never from a data source. */
export interface ConnectorOptions {
  /** Rows per page, for tests of paging edges; each connector has its own default. */
  readonly pageSize?: number;
  /** Folders below which the files connector may read (server setting `files_root`). Empty or absent: none. */
  readonly filesRoots?: readonly string[];
}

/** Builds a connector from a source's settings and the workspace's clients. Pure: no request, no file is opened. */
export type ConnectorFactory<S extends SourceSettings = SourceSettings> = (
  settings: S, clients: readonly { readonly id: string }[], options?: ConnectorOptions,
) => Connector;

/** Plugin contexts as Grafana sends them, with the parts a test cares about. */
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { PluginContextSchema, UserSchema, type PluginContext } from '../../../src/backend/host/gen/grafana/pluginv2_pb';

export interface Caller {
  /** Organisation; 1 unless told. */
  orgId?: number;
  namespace?: string;
  /** Role of the user; null leaves the user out, as in alert rules and public dashboards. Admin unless told. */
  role?: string | null;
  /** What Grafana sends of the person. Goes over the wire although our own proto does not know the fields. */
  person?: { login: string; name: string; email: string };
  /** Data source instance; null leaves it out. */
  dataSource?: { uid?: string; name?: string; url?: string; jsonData?: unknown; secrets?: Record<string, string>; lastUpdatedMS?: number } | null;
  grafanaConfig?: Record<string, string>;
}

const PERSON = { login: 'jane.doe', name: 'Jane Doe', email: 'jane.doe@soc.example' };

/** The wire form of a caller. */
export function pluginContext({ orgId = 1, namespace = '', role = 'Admin', person = PERSON, dataSource = {}, grafanaConfig = {} }: Caller = {}): PluginContext {
  const init: MessageInitShape<typeof PluginContextSchema> = {
    orgId: BigInt(orgId),
    namespace,
    pluginId: 'soc-outcomes-datasource',
    grafanaConfig,
    ...(dataSource !== null && {
      dataSourceInstanceSettings: {
        id: 1n,
        uid: dataSource.uid ?? 'soc-outcomes',
        name: dataSource.name ?? 'SOC Outcomes',
        url: dataSource.url ?? '',
        jsonData: typeof dataSource.jsonData === 'string' ? Buffer.from(dataSource.jsonData) : Buffer.from(JSON.stringify(dataSource.jsonData ?? {})),
        decryptedSecureJsonData: dataSource.secrets ?? {},
        lastUpdatedMS: BigInt(dataSource.lastUpdatedMS ?? 1_700_000_000_000),
      },
    }),
  };
  const context = create(PluginContextSchema, init);
  if (role !== null) {
    context.user = create(UserSchema, { role });
    context.user.$unknown = [person.login, person.name, person.email].map((text, index) => ({ no: index + 1, wireType: 2, data: lengthPrefixed(text) }));
  }
  return context;
}

function lengthPrefixed(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length > 127) {
    throw new Error('test names are short: one length byte');
  }
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

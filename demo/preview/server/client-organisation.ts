import type { BackendProcess } from './backend-process';
import { GrpcBackend, type InstanceSettings, pluginContext } from './grpc-backend';
import type { CallHeaders, HealthAnswer, PluginBackend, QueryBody, RefAnswer, ResourceAnswer, ResourceCall } from './plugin-backend';

/** A client's organisation of the demo, as `clients apply` would make it in Grafana. */
export interface ClientOrganisation {
  orgId: number;
  name: string;
  clients: string[];
  zone: string;
}
const uid = 'soc-outcomes';

/**
 * The plugin as a client's organisation calls it: its own number, a viewer, and a data source that holds nothing but a grant. The grant
 * is minted by the operators' route when it is first needed, because the workspace has to be open for that.
 */
export class ClientBackend implements PluginBackend {
  private granted: Promise<GrpcBackend> | undefined;

  constructor(
    private readonly process: Pick<BackendProcess, 'transport'>,
    private readonly operator: PluginBackend,
    private readonly organisation: ClientOrganisation,
    private readonly workspace: string,
    private readonly version: string
  ) {}

  private backend(): Promise<GrpcBackend> {
    if (!this.granted) {
      this.granted = this.mint();
      this.granted.catch(() => (this.granted = undefined)); // not open yet: the next request asks again
    }
    return this.granted;
  }

  private async mint(): Promise<GrpcBackend> {
    const { orgId, clients, name } = this.organisation;
    const body = Buffer.from(JSON.stringify({ workspace: this.workspace, orgId, uid, clients }));
    const answer = await this.operator.resource({ method: 'POST', path: 'grants', search: '', headers: { 'Content-Type': 'application/json' }, body });
    const said = JSON.parse(Buffer.from(answer.body).toString('utf8')) as { grant?: string; message?: string };
    if (answer.status !== 200 || !said.grant) {
      throw new Error(said.message ?? `The operators' data source answered ${answer.status} when a grant for ${name} was asked for`);
    }
    const settings: InstanceSettings = { uid, name: 'SOC Outcomes', jsonData: { workspace: this.workspace }, secureJsonData: { grant: said.grant }, lastUpdatedMS: Date.now() };
    return new GrpcBackend(this.process, pluginContext(settings, { orgId, role: 'Viewer' }, this.version));
  }

  async query(body: QueryBody, headers: CallHeaders): Promise<Record<string, RefAnswer>> {
    return (await this.backend()).query(body, headers);
  }
  async resource(call: ResourceCall): Promise<ResourceAnswer> {
    return (await this.backend()).resource(call);
  }
  async health(headers: CallHeaders): Promise<HealthAnswer> {
    return (await this.backend()).health(headers);
  }
}
export const clientDataSourceUid = uid;

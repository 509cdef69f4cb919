/** What a Grafana keeps, as its HTTP API shows it. One object per server; routes read and change it. */
export type OrgRole = 'Admin' | 'Editor' | 'Viewer' | 'None';
export type Json = Record<string, unknown>;

export interface StoredDataSource {
  id: number; uid: string; name: string; type: string; access: string; url: string; isDefault: boolean; readOnly: boolean;
  jsonData: Json; secureJsonData: Record<string, string>; version: number; updatedMs: number;
}
export interface StoredFolder { id: number; uid: string; title: string; version: number }
export interface StoredDashboard { id: number; uid: string; version: number; folderUid: string; provisioned: boolean; dashboard: Json }
export interface StoredRuleGroup { title: string; folderUid: string; interval: number; rules: Json[] }

export interface Organisation {
  readonly id: number;
  name: string;
  readonly members: Map<string, OrgRole>;
  readonly dataSources: Map<string, StoredDataSource>;
  readonly folders: Map<string, StoredFolder>;
  readonly dashboards: Map<string, StoredDashboard>;
  /** By `<folder uid>/<group>`. */
  readonly ruleGroups: Map<string, StoredRuleGroup>;
  preferences: Json;
}
export interface User { readonly login: string; readonly password: string; readonly serverAdmin: boolean }
export interface ServiceAccount { readonly name: string; readonly token: string; readonly orgId: number; readonly role: OrgRole }

export class GrafanaState {
  readonly organisations = new Map<number, Organisation>();
  readonly users = new Map<string, User>();
  readonly serviceAccounts: ServiceAccount[] = [];
  /** What its health says; '' as of a server told to hide it. */
  version = '12.4.0';
  private last = 0;

  constructor() {
    this.addOrganisation('Main Org.');
    this.addUser({ login: 'admin', password: 'admin', serverAdmin: true });
    this.organisations.get(1)!.members.set('admin', 'Admin');
  }

  /** Ids of everything but organisations come from one row, as good as Grafana's one per table. */
  nextId(): number { return ++this.last; }

  addOrganisation(name: string, creator?: string): Organisation {
    const id = this.organisations.size + 1;
    const organisation: Organisation = {
      id, name, members: new Map(creator ? [[creator, 'Admin']] : []), dataSources: new Map(), folders: new Map(), dashboards: new Map(), ruleGroups: new Map(),
      preferences: { theme: '', homeDashboardUID: '', timezone: '', weekStart: '', language: '' },
    };
    this.organisations.set(id, organisation);
    return organisation;
  }
  addUser(user: User): void { this.users.set(user.login, user); }
  /** A service account's token; it belongs to one organisation, as Grafana's do. */
  addToken(orgId: number, role: OrgRole, token = `glsa_double_${orgId}_${this.serviceAccounts.length}`): string {
    this.serviceAccounts.push({ name: `sa-${this.serviceAccounts.length}`, token, orgId, role });
    return token;
  }
}

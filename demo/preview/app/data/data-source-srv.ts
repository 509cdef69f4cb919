import { type DataSourceApi, type DataSourceInstanceSettings, type DataSourceRef, PluginType, type ScopedVars } from '@grafana/data';
import { type DataSourceSrv, getTemplateSrv } from '@grafana/runtime';
import { DataSource } from '../../../../src/editor/datasource';
import type { Boot } from './boot';

type Reference = DataSourceRef | string | null | undefined;

/** The one data source of the preview, by uid, name, type or a variable that holds one of them. */
export class OneDataSource implements DataSourceSrv {
  private readonly settings: DataSourceInstanceSettings;
  private readonly instance: DataSourceApi;

  constructor(source: Boot['dataSource']) {
    this.settings = { ...source, id: 1, access: 'proxy', readOnly: true, isDefault: true, meta: metaOf(source) };
    this.instance = new DataSource(this.settings as ConstructorParameters<typeof DataSource>[0]) as unknown as DataSourceApi;
    this.instance.meta = this.settings.meta; // Grafana's plugin loader sets it after construction
  }

  async get(ref?: Reference, scopedVars?: ScopedVars): Promise<DataSourceApi> {
    if (!this.getInstanceSettings(ref, scopedVars)) {
      throw new Error(`The preview has one data source, "${this.settings.name}" (uid ${this.settings.uid}); the dashboard asks for ${JSON.stringify(ref)}. Select it by a datasource variable.`);
    }
    return this.instance;
  }

  getInstanceSettings(ref?: Reference, scopedVars?: ScopedVars): DataSourceInstanceSettings | undefined {
    const named = typeof ref === 'string' ? ref : (ref?.uid ?? ref?.type);
    if (named === undefined || named === 'default') {
      return this.settings;
    }
    const wanted = getTemplateSrv().replace(named, scopedVars);
    const { uid, name, type } = this.settings;
    return [uid, name, type, 'default', ''].includes(wanted) ? this.settings : undefined;
  }

  getList(filters?: Parameters<DataSourceSrv['getList']>[0]): DataSourceInstanceSettings[] {
    const types = filters?.pluginId ? [filters.pluginId] : filters?.type ? [filters.type].flat() : [this.settings.type];
    return types.includes(this.settings.type) ? [this.settings] : [];
  }

  reload(): void {}

  registerRuntimeDataSource(): void {}
}

function metaOf(source: Boot['dataSource']): DataSourceInstanceSettings['meta'] {
  const info = { author: { name: '' }, description: '', links: [], logos: { small: '/logo.svg', large: '/logo.svg' }, screenshots: [], updated: '', version: '' };
  return { id: source.type, name: source.name, type: PluginType.datasource, module: '', baseUrl: '', info, metrics: true, annotations: true };
}

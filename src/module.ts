import { DataSourcePlugin } from '@grafana/data';
import { DataSource, QueryEditor, ConfigEditor } from './editor';
export const plugin = new DataSourcePlugin(DataSource).setQueryEditor(QueryEditor).setConfigEditor(ConfigEditor);

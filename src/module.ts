import { DataSourcePlugin } from '@grafana/data';
import { ConfigEditor, DataSource, QueryEditor, QueryHelp } from './editor';

export const plugin = new DataSourcePlugin(DataSource).setConfigEditor(ConfigEditor).setQueryEditor(QueryEditor).setQueryEditorHelp(QueryHelp);

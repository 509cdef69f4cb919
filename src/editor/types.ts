import type { DataQuery, DataSourceJsonData } from '@grafana/data';
import type { OutcomesQuery } from '../query/model';

export type EditorQuery = OutcomesQuery & DataQuery;
export interface JsonData extends DataSourceJsonData { settings?: unknown; workspace?: string }
/** What a variable asks for: values of one dimension within the viewer's own scope. */
export interface VariableQuery { readonly refId: string; readonly dimension: string; readonly contains?: string }

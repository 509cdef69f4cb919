import type { DataQuery, DataSourceJsonData } from '@grafana/data';
import type { PlainEntry } from '../catalog/plain';
import type { OutcomesQuery } from '../query/model';

export type EditorQuery = OutcomesQuery & DataQuery;
export interface JsonData extends DataSourceJsonData { settings?: unknown; workspace?: string }
/** What a variable asks for: values of one dimension within the viewer's own scope. */
export interface VariableQuery extends DataQuery { readonly dimension: string; readonly contains?: string }
/** The catalog as the backend gives it, by metric id. */
export type Catalog = ReadonlyMap<string, PlainEntry>;
export type { PlainEntry, PlainOption } from '../catalog/plain';

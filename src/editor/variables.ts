import { CustomVariableSupport, FieldType, toDataFrame, type DataQueryRequest, type DataQueryResponse } from '@grafana/data';
import { from, map, of, type Observable } from 'rxjs';
import type { DataSource } from './datasource';
import { VariableEditor } from './VariableEditor';
import type { EditorQuery, JsonData, VariableQuery } from './types';

/** Query variables: the values of a dimension that the viewer may see, optionally those that contain a text. */
export class OutcomesVariables extends CustomVariableSupport<DataSource, VariableQuery, EditorQuery, JsonData> {
  editor = VariableEditor;

  constructor(private readonly datasource: DataSource) { super(); }

  override query(request: DataQueryRequest<VariableQuery>): Observable<DataQueryResponse> {
    const target: unknown = request.targets[0];
    // Typed by hand into a provisioned dashboard, a dimension alone is enough.
    const { dimension = '', contains = '' } = typeof target === 'string' ? { dimension: target } : (target ?? {}) as Partial<VariableQuery>;
    if (dimension === '') return of({ data: [] });
    return from(this.datasource.values(dimension, this.datasource.templates.replace(contains, request.scopedVars))).pipe(map(found => ({
      data: [toDataFrame({ fields: [
        { name: 'text', type: FieldType.string, values: found.map(v => v.text) },
        { name: 'value', type: FieldType.string, values: found.map(v => v.value) },
      ] })],
    })));
  }
}

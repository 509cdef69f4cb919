import { type DataQueryRequest, type DataQueryResponse, type DataSourceApi, DataTopic, LoadingState, type PanelData, toDataFrame } from '@grafana/data';
import { toDataQueryError } from '@grafana/runtime';
import { catchError, from, isObservable, map, merge, type Observable, of, share, takeUntil, timer } from 'rxjs';

type QueryFunction = (request: DataQueryRequest) => Promise<DataQueryResponse> | Observable<DataQueryResponse>;

/** After this many milliseconds without an answer the panel shows its loading bar; a fast answer shows none. */
const loadingAfter = 150;

function toPanelData(request: DataQueryRequest, response: DataQueryResponse): PanelData {
  const frames = (response.data ?? []).map((frame) => toDataFrame(frame));
  const errors = response.errors ?? (response.error ? [response.error] : []);
  return {
    state: errors.length > 0 ? LoadingState.Error : (response.state ?? LoadingState.Done),
    series: frames.filter((frame) => frame.meta?.dataTopic !== DataTopic.Annotations),
    annotations: frames.filter((frame) => frame.meta?.dataTopic === DataTopic.Annotations),
    errors: errors.length > 0 ? errors : undefined,
    error: errors[0],
    request,
    timeRange: request.range,
  };
}

/** Asks the data source and reports loading, the data, or the error, as Grafana's own `runRequest` does. */
export function runRequest(dataSource: DataSourceApi, request: DataQueryRequest, query?: QueryFunction): Observable<PanelData> {
  const pending: PanelData = { state: LoadingState.Loading, series: [], request, timeRange: request.range };
  if (request.targets.length === 0) {
    return of({ ...pending, state: LoadingState.Done });
  }
  const answer = query ? query(request) : dataSource.query(request);
  const result = (isObservable(answer) ? answer : from(answer)).pipe(
    map((response) => toPanelData(request, response)),
    catchError((error) => of({ ...pending, state: LoadingState.Error, error: toDataQueryError(error), errors: [toDataQueryError(error)] })),
    share()
  );
  return merge(timer(loadingAfter).pipe(map(() => pending), takeUntil(result)), result);
}

import type { AnnotationQuery, AnnotationSupport } from '@grafana/data';
import { QUERY_VERSION } from '../query/version';
import { AnnotationEditor } from './AnnotationEditor';
import type { EditorQuery } from './types';

/** Annotations are queries with the view `annotation`, over metrics whose catalog entry says how a row becomes an event. */
export const annotationSupport: AnnotationSupport<EditorQuery> = {
  getDefaultQuery: () => ({ version: QUERY_VERSION, metric: 'coverage.history', view: 'annotation' }),
  /** An annotation without a metric is not run. */
  prepareQuery: (annotation: AnnotationQuery<EditorQuery>) => (annotation.target?.metric ? { ...annotation.target, view: 'annotation' } : undefined),
  QueryEditor: AnnotationEditor,
};

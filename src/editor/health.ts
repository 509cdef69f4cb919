import { BehaviorSubject } from 'rxjs';

/** What "Save & test" found out about one source. */
export interface SourceHealth { readonly source: string; readonly ok: boolean; readonly message: string }

/** The newest result per data source. Grafana runs the test on the instance, the editor is another component: this is between them. */
export const healthResults = new BehaviorSubject<{ uid: string; sources: readonly SourceHealth[] }>({ uid: '', sources: [] });

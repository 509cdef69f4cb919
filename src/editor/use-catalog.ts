import { useEffect, useState } from 'react';
import type { DataSource } from './datasource';
import type { Catalog } from './types';

export interface LoadedCatalog { readonly catalog: Catalog | null; readonly problem: string | null }

/** The catalog of a data source, or what hinders: the backend starts on the first request, so the first answer may take a moment. */
export function useCatalog(datasource: DataSource): LoadedCatalog {
  const [state, setState] = useState<LoadedCatalog>({ catalog: null, problem: null });
  useEffect(() => {
    let left = false;
    const show = (next: LoadedCatalog) => { if (!left) setState(next); };
    datasource.catalog().then(catalog => show({ catalog, problem: null }), (error: unknown) => show({ catalog: null, problem: messageOf(error) }));
    return () => { left = true; };
  }, [datasource]);
  return state;
}

/** The sentence of a failed request: Grafana's client wraps the backend's message. */
export function messageOf(error: unknown): string {
  const { data, message, statusText } = (error ?? {}) as { data?: { message?: unknown }; message?: unknown; statusText?: unknown };
  const found = [data?.message, message, statusText].find(text => typeof text === 'string' && text !== '');
  return typeof found === 'string' ? found : 'The plugin’s backend does not answer.';
}

import type { DataFrame, DataTransformerConfig } from '@grafana/data';
import { createRequire } from 'node:module';
import { firstValueFrom } from 'rxjs';

/** What Grafana's own panels would do: two tables joined by field and grouped, in the browser's library, run by Node. */
export interface PlainRow { readonly id: string; readonly rule: string }
export interface PlainTicketRow { readonly id: string; readonly resolution: string }

/** The library asks for a browser while it loads and for `window` while it runs; nothing of either is used, so empty stand-ins do. */
let loaded: typeof import('@grafana/data') | undefined;
function library(): typeof import('@grafana/data') {
  if (loaded) return loaded;
  const element = () => ({ appendChild: () => undefined, setAttribute: () => undefined, style: {}, sheet: { cssRules: [], insertRule: () => 0 } });
  const shims = { window: { addEventListener: () => undefined, location: { search: '' }, history: { pushState: () => undefined, replaceState: () => undefined } }, document: { createElement: element, createTextNode: element, head: element(), documentElement: element(), getElementsByTagName: () => [element()], querySelector: () => null, addEventListener: () => undefined } };
  const scope = globalThis as Record<string, unknown>;
  for (const [name, shim] of Object.entries(shims)) if (!(name in scope)) scope[name] = shim;
  // By require: its ES modules import names that Node cannot find in a CommonJS dependency.
  const data = createRequire(__filename)('@grafana/data') as typeof import('@grafana/data');
  const used = [data.standardTransformers.joinByFieldTransformer, data.standardTransformers.groupByTransformer];
  data.standardTransformersRegistry.setInit(() => used.map(t => ({ id: t.id, name: t.name, transformation: t }) as never));
  loaded = data;
  return data;
}

/** joinByField (outer, by alert id), then groupBy rule and resolution with a count. Returns rows of the answer. */
export function joinAndGroup(alerts: readonly PlainRow[], tickets: readonly PlainTicketRow[]): { run(): Promise<{ rule: string; resolution: string | null; count: number }[]> } {
  const { FieldType, toDataFrame, transformDataFrame, ReducerID } = library();
  const frames: DataFrame[] = [
    toDataFrame({ refId: 'A', fields: [{ name: 'id', type: FieldType.string, values: alerts.map(a => a.id) }, { name: 'rule', type: FieldType.string, values: alerts.map(a => a.rule) }] }),
    toDataFrame({ refId: 'B', fields: [{ name: 'id', type: FieldType.string, values: tickets.map(t => t.id) }, { name: 'resolution', type: FieldType.string, values: tickets.map(t => t.resolution) }] }),
  ];
  const steps: DataTransformerConfig[] = [
    { id: 'joinByField', options: { byField: 'id', mode: 'outer' } },
    { id: 'groupBy', options: { fields: { rule: { operation: 'groupby', aggregations: [] }, resolution: { operation: 'groupby', aggregations: [] }, id: { operation: 'aggregate', aggregations: [ReducerID.count] } } } },
  ];
  return {
    async run() {
      const [frame] = await firstValueFrom(transformDataFrame(steps, frames));
      const [rule, resolution, count] = ['rule', 'resolution', 'id (count)'].map(name => frame?.fields.find(f => f.name === name)?.values);
      if (!rule || !resolution || !count) throw new Error(`the transformations gave the fields ${frame?.fields.map(f => f.name).join(', ') ?? 'of no frame'}; rule, resolution and id (count) were asked for`);
      return Array.from(rule, (r, i) => ({ rule: String(r), resolution: (resolution[i] as string | null | undefined) ?? null, count: Number(count[i]) }));
    },
  };
}

import type { GrpcBackend } from '../preview/server/grpc-backend';

const DAY = 86_400_000;
type Frame = { schema: { fields: { name: string }[] }; data: { values: unknown[][] } };

/** The questions a manager asks first; each names metric, grouping and columns, never a formula. */
const HEADLINES = {
  coverage: { metric: 'coverage.now', groupBy: ['kind'], view: 'table' },
  sla: { metric: 'sla.adherence', view: 'table' },
  budget: { metric: 'sla.budget', view: 'table' },
  rules: { metric: 'rules.outcomes', groupBy: [], view: 'table' },
  latency: { metric: 'pipeline.latency', view: 'table' },
  integrity: { metric: 'integrity.counters', view: 'table' },
  reported: { metric: 'reported.history', groupBy: ['tier'], bucket: 'month', view: 'table' },
  reportedCoverage: { metric: 'reported.coverage', groupBy: ['kind'], bucket: 'month', view: 'table' },
  reportedVerdicts: { metric: 'reported.rules', groupBy: [], bucket: 'month', view: 'table' },
  sources: { metric: 'sources.status', view: 'table' },
} as const;

function rowsOf(frame: Frame | undefined): Record<string, unknown>[] {
  if (!frame) return [];
  const names = frame.schema.fields.map(f => f.name);
  const length = frame.data.values[0]?.length ?? 0;
  return Array.from({ length }, (_, i) => Object.fromEntries(names.map((n, c) => [n, frame.data.values[c]?.[i] ?? null])));
}

/** Headline metrics over the last 30 days as plain rows, each with its standing; a metric that failed says why instead. */
export async function headlines(backend: GrpcBackend, now: number): Promise<Record<string, unknown>> {
  const queries = Object.entries(HEADLINES).map(([refId, q]) => ({ refId, version: 1, ...q }));
  const answers = await backend.query({ from: String(now - 30 * DAY), to: String(now), queries } as never, {});
  return Object.fromEntries(Object.keys(HEADLINES).map(refId => {
    const answer = answers[refId] as { frames?: Frame[]; error?: string } | undefined;
    return [refId, answer?.error !== undefined ? { error: answer.error } : rowsOf(answer?.frames?.[0])];
  }));
}

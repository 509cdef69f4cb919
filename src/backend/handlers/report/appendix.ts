import type { Report, ReportSection } from './report';

const text = (name: string, title: string) => ({ name, title, kind: 'text', unit: null });

/** What the page says beside its figures, as tables of their own: agreed times, definitions, and the state of the month. */
export function appendixOf(report: Report): ReportSection[] {
  const { month, state, stateWhy, settingsVersion, definition, generated, client } = report;
  const table = (id: string, title: string, columns: ReportSection['columns'], rows: ReportSection['rows']): ReportSection => ({ id, title, intro: '', empty: '', columns, rows, notices: [] });
  return [
    table('agreed-times', 'Agreed times', [text('tier', 'Severity tier'), text('clock', 'Promise'), { name: 'hours', title: 'Hours', kind: 'number', unit: 'h' }, text('calendar', 'Counted')], report.targets.map(t => ({ ...t }))),
    table('definitions', 'What these figures mean', [text('id', 'Metric'), text('title', 'Title'), text('definition', 'Definition'), text('formula', 'Formula')], report.definitions.map(d => ({ ...d }))),
    table('month', 'State of the month', [text('client', 'Client'), text('month', 'Month'), text('state', 'State'), text('why', 'Because'), { name: 'from', title: 'From', kind: 'time', unit: null }, { name: 'to', title: 'To', kind: 'time', unit: null },
      { name: 'closes', title: 'Closes', kind: 'time', unit: null }, { name: 'generated', title: 'Made', kind: 'time', unit: null }, { name: 'policy', title: 'Policy version', kind: 'count', unit: null }, { name: 'definition', title: 'Definition version', kind: 'count', unit: null }],
    [{ client: client.id, month: month.name, state, why: stateWhy, from: month.range.from, to: month.range.to, closes: month.closes, generated, policy: settingsVersion, definition }]),
  ];
}
/** Every table of a report, in the order of the page. */
export const tablesOf = (report: Report): ReportSection[] => [...report.sections, ...appendixOf(report)];

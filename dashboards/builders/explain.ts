import { dashboard } from './dashboard';
import { column, minutes, openLink, table, text, widths, wrapped, type Panel } from './panels';

/** Exports: explain, explainedBy. Why one row counted as it did. Lists of rows lead here from the row's own name. */
export const EXPLAIN_UID = 'soc-outcomes-explain';

const steps = (what: 'alert' | 'ticket' | 'asset'): Panel => table({
  title: `Why this ${what} counted as it did`, w: 24, h: 12, noValue: `No ${what} is named above`,
  queries: [{ metric: 'explain', view: 'table', options: { what, name: `\${${what}}` }, columns: ['row', 'number', 'step', 'time', 'outcome', 'because', 'rule', 'link'] }],
  overrides: [wrapped('Row', 110), ...widths({ 'No.': 45 }), wrapped('Step', 130), ...minutes('At'), wrapped('Came out as', 120), wrapped('Because', 190), wrapped('By the rule', 230), openLink],
});

/** A column whose cells lead to their explanation. */
export const explainedBy = (title: string, what: 'alert' | 'ticket' | 'asset', more: Record<string, unknown> = {}) =>
  column(title, { ...more, links: [{ title: 'Why it counted as it did', url: `/d/${EXPLAIN_UID}?\${__url_time_range}&var-ds=\${ds}&var-${what}=\${__value.raw}`, targetBlank: false }] });

export const explain = dashboard({
  uid: EXPLAIN_UID, title: 'Explain', description: 'Why one alert, ticket or asset counted as it did, step by step, with the definition’s sentence for each step.',
  asked: [{ name: 'alert', label: 'Alert id' }, { name: 'ticket', label: 'Ticket' }, { name: 'asset', label: 'Asset' }],
  panels: [
    text({ title: 'How to ask', w: 24, h: 3, content: 'Name an alert by its id at the source, a ticket by its key or an asset by its name; or click a name in a list of rows on the Rule noise, SLA or Coverage dashboard. Outcomes are those at the end of the range.' }),
    steps('alert'), steps('ticket'), steps('asset'),
  ],
});

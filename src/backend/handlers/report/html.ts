import { STYLE } from './style';
import { tablesOf } from './appendix';
import { localTime, shown, wordOf } from './format';
import { restatedEarlier } from './months';
import { SECTIONS } from './sections';
import type { Report, ReportSection } from './report';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
/** Every text of the page goes through here: names of rules and assets are other people's input. */
const text = (value: string): string => value.replace(/[&<>"']/g, c => ENTITIES[c]!);

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
export const monthName = (name: string): string => `${MONTHS[Number(name.slice(5)) - 1]} ${name.slice(0, 4)}`;
const NUMERIC = new Set(['count', 'ratio', 'number', 'seconds']);
const STANDING: Readonly<Record<string, string>> = { measured: 'good', qualified: 'warn', 'not measured': 'none', late: 'warn', 'still open': 'bad', 'past threshold': 'warn', critical: 'bad', high: 'warn', frozen: 'good', provisional: 'warn' };
/** Tables that say the most stand first; the others are for those who ask. */
const FIRST = ['coverage', 'decided', 'alerts', 'incidents', 'misses', 'needed'];
type Row = ReportSection['rows'][number];
/** What paper need not repeat: every row stands in the table of that name. */
const ON_PAPER: Readonly<Record<string, (row: Row, report: Report) => boolean>> = {
  reported: (row, report) => row.month === report.month.name || (typeof row.restated === 'number' && row.restated > 0),
  'reported-coverage': (row, report) => row.month === report.month.name || (typeof row.restated === 'number' && row.restated > 0),
  'reported-alerts': (row, report) => row.month === report.month.name || (typeof row.restated === 'number' && row.restated > 0),
  'reported-rules': row => typeof row.restated === 'number' && row.restated > 0,
  promises: row => row.k_of_n !== null,
  checks: row => row.state === 'past threshold' || row.state === 'not measured',
};
/** Why a figure was restated: on paper only the causes that there were. */
const CAUSES = new Set(['late_data', 'source_edit', 'gone', 'policy', 'definition_changed']);
/** Beyond so many columns the type is smaller, so that the table stays on the paper. */
const MANY_COLUMNS = 7;
const MOST_ROWS = 40;
const SENTENCES = new Set(['sentence', 'ask', 'standing_why', 'description', 'reason']);
const WORDS = new Set(['title', 'rule_name', 'name']);
const KEYS = new Set(['k_of_n', 'before', 'incident', 'ticket', 'confirmed']);
/** Tables whose rows are single assets. */
const OF_ONE = new Set(['needed', 'exclusions']);
/** Time and day may stand on two lines, a day never. */
const day = (value: string): string => value.replace(/^(\d{4}-\d\d-\d\d)( \d\d:\d\d)?$/, '<span class="d">$1</span>$2');

function table(section: ReportSection, report: Report): string {
  const { client: { zone } } = report;
  if (section.rows.length === 0) return `<p class="empty">${text(section.empty)}</p>`;
  const meant = section.rows.filter(row => ON_PAPER[section.id]?.(row, report) ?? true);
  const wish = SECTIONS.find(w => w.id === section.id);
  const rows = meant.slice(0, wish?.onPaper ?? MOST_ROWS);
  const left = section.rows.length - rows.length;
  const more = left > 0 ? `<p class="more">${left} further ${left === 1 ? 'row stands' : 'rows stand'} in the table ${text(section.id)}${ON_PAPER[section.id] ? '; nothing in them needs attention' : ''}.</p>` : '';
  if (rows.length === 0) return more;
  // A column that is empty in every row only takes the place of others, unless the emptiness is what it says.
  const columns = section.columns.filter(c => wish?.without?.[c.name] !== undefined || rows.some(r => r[c.name] !== null && r[c.name] !== undefined && !(CAUSES.has(c.name) && r[c.name] === 0)));
  const head = columns.map(c => `<th${NUMERIC.has(c.kind) ? ' class="n"' : ''}>${text(c.title)}</th>`).join('');
  const body = rows.map(row => `<tr>${columns.map(c => {
    const said = shown(row[c.name], c, zone, OF_ONE.has(section.id));
    const mark = STANDING[said] && (c.kind === 'enum') ? ` class="${STANDING[said]}"` : NUMERIC.has(c.kind) ? ' class="n"' : c.kind === 'time' ? ' class="t"' : SENTENCES.has(c.name) ? ' class="s"' : WORDS.has(c.name) ? ' class="w"' : KEYS.has(c.name) ? ' class="k"' : '';
    return `<td${mark}>${said === '' ? wish?.without?.[c.name] ?? '–' : c.kind === 'time' ? day(text(said)) : text(said)}</td>`;
  }).join('')}</tr>`).join('\n');
  return `<table${columns.length > MANY_COLUMNS ? ' class="m"' : ''}><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>${more}`;
}
const part = (section: ReportSection, report: Report): string =>
  `<section id="${section.id}"><h2>${text(section.title)}</h2><p class="intro">${text(section.intro)}</p>${table(section, report)}${section.notices.map(n => `<p class="notice">${text(n)}</p>`).join('')}</section>`;

const STATE_WORDS: Readonly<Record<Report['state'], string>> = {
  frozen: 'Final: this month is closed. What changes later is reported as a restatement.', provisional: 'Provisional: the month is over but not closed. Figures can still change.', 'under way': 'Under way: the month has not ended.',
};

/** One sentence over all that was restated of earlier months, each part with its table. */
function restatements({ sections, month }: Report): string {
  const parts = restatedEarlier(sections, month);
  if (parts.length === 0) return ' No earlier month was restated.';
  const named = parts.map(p => `<a href="#${p.table}">${p.words}</a>`);
  const one = parts.length === 1 && parts[0]!.n === 1;
  return ` ${[named.slice(0, -1).join(', '), named[named.length - 1]].filter(Boolean).join(' and ')} of earlier months ${one ? 'counts' : 'count'} otherwise now.`;
}

export interface PageLinks { readonly month: (name: string) => string; readonly csv: (table: string) => string }

/** The month as one page made for print. No script, nothing loaded from anywhere. `links` null: a file that stands alone. */
export function htmlOf(report: Report, links: PageLinks | null): string {
  const { client: { name, zone }, month, sections } = report;
  const title = `${name}: security operations, ${monthName(month.name)}`;
  const first = FIRST.flatMap(id => sections.find(s => s.id === id) ?? []);
  const rest = sections.filter(s => !FIRST.includes(s.id));
  const nav = links === null ? '' : `<nav><a href="${text(links.month(month.previous))}">${monthName(month.previous)}</a>${month.next ? `<a href="${text(links.month(month.next))}">${monthName(month.next)}</a>` : ''}<span>As tables (CSV):</span>${tablesOf(report).map(s => `<a href="${text(links.csv(s.id))}">${text(s.title)}</a>`).join('')}</nav>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${text(title)}</title><style>${STYLE}</style></head>
<body>
<header><h1>${text(name)}</h1><p class="sub">Security operations report, ${monthName(month.name)}</p>
<p class="state ${report.state.replace(' ', '-')}">${text(STATE_WORDS[report.state])}${report.stateWhy ? ` ${text(report.stateWhy)}` : ''} ${report.state === 'frozen' ? `Closed on ${localTime(month.closes, zone, false)}.` : report.generated < month.closes ? `It closes on ${localTime(month.closes, zone, false)}.` : `Its closing day was ${localTime(month.closes, zone, false)}.`}${restatements(report)}</p></header>
${nav}
<main>
${first.map(s => part(s, report)).join('\n')}
${rest.map(s => part(s, report)).join('\n')}
<section id="definitions"><h2>What these figures mean</h2><dl>${report.definitions.map(d => `<dt>${text(d.title)}</dt><dd>${text(d.definition)} <span class="formula">${text(d.formula)}</span></dd>`).join('')}</dl>
${report.targets.length > 0 ? `<h3>Agreed times</h3><table><thead><tr><th>Severity</th><th>Promise</th><th class="n">Hours</th><th>Counted</th></tr></thead><tbody>${report.targets.map(t => `<tr><td>${text(t.tier)}</td><td>${text(wordOf('clock', t.clock))}</td><td class="n">${t.hours}</td><td>${t.calendar === '24x7' ? 'around the clock' : `calendar ${text(t.calendar)}`}</td></tr>`).join('')}</tbody></table>` : '<p class="empty">No time is agreed.</p>'}</section>
</main>
<footer>${text(name)} (${text(report.client.id)}), ${localTime(month.range.from, zone, true)} to ${localTime(month.range.to, zone, true)}, times in ${text(zone)}. Made ${localTime(report.generated, zone, true)} with definition ${report.definition} and policy version ${report.settingsVersion}.</footer>
</body></html>
`;
}

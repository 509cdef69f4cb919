import { column, goalLine, minutes, ratioAxis, row, stateTimeline, timeSeries, widths } from '../panels';
import { kindLines, kindNames, mapped, MATCHES, textColoured } from '../words';
import { clientDashboard, clientTable, plain } from './parts';
import { changes, exclusions, needed, seen } from './tables';

const BEFORE = 'No complete day of this time was measured yet';

export const clientCoverage = clientDashboard({
  uid: 'soc-outcomes-client-coverage', title: 'Client coverage', description: 'Which of your registered assets the SOC really hears from, and which it does not.',
  panels: [
    seen(7, true),
    timeSeries(plain({
      title: 'Share of your assets that report, day by day', w: 24, h: 9, noValue: BEFORE, ...goalLine(0.95),
      queries: [{ metric: 'coverage.history', view: 'series', bucket: 'day', groupBy: ['kind'], columns: ['coverage'] }], overrides: [ratioAxis(0.8), ...kindLines],
    })),
    stateTimeline(plain({
      title: 'Days on which we could measure', w: 24, h: 7, noValue: BEFORE,
      queries: [{ metric: 'coverage.history', view: 'series', bucket: 'day', groupBy: ['kind'], columns: ['days_measured'] }],
      mappings: mapped({ 0: { text: 'not measured', color: 'orange' }, 1: { text: 'measured', color: 'green' } }), overrides: [...kindNames],
    })),
    changes(9),
    row('What does not report'),
    needed(14, 1000),
    exclusions(9),
    row('What is not in your register'),
    clientTable({
      title: 'Machines we see that are not in your register', w: 24, h: 11, noValue: 'Every machine we saw is in your register',
      queries: [{ metric: 'coverage.unregistered', view: 'table', limit: 1000, columns: ['name', 'match', 'source', 'last'] }],
      overrides: [column('Host', { 'custom.minWidth': 180 }), textColoured('Match', MATCHES, 130), ...minutes('Last seen'), ...widths({ Source: 140 })],
    }),
  ],
});

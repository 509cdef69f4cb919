/** One frame of every type, with nulls, labels, enum, notices and zero rows: the contract that golden files hold. */
import { enumField, field, numberField, stringField, timeField } from './fields';
import type { Frame } from './frame';
import { numericLong, numericMulti, numericWide, table, timeSeriesLong, timeSeriesMulti, timeSeriesWide } from './typed';

const START = Date.UTC(2026, 0, 31, 23, 59, 59, 999);
const TIERS = ['critical', 'high', 'medium', 'low'];

/** Name → frames. Grafana's own SDK was seen to read each of them. */
export function exampleFrames(): Record<string, Frame[]> {
  const times = [START, START + 60_000, START + 120_000];
  return {
    'every-field-type': [everyFieldType()],
    table: [table({
      name: 'rules', refId: 'A',
      fields: [stringField('rule', ['Brute force', 'Öffnung — "=cmd"', null]), numberField('precision', [0.25, null, 0], { config: { unit: 'percentunit', decimals: 1, noValue: 'not measured' } })],
      meta: { notices: [{ severity: 'warning', text: '2 tickets have a status that is not mapped' }], executedQueryString: 'rules.outcomes {"tier":"all"}' },
    })],
    'table-without-rows': [table({ name: 'empty', refId: 'A', fields: [timeField('time', []), stringField('rule', []), numberField('alerts', [])] })],
    'numeric-wide': [numericWide({ name: 'adherence', refId: 'B', fields: [numberField('adherence', [98.5], { labels: { tier: 'critical' } }), numberField('adherence', [null], { labels: { tier: 'low' } })] })],
    'numeric-multi': numericMulti({ name: 'adherence', refId: 'B' }, [numberField('adherence', [98.5], { labels: { tier: 'critical' } }), numberField('adherence', [null], { labels: { tier: 'low' } })]),
    'numeric-long': [numericLong({ name: 'adherence', refId: 'B', fields: [stringField('client', ['north', 'south']), stringField('tier', ['critical', 'low']), numberField('met', [10, 0]), numberField('missed', [1, null])] })],
    'timeseries-wide': [timeSeriesWide({ name: 'trend', refId: 'C', times, fields: [numberField('met', [1, null, 3], { labels: { client: 'north' } }), numberField('met', [4, 5, 6], { labels: { client: 'south' } })] })],
    'timeseries-multi': timeSeriesMulti({ refId: 'C' }, [
      { name: 'met', labels: { client: 'north' }, times, values: [1, null, 3], config: { displayNameFromDS: 'North' } },
      { name: 'met', labels: { client: 'south' }, times: times.slice(1), values: [4, 5] },
    ]),
    'timeseries-without-data': timeSeriesMulti({ refId: 'C', meta: { notices: [{ severity: 'info', text: 'no ticket in this range' }] } }, []),
    'timeseries-long': [timeSeriesLong({ name: 'trend', refId: 'C', times: [START, START, START + 60_000], fields: [stringField('client', ['north', 'south', 'north']), numberField('met', [1, 2, null])] })],
  };
}

function everyFieldType(): Frame {
  return table({
    name: 'every field type', refId: 'A',
    fields: [
      field('int8', 'int8', [-128, null, 127]),
      field('int16', 'int16', [-32_768, null, 32_767]),
      field('int32', 'int32', [-2_147_483_648, null, 2_147_483_647]),
      field('int64', 'int64', [-9_223_372_036_854_775_808n, null, 9_007_199_254_740_991]),
      field('uint8', 'uint8', [0, null, 255]),
      field('uint16', 'uint16', [0, null, 65_535]),
      field('uint32', 'uint32', [0, null, 4_294_967_295]),
      field('uint64', 'uint64', [0, null, 18_446_744_073_709_551_615n]),
      field('float32', 'float32', [-0.5, null, 0.25]),
      numberField('float64', [Number.NaN, null, Number.POSITIVE_INFINITY]),
      field('boolean', 'boolean', [true, null, false]),
      stringField('string', ['', null, 'naïve 漢字 🛡']),
      { ...timeField('time', [START, null, -1]), nanos: [123_456, 0, 999_999] },
      timeField('time without nulls', [START, START + 1, START + 2]),
      enumField('tier', TIERS, ['low', null, 'critical'], { labels: { source: 'siem' }, config: { description: 'severity tier' } }),
      field('json', 'json', [{ open: 3, tags: ['a'] }, null, [1, 'two']]),
    ],
    meta: {
      notices: [{ severity: 'info', text: 'rebuilding: 40 %' }, { severity: 'warning', text: 'old data' }, { severity: 'error', text: 'a source is down' }],
      custom: { settingsVersion: 3 },
    },
  });
}

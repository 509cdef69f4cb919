import { createTheme, type DataFrame, FieldType, getDisplayProcessor } from '@grafana/data';
import { arcPath } from './arc';
import { spanRows } from './spans';
import { timeTicks } from './time-ticks';

const theme = createTheme();
const at = (text: string) => Date.parse(text);

function states(values: Array<string | null>, times: number[], ends?: Array<number | null>): DataFrame {
  const field = { name: 'servers', type: FieldType.string, config: {}, values };
  const fields = [{ name: 'time', type: FieldType.time, config: {}, values: times }, ...(ends ? [{ name: 'end', type: FieldType.time, config: {}, values: ends }] : []), { ...field, display: getDisplayProcessor({ field, theme }) }];
  return { length: times.length, fields };
}

describe('state timeline', () => {
  const shape = (frame: DataFrame, merge = true) => spanRows([frame], 100, merge, theme).map(({ name, spans }) => [name, spans.map(({ from, to, text }) => [from, to, text])]);

  test('a state holds until the next row, the last one to the end of the range; equal neighbours are one', () => {
    expect(shape(states(['covered', 'covered', 'gap'], [0, 10, 30]))).toEqual([['servers', [[0, 30, 'covered'], [30, 100, 'gap']]]]);
    expect(shape(states(['covered', 'covered'], [0, 10]), false)).toEqual([['servers', [[0, 10, 'covered'], [10, 100, 'covered']]]]);
  });

  test('null draws nothing, and the same state on both sides of it stays two', () => {
    expect(shape(states(['covered', null, 'covered'], [0, 10, 20]))).toEqual([['servers', [[0, 10, 'covered'], [20, 100, 'covered']]]]);
  });

  test('a frame may say where a state ends', () => {
    expect(shape(states(['covered', 'gap'], [0, 50], [40, null]))).toEqual([['servers', [[0, 40, 'covered'], [50, 100, 'gap']]]]);
  });
});

describe('time axis', () => {
  test('days begin at local midnight, also after the clock has changed', () => {
    const ticks = timeTicks(at('2026-10-23T00:00:00Z'), at('2026-10-28T00:00:00Z'), 6, 'Europe/Berlin');
    expect(ticks.map(({ text }) => text)).toEqual(['10/24', '10/25', '10/26', '10/27', '10/28']);
    expect(ticks.map(({ time }) => new Date(time).toISOString().slice(11, 16))).toEqual(['22:00', '22:00', '23:00', '23:00', '23:00']);
  });

  test('no more marks than there is room for', () => {
    expect(timeTicks(0, 86_400_000 * 30, 5, 'utc').length).toBeLessThanOrEqual(6);
  });
});

test('a gauge draws from the lower left to the lower right, nothing for an empty share, and never beyond its ends', () => {
  const centre = { x: 100, y: 100 };
  expect(arcPath(centre, 50, 40, 0, 1)).toMatch(/^M 56\.70 125\.00 A 50 50 0 1 1 143\.30 125\.00 /);
  expect(arcPath(centre, 50, 40, 0.4, 0.4)).toBe('');
  expect(arcPath(centre, 50, 40, 0, 7)).toBe(arcPath(centre, 50, 40, 0, 1));
  expect(arcPath(centre, 50, 40, 0, Number.NaN)).toBe('');
});

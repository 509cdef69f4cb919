/** Every row of the host protocol has a test that exists under that name; the rows are the contract's own words, and none of its parts is without one. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleFrames } from '../../../src/backend/frames/examples';
import { ROOT } from './plugin-process';
import { ROWS, TOLD } from './rows';

test.each(ROWS.map(row => [row.says, row] as const))('%s', (_, row) => {
  expect(row.tests.length).toBeGreaterThan(0);
  for (const named of row.tests) {
    const [file, name] = [named.slice(0, named.indexOf(': ')), named.slice(named.indexOf(': ') + 2)];
    const path = join(ROOT, file);
    expect({ file, there: existsSync(path) }).toEqual({ file, there: true });
    const text = readFileSync(path, 'utf8').replace(/\\'/g, "'");
    expect({ file, name, there: text.includes(name) }).toEqual({ file, name, there: true });
    expect(text).not.toMatch(/\b(?:test|it|describe)\.(?:only|todo)\b/);
  }
});

test('the frames on the wire hold nulls, an enum, labels, zero rows, nanoseconds, and every typed form', () => {
  // calls.test.ts sends each of these over the socket and compares what is decoded from the bytes.
  const frames = Object.values(exampleFrames()).flat();
  const fields = frames.flatMap(f => f.fields);
  const types = ['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64', 'float32', 'float64', 'boolean', 'string', 'time', 'enum', 'json'];
  for (const type of types) expect({ type, withNull: fields.some(f => f.type === type && (f.values as readonly unknown[]).includes(null)) }).toEqual({ type, withNull: true });
  expect(fields.some(f => f.type === 'time' && 'nanos' in f && f.nanos?.some(n => n > 0))).toBe(true);
  expect(fields.filter(f => f.labels && Object.keys(f.labels).length > 0).length).toBeGreaterThan(3);
  expect(frames.some(f => f.fields.length > 0 && f.fields.every(x => x.values.length === 0))).toBe(true);
  for (const type of ['table', 'numeric-wide', 'numeric-multi', 'numeric-long', 'timeseries-wide', 'timeseries-multi', 'timeseries-long']) {
    expect({ type, version: frames.filter(f => f.meta?.type === type).map(f => f.meta?.typeVersion).every(v => JSON.stringify(v) === '[0,1]'), there: frames.some(f => f.meta?.type === type) || (type === 'table' && frames.some(f => f.meta?.type === undefined)) }).toEqual({ type, version: true, there: true });
  }
});

const contract = join(ROOT, '..', 'shared', 'design', 'host-protocol.md');
const withContract = existsSync(contract) ? test : test.skip;
if (!existsSync(contract)) console.log('The host protocol is not beside this checkout: its rows are not compared.');
withContract('the rows are the contract\'s words, and each of its parts has one', () => {
  const text = readFileSync(contract, 'utf8');
  expect(ROWS.filter(row => !text.includes(row.says)).map(row => row.says)).toEqual([]);
  const told = (part: string): boolean => TOLD.some(t => part.includes(t)) || ROWS.some(row => part.includes(row.says));
  const parts = text.split('\n\n').filter(part => part.startsWith('**') && !part.startsWith('**Package'));
  const messages = text.split('\n').filter(line => /^\| (?!message|---)/.test(line));
  expect(parts.length + messages.length).toBeGreaterThan(14);
  expect([...parts, ...messages].filter(part => !told(part)).map(part => part.slice(0, 60))).toEqual([]);
});

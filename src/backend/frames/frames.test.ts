import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { vectorFromArray, tableToIPC, Table, TimestampMillisecond } from 'apache-arrow';
import fc from 'fast-check';
import { encodeFrame } from './arrow';
import { frameToJson } from './dataframe-json';
import { decodeFrame } from './decode';
import { exampleFrames } from './examples';
import { enumField, field, numberField, stringField, timeField } from './fields';
import type { Field, Frame } from './frame';
import { numericLong, numericWide, table, timeSeriesMulti } from './typed';

const examples = Object.entries(exampleFrames()).flatMap(([name, frames]) =>
  frames.map((frame, index): [string, Frame] => [frames.length === 1 ? name : `${name}-${index + 1}`, frame])
);

describe.each(examples)('%s', (name, frame) => {
  test('reads back as it was written', () => {
    expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
  });

  test('has the bytes and the JSON of its golden files', () => {
    const arrow = golden(`${name}.arrow`, encodeFrame(frame));
    expect(Buffer.from(encodeFrame(frame)).equals(arrow)).toBe(true);
    const json = `${JSON.stringify(frameToJson(frame), null, 2)}\n`;
    expect(json).toBe(golden(`${name}.json`, Buffer.from(json)).toString('utf8'));
  });
});

/** The golden file; written only with UPDATE_GOLDEN=1, so that a change of the bytes is always a decision. */
function golden(file: string, bytes: Uint8Array): Buffer {
  const path = join(__dirname, 'golden', file);
  if (process.env.UPDATE_GOLDEN === '1') {
    writeFileSync(path, bytes);
  }
  if (!existsSync(path)) {
    throw new Error(`golden/${file} is missing; run this test with UPDATE_GOLDEN=1 and look at the difference`);
  }
  return readFileSync(path);
}

test('notices are on the first of several frames, what else is in meta on all', () => {
  const frames = timeSeriesMulti({ meta: { notices: [{ severity: 'info', text: 'once' }], custom: { metric: 'm' } } }, [
    { name: 'a', times: [1], values: [1] },
    { name: 'b', times: [1], values: [1] },
  ]);
  expect(frames.map((frame) => frame.meta?.notices?.length ?? 0)).toEqual([1, 0]);
  expect(frames.map((frame) => frame.meta?.custom)).toEqual([{ metric: 'm' }, { metric: 'm' }]);
});

test('any frame survives encoding and decoding', () => {
  fc.assert(fc.property(anyFrame(), (frame) => expect(decodeFrame(encodeFrame(frame))).toEqual(frame)), { numRuns: 300 });
});

function anyFrame(): fc.Arbitrary<Frame> {
  const text = fc.string({ unit: 'binary', maxLength: 12 });
  return fc.nat({ max: 40 }).chain((rows) => {
    const column = <T>(value: fc.Arbitrary<T>) => fc.array(fc.option(value, { nil: null }), { minLength: rows, maxLength: rows });
    const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((n) => (Number.isSafeInteger(Number(n)) ? Number(n) : n));
    const extras = { labels: fc.option(fc.dictionary(text.filter((key) => key !== '__proto__'), text), { nil: undefined }) };
    const one = fc.record({ name: text.filter((name) => name !== ''), ...extras }).chain(({ name, labels }): fc.Arbitrary<Field> => {
      const more = labels === undefined ? {} : { labels };
      return fc.oneof(
        column(text).map((values) => stringField(name, values, more)),
        column(fc.double()).map((values) => numberField(name, values, more)),
        column(fc.boolean()).map((values) => field('boolean', name, values, more)),
        column(int64).map((values) => field('int64', name, values, more)),
        column(fc.integer({ min: -128, max: 127 })).map((values) => field('int8', name, values, more)),
        column(fc.integer({ min: -9e12, max: 9e12 })).map((values) => timeField(name, values, more)),
        column(fc.constantFrom('open', 'closed')).map((values) => enumField(name, ['open', 'closed'], values, more)),
        column(fc.jsonValue({ maxDepth: 2 }).filter((v) => v !== null && !JSON.stringify(v).includes('-0') && !JSON.stringify(v).includes('__proto__')))
          .map((values) => field('json', name, values.map((v) => JSON.parse(JSON.stringify(v)) as unknown), more))
      );
    });
    return fc.record({ name: text, fields: fc.array(one, { minLength: 1, maxLength: 6 }) }).map(({ name, fields }): Frame => ({ name, fields }));
  });
}

describe('refuses, with a message that names the field', () => {
  test.each([
    ['fields of different length', () => table({ name: 't', fields: [numberField('a', [1]), numberField('b', [])] }), /"b" has 0 values where "a" has 1/],
    ['a field without a name', () => table({ name: 't', fields: [numberField('', [1])] }), /field 0 has no name/],
    ['an integer out of its type', () => encodeFrame({ name: 't', fields: [field('uint8', 'a', [300])] }), /"a", row 0: 300 is not within uint8/],
    ['a fraction in an integer field', () => encodeFrame({ name: 't', fields: [field('int64', 'a', [1.5])] }), /"a", row 0: 1\.5/],
    ['an integer beyond 64 bits', () => encodeFrame({ name: 't', fields: [field('int64', 'a', [2n ** 63n])] }), /not within int64/],
    ['a time that is not whole', () => encodeFrame({ name: 't', fields: [timeField('at', [0.5])] }), /"at", row 0: 0\.5 is not whole milliseconds/],
    ['a text outside an enum', () => enumField('tier', ['low'], ['high']), /"high" is not one of low/],
    ['two rows in numeric-wide', () => numericWide({ name: 't', fields: [numberField('a', [1, 2])] }), /one row/],
    ['a time in numeric-long', () => numericLong({ name: 't', fields: [timeField('at', [1])] }), /"at" is time/],
    ['times that do not ascend', () => timeSeriesMulti({}, [{ name: 's', times: [2, 1], values: [1, 2] }]), /row 1 is earlier than row 0/],
  ])('%s', (_name, build, message) => {
    expect(build).toThrow(message);
  });

  test('what Grafana would misread: millisecond timestamps and dictionary strings', () => {
    const millis = tableToIPC(new Table({ at: vectorFromArray([1], new TimestampMillisecond()) }), 'file');
    expect(() => decodeFrame(millis)).toThrow(/"at"/);
    const dictionary = tableToIPC(new Table({ rule: vectorFromArray(['a', 'a']) }), 'file');
    expect(() => decodeFrame(dictionary)).toThrow(/"rule"/);
  });
});

test('a field of 200,000 rows is written in the time of a panel query', () => {
  const values = Array.from({ length: 200_000 }, (_, i) => `rule ${i}`);
  const bytes = encodeFrame(table({ name: 'big', fields: [stringField('rule', values), numberField('n', values.map((_, i) => i))] }));
  expect(decodeFrame(bytes).fields[0]?.values[199_999]).toBe('rule 199999');
});

import { createLogger, logLevel } from './logger';
import { redact, registerSecret } from './redaction';

function lines(use: (log: ReturnType<typeof createLogger>) => void, level: 'debug' | 'info' = 'info'): Array<Record<string, unknown>> {
  const out: string[] = [];
  use(createLogger({ level, write: (line) => out.push(line), now: () => new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 6)) }));
  return out.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('one JSON object per line, with six digits of the second', () => {
  expect(lines((log) => log.info('two\nlines'))).toEqual([{ '@level': 'info', '@message': 'two\nlines', '@timestamp': '2026-01-02T03:04:05.006000Z' }]);
});

test('the three fields that can crash Grafana are strings whatever is passed', () => {
  const [line] = lines((log) => log.warn(42 as unknown as string, { '@timestamp': 1, '@message': null }));
  expect(line).toMatchObject({ '@level': 'warn', '@message': '42', '@timestamp': '2026-01-02T03:04:05.006000Z', timestamp: 1, message: null });
});

test('levels below the chosen one are left out, and an unknown one means info', () => {
  expect(lines((log) => { log.debug('a'); log.info('b'); })).toHaveLength(1);
  expect(lines((log) => log.debug('a'), 'debug')).toHaveLength(1);
  expect([logLevel('WARN'), logLevel('loud'), logLevel(undefined)]).toEqual(['warn', 'info', 'info']);
});

test('fields of a child logger are on each of its lines', () => {
  expect(lines((log) => log.with({ source: 'jira' }).info('read', { rows: 2 }))[0]).toMatchObject({ source: 'jira', rows: 2 });
});

test('a field that refers to itself or is huge in type does not break the line', () => {
  const ring: Record<string, unknown> = {};
  ring.self = ring;
  expect(lines((log) => log.info('x', { ring, big: 10n, fn: () => 1, nothing: undefined }))[0]).toMatchObject({ big: '10', nothing: null });
});

describe('redaction', () => {
  test.each([
    ['Authorization: Bearer abc.def-123', 'abc'],
    ['{"authorization":"Basic dXNlcjpwYXNz","a":1}', 'dXNl'],
    ['cookie: sid=1234567; theme=dark', '1234567'],
    ['Set-Cookie=sid=1234567', '1234567'],
    ['proxy http://user:pass-1@proxy:3128', 'pass-1'],
    ['header ApiKey c29tZS1rZXk=', 'c29t'],
  ])('%s', (text, hidden) => {
    expect(redact(text)).not.toContain(hidden);
  });

  test('a registered secret goes in every form, and short words stay', () => {
    registerSecret('p@ss/word 1');
    registerSecret('ab');
    expect(redact('p@ss/word 1, p%40ss%2Fword%201, cab')).toBe('[redacted], [redacted], cab');
  });

  test('a private key goes line by line', () => {
    registerSecret('-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF\n-----END PRIVATE KEY-----');
    expect(redact('parse error at MIIEvQIBADANBgkqhkiG9w0BAQEF')).toBe('parse error at [redacted]');
  });

  test.each([
    'source jira: 401 from https://jira.example/rest; check the credentials of "jira"',
    'Basic authentication is switched off there; a bearer certificate is not a token',
    'authorization failed, the cookie policy of the proxy',
  ])('an ordinary line stays: %s', (text) => {
    expect(redact(text)).toBe(text);
  });
});

/**
 * Log lines as Grafana's plugin host wants them: one JSON object per line on stderr. `@message`, `@level` and
 * `@timestamp` must be strings (another type has crashed Grafana itself) and the timestamp needs six fractional digits.
 */
import { redact, redactField } from './redaction';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds `fields` to each line. */
  with(fields: LogFields): Logger;
}

export interface LoggerOptions {
  level?: LogLevel;
  /** Where lines go; stderr unless a test looks at them. */
  write?: (line: string) => void;
  now?: () => Date;
}

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** A logger in the host's format; secrets are redacted, see redaction.ts. */
export function createLogger({ level = 'info', write = toStderr, now = () => new Date() }: LoggerOptions = {}, base: LogFields = {}): Logger {
  const log = (at: LogLevel) => (message: string, fields: LogFields = {}) => {
    if (LEVELS.indexOf(at) >= LEVELS.indexOf(level)) {
      write(`${JSON.stringify(logLine(at, message, { ...base, ...fields }, now()))}\n`);
    }
  };
  return {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    with: (fields) => createLogger({ level, write, now }, { ...base, ...fields }),
  };
}

function logLine(level: LogLevel, message: string, fields: LogFields, at: Date): Record<string, unknown> {
  const line: Record<string, unknown> = {
    '@level': level,
    '@message': redact(String(message)),
    '@timestamp': at.toISOString().replace('Z', '000Z'),
  };
  for (const [name, value] of Object.entries(fields)) {
    // A field called "@level" would take the place of the real one.
    line[name.replace(/^@+/, '')] = redactField(name, value);
  }
  return line;
}

/** The level that `[plugin.<id>] log_level` asks for; info when it asks for none or for something unknown. */
export function logLevel(text: string | undefined): LogLevel {
  return LEVELS.find((level) => level === text?.toLowerCase()) ?? 'info';
}

function toStderr(line: string): void {
  process.stderr.write(line);
}

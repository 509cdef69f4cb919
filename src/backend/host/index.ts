export { createLogger, logLevel, type LogFields, type Logger, type LogLevel } from './logger';
export { redact, registerSecret } from './redaction';
export { serve, type ServeOptions } from './serve';
export type * from './handlers';

import { createLogger, serve } from '../../../../src/backend/host';
import { conformanceHandlers } from './handlers';

const log = createLogger({ level: 'debug' });

async function start(): Promise<void> {
  if (process.env.CONFORMANCE_START === 'fails') {
    throw new Error('the store cannot be opened');
  }
}

void serve(conformanceHandlers(log), { log, start });

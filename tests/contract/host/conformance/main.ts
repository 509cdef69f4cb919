import { createLogger, serve } from '../../../../src/backend/host';
import { conformanceHandlers } from './handlers';

const log = createLogger({ level: 'debug' });
void serve(conformanceHandlers(log), { log });

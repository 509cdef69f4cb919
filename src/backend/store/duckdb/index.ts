export { openDuckDb, type DuckDbOptions } from './open';

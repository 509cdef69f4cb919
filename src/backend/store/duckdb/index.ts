export { openDuckDb, type DuckDbOptions } from './open';
export { productThreads } from './threads';

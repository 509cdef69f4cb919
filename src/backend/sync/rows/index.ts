export * from './shared';
export * from './alert';
export * from './ticket';
export * from './rule';
export * from './asset';
export * from './observation';

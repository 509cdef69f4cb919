export * from './vocabulary';
export * from './rows';
export * from './ids';
export * from './time';
export * from './alert-marks';
export * from './zoned';
export * from './months';

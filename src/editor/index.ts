export { DataSource } from './datasource';
export { QueryEditor } from './QueryEditor';
export { QueryHelp } from './QueryHelp';
export { ConfigEditor } from './config/ConfigEditor';

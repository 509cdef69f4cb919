export { DataSource } from './datasource';
export { QueryEditor } from './QueryEditor';
export { ConfigEditor } from './ConfigEditor';

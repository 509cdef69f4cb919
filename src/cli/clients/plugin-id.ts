/** The type of our data source in Grafana (plugin.json). */
export const PLUGIN_ID = 'socoutcomes-metrics-datasource';

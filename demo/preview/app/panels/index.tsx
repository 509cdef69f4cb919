import { PanelPlugin, type PanelPluginMeta, PluginType } from '@grafana/data';
import React from 'react';
import { barGauge } from './bar-gauge';
import { gauge } from './gauge';
import { stat } from './stat';
import { stateTimeline } from './state-timeline';
import { table } from './table';
import { text } from './text';
import { timeSeries } from './time-series';

const plugins: Record<string, PanelPlugin<never>> = {
  stat: stat as never,
  bargauge: barGauge as never,
  gauge: gauge as never,
  timeseries: timeSeries as never,
  table: table as never,
  'state-timeline': stateTimeline as never,
  text: text as never,
};

function metaOf(id: string): PanelPluginMeta {
  const info = { author: { name: '' }, description: '', links: [], logos: { small: '', large: '' }, screenshots: [], updated: '', version: '' };
  return { id, name: id, type: PluginType.panel, module: '', baseUrl: '', sort: 1, info, skipDataQuery: id === 'text' };
}

for (const [id, plugin] of Object.entries(plugins)) {
  plugin.meta = metaOf(id);
}

/** The panel of that type; an unknown type says so in its place instead of breaking the dashboard. */
export function panelPlugin(id: string): PanelPlugin {
  const known = plugins[id];
  if (known) {
    return known as unknown as PanelPlugin;
  }
  const missing = new PanelPlugin(() => <p data-testid="panel-error">The preview has no panel of type &quot;{id}&quot;. Open this dashboard in Grafana, or use one of: {Object.keys(plugins).join(', ')}.</p>);
  missing.meta = metaOf(id);
  return missing;
}

import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2, PanelPlugin, type PanelProps } from '@grafana/data';
import { LegendDisplayMode, type VizLegendOptions } from '@grafana/schema';
import { DataLinksContextMenu, Tooltip, useStyles2, useTheme2, VizLayout, VizLegend, type VizLegendItem } from '@grafana/ui';
import React, { useMemo } from 'react';
import { declareFieldConfig, declareOptions } from './custom';
import { EmptyPanel } from './empty';
import { type Span, spanRows, type SpanRow } from './spans';
import { timeTicks } from './time-ticks';

interface StateTimelineOptions {
  mergeValues: boolean;
  showValue: 'auto' | 'always' | 'never';
  rowHeight: number;
  legend: VizLegendOptions;
}

const axisHeight = 24;
const letter = 7; // width of a letter at the label's size, in pixels

function Lines({ rows, props, width, height }: { rows: SpanRow[]; props: PanelProps<StateTimelineOptions>; width: number; height: number }) {
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const { options, timeRange, timeZone } = props;
  const label = Math.min(width * 0.3, Math.max(...rows.map((row) => row.name.length)) * letter + 12);
  const from = timeRange.from.valueOf();
  const to = timeRange.to.valueOf();
  const x = (time: number) => label + ((Math.min(to, Math.max(from, time)) - from) / (to - from)) * (width - label);
  const band = Math.max(10, (height - axisHeight) / rows.length);
  const bar = band * options.rowHeight;
  const ticks = timeTicks(from, to, Math.max(2, Math.floor((width - label) / 80)), timeZone);
  const box = (span: Span, top: number) => {
    const left = x(span.from);
    const size = Math.max(1, x(span.to) - left);
    const fits = options.showValue !== 'never' && (options.showValue === 'always' || size > span.text.length * letter + 8) && bar > 12;
    const color = span.display.color ?? theme.colors.secondary.main;
    return (
      <g className={styles.span}>
        <rect x={left} y={top} width={size} height={bar} fill={color} fillOpacity={0.85} />
        {fits && <text x={left + size / 2} y={top + bar / 2 + 4} textAnchor="middle" fontSize={12} fill={theme.colors.getContrastText(color)}>{span.text}</text>}
      </g>
    );
  };
  return (
    <svg width={width} height={Math.max(height, rows.length * band + axisHeight)} role="img" data-testid="state-timeline">
      {ticks.map((tick) => <line key={tick.time} x1={x(tick.time)} x2={x(tick.time)} y1={0} y2={rows.length * band} stroke={theme.colors.border.weak} />)}
      {rows.map((row, index) => (
        <g key={row.name + index}>
          <text x={label - 8} y={index * band + band / 2 + 4} textAnchor="end" fontSize={12} fill={theme.colors.text.primary}>{shorten(row.name, label)}</text>
          {row.spans.filter((span) => span.to > from && span.from < to).map((span) => {
            const top = index * band + (band - bar) / 2;
            const when = `${dateTimeFormat(span.from, { timeZone })} to ${dateTimeFormat(span.to, { timeZone })}`;
            const drawn = span.links().length > 0 ? <DataLinksContextMenu links={span.links}>{(menu) => <g onClick={menu.openMenu}>{box(span, top)}</g>}</DataLinksContextMenu> : box(span, top);
            return <Tooltip key={span.from} content={<><strong>{row.name}: {span.text}</strong><br />{when}</>} placement="top"><g>{drawn}</g></Tooltip>;
          })}
        </g>
      ))}
      {ticks.map((tick) => <text key={tick.time} x={Math.min(width - 20, x(tick.time))} y={rows.length * band + 17} textAnchor="middle" fontSize={12} fill={theme.colors.text.secondary}>{tick.text}</text>)}
    </svg>
  );
}

const shorten = (name: string, width: number) => (name.length * letter > width ? `${name.slice(0, Math.max(1, Math.floor(width / letter) - 2))}…` : name);

function StateTimelinePanel(props: PanelProps<StateTimelineOptions>) {
  const { data, options, timeRange, width, height } = props;
  const theme = useTheme2();
  const rows = useMemo(() => spanRows(data.series, timeRange.to.valueOf(), options.mergeValues, theme), [data.series, timeRange, options.mergeValues, theme]);
  if (rows.every((row) => row.spans.length === 0)) {
    return <EmptyPanel {...props} />;
  }
  const states = new Map(rows.flatMap((row) => row.spans).map((span) => [span.text, span.display.color ?? '']));
  const items: VizLegendItem[] = [...states].map(([label, color]) => ({ label, color, yAxis: 1 }));
  const legend = options.legend.showLegend === false ? null : (
    <VizLayout.Legend placement={options.legend.placement ?? 'bottom'}>
      <VizLegend items={items} displayMode={LegendDisplayMode.List} placement={options.legend.placement ?? 'bottom'} readonly />
    </VizLayout.Legend>
  );
  return (
    <VizLayout width={width} height={height} legend={legend}>
      {(inner, room) => <div style={{ width: inner, height: room, overflow: 'hidden auto' }}><Lines rows={rows} props={props} width={inner} height={room} /></div>}
    </VizLayout>
  );
}

const getStyles = (_theme: GrafanaTheme2) => ({ span: css({ '&:hover rect': { fillOpacity: 1 }, text: { pointerEvents: 'none' } }) });

export const stateTimeline = declareOptions(new PanelPlugin<StateTimelineOptions>(StateTimelinePanel), {
  mergeValues: true,
  showValue: 'auto',
  rowHeight: 0.9,
  legend: { displayMode: LegendDisplayMode.List, placement: 'bottom', showLegend: true, calcs: [] },
});
declareFieldConfig(stateTimeline as never, { lineWidth: 0, fillOpacity: 70, hideFrom: { viz: false, legend: false, tooltip: false } }, { color: { mode: 'continuous-GrYlRd' } });

import { type DataFrame, type Field, FieldType, PanelPlugin, type PanelProps } from '@grafana/data';
import { AxisColorMode, AxisPlacement, BarAlignment, DashboardCursorSync, GraphDrawStyle, GraphGradientMode, GraphThresholdsStyleMode, LegendDisplayMode, LineInterpolation, ScaleDistribution, SortOrder, StackingMode, TooltipDisplayMode, VisibilityMode, type VizLegendOptions, type VizTooltipOptions } from '@grafana/schema';
import { TimeSeries, TooltipPlugin2, usePanelContext } from '@grafana/ui';
import React, { useMemo } from 'react';
import { AnnotationMarks } from './annotations';
import { declareFieldConfig, declareOptions } from './custom';
import { EmptyPanel } from './empty';
import { SeriesTooltip } from './series-tooltip';

interface TimeSeriesOptions {
  legend: VizLegendOptions;
  tooltip: VizTooltipOptions;
}

const noFrames: DataFrame[] = [];

/** Frames with a time and something to draw; booleans become 0 and 1, as in Grafana. */
function graphable(series: DataFrame[]): DataFrame[] {
  return series
    .filter((frame) => frame.length > 0 && frame.fields.some((field) => field.type === FieldType.time))
    .map((frame) => ({ ...frame, fields: frame.fields.map(asNumber) }))
    .filter((frame) => frame.fields.some((field) => field.type === FieldType.number));
}

function asNumber(field: Field): Field {
  if (field.type !== FieldType.boolean) {
    return field;
  }
  const values = field.values.map((value: boolean | null) => (value === null ? null : Number(value)));
  return { ...field, type: FieldType.number, values, config: { ...field.config, min: 0, max: 1, decimals: 0 } };
}

function TimeSeriesPanel(props: PanelProps<TimeSeriesOptions>) {
  const { data, options, width, height, timeRange, timeZone, onChangeTimeRange } = props;
  const { sync, eventsScope } = usePanelContext();
  const frames = useMemo(() => graphable(data.series), [data.series]);
  if (frames.length === 0) {
    return <EmptyPanel {...props} />;
  }
  return (
    <TimeSeries frames={frames} structureRev={data.structureRev} timeRange={timeRange} timeZone={timeZone} width={width} height={height} legend={options.legend} options={options}>
      {(config, aligned) => (
        <>
          {options.tooltip.mode !== TooltipDisplayMode.None && (
            <TooltipPlugin2
              config={config}
              hoverMode={options.tooltip.mode === TooltipDisplayMode.Single ? 0 : 1}
              queryZoom={onChangeTimeRange}
              syncMode={sync?.() ?? DashboardCursorSync.Off}
              syncScope={eventsScope}
              maxWidth={options.tooltip.maxWidth}
              getDataLinks={(series, row) => aligned.fields[series]?.getLinks?.({ valueRowIndex: row }) ?? []}
              render={(_plot, rows, series, isPinned, _dismiss, _range, _viaSync, links) => (
                <SeriesTooltip frame={aligned} frames={frames} rows={rows} series={series} mode={options.tooltip.mode} sort={options.tooltip.sort} timeZone={timeZone} links={isPinned ? links : []} />
              )}
            />
          )}
          <AnnotationMarks config={config} frames={data.annotations ?? noFrames} timeZone={timeZone} />
        </>
      )}
    </TimeSeries>
  );
}

export const timeSeries = declareOptions(new PanelPlugin<TimeSeriesOptions>(TimeSeriesPanel).setDataSupport({ annotations: true, alertStates: true }), {
    legend: { displayMode: LegendDisplayMode.List, placement: 'bottom', showLegend: true, calcs: [] },
    tooltip: { mode: TooltipDisplayMode.Single, sort: SortOrder.None },
  });

declareFieldConfig(
  timeSeries as never,
  {
    drawStyle: GraphDrawStyle.Line,
    lineInterpolation: LineInterpolation.Linear,
    lineWidth: 1,
    lineStyle: undefined,
    fillOpacity: 0,
    gradientMode: GraphGradientMode.None,
    fillBelowTo: undefined,
    spanNulls: false,
    insertNulls: false,
    showPoints: VisibilityMode.Auto,
    pointSize: 5,
    barAlignment: BarAlignment.Center,
    barWidthFactor: 0.6,
    barMaxWidth: undefined,
    stacking: { mode: StackingMode.None, group: 'A' },
    thresholdsStyle: { mode: GraphThresholdsStyleMode.Off },
    axisPlacement: AxisPlacement.Auto,
    axisColorMode: AxisColorMode.Text,
    axisLabel: '',
    axisWidth: undefined,
    axisSoftMin: undefined,
    axisSoftMax: undefined,
    axisGridShow: undefined,
    axisCenteredZero: false,
    axisBorderShow: false,
    scaleDistribution: { type: ScaleDistribution.Linear },
    hideFrom: { viz: false, legend: false, tooltip: false },
    transform: undefined,
    lineColor: undefined,
  },
  { color: { mode: 'palette-classic' } }
);

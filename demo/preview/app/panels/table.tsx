import { css } from '@emotion/css';
import { cacheFieldDisplayNames, getFrameDisplayName, type GrafanaTheme2, PanelPlugin, type PanelProps } from '@grafana/data';
import { TableCellDisplayMode, TableCellHeight } from '@grafana/schema';
import { Select, type TableSortByFieldState, useStyles2 } from '@grafana/ui';
import { TableNG } from '@grafana/ui/unstable';
import React, { useMemo } from 'react';
import { declareFieldConfig, declareOptions } from './custom';
import { EmptyPanel } from './empty';

interface TableOptions {
  frameIndex: number;
  showHeader: boolean;
  cellHeight: TableCellHeight;
  sortBy?: TableSortByFieldState[];
  enablePagination?: boolean;
  frozenColumns?: { left?: number };
}

const pickerHeight = 40;

function TablePanel(props: PanelProps<TableOptions>) {
  const { data, width, height, options, fieldConfig, timeRange, transparent, onOptionsChange } = props;
  const styles = useStyles2(getStyles);
  const frames = useMemo(() => {
    cacheFieldDisplayNames(data.series); // TableNG reads the names from the fields' state
    // `custom.hidden` is the older word for `custom.hideFrom.viz`; Grafana itself rewrites it.
    const visible = data.series.map((frame) => ({ ...frame, fields: frame.fields.filter((field) => !field.config.custom?.hidden) }));
    return visible.filter((frame) => frame.fields.length > 0);
  }, [data.series]);
  const index = Math.min(options.frameIndex, frames.length - 1);
  const frame = frames[index];
  if (!frame || frames.every((candidate) => candidate.length === 0)) {
    return <EmptyPanel {...props} />;
  }
  const choices = frames.map((candidate, value) => ({ value, label: getFrameDisplayName(candidate, value) }));
  return (
    <div className={styles.wrapper}>
      <TableNG
        data={frame}
        width={width}
        height={height - (frames.length > 1 ? pickerHeight : 0)}
        noHeader={!options.showHeader}
        showTypeIcons={false}
        resizable
        cellHeight={options.cellHeight}
        initialSortBy={options.sortBy}
        enablePagination={options.enablePagination}
        frozenColumns={options.frozenColumns?.left}
        structureRev={data.structureRev}
        timeRange={timeRange}
        fieldConfig={fieldConfig}
        transparent={transparent}
        disableSanitizeHtml={false}
      />
      {frames.length > 1 && <Select<number> options={choices} value={index} onChange={({ value }) => onOptionsChange({ ...options, frameIndex: value ?? 0 })} menuPlacement="top" />}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({ wrapper: css({ display: 'flex', flexDirection: 'column', justifyContent: 'space-between', gap: theme.spacing(1), height: '100%' }) });

export const table = declareOptions(new PanelPlugin<TableOptions>(TablePanel), { frameIndex: 0, showHeader: true, cellHeight: TableCellHeight.Sm });
table.setNoPadding();
declareFieldConfig(table as never, {
  align: 'auto',
  cellOptions: { type: TableCellDisplayMode.Auto },
  width: undefined,
  minWidth: undefined,
  inspect: false,
  filterable: false,
  hidden: undefined,
  'hideFrom.viz': undefined,
  wrapText: undefined,
  wrapHeaderText: undefined,
  'tooltip.field': undefined,
  'tooltip.placement': undefined,
  'footer.reducers': undefined,
  styleField: undefined,
});


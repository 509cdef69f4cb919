import { css } from '@emotion/css';
import { type DataFrame, dateTimeFormat, FieldType, formattedValueToString, getDisplayProcessor, getFieldDisplayName, type GrafanaTheme2, type LinkModel } from '@grafana/data';
import { SortOrder, TooltipDisplayMode } from '@grafana/schema';
import { DataLinkButton, SeriesTable, useStyles2, useTheme2 } from '@grafana/ui';
import React from 'react';

interface SeriesTooltipProps {
  /** The frames joined on time, as they are drawn. */
  frame: DataFrame;
  /** The frames before the join: they know the names that the legend shows. */
  frames: DataFrame[];
  rows: Array<number | null>;
  series: number | null;
  mode: TooltipDisplayMode;
  sort: SortOrder;
  timeZone: string;
  links: LinkModel[];
}

/** The hovered instant with the hovered series, or all of them, and the links of a pinned one. */
export function SeriesTooltip({ frame, frames, rows, series, mode, sort, timeZone, links }: SeriesTooltipProps) {
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const shown = frame.fields.flatMap((field, index) => {
    const row = rows[index];
    const wanted = mode === TooltipDisplayMode.Multi || index === series;
    if (index === 0 || !wanted || row === null || row === undefined || field.type !== FieldType.number || field.config.custom?.hideFrom?.tooltip) {
      return [];
    }
    const display = (field.display ?? getDisplayProcessor({ field, theme }))(field.values[row]);
    const origin = frames[field.state?.origin?.frameIndex ?? -1];
    const label = getFieldDisplayName(origin?.fields[field.state?.origin?.fieldIndex ?? -1] ?? field, origin ?? frame, frames);
    return [{ color: display.color ?? '', label, value: formattedValueToString(display), isActive: index === series && mode === TooltipDisplayMode.Multi, numeric: display.numeric }];
  });
  if (sort !== SortOrder.None) {
    shown.sort((a, b) => (sort === SortOrder.Ascending ? a.numeric - b.numeric : b.numeric - a.numeric));
  }
  const at = rows[series ?? 0] ?? rows.find((row) => row !== null);
  const time = at === null || at === undefined ? '' : dateTimeFormat(frame.fields[0]?.values[at], { timeZone });
  return (
    <div className={styles.wrapper}>
      <SeriesTable timestamp={time} series={shown} />
      {links.map((link) => (
        <DataLinkButton key={link.href + link.title} link={link} buttonProps={{ size: 'sm', fill: 'text' }} />
      ))}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  wrapper: css({ padding: theme.spacing(1), display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5), maxHeight: 400, overflow: 'auto' }),
});

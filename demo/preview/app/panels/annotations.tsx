import { css } from '@emotion/css';
import { colorManipulator, type DataFrame, DataFrameView, dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { Tooltip, type UPlotConfigBuilder, useStyles2, useTheme2 } from '@grafana/ui';
import React, { useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import type uPlot from 'uplot';

/** An annotation as `arrayToDataFrame` lays it out; times are epoch milliseconds. */
interface Mark {
  time: number;
  timeEnd?: number;
  isRegion?: boolean;
  title?: string;
  text?: string;
  tags?: string[];
  color?: string;
}

interface AnnotationMarksProps {
  config: UPlotConfigBuilder;
  frames: DataFrame[];
  timeZone: string;
}

const marksOf = (frames: DataFrame[]): Mark[] => frames.flatMap((frame) => new DataFrameView<Mark>(frame).toArray());

/** Draws annotations into the plot's canvas (a dashed line, a shaded region) and a marker under the axis that tells the text. */
export function AnnotationMarks({ config, frames, timeZone }: AnnotationMarksProps) {
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const plot = useRef<uPlot | null>(null);
  const current = useRef(frames);
  current.current = frames;
  const [, redraw] = useState(0);

  useLayoutEffect(() => {
    config.addHook('ready', (u: uPlot) => {
      plot.current = u;
      redraw((count) => count + 1);
    });
    config.addHook('draw', (u: uPlot) => {
      for (const mark of marksOf(current.current)) {
        drawMark(u, mark, theme.visualization.getColorByName(mark.color ?? 'red'));
      }
      // The markers are HTML over the plot: they follow once the canvas is painted.
      queueMicrotask(() => redraw((count) => count + 1));
    });
  }, [config, theme]);

  useLayoutEffect(() => plot.current?.redraw(false), [frames]);

  const u = plot.current;
  if (!u) {
    return null;
  }
  const visible = marksOf(frames).filter((mark) => (mark.timeEnd ?? mark.time) >= (u.scales.x?.min ?? 0) && mark.time <= (u.scales.x?.max ?? 0));
  const markers = visible.map((mark, index) => (
        <Tooltip key={index} content={<MarkText mark={mark} timeZone={timeZone} />} placement="top">
          <div className={styles.marker} style={{ left: Math.max(0, u.valToPos(mark.time, 'x')), borderBottomColor: theme.visualization.getColorByName(mark.color ?? 'red') }} data-testid="annotation-marker" />
        </Tooltip>
  ));
  return createPortal(markers, u.over);
}

function MarkText({ mark, timeZone }: { mark: Mark; timeZone: string }) {
  const end = mark.isRegion && mark.timeEnd ? ` to ${dateTimeFormat(mark.timeEnd, { timeZone })}` : '';
  return (
    <div>
      <strong>{dateTimeFormat(mark.time, { timeZone })}{end}</strong>
      {mark.title && <div>{mark.title}</div>}
      {mark.text && <div>{mark.text}</div>}
      {mark.tags?.length ? <div>{mark.tags.join(', ')}</div> : null}
    </div>
  );
}

function drawMark(u: uPlot, mark: Mark, color: string): void {
  const { ctx, bbox } = u;
  const x = u.valToPos(mark.time, 'x', true);
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  if (mark.isRegion && mark.timeEnd) {
    ctx.fillStyle = colorManipulator.alpha(color, 0.12);
    ctx.fillRect(x, bbox.top, u.valToPos(mark.timeEnd, 'x', true) - x, bbox.height);
  }
  ctx.strokeStyle = color;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([5 * devicePixelRatio, 5 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}

const getStyles = (_theme: GrafanaTheme2) => ({
  marker: css({ position: 'absolute', bottom: -6, width: 0, height: 0, marginLeft: -5, borderLeft: '5px solid transparent', borderRight: '5px solid transparent', borderBottom: '6px solid', pointerEvents: 'auto', zIndex: 10 }),
});

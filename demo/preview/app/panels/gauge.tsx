import { formattedValueToString, PanelPlugin, type PanelProps, type Threshold, ThresholdsMode } from '@grafana/data';
import { useTheme2 } from '@grafana/ui';
import React from 'react';
import { arcPath } from './arc';
import { declareFieldConfig, declareOptions } from './custom';
import { type DrawnValue, valueDefaults, type ValueOptions, ValuePanel } from './values';

interface GaugeOptions extends ValueOptions {
  showThresholdLabels: boolean;
  showThresholdMarkers: boolean;
}

/** @grafana/ui's gauge needs a jQuery plug-in that no package ships, so this one is an SVG of our own. */
function Gauge({ value, width, height, count, onClick, linkClass, options }: DrawnValue & { options: GaugeOptions }) {
  const theme = useTheme2();
  const { field, display } = value;
  const min = field.min ?? 0;
  const max = field.max ?? 100;
  const share = (number: number) => (number - min) / (max - min);
  const named = count > 1 && display.title !== undefined;
  const room = Math.max(20, height - (named ? 24 : 0));
  // A span of 240 degrees is 1.5 radii high and 2 radii wide.
  const outer = Math.max(10, Math.min(width / 2 - 4, room / 1.55));
  const ring = Math.max(3, outer * 0.06);
  const bar = Math.max(8, outer * 0.28);
  const centre = { x: width / 2, y: (room - outer * 1.5) / 2 + outer };
  const body = outer - (options.showThresholdMarkers ? ring + 2 : 0);
  const text = formattedValueToString(display);
  const size = options.text?.valueSize ?? Math.min((body - bar) * 0.55, ((body - bar) * 2.6) / Math.max(4, text.length));
  const percent = field.thresholds?.mode === ThresholdsMode.Percentage;
  const steps: Threshold[] = field.thresholds?.steps ?? [];
  const at = (step: Threshold) => (percent ? step.value / 100 : share(step.value));
  return (
    <svg width={width} height={height} role="img" aria-label={`${display.title ?? ''} ${text}`} onClick={onClick as never} className={linkClass} data-testid="gauge">
      {options.showThresholdMarkers &&
        steps.map((step, index) => {
          const next = steps[index + 1];
          return <path key={step.value} d={arcPath(centre, outer, outer - ring, at(step), next ? at(next) : 1)} fill={theme.visualization.getColorByName(step.color)} />;
        })}
      <path d={arcPath(centre, body, body - bar, 0, 1)} fill={theme.isDark ? theme.colors.background.secondary : theme.colors.background.canvas} />
      {Number.isFinite(display.numeric) && <path d={arcPath(centre, body, body - bar, 0, share(display.numeric))} fill={display.color} />}
      <text x={centre.x} y={centre.y + size * 0.25} textAnchor="middle" fontSize={size} fontWeight={500} fill={display.color}>
        {text}
      </text>
      {named && (
        <text x={centre.x} y={height - 6} textAnchor="middle" fontSize={options.text?.titleSize ?? 14} fill={theme.colors.text.primary}>
          {display.title}
        </text>
      )}
    </svg>
  );
}

function GaugePanel(props: PanelProps<GaugeOptions>) {
  return <ValuePanel {...props} draw={(drawn) => <Gauge {...drawn} options={props.options} />} repeater={{ minVizWidth: 75, minVizHeight: 75, autoGrid: true }} />;
}

export const gauge = declareOptions(new PanelPlugin<GaugeOptions>(GaugePanel), { ...valueDefaults, showThresholdLabels: false, showThresholdMarkers: true });
declareFieldConfig(gauge as never, {});

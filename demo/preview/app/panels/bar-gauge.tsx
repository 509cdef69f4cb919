import { PanelPlugin, type PanelProps, VizOrientation } from '@grafana/data';
import { BarGaugeDisplayMode, BarGaugeNamePlacement, BarGaugeValueMode } from '@grafana/schema';
import { BarGauge, useTheme2 } from '@grafana/ui';
import React from 'react';
import { declareFieldConfig, declareOptions } from './custom';
import { type DrawnValue, valueDefaults, type ValueOptions, ValuePanel } from './values';

interface BarGaugeOptions extends ValueOptions {
  displayMode: BarGaugeDisplayMode;
  valueMode: BarGaugeValueMode;
  namePlacement: BarGaugeNamePlacement;
  showUnfilled: boolean;
  minVizWidth: number;
  minVizHeight: number;
  maxVizHeight: number;
}

function BarGaugePanel(props: PanelProps<BarGaugeOptions>) {
  const theme = useTheme2();
  const { options } = props;
  const draw = ({ value, width, height, orientation, count, alignmentFactors, onClick, linkClass }: DrawnValue) => {
    const { field, display, view, colIndex } = value;
    const tight = orientation === VizOrientation.Vertical ? width <= options.minVizWidth : height <= options.minVizHeight;
    return (
      <BarGauge
        value={display}
        field={field}
        display={colIndex === undefined ? undefined : view?.getFieldDisplayProcessor(colIndex)}
        width={width}
        height={height}
        orientation={orientation}
        text={options.text}
        displayMode={options.displayMode}
        valueDisplayMode={options.valueMode}
        namePlacement={options.namePlacement}
        showUnfilled={options.showUnfilled}
        itemSpacing={8}
        lcdCellWidth={12}
        alignmentFactors={count > 1 ? alignmentFactors : undefined}
        theme={theme}
        onClick={onClick}
        className={linkClass}
        isOverflow={tight && count > 1}
      />
    );
  };
  const { minVizWidth, minVizHeight, maxVizHeight } = options;
  return <ValuePanel {...props} draw={draw} repeater={{ minVizWidth, minVizHeight, maxVizHeight, itemSpacing: 10 }} />;
}

export const barGauge = declareOptions(new PanelPlugin<BarGaugeOptions>(BarGaugePanel), {
  ...valueDefaults,
  displayMode: BarGaugeDisplayMode.Gradient,
  valueMode: BarGaugeValueMode.Color,
  namePlacement: BarGaugeNamePlacement.Auto,
  showUnfilled: true,
  minVizWidth: 8,
  minVizHeight: 16,
  maxVizHeight: 300,
});
declareFieldConfig(barGauge as never, {});

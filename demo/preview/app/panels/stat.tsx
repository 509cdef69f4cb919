import { PanelPlugin, type PanelProps } from '@grafana/data';
import { BigValue, BigValueColorMode, BigValueGraphMode, BigValueJustifyMode, BigValueTextMode, useTheme2 } from '@grafana/ui';
import React from 'react';
import { declareFieldConfig, declareOptions } from './custom';
import { type DrawnValue, valueDefaults, type ValueOptions, ValuePanel } from './values';

interface StatOptions extends ValueOptions {
  colorMode: BigValueColorMode;
  graphMode: BigValueGraphMode;
  justifyMode: BigValueJustifyMode;
  textMode: BigValueTextMode;
  wideLayout: boolean;
  showPercentChange: boolean;
}

function StatPanel(props: PanelProps<StatOptions>) {
  const theme = useTheme2();
  const { options } = props;
  const draw = ({ value, width, height, count, alignmentFactors, onClick, hasLinks, linkClass }: DrawnValue) => (
    <BigValue
      value={value.display}
      sparkline={value.sparkline}
      width={width}
      height={height}
      count={count}
      colorMode={options.colorMode}
      graphMode={options.graphMode}
      justifyMode={options.justifyMode}
      textMode={options.textMode}
      disableWideLayout={!options.wideLayout}
      alignmentFactors={alignmentFactors}
      text={options.text}
      theme={theme}
      onClick={onClick}
      hasLinks={hasLinks}
      className={linkClass}
    />
  );
  return <ValuePanel {...props} draw={draw} sparkline={options.graphMode !== BigValueGraphMode.None} percentChange={options.showPercentChange} repeater={{ itemSpacing: 3, autoGrid: true }} />;
}

export const stat = declareOptions(new PanelPlugin<StatOptions>(StatPanel), {
  ...valueDefaults,
  colorMode: BigValueColorMode.Value,
  graphMode: BigValueGraphMode.Area,
  justifyMode: BigValueJustifyMode.Auto,
  textMode: BigValueTextMode.Auto,
  wideLayout: true,
  showPercentChange: false,
});
declareFieldConfig(stat as never, {});

import { type DisplayValueAlignmentFactors, type FieldDisplay, getDisplayValueAlignmentFactors, getFieldDisplayValues, type LinkModel, type PanelProps, type ReduceDataOptions, VizOrientation } from '@grafana/data';
import { DataLinksContextMenu, useTheme2, VizRepeater } from '@grafana/ui';
import React, { type MouseEventHandler } from 'react';
import { EmptyPanel } from './empty';

/** Options that stat, bar gauge and gauge share. */
export interface ValueOptions {
  reduceOptions: ReduceDataOptions;
  orientation: VizOrientation;
  text?: { titleSize?: number; valueSize?: number };
}

export const valueDefaults: ValueOptions = {
  reduceOptions: { values: false, calcs: ['lastNotNull'], fields: '' },
  orientation: VizOrientation.Auto,
};

/** One value to draw: its room, and how to open its links. */
export interface DrawnValue {
  value: FieldDisplay;
  width: number;
  height: number;
  orientation: VizOrientation;
  count: number;
  alignmentFactors: DisplayValueAlignmentFactors;
  onClick?: MouseEventHandler<HTMLElement>;
  hasLinks: boolean;
  linkClass?: string;
}

interface ValuePanelProps extends Omit<PanelProps<ValueOptions>, 'onOptionsChange'> {
  draw: (drawn: DrawnValue) => React.JSX.Element;
  sparkline?: boolean;
  percentChange?: boolean;
  repeater?: { minVizWidth?: number; minVizHeight?: number; maxVizHeight?: number; itemSpacing?: number; autoGrid?: boolean };
}

/** Reduces the frames to values and repeats `draw` over them; an error or no frame at all shows the empty state. */
export function ValuePanel(props: ValuePanelProps) {
  const { data, width, height, options, fieldConfig, replaceVariables, timeZone, renderCounter, draw, sparkline, percentChange, repeater } = props;
  const theme = useTheme2();
  if (data.series.length === 0 || data.series.every((frame) => frame.length === 0)) {
    return <EmptyPanel {...props} />;
  }
  const getValues = () => getFieldDisplayValues({ data: data.series, fieldConfig, reduceOptions: options.reduceOptions, replaceVariables, theme, timeZone, sparkline, percentChange });
  return (
    <VizRepeater<FieldDisplay, DisplayValueAlignmentFactors>
      getValues={getValues}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      renderValue={({ value, alignmentFactors, ...room }) => <LinkedValue value={value} draw={(rest) => draw({ value, alignmentFactors, ...room, ...rest })} />}
      width={width}
      height={height}
      source={[data, options, theme]}
      renderCounter={renderCounter}
      orientation={options.orientation}
      {...repeater}
    />
  );
}

function LinkedValue({ value, draw }: { value: FieldDisplay; draw: (rest: Pick<DrawnValue, 'onClick' | 'hasLinks' | 'linkClass'>) => React.JSX.Element }) {
  if (!value.hasLinks || !value.getLinks) {
    return draw({ hasLinks: false });
  }
  const getLinks = value.getLinks;
  return (
    <DataLinksContextMenu links={getLinks as () => LinkModel[]} style={{ height: '100%' }}>
      {(menu) => draw({ hasLinks: true, onClick: menu.openMenu as MouseEventHandler<HTMLElement> | undefined, linkClass: menu.targetClassName })}
    </DataLinksContextMenu>
  );
}

import { dataLayers, type SceneComponentProps, SceneDataLayerSet, sceneGraph, SceneObjectBase, type SceneObjectState } from '@grafana/scenes';
import { InlineField, InlineSwitch, Stack } from '@grafana/ui';
import React from 'react';

type Layer = dataLayers.AnnotationsDataLayer;

/** A switch per annotation query; scenes' own control has one for the whole set. */
export class AnnotationSwitches extends SceneObjectBase<SceneObjectState> {
  static Component = ({ model }: SceneComponentProps<AnnotationSwitches>) => {
    const sets = sceneGraph.getDataLayers(model, true).filter((layer) => layer instanceof SceneDataLayerSet);
    const layers = sets.flatMap((set) => set.state.layers).filter((layer): layer is Layer => layer instanceof dataLayers.AnnotationsDataLayer);
    return <Stack direction="row" gap={1} wrap="wrap">{layers.map((layer) => <AnnotationSwitch key={layer.state.key} layer={layer} />)}</Stack>;
  };
}

function AnnotationSwitch({ layer }: { layer: Layer }) {
  const { name, isEnabled, isHidden, data } = layer.useState();
  if (isHidden) {
    return null;
  }
  const failed = data?.errors?.[0]?.message;
  return (
    <InlineField label={name} error={failed} invalid={failed !== undefined} transparent={false}>
      <InlineSwitch id={`annotation-${layer.state.key}`} value={Boolean(isEnabled)} onChange={() => layer.setState({ isEnabled: !isEnabled })} />
    </InlineField>
  );
}

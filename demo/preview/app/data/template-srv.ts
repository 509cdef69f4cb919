import type { ScopedVars } from '@grafana/data';
import type { TemplateSrv } from '@grafana/runtime';
import { sceneGraph, type SceneObject } from '@grafana/scenes';

let active: SceneObject | undefined;

/** The dashboard whose variables answer when a caller names no scene of its own. */
export function setActiveScene(scene: SceneObject | undefined): void {
  active = scene;
}

function sceneOf(scopedVars?: ScopedVars): SceneObject | undefined {
  const scoped = scopedVars?.__sceneObject?.value as SceneObject | undefined;
  return (scoped?.valueOf() as SceneObject | undefined) ?? active;
}

/** Grafana's template service on top of the scene, for the data source class's `applyTemplateVariables`. */
export const sceneTemplates: TemplateSrv & { getAdhocFilters: () => never[] } = {
  getAdhocFilters: () => [], // scenes replaces it with the filters of the dashboard
  getVariables: () => [],
  replace: (target, scopedVars, format) => {
    const scene = sceneOf(scopedVars);
    const scoped = Object.fromEntries(Object.entries(scopedVars ?? {}).filter(([name]) => name !== '__sceneObject'));
    return scene ? sceneGraph.interpolate(scene, target, scoped, format as string | undefined) : (target ?? '');
  },
  containsTemplate: (target) => /\$\w+|\$\{|\[\[/.test(target ?? ''),
  updateTimeRange: () => undefined,
};

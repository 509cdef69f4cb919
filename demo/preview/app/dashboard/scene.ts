import {
  behaviors,
  dataLayers,
  SceneDataLayerSet,
  SceneGridLayout,
  SceneRefreshPicker,
  SceneTimePicker,
  SceneTimeRange,
  VariableValueSelectors,
} from '@grafana/scenes';
import { AnnotationSwitches } from './annotation-switches';
import { DashboardLinks } from './dashboard-links';
import { DashboardScene } from './dashboard-scene';
import type { ClassicAnnotation, ClassicDashboard } from './model';
import { gridChildren } from './panels';
import { sceneVariables } from './variables';

/** Annotation queries of the dashboard; Grafana's built-in one reads its own database, which is not here. */
function annotationLayers(list: ClassicAnnotation[]) {
  const layers = list
    .filter((annotation) => !annotation.builtIn && annotation.datasource?.uid !== '-- Grafana --')
    .map(({ enable = true, hide = false, ...query }, index) => {
      return new dataLayers.AnnotationsDataLayer({ key: `annotations-${index}`, name: query.name, query: { iconColor: 'red', ...query, enable } as never, isEnabled: enable, isHidden: hide });
    });
  return new SceneDataLayerSet({ layers });
}

function timeControls({ timepicker, refresh }: ClassicDashboard) {
  if (timepicker?.hidden) {
    return [];
  }
  return [new SceneTimePicker({ isOnCanvas: true }), new SceneRefreshPicker({ refresh: refresh || '', intervals: timepicker?.refresh_intervals, isOnCanvas: true })];
}

/** Builds the scene of one classic dashboard JSON. Throws when the file uses what the preview does not know. */
export function dashboardScene(dashboard: ClassicDashboard): DashboardScene {
  const { time, timezone, weekStart, fiscalYearStartMonth, graphTooltip = 0 } = dashboard;
  return new DashboardScene({
    uid: dashboard.uid,
    title: dashboard.title,
    $timeRange: new SceneTimeRange({ from: time?.from ?? 'now-6h', to: time?.to ?? 'now', timeZone: timezone === '' ? 'browser' : timezone, weekStart: (weekStart || undefined) as never, fiscalYearStartMonth }),
    $variables: sceneVariables(dashboard.templating?.list ?? []),
    $data: annotationLayers(dashboard.annotations?.list ?? []),
    $behaviors: [new behaviors.CursorSync({ key: 'dashboard', sync: graphTooltip }), new behaviors.SceneQueryController()],
    filters: [new VariableValueSelectors({}), new AnnotationSwitches({})],
    navigation: [new DashboardLinks({ links: dashboard.links ?? [] }), ...timeControls(dashboard)],
    body: new SceneGridLayout({ isLazy: true, isDraggable: false, isResizable: false, children: gridChildren(dashboard.panels ?? []) }),
  });
}

import {
  SceneDataTransformer,
  SceneGridItem,
  type SceneGridItemLike,
  SceneGridRow,
  SceneQueryRunner,
  SceneTimeRange,
  VizPanel,
} from '@grafana/scenes';
import { PanelTitleItems } from './title-items';
import type { ClassicPanel } from './model';

/** Where the text of a panel is the panel: no query, no data. */
const withoutData = new Set(['text', 'row']);

function dataOf(panel: ClassicPanel) {
  if (withoutData.has(panel.type)) {
    return undefined;
  }
  const runner = new SceneQueryRunner({
    datasource: panel.datasource ?? undefined,
    queries: panel.targets ?? [],
    maxDataPoints: panel.maxDataPoints ?? undefined,
    maxDataPointsFromWidth: true,
    minInterval: panel.interval,
    dataLayerFilter: panel.id === undefined ? undefined : { panelId: panel.id },
  });
  return panel.transformations?.length ? new SceneDataTransformer({ $data: runner, transformations: panel.transformations as never }) : runner;
}

function vizPanel(panel: ClassicPanel, key: string): VizPanel {
  return new VizPanel({
    key,
    pluginId: panel.type,
    title: panel.title ?? '',
    description: panel.description,
    options: panel.options ?? {},
    fieldConfig: panel.fieldConfig ?? { defaults: {}, overrides: [] },
    displayMode: panel.transparent ? 'transparent' : 'default',
    hoverHeader: !panel.title,
    titleItems: [new PanelTitleItems({ links: panel.links ?? [] })],
    $data: dataOf(panel),
    $timeRange: panel.timeFrom ? new SceneTimeRange({ from: `now-${panel.timeFrom}`, to: 'now' }) : undefined,
  });
}

function gridItem(panel: ClassicPanel, index: number): SceneGridItem {
  const { x = 0, y = 0, w = 12, h = 8 } = panel.gridPos ?? {};
  const key = `panel-${panel.id ?? `n${index}`}`;
  return new SceneGridItem({ key: `grid-item-${panel.id ?? `n${index}`}`, x, y, width: w, height: h, body: vizPanel(panel, key) });
}

interface Section {
  row?: ClassicPanel;
  panels: ClassicPanel[];
}

/** An open row owns the panels that follow it in the file; a collapsed one carries them inside itself. */
function sections(panels: ClassicPanel[]): Section[] {
  const found: Section[] = [{ panels: [] }];
  for (const panel of panels) {
    if (panel.type === 'row') {
      found.push({ row: panel, panels: [...(panel.panels ?? [])] });
    } else {
      found.at(-1)?.panels.push(panel);
    }
  }
  return found;
}

/** Panels and rows on Grafana's grid of 24 columns. */
export function gridChildren(panels: ClassicPanel[]): SceneGridItemLike[] {
  return sections(panels).flatMap(({ row, panels: owned }, section) => {
    const items: SceneGridItemLike[] = owned.map((panel, index) => gridItem(panel, section * 1000 + index));
    if (!row) {
      return items;
    }
    const state = { key: `row-${row.id ?? section}`, title: row.title ?? '', y: row.gridPos?.y ?? 0 };
    return [new SceneGridRow({ ...state, isCollapsible: true, isCollapsed: Boolean(row.collapsed), children: items })];
  });
}

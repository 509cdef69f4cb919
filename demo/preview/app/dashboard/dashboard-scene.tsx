import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { QueryVariable, type SceneComponentProps, sceneGraph, type SceneGridLayout, type SceneObject, SceneObjectBase, type SceneObjectState, SceneVariableValueChangedEvent, VizPanel } from '@grafana/scenes';
import { useStyles2 } from '@grafana/ui';
import React from 'react';
import { setActiveScene } from '../data/template-srv';
import { DashboardLinks } from './dashboard-links';
import { PanelTitleItems } from './title-items';

interface DashboardSceneState extends SceneObjectState {
  uid: string;
  title: string;
  /** Left of the bar: variables and annotations. */
  filters: SceneObject[];
  /** Right of the bar: links, time, refresh. */
  navigation: SceneObject[];
  body: SceneGridLayout;
}

/** A dashboard: its controls in a bar that stays, its panels below. */
export class DashboardScene extends SceneObjectBase<DashboardSceneState> {
  constructor(state: DashboardSceneState) {
    super(state);
    this.addActivationHandler(() => {
      setActiveScene(this);
      // Links of panels whose query does not use the variable would keep its old value.
      const changed = this.subscribeToEvent(SceneVariableValueChangedEvent, () => this.renewLinks());
      return () => {
        changed.unsubscribe();
        setActiveScene(undefined);
      };
    });
  }

  /** Asks for everything again: the values of the variables (a sync may bring clients nobody knew), then the panels. */
  reload(): void {
    for (const variable of sceneGraph.getVariables(this).state.variables) {
      if (variable instanceof QueryVariable) {
        variable.refreshOptions();
      }
    }
    sceneGraph.getTimeRange(this).onRefresh();
  }

  private renewLinks(): void {
    for (const object of sceneGraph.findAllObjects(this, (one) => [VizPanel, PanelTitleItems, DashboardLinks].some((type) => one instanceof type))) {
      if (object instanceof VizPanel) {
        object.clearFieldConfigCache();
      }
      object.forceRender();
    }
  }

  static Component = ({ model }: SceneComponentProps<DashboardScene>) => {
    const { filters, navigation, body } = model.useState();
    const styles = useStyles2(getStyles);
    return (
      <div className={styles.page}>
        <div className={styles.controls} data-testid="dashboard-controls">
          <div className={styles.navigation}>{navigation.map((control) => <control.Component key={control.state.key} model={control} />)}</div>
          <div className={styles.filters}>{filters.map((control) => <control.Component key={control.state.key} model={control} />)}</div>
        </div>
        <div className={styles.body}>
          <body.Component model={body} />
        </div>
      </div>
    );
  };
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ display: 'flex', flexDirection: 'column', flexGrow: 1, minWidth: 0 }),
  controls: css({ display: 'flow-root', padding: theme.spacing(2, 2, 1), position: 'sticky', top: 0, zIndex: theme.zIndex.activePanel, background: theme.colors.background.canvas }),
  filters: css({ display: 'contents', '& > *': { display: 'inline-flex', verticalAlign: 'top', margin: theme.spacing(0, 1, 1, 0), maxWidth: '100%' } }),
  // Floats, so that the filters use the whole width below it, as in Grafana.
  navigation: css({ float: 'right', display: 'flex', flexWrap: 'wrap', justifyContent: 'flex-end', gap: theme.spacing(1), margin: theme.spacing(0, 0, 1, 1), [theme.breakpoints.down('lg')]: { float: 'none', margin: theme.spacing(0, 0, 1) } }),
  // A grid layout draws nothing inside a parent of height 0.
  body: css({ display: 'flex', flexGrow: 1, minHeight: 200, padding: theme.spacing(0, 2, 4) }),
});

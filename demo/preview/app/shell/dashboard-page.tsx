import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { UrlSyncContextProvider } from '@grafana/scenes';
import { Alert, LoadingPlaceholder, useStyles2 } from '@grafana/ui';
import React, { useEffect, useState } from 'react';
import { dashboardScene } from '../dashboard/scene';
import type { DashboardScene } from '../dashboard/dashboard-scene';
import type { ClassicDashboard } from '../dashboard/model';
import { getJson } from '../data/boot';
import { onFreshData } from '../data/status';

type Loaded = { scene: DashboardScene } | { error: string } | undefined;

async function load(uid: string): Promise<Loaded> {
  try {
    const { dashboard } = await getJson<{ dashboard: ClassicDashboard }>(`/api/dashboards/uid/${encodeURIComponent(uid)}`);
    document.title = `${dashboard.title} - SOC Outcomes`;
    return { scene: dashboardScene(dashboard) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** Loads a dashboard's JSON and shows its scene; variables, time and filters live in the address. */
export function DashboardPage({ uid }: { uid: string }) {
  const styles = useStyles2(getStyles);
  const [loaded, setLoaded] = useState<Loaded>();
  useEffect(() => {
    let gone = false;
    void load(uid).then((result) => !gone && setLoaded(result));
    return () => {
      gone = true;
    };
  }, [uid]);
  useEffect(() => (loaded && 'scene' in loaded ? onFreshData(() => loaded.scene.reload()) : undefined), [loaded]);
  if (!loaded) {
    return <div className={styles.wait}><LoadingPlaceholder text="Loading the dashboard" /></div>;
  }
  if ('error' in loaded) {
    return <div className={styles.wait}><Alert title="This dashboard cannot be shown" severity="error">{loaded.error}</Alert></div>;
  }
  return (
    <UrlSyncContextProvider scene={loaded.scene} updateUrlOnInit createBrowserHistorySteps>
      <loaded.scene.Component model={loaded.scene} />
    </UrlSyncContextProvider>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({ wait: css({ padding: theme.spacing(4) }) });

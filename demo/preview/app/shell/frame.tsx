import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import React, { useState } from 'react';
import { useBoot } from './boot-context';
import { DashboardList } from './dashboard-list';
import { DashboardPage } from './dashboard-page';
import { SyncBanner } from './sync-banner';
import { TopBar } from './top-bar';

/** Bar, list of dashboards, banner and the dashboard of the address; `?kiosk` leaves the dashboard alone. */
export function Frame({ location, toggleTheme }: { location: { pathname: string; search: string }; toggleTheme: () => void }) {
  const styles = useStyles2(getStyles);
  const { dashboards } = useBoot();
  const [listOpen, setListOpen] = useState(false);
  const uid = /^\/d\/([^/]+)/.exec(location.pathname)?.[1] ?? dashboards[0]?.uid;
  const current = dashboards.find((entry) => entry.uid === uid);
  const kiosk = new URLSearchParams(location.search).has('kiosk');
  return (
    <div className={styles.page}>
      {!kiosk && <TopBar current={current} toggleTheme={toggleTheme} toggleList={() => setListOpen(!listOpen)} />}
      <div className={styles.below}>
        {!kiosk && (
          <nav className={cx(styles.list, listOpen && styles.open)} aria-label="Dashboards">
            <DashboardList uid={uid} onChoose={() => setListOpen(false)} />
          </nav>
        )}
        {listOpen && <div className={styles.shade} onClick={() => setListOpen(false)} />}
        <main className={styles.main} id="main">
          <SyncBanner />
          {uid ? <DashboardPage key={uid} uid={uid} /> : <p className={styles.none}>No dashboards: the folder of dashboard files is empty.</p>}
        </main>
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ display: 'flex', flexDirection: 'column', height: '100vh', background: theme.colors.background.canvas, color: theme.colors.text.primary }),
  below: css({ display: 'flex', flexGrow: 1, minHeight: 0, position: 'relative' }),
  list: css({
    width: 240,
    flexShrink: 0,
    overflowY: 'auto',
    background: theme.colors.background.primary,
    borderRight: `1px solid ${theme.colors.border.weak}`,
    [theme.breakpoints.down('lg')]: { display: 'none', position: 'absolute', top: 0, bottom: 0, left: 0, zIndex: theme.zIndex.sidemenu, boxShadow: theme.shadows.z3 },
  }),
  open: css({ [theme.breakpoints.down('lg')]: { display: 'block' } }),
  shade: css({ display: 'none', [theme.breakpoints.down('lg')]: { display: 'block', position: 'absolute', inset: 0, zIndex: theme.zIndex.sidemenu - 1, background: theme.components.overlay.background } }),
  main: css({ flexGrow: 1, minWidth: 0, overflow: 'auto', display: 'flex', flexDirection: 'column', scrollbarGutter: 'stable' }),
  none: css({ padding: theme.spacing(4) }),
});

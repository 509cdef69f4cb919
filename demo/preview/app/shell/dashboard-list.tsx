import { css, cx } from '@emotion/css';
import { type GrafanaTheme2, urlUtil } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { useStyles2 } from '@grafana/ui';
import React from 'react';
import { Link } from 'react-router-dom';
import type { DashboardEntry } from '../data/boot';
import { useBoot } from './boot-context';

/** The address of a dashboard; the time range goes along, so that a look at another dashboard keeps the period. */
function addressOf(entry: DashboardEntry): string {
  const { from, to, timezone } = locationService.getSearchObject();
  return urlUtil.renderUrl(`/d/${entry.uid}`, { from, to, timezone });
}

/** Every dashboard, by folder. */
export function DashboardList({ uid, onChoose }: { uid?: string; onChoose: () => void }) {
  const styles = useStyles2(getStyles);
  const { dashboards, version } = useBoot();
  const folders = [...new Set(dashboards.map((entry) => entry.folder))];
  return (
    <div className={styles.wrapper}>
      {folders.map((folder) => (
        <section key={folder}>
          <h2 className={styles.folder}>{folder}</h2>
          <ul className={styles.list}>
            {dashboards.filter((entry) => entry.folder === folder).map((entry) => (
              <li key={entry.uid}>
                <Link to={addressOf(entry)} onClick={onChoose} className={cx(styles.item, entry.uid === uid && styles.active)} aria-current={entry.uid === uid ? 'page' : undefined} title={entry.description}>{entry.title}</Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
      <footer className={styles.footer}>Preview {version}. The same dashboards and data source run in Grafana.</footer>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  wrapper: css({ display: 'flex', flexDirection: 'column', minHeight: '100%', padding: theme.spacing(1, 0) }),
  folder: css({ fontSize: theme.typography.bodySmall.fontSize, color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightMedium, margin: theme.spacing(1, 2) }),
  list: css({ listStyle: 'none', margin: 0, padding: 0 }),
  item: css({ display: 'block', position: 'relative', margin: theme.spacing(0.25, 1), padding: theme.spacing(0.75, 1.5), borderRadius: theme.shape.radius.default, color: theme.colors.text.secondary, '&:hover': { background: theme.colors.action.hover, color: theme.colors.text.primary } }),
  active: css({ background: theme.colors.action.selected, color: theme.colors.text.maxContrast, '&::before': { content: '" "', position: 'absolute', left: 0, top: 4, bottom: 4, width: 3, borderRadius: 2, backgroundImage: theme.colors.gradients.brandVertical } }),
  footer: css({ marginTop: 'auto', padding: theme.spacing(2), fontSize: theme.typography.bodySmall.fontSize, color: theme.colors.text.disabled }),
});

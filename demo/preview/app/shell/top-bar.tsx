import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { IconButton, useStyles2, useTheme2 } from '@grafana/ui';
import React from 'react';
import { Link } from 'react-router-dom';
import type { DashboardEntry } from '../data/boot';
import { useBoot } from './boot-context';
import { OrganisationSwitch } from './organisation-switch';

interface TopBarProps {
  current?: DashboardEntry;
  toggleTheme: () => void;
  toggleList: () => void;
}

/** Product name, where we are, the organisation whose eyes these are, and the theme switch. */
export function TopBar({ current, toggleTheme, toggleList }: TopBarProps) {
  const styles = useStyles2(getStyles);
  const { isDark } = useTheme2();
  const { organisation, organisations, dashboards } = useBoot();
  return (
    <header className={styles.bar}>
      <IconButton name="bars" size="lg" className={styles.menu} tooltip="Show the dashboards" onClick={toggleList} />
      <Link to={`/d/${dashboards[0]?.uid ?? ''}`} className={styles.product}>
        <img src="/logo.svg" alt="" width={24} height={24} />
        <span>SOC Outcomes</span>
      </Link>
      {current && (
        <div className={styles.crumbs}>
          <span className={styles.folder}>› {current.folder}</span>
          <span className={styles.separator}>›</span>
          <h1 className={styles.title}>{current.title}</h1>
        </div>
      )}
      <div className={styles.right}>
        {organisations.length > 1 ? <OrganisationSwitch /> : <span className={styles.organisation} title="Set by the preview's own configuration">{organisation.name}</span>}
        <IconButton name="adjust-circle" size="lg" tooltip={`Switch to the ${isDark ? 'light' : 'dark'} theme`} onClick={toggleTheme} data-testid="theme-switch" />
      </div>
    </header>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), height: 48, flexShrink: 0, padding: theme.spacing(0, 2), background: theme.colors.background.primary, borderBottom: `1px solid ${theme.colors.border.weak}`, minWidth: 0 }),
  menu: css({ display: 'none', [theme.breakpoints.down('lg')]: { display: 'inline-flex' } }),
  product: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), fontWeight: theme.typography.fontWeightMedium, fontSize: theme.typography.h5.fontSize, whiteSpace: 'nowrap', color: theme.colors.text.maxContrast }),
  crumbs: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), minWidth: 0, overflow: 'hidden' }),
  separator: css({ color: theme.colors.text.disabled }),
  folder: css({ color: theme.colors.text.secondary, whiteSpace: 'nowrap', [theme.breakpoints.down('md')]: { display: 'none' } }),
  title: css({ fontSize: theme.typography.body.fontSize, fontWeight: theme.typography.fontWeightRegular, margin: 0, whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis' }),
  right: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(2), marginLeft: 'auto' }),
  organisation: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize, whiteSpace: 'nowrap', [theme.breakpoints.down('md')]: { display: 'none' } }),
});

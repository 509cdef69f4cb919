import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, Spinner, useStyles2 } from '@grafana/ui';
import React from 'react';
import type { PreviewStatus, StreamStatus } from '../data/boot';
import { useStatus } from '../data/status';

/** What the backend is doing while it is not done: a line with a bar, gone once every stream is current. */
export function SyncBanner() {
  const status = useStatus();
  const styles = useStyles2(getStyles);
  if (!status || status.state === 'current') {
    return null;
  }
  const trouble = status.state === 'trouble';
  return (
    <div className={trouble ? styles.trouble : styles.banner} role="status" data-testid="sync-banner">
      <div className={styles.line}>
        {trouble ? <Icon name="exclamation-triangle" /> : <Spinner inline />}
        <span className={styles.message}>{status.message}</span>
        <span className={styles.detail}>{detailOf(status)}</span>
      </div>
      {status.progress !== null && (
        <div className={styles.track} role="progressbar" aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(status.progress * 100)}>
          <div className={styles.bar} style={{ width: `${Math.min(100, status.progress * 100)}%` }} />
        </div>
      )}
    </div>
  );
}

const busy = (stream: StreamStatus) => stream.state !== 'current';

function detailOf(status: PreviewStatus): string {
  const parts = status.streams.filter(busy).slice(0, 2).map(({ source, stream, rows, total }) => `${source} ${stream} ${rows.toLocaleString('en')}${total === null || rows > total ? '' : ` of ${total.toLocaleString('en')}`}`);
  const more = status.streams.filter(busy).length - parts.length;
  if (more > 0) {
    parts.push(`${more} more`);
  }
  if (status.etaSeconds !== null) {
    parts.push(status.etaSeconds < 60 ? `about ${Math.max(1, Math.round(status.etaSeconds))} s left` : `about ${Math.round(status.etaSeconds / 60)} min left`);
  }
  return parts.join(' · ');
}

function getStyles(theme: GrafanaTheme2) {
  const banner = { margin: theme.spacing(2, 2, 0), padding: theme.spacing(1, 1.5), borderRadius: theme.shape.radius.default, background: theme.colors.background.secondary, border: `1px solid ${theme.colors.border.weak}` };
  return {
    banner: css(banner),
    trouble: css({ ...banner, color: theme.colors.warning.text, borderColor: theme.colors.warning.border, background: theme.colors.warning.transparent }),
    line: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), flexWrap: 'wrap' }),
    message: css({ fontWeight: theme.typography.fontWeightMedium }),
    detail: css({ marginLeft: 'auto', color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize, fontVariantNumeric: 'tabular-nums' }),
    track: css({ height: 4, borderRadius: 2, marginTop: theme.spacing(1), background: theme.colors.border.weak, overflow: 'hidden' }),
    bar: css({ height: '100%', borderRadius: 2, backgroundImage: theme.colors.gradients.brandHorizontal, transition: 'width 400ms ease' }),
  };
}

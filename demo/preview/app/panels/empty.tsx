import { css } from '@emotion/css';
import { type GrafanaTheme2, LoadingState, type PanelProps } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import React from 'react';
import { noticesOf } from './notices';

/**
 * Shown when a panel has nothing to draw: the panel's `noValue`, and the reason if the frames carry one.
 * An error says so here too, because the icon in the panel's corner is easily missed.
 */
export function EmptyPanel({ data, fieldConfig, width, height }: Pick<PanelProps, 'data' | 'fieldConfig' | 'width' | 'height'>) {
  const styles = useStyles2(getStyles);
  if (data.state === LoadingState.Loading) {
    return null;
  }
  const failed = data.errors?.[0]?.message ?? data.error?.message;
  const reason = failed ?? noticesOf(data.series)[0]?.text;
  return (
    <div className={styles.wrapper} style={{ width, height }} data-testid={failed ? 'panel-error' : 'panel-empty'}>
      <span>{failed ? 'Query failed' : fieldConfig.defaults.noValue || 'No data'}</span>
      {reason && height > 60 && <span className={styles.reason} title={reason}>{reason}</span>}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  wrapper: css({ display: 'flex', flexDirection: 'column', alignItems: 'center', justifyContent: 'center', textAlign: 'center', gap: theme.spacing(0.5), color: theme.colors.text.secondary, overflow: 'hidden' }),
  reason: css({ fontSize: theme.typography.bodySmall.fontSize, color: theme.colors.text.disabled, lineHeight: 1.3, maxWidth: 420, padding: theme.spacing(0, 1), display: '-webkit-box', WebkitBoxOrient: 'vertical', WebkitLineClamp: 3, overflow: 'hidden' }),
});

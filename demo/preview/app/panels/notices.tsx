import { css } from '@emotion/css';
import type { DataFrame, GrafanaTheme2, IconName } from '@grafana/data';
import { Icon, PanelChrome, Tooltip, useStyles2 } from '@grafana/ui';
import React from 'react';
import type { FrameNotice } from '../dashboard/model';

const icons: Record<string, IconName> = { info: 'info-circle', warning: 'exclamation-triangle', error: 'exclamation-triangle' };

/** The notices of all frames, each text once: several frames of one answer repeat the same notice. */
export function noticesOf(frames: DataFrame[]): FrameNotice[] {
  const byText = new Map<string, FrameNotice>();
  for (const notice of frames.flatMap((frame) => frame.meta?.notices ?? [])) {
    byText.set(`${notice.severity} ${notice.text}`, notice);
  }
  return [...byText.values()];
}

/** One icon per severity in the panel's header; its tooltip holds the texts. */
export function FrameNotices({ frames }: { frames: DataFrame[] }) {
  const styles = useStyles2(getStyles);
  const notices = noticesOf(frames);
  return (
    <>
      {(['error', 'warning', 'info'] as const).map((severity) => {
        const texts = notices.filter((notice) => notice.severity === severity).map((notice) => notice.text);
        return texts.length === 0 ? null : (
          <Tooltip key={severity} content={<div className={styles.texts}>{texts.map((text) => <p key={text}>{text}</p>)}</div>} theme={severity === 'error' ? 'error' : 'info'}>
            <PanelChrome.TitleItem className={styles[severity]} title="">
              <Icon name={icons[severity] ?? 'info-circle'} size="md" aria-label={`${severity}: ${texts.join(' ')}`} data-testid="panel-notice" />
            </PanelChrome.TitleItem>
          </Tooltip>
        );
      })}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  texts: css({ 'p:last-child': { marginBottom: 0 } }),
  error: css({ color: theme.colors.error.text }),
  warning: css({ color: theme.colors.warning.text }),
  info: css({ color: theme.colors.info.text }),
});

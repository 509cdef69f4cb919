import { css, cx } from '@emotion/css';
import { type GrafanaTheme2, PanelPlugin, type PanelProps, renderTextPanelMarkdown, textUtil } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import React from 'react';
import { declareOptions } from './custom';

interface TextOptions {
  mode: 'markdown' | 'html' | 'code';
  content: string;
}

/** Markdown or HTML with variables, sanitised by Grafana's own functions (a script in it never runs). */
function TextPanel({ options, replaceVariables }: PanelProps<TextOptions>) {
  const styles = useStyles2(getStyles);
  const content = replaceVariables(options.content, {}, options.mode === 'html' ? 'html' : 'text');
  if (options.mode === 'code') {
    return <pre className={styles.fill}>{content}</pre>;
  }
  const html = options.mode === 'html' ? textUtil.sanitizeTextPanelContent(content) : renderTextPanelMarkdown(content);
  return <div className={cx('markdown-html', styles.fill)} dangerouslySetInnerHTML={{ __html: html }} />;
}

const getStyles = (_theme: GrafanaTheme2) => ({ fill: css({ height: '100%', overflow: 'auto', 'p:last-child': { marginBottom: 0 } }) });

export const text = declareOptions<TextOptions>(new PanelPlugin<TextOptions>(TextPanel), { mode: 'markdown', content: '' });

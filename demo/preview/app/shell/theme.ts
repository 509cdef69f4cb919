import { getThemeById, type GrafanaTheme2 } from '@grafana/data';
import { config } from '@grafana/runtime';
import { useState } from 'react';

export type ThemeName = 'dark' | 'light';

function apply(name: ThemeName): GrafanaTheme2 {
  const theme = getThemeById(name);
  config.theme2 = theme; // scenes applies field colours with the theme it finds here
  config.theme = theme.v1;
  config.bootData.user.lightTheme = theme.isLight;
  document.documentElement.setAttribute('data-theme', name);
  document.body.className = `theme-${name}`;
  return theme;
}

/** The theme of the page and a switch for it; the choice is remembered in this browser. */
export function useTheme(): { theme: GrafanaTheme2; name: ThemeName; toggle: () => void } {
  const [name, setName] = useState<ThemeName>(config.theme2.isDark ? 'dark' : 'light');
  const [theme, setTheme] = useState(() => apply(name));
  const toggle = () => {
    const next = name === 'dark' ? 'light' : 'dark';
    try {
      localStorage.setItem('soc-outcomes.theme', next);
    } catch {
      // Storage may be switched off: the choice then lasts as long as the page.
    }
    setTheme(apply(next));
    setName(next);
  };
  return { theme, name, toggle };
}

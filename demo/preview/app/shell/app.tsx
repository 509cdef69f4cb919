import { ThemeContext } from '@grafana/data';
import { LocationServiceProvider, locationService } from '@grafana/runtime';
import { GlobalStyles, PortalContainer } from '@grafana/ui';
import React, { useLayoutEffect, useState } from 'react';
import { Router } from 'react-router-dom';
import type { Boot } from '../data/boot';
import { BootContext } from './boot-context';
import { Frame } from './frame';
import { useTheme } from './theme';

/** The whole page: Grafana's contexts around the frame (bar, list of dashboards, dashboard). */
export function App({ boot }: { boot: Boot }) {
  const { theme, name, toggle } = useTheme();
  const history = locationService.getHistory();
  const [location, setLocation] = useState(history.location);
  useLayoutEffect(() => history.listen(setLocation), [history]);
  return (
    <BootContext.Provider value={boot}>
      <ThemeContext.Provider value={theme}>
        <LocationServiceProvider service={locationService}>
          <Router location={location} navigator={history}>
            <GlobalStyles />
            <Frame key={name} location={location} toggleTheme={toggle} />
            <PortalContainer />
          </Router>
        </LocationServiceProvider>
      </ThemeContext.Provider>
    </BootContext.Provider>
  );
}

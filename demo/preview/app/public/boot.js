// @grafana/runtime reads these globals while its modules load, so they are set by a script before the bundle.
(function () {
  var themes = ['dark', 'light'];
  var stored = null;
  try { stored = localStorage.getItem('soc-outcomes.theme'); } catch { /* storage may be switched off */ }
  var asked = new URLSearchParams(location.search).get('theme');
  var theme = themes.indexOf(asked) >= 0 ? asked : themes.indexOf(stored) >= 0 ? stored : 'dark';
  document.documentElement.setAttribute('data-theme', theme);
  window.__grafana_public_path__ = '/public/';
  window.grafanaBootData = {
    assets: { dark: '', light: '' },
    user: { theme: theme, lightTheme: theme === 'light', timezone: 'browser', weekStart: 'browser', language: 'en-US', regionalFormat: 'en-GB', orgRole: 'Viewer', isSignedIn: true },
    settings: { appSubUrl: '', appUrl: location.origin + '/', buildInfo: { version: '12.4.10', commit: '', env: 'production' }, featureToggles: {}, liveEnabled: false },
    navTree: [],
  };
})();

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConnector } from '../../src/backend/connectors/registry';
import { parseYamlSettings } from '../../src/settings/yaml';

describe('example configurations', () => {
  const names = readdirSync(__dirname).filter(name => name.endsWith('.yaml'));
  it('are there', () => { expect(names).toEqual(['servicenow-audit-log.yaml', 'workspace.yaml']); });
  it.each(names)('%s is accepted as it stands, and every source of it can be built', async name => {
    const parsed = parseYamlSettings(readFileSync(join(__dirname, name), 'utf8'));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems, null, 2));
    for (const source of parsed.settings.sources) {
      const connector = createConnector(source, parsed.settings.clients, { filesRoots: [__dirname] });
      expect(connector.streams.length).toBeGreaterThan(0);
      // The files are the operator's; what is mapped must be sound without them.
      if (source.system === 'files') {
        const { checks } = await connector.health({ http: { request: () => Promise.reject(new Error('no network')) }, now: () => 0, signal: new AbortController().signal, cache: new Map() });
        expect(checks.map(c => c.message)).toEqual(source.streams.map(s => expect.stringContaining(`there is no file "${s.path}" below files_root`)));
      }
    }
  });
  it('workspace.yaml shows every system, targets, a calendar and coverage requirements', () => {
    const parsed = parseYamlSettings(readFileSync(join(__dirname, 'workspace.yaml'), 'utf8'));
    if (!parsed.ok) throw new Error('refused');
    const { settings } = parsed;
    expect(settings.sources.map(s => s.system)).toEqual(['elasticsearch', 'jira', 'netbox', 'files']);
    expect([settings.clients.length, settings.policy.sla.targets.length, Object.keys(settings.policy.sla.calendars), settings.policy.coverage.requirements.length]).toEqual([2, 2, ['office'], 3]);
  });
  it('a misspelt key in it is refused with its place', () => {
    const parsed = parseYamlSettings(readFileSync(join(__dirname, 'workspace.yaml'), 'utf8').replace('listSeparator:', 'listSeperator:'));
    expect(parsed).toMatchObject({ ok: false, problems: [{ path: 'sources[3].streams[0].listSeperator' }] });
  });
});

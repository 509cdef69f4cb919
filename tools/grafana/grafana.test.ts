/** `npm run grafana` against a stand-in for Grafana's program, which records what it was given. A real Grafana starts the same way; none is needed here. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { runDirectory } from '../../tests/setup/processes';
import { serve } from '../../tests/e2e/serving';

const STAND_IN = `#!${process.execPath}
const { createServer } = require('node:http');
const fs = require('node:fs');
const path = require('node:path');
const config = process.argv[process.argv.indexOf('--config') + 1];
const ini = fs.readFileSync(config, 'utf8');
const value = (name) => new RegExp('^' + name + ' = (.*)$', 'm').exec(ini)[1];
const provisioning = value('provisioning');
const text = (name) => fs.readFileSync(path.join(provisioning, name, 'soc-outcomes.yaml'), 'utf8');
const record = { argv: process.argv.slice(2), env: process.env, ini, config, datasources: text('datasources'), dashboards: text('dashboards'), alerting: text('alerting'), plugins: fs.readdirSync(value('plugins')), plugin: fs.readdirSync(path.join(value('plugins'), 'socoutcomes-metrics-datasource')) };
const save = () => fs.writeFileSync(path.join(__dirname, 'record.json'), JSON.stringify(record));
save();
const asked = (request) => Buffer.from((request.headers.authorization || '').slice(6), 'base64').toString() === 'admin:' + value('admin_password');
const server = createServer((request, response) => {
  if (request.url === '/api/health') response.end('{"database":"ok"}');
  else if (asked(request)) response.end('{"status":"OK","message":"from the stand-in"}');
  else response.writeHead(401).end();
}).listen(Number(value('http_port')), value('http_addr'));
process.on('SIGTERM', () => { record.ended = 'SIGTERM'; save(); server.close(); server.closeAllConnections(); });
`;

function home(program: string): string {
  const folder = mkdtempSync(join(runDirectory(), 'grafana home '));
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin', 'grafana'), program);
  chmodSync(join(folder, 'bin', 'grafana'), 0o755);
  return folder;
}

test('it is started on a folder of its own with plugin, provisioning and demo; Ctrl-C ends it and leaves nothing', async () => {
  const folder = home(STAND_IN);
  const running = await serve('tools/grafana/grafana.ts', ['--home', folder, '--scale', '0.01']);
  const record = () => JSON.parse(readFileSync(join(folder, 'bin', 'record.json'), 'utf8')) as Record<string, string> & { argv: string[]; env: Record<string, string>; plugins: string[]; plugin: string[] };
  const { argv, env, ini, config, datasources, dashboards, alerting, plugins, plugin } = record();
  expect(running.output()).toContain('from the stand-in');
  expect(argv).toEqual(['server', '--homepath', folder, '--config', config]);
  expect(Object.keys(env).filter(name => !['PATH', 'HOME', 'TMPDIR', 'LANG', '__CF_USER_TEXT_ENCODING'].includes(name))).toEqual([]);
  expect(ini).toContain('allow_loading_unsigned_plugins = socoutcomes-metrics-datasource\n');
  expect(ini).toContain('[plugin.socoutcomes-metrics-datasource]\ndata_path = ');
  expect(ini).toContain('http_addr = 127.0.0.1\n');
  // What a Grafana would ask of grafana.com by itself, one switch each.
  for (const off of ['reporting_enabled', 'check_for_updates', 'check_for_plugin_updates', 'news_feed_enabled', 'external_enabled']) expect(ini).toContain(`${off} = false\n`);
  for (const on of ['public_key_retrieval_disabled', 'preinstall_disabled', 'disable_gravatar']) expect(ini).toContain(`${on} = true\n`);
  expect(plugins).toEqual(['socoutcomes-metrics-datasource']);
  expect(plugin).toEqual(expect.arrayContaining(['plugin.json', 'module.js', 'backend.js']));
  const [source] = (parse(datasources!) as { datasources: { uid: string; jsonData: { settings: { sources: { id: string; url?: string }[] } }; secureJsonData: Record<string, string> }[] }).datasources;
  expect(source!.uid).toBe('soc-outcomes');
  expect(source!.jsonData.settings.sources.map(s => s.id)).toEqual(['elastic', 'jira', 'netbox', 'cmdb']);
  expect(Object.keys(source!.secureJsonData)).toEqual(['elastic.secret', 'jira.secret', 'netbox.secret']);
  // No name of ours is taken for an environment variable by Grafana.
  expect(datasources!.replaceAll('$$', '')).not.toContain('$');
  expect((parse(dashboards!) as { providers: { options: { path: string } }[] }).providers[0]!.options.path).toBe(join(dirname(config!), 'dashboards'));
  expect(alerting).toContain('soc-outcomes-missed-critical');
  expect(existsSync(config!)).toBe(true);
  await running.stop('SIGINT');
  expect(record().ended).toBe('SIGTERM');
  expect(existsSync(dirname(config!))).toBe(false);
}, 120_000);

test('a Grafana that ends at once is quoted, and nothing is left', async () => {
  const folder = home('#!/bin/sh\necho "config: $5"\necho "cannot open database" >&2\nexit 1\n');
  const failed = await serve('tools/grafana/grafana.ts', ['--home', folder, '--scale', '0.01']).then(() => '', (error: Error) => error.message);
  expect(failed).toContain('Grafana ended before it was up. Its last lines:');
  expect(failed).toContain('cannot open database');
  expect(existsSync(dirname(/config: (.*)/.exec(failed)![1]!))).toBe(false);
}, 120_000);

test('a home without Grafana is named', () => {
  const run = () => execFileSync(process.execPath, ['--import', 'tsx', join(__dirname, 'grafana.ts'), '--home', '/nowhere'], { cwd: join(__dirname, '..', '..'), stdio: 'pipe', encoding: 'utf8' });
  expect(run).toThrow(/No Grafana program: \/nowhere\/bin\/grafana, .*--home names the folder with conf\/ and public\//);
}, 60_000);

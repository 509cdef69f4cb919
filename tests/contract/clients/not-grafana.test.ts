/** The command line against something that is not Grafana, or not ours: one line that says so, exit 1, nothing of the runtime's own words. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientsCommands } from '../../../src/cli/clients';
import { explainCommand } from '../../../src/cli/explain';
import { grantsCommands } from '../../../src/cli/grants';
import { runCli } from '../../../src/cli/program';
import { reportCommand } from '../../../src/cli/report';

const NOW = Date.UTC(2026, 10, 24);
let folder: string;
let server: Server;
let url: string;
let answer: { status: number; body: string; headers?: Record<string, string> };
let asked: string[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'soc-cli-'));
  server = createServer((request, response) => { asked.push(`${request.method} ${request.url}`); response.writeHead(answer.status, answer.headers ?? { 'content-type': 'application/json' }); response.end(answer.body); });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(join(folder, 'clients.yaml'), `grafana: {url: "${url}", user: admin, password: env:PASSWORD}\nclients: [{id: acme, name: Acme, zone: UTC}]\n`);
});
beforeEach(() => { asked = []; });
afterAll(async () => { server.closeAllConnections(); await new Promise(done => server.close(done)); rmSync(folder, { recursive: true, force: true }); });

async function cli(...args: string[]): Promise<{ code: number; said: string; out: string }> {
  const out: string[] = [], said: string[] = [];
  const code = await runCli(args, [clientsCommands, grantsCommands, reportCommand, explainCommand], { out: line => out.push(line), say: line => said.push(line), env: { PASSWORD: 'canary-pass', GRAFANA_TOKEN: 'canary-token' }, now: () => NOW });
  expect(out.join() + said.join()).not.toMatch(/canary|undefined|not a function|not iterable|Unexpected token| at .*:\d+:\d+/);
  return { code, said: said.join('\n'), out: out.join('\n') };
}
const OTHERS = ['{}', '[]', 'null', '"ok"', '[1,2,3]', '{"message":"hello"}'];

describe.each(['plan', 'apply', 'doctor'])('clients %s', command => {
  it.each(OTHERS)('an address that answers %s: refused before anything else is asked', async body => {
    answer = { status: 200, body };
    expect(await cli('clients', command, '-f', join(folder, 'clients.yaml'))).toEqual({ code: 1, out: '', said: expect.stringMatching(/is not Grafana.*grafana\.url.*Nothing was changed/) as string });
    expect(asked).toEqual(['GET /api/health']);
  });
  it('an address that redirects: whither, and that nothing is followed', async () => {
    answer = { status: 302, body: '', headers: { location: 'https://login.example/sso?user=jane' } };
    const { code, said } = await cli('clients', command, '-f', join(folder, 'clients.yaml'));
    expect([code, said]).toEqual([1, expect.stringMatching(/redirects \(302\) to login\.example; redirects are not followed.*final address into grafana\.url/)]);
    expect(said).not.toContain('jane');
  });
});

describe.each([
  ['grants list', ['grants', 'list', '--data-source', 'ops']], ['grants denials', ['grants', 'denials', '--data-source', 'ops']], ['grants revoke', ['grants', 'revoke', 'g1', '--data-source', 'ops']], ['grants rotate', ['grants', 'rotate', 'g1', '--data-source', 'ops']],
  ['report', ['report', '--client', 'acme']], ['explain', ['explain', 'alert', 'A1']],
])('%s', (_name, args) => {
  it.each([...OTHERS, '<html>Sign in</html>', '{"half":'])('an address that answers %s', async body => {
    answer = { status: 200, body };
    const { code, said, out } = await cli(...args, '--grafana', url);
    expect([code, out]).toEqual([1, '']);
    expect(said).toMatch(/Is it the address of Grafana/);
  });
});

describe('grants mint', () => {
  const mint = (...args: string[]) => cli('grants', 'mint', '--org', '2', '--uid', 'x', '--client', 'acme', ...args);
  it('a data folder that is only a typo gets no key of its own', async () => {
    const data = join(folder, 'dtaa');
    expect(await mint('--data', data)).toEqual({ code: 1, out: '', said: `There is no folder ${data}; check --data.` });
    expect(existsSync(data)).toBe(false);
  });
  it('a date that no calendar has is no date', async () => {
    for (const until of ['2027-02-30', '2027-13-01', '2027-02-29T10:00Z', '2027-04-31T10:00:00Z']) expect(await mint('--data', folder, '--until', until)).toEqual({ code: 1, out: '', said: expect.stringContaining(`"${until}" is no time`) as string });
    expect((await mint('--data', folder, '--until', '2028-02-29')).said).toContain('until 2028-02-29 00:00 UTC');
  });
});

describe('credentials of the clients file', () => {
  const refused = async (grafana: string, rest: string): Promise<string> => {
    const file = join(folder, 'credentials.yaml');
    writeFileSync(file, `grafana: {url: "${url}"${grafana}}\nclients: [{id: acme, name: Acme, zone: UTC}]\n${rest}`);
    answer = { status: 200, body: '{}' };
    const { code, said } = await cli('clients', 'apply', '-f', file);
    expect(code).toBe(1);
    return said;
  };
  it('a token of one organisation cannot make others: refused before anything is asked', async () => {
    for (const [grafana, rest] of [[', token: env:GRAFANA_TOKEN', ''], [', token: env:GRAFANA_TOKEN', 'organisations: [{name: A, clients: [acme]}]\n'], ['', '']] as const) expect(await refused(grafana, rest)).toMatch(/grafana: give user and password, or list the organisations with a token each/);
    expect(await refused('', 'organisations: [{name: A, clients: [acme], token: env:GRAFANA_TOKEN}]\n')).toMatch(/operator\.token: is missing; without user and password/);
    expect(asked).toEqual([]);
  });
  it('with a token for each, the operators\' too, Grafana is asked', async () => {
    const organisations = 'organisations: [{name: A, clients: [acme], token: env:GRAFANA_TOKEN}]\n';
    expect(await refused(', token: env:GRAFANA_TOKEN', organisations)).toMatch(/is not Grafana/);
    expect(await refused('', `${organisations}operator: {token: env:GRAFANA_TOKEN}\n`)).toMatch(/is not Grafana/);
    expect(asked).toEqual(['GET /api/health', 'GET /api/health']);
  });
});

import type { LookupFunction } from 'node:net';
import { Agent, ProxyAgent, type Dispatcher } from 'undici';
import type { HostGuard, Lookup } from './guard';
import { SourceError } from './port';
import type { HttpSourceSettings, SourceSecrets } from './auth';

/** A certificate setting must be PEM text: a path in a data source's settings would read files of this machine. */
function pem(source: string, value: string | undefined, setting: string): string | undefined {
  if (value === undefined || value.trim() === '') return undefined;
  if (!value.includes('-----BEGIN ')) throw new SourceError('tls', source, `${setting} is no PEM text.`, `Paste the certificate itself, from -----BEGIN to -----END, into ${setting}.`);
  return lined(value);
}

/** An input of a browser, a folded text of YAML and a variable of an environment lose the line breaks without which no PEM is read. */
const lined = (value: string): string => value.replace(/\\n/g, '\n').replace(/(-----BEGIN [A-Z0-9 ]+-----)([A-Za-z0-9+/=\s]+)(-----END [A-Z0-9 ]+-----)/g, (_, begin: string, body: string, end: string) =>
  `${begin}\n${body.replace(/\s+/g, '').replace(/.{1,64}/g, '$&\n')}${end}\n`);

/**
 * The connections of one source: TLS by its own CA only (when given), client certificate, server name, proxy, connect timeout.
 * Names are resolved, all their addresses checked, and the socket goes to exactly what was checked (no second resolution).
 */
export function dispatcherFor(source: string, settings: HttpSourceSettings, secrets: SourceSecrets, guard: HostGuard, lookup: Lookup): Dispatcher {
  const tls = {
    ca: pem(source, settings.ca, 'ca'), cert: pem(source, settings.clientCert, 'clientCert'), key: pem(source, secrets.clientKey, 'clientKey'),
    ...(settings.serverName ? { servername: settings.serverName } : {}),
  };
  const checked = (port: number): LookupFunction => (hostname, options, callback) => {
    lookup(hostname).then(addresses => {
      guard.checkAddresses(hostname, port, addresses);
      const wanted = options.family === 4 || options.family === 6 ? addresses.filter(a => a.family === options.family) : addresses;
      const first = wanted[0];
      if (!first) throw Object.assign(new Error(`no address for ${hostname}`), { code: 'ENOTFOUND' });
      if (options.all) callback(null, wanted.map(a => ({ address: a.address, family: a.family })));
      else callback(null, first.address, first.family);
    }).catch(error => callback(error as NodeJS.ErrnoException, '', 4));
  };
  const limits = { headersTimeout: settings.timeoutMs, bodyTimeout: settings.timeoutMs, connections: settings.concurrency, keepAliveTimeout: 10_000 };
  if (settings.proxy) {
    const proxy = new URL(settings.proxy);
    const proxyPort = Number(proxy.port || (proxy.protocol === 'https:' ? 443 : 80));
    // The proxy resolves the source's name; only names and literals can be checked here (health says so).
    guard.checkName(proxy.hostname, proxyPort);
    return new ProxyAgent({ uri: settings.proxy, ...limits, requestTls: { ...tls, timeout: settings.connectTimeoutMs }, proxyTls: { timeout: settings.connectTimeoutMs, lookup: checked(proxyPort) } as never });
  }
  const url = new URL(settings.url);
  return new Agent({ ...limits, connect: { ...tls, timeout: settings.connectTimeoutMs, lookup: checked(Number(url.port || (url.protocol === 'https:' ? 443 : 80))) } });
}

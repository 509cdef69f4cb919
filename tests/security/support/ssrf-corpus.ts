/** Addresses that mean "inside" in spellings that filters have missed, as source URLs. `resolves`: what a resolver says to the name. */
export interface Bypass { readonly url: string; readonly resolves?: readonly string[] }

const PORT = '{port}';
const LOOPBACK = ['127.0.0.1', '127.1', '127.0.1', '127.255.255.254', '2130706433', '0x7f000001', '0x7f.1', '0x7f.0x0.0x0.0x1', '0177.0.0.1', '0177.0.0.01', '017700000001', '127.0.0.1.', '127.1.', '0', '0.0.0.0', '0x0', '00', '000.000.000.000', '127.000.000.001', '127.0.0.0x1', '0x7F.0.0.1', '①②⑦.⓪.⓪.①', '１２７.０.０.１', '127。0。0。1', '127．0．0．1', '127｡0｡0｡1',
  '[::1]', '[0:0:0:0:0:0:0:1]', '[0000::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::ffff:7f00:0001]', '[0:0:0:0:0:ffff:7f00:1]', '[::127.0.0.1]', '[::7f00:1]', '[64:ff9b::127.0.0.1]', '[64:ff9b::7f00:1]', '[2002:7f00:1::]', '[2002:7f00:0001::1]', '[fe80::1]', '[fec0::1]', '[ff02::1]', '[ff01::1]', '[100::1]',
  'localhost', 'LOCALHOST', 'localhost.', 'LocalHost.', 'a.localhost', 'x.y.localhost', 'localhost.localhost', 'ｌｏｃａｌｈｏｓｔ', 'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ', 'loca\u00adlhost'];
const METADATA = ['169.254.169.254', '169.254.169.254.', '2852039166', '0xa9fea9fe', '0xa9.0xfe.0xa9.0xfe', '0251.0376.0251.0376', '025177524776', '169.254.43518', '169.16689662', '[::ffff:169.254.169.254]', '[::ffff:a9fe:a9fe]', '[64:ff9b::a9fe:a9fe]', '[2002:a9fe:a9fe::]', '[fd00:ec2::254]', '[fd00:0ec2:0000::254]', '100.100.100.200', '0x646464c8', '168.63.129.16', '192.0.0.192', '169.254.170.2', '169.254.0.1', '１６９.２５４.１６９.２５４', '①⑥⑨.②⑤④.①⑥⑨.②⑤④',
  'metadata.google.internal', 'METADATA.google.internal', 'metadata.google.internal.', 'metadata', 'metadata.goog', 'instance-data', 'instance-data.ec2.internal'];
const OTHER = ['224.0.0.1', '239.255.255.250', '255.255.255.255', '240.0.0.1', '192.0.2.1', '198.51.100.1', '203.0.113.1', '0.1.2.3', '0.0.0.1', '[2001:db8::1]', '[::2]', '[ff05::1]', '[fe80::a9fe:a9fe]', '[2001::1]', '[::ffff:0.0.0.0]', '[::ffff:224.0.0.1]', '192.88.99.1'];
/** Names that anybody can point inside: what counts is what they resolve to. */
const NAMES: readonly (readonly [string, readonly string[]])[] = [
  ['127.0.0.1.nip.io', ['127.0.0.1']], ['localtest.me', ['127.0.0.1']], ['lvh.me', ['127.0.0.1']], ['spoofed.example.org', ['127.0.0.1']], ['169.254.169.254.nip.io', ['169.254.169.254']], ['meta.example.org', ['169.254.169.254']], ['v6.example.org', ['::1']], ['mapped.example.org', ['::ffff:127.0.0.1']],
  ['both.example.org', ['203.0.113.10', '127.0.0.1']], ['mixed.example.org', ['8.8.8.8', '169.254.169.254']], ['last.example.org', ['8.8.8.8', '1.1.1.1', '::1']], ['zero.example.org', ['0.0.0.0']], ['any6.example.org', ['::']], ['nat64.example.org', ['64:ff9b::7f00:1']], ['sixtofour.example.org', ['2002:7f00:1::']],
  ['linklocal.example.org', ['fe80::1']], ['multicast.example.org', ['224.0.0.251']], ['broadcast.example.org', ['255.255.255.255']], ['aws6.example.org', ['fd00:ec2::254']], ['alibaba.example.org', ['100.100.100.200']], ['azure.example.org', ['168.63.129.16']], ['oracle.example.org', ['192.0.0.192']], ['garbage.example.org', ['not an address']], ['compat.example.org', ['::127.0.0.1']],
  ['xn--80ak6aa92e.example.org', ['127.0.0.1']], ['www.example.org.', ['127.0.0.1']], ['under_score.example.org', ['127.0.0.1']], ['127-0-0-1.example.org', ['127.0.0.1']], ['1.0.0.127.in-addr.arpa', ['127.0.0.1']], ['kubernetes.default.svc', ['127.0.0.1']],
];
/** Schemes, credentials and tricks with the parser. */
const FORMS = ['http://user:pass@127.0.0.1:{port}/', 'http://example.org@127.0.0.1:{port}/', 'http://127.0.0.1:{port}@169.254.169.254/', 'http://example.org#@127.0.0.1:{port}/x', 'http://127.0.0.1:{port}\\@example.org/', 'http:\\\\127.0.0.1:{port}\\', 'http:127.0.0.1:{port}', 'http:/127.0.0.1:{port}', 'http:///127.0.0.1:{port}', 'HTTP://127.0.0.1:{port}', ' http://127.0.0.1:{port}',
  'http://127.0.0.1:{port} ', 'http://127.0.0.1\t:{port}/', 'http://127.0\n.0.1:{port}/', 'http://127.0.0.1:0{port}/', 'http://127.0.0.1:{port}/../../', 'http://127.0.0.1:{port}/%2e%2e/', 'http://[::1%25lo]:{port}/', 'http://[::1]:{port}#x', 'file:///etc/passwd', 'FILE:///etc/passwd', 'ftp://127.0.0.1/', 'gopher://127.0.0.1:{port}/_x', 'dict://127.0.0.1:{port}/', 'ldap://127.0.0.1/', 'jar:http://127.0.0.1!/x', 'data:text/html,x', 'javascript:alert(1)', 'ws://127.0.0.1:{port}', 'unix:/var/run/docker.sock', 'http+unix://%2Fvar%2Frun%2Fdocker.sock/',
  '//127.0.0.1:{port}/', '127.0.0.1:{port}', 'http://', 'http://:{port}', 'http://.', 'http://..', 'http://%31%32%37.0.0.1:{port}', 'http://127.0.0.1%2eexample.org', 'http://127.0.0.1%00.example.org', 'http://①②⑦.0.0.1:{port}/', 'https://127.0.0.1:{port}/', 'http://0x7f000001:{port}/a?b=c#d'];

/** At least 250 of them; `port` is a listener that must never be reached. */
export function corpus(port: string): readonly Bypass[] {
  const hosts = [...LOOPBACK, ...METADATA, ...OTHER];
  return [
    ...hosts.map(h => ({ url: `http://${h}:${PORT}/api` })), ...hosts.filter((_, i) => i % 3 === 0).map(h => ({ url: `https://${h}/` })), ...hosts.filter((_, i) => i % 4 === 1).map(h => ({ url: `http://${h}:80/latest/meta-data/` })),
    ...NAMES.map(([name, resolves]) => ({ url: `http://${name}:${PORT}/`, resolves })), ...NAMES.filter((_, i) => i % 2 === 0).map(([name, resolves]) => ({ url: `https://${name}/x`, resolves })), ...FORMS.map(url => ({ url })),
  ].map(b => ({ ...b, url: b.url.replaceAll(PORT, port) }));
}

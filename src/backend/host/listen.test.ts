import { createServer } from 'node:http2';
import { connect, type AddressInfo } from 'node:net';
import { listen } from './listen';

/** Windows has no unix sockets for Grafana: a port of 127.0.0.1 within the range it gives. The same code runs on any platform. */
test('on Windows: the first free port of the range, on 127.0.0.1 alone', async () => {
  const taken = createServer();
  await new Promise<void>(done => { taken.listen(0, '127.0.0.1', done); });
  const first = (taken.address() as AddressInfo).port;
  const server = createServer();
  try {
    const at = await listen(server, { PLUGIN_MIN_PORT: String(first), PLUGIN_MAX_PORT: String(first + 50) }, 'win32');
    expect(at.network).toBe('tcp');
    const port = Number(/^127\.0\.0\.1:(\d+)$/.exec(at.address)![1]);
    expect(port).toBeGreaterThan(first);
    expect(port).toBeLessThanOrEqual(first + 50);
    expect((server.address() as AddressInfo).address).toBe('127.0.0.1');
    await new Promise<void>((done, fail) => { const socket = connect(port, '127.0.0.1', () => { socket.destroy(); done(); }); socket.once('error', fail); });
  } finally { server.close(); taken.close(); }
});

test('a range without a free port is named', async () => {
  const taken = createServer();
  await new Promise<void>(done => { taken.listen(0, '127.0.0.1', done); });
  const { port } = taken.address() as AddressInfo;
  const server = createServer();
  try { await expect(listen(server, { PLUGIN_MIN_PORT: String(port), PLUGIN_MAX_PORT: String(port) }, 'win32')).rejects.toThrow(`no free port on 127.0.0.1 from ${port} to ${port} (PLUGIN_MIN_PORT, PLUGIN_MAX_PORT)`); }
  finally { server.close(); taken.close(); }
});

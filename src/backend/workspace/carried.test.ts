import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settingsOfFile } from './carried';

const folder = mkdtempSync(join(tmpdir(), 'soc-carried-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a file of another encoding is refused: its names would be read wrong', () => {
  const path = join(folder, 'workspace.yaml');
  const text = 'clients: [{id: acme, name: Müller, zone: UTC}]\n';
  writeFileSync(path, Buffer.from(text, 'latin1'));
  expect(() => settingsOfFile(path)).toThrow(/workspace\.yaml is not written in UTF-8.*Save it as UTF-8/);
  writeFileSync(path, text);
  expect(settingsOfFile(path).clients[0]!.name).toBe('Müller');
  expect(() => settingsOfFile(join(folder, 'none.yaml'))).toThrow(/config_file names .*none\.yaml, which cannot be read \(ENOENT\)/);
});

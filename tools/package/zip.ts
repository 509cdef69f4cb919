/** Zip archives with Unix modes, the same bytes for the same files: entries sorted, one date for all. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const MADE_BY_UNIX = 0x0314;
const NEEDS = 20;
const UTF8_NAMES = 0x0800;
const DEFLATED = 8;
const REGULAR_FILE = 0o100000;

/** Paths of all files below a folder, relative to it, with slashes, sorted by code unit. */
export function filesBelow(folder: string, prefix = ''): string[] {
  const entries = readdirSync(join(folder, prefix), { withFileTypes: true });
  const paths = entries.flatMap((entry) => (entry.isDirectory() ? filesBelow(folder, `${prefix}${entry.name}/`) : [`${prefix}${entry.name}`]));
  return paths.sort((a, b) => (a < b ? -1 : 1));
}

/**
 * An archive of all files below `folder`, each under `root/`. `day` (YYYY-MM-DD, 1980 or later) is the date of every entry.
 * Archives over 4 GB or 65,535 files are refused: they need another format.
 */
export function zipOf(folder: string, root: string, day: string): Buffer {
  const date = dosDate(day);
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const path of filesBelow(folder)) {
    const content = readFileSync(join(folder, path));
    const packed = deflateRawSync(content, { level: 6 });
    const name = Buffer.from(`${root}/${path}`, 'utf8');
    const common = Buffer.concat([uint16(NEEDS, UTF8_NAMES, DEFLATED, 0, date), uint32(crc32(content), packed.length, content.length), uint16(name.length, 0)]);
    const header = Buffer.concat([uint32(LOCAL), common, name]);
    const mode = REGULAR_FILE | (statSync(join(folder, path)).mode & 0o777);
    directory.push(Buffer.concat([uint32(CENTRAL), uint16(MADE_BY_UNIX), common, uint16(0, 0, 0), uint32(mode * 0x10000, offset), name]));
    parts.push(header, packed);
    offset += header.length + packed.length;
  }
  const index = Buffer.concat(directory);
  if (offset + index.length > 0xffffffff || directory.length > 0xffff) {
    throw new Error(`${folder} is too large for a zip archive: ${offset} bytes in ${directory.length} files`);
  }
  const end = Buffer.concat([uint32(END), uint16(0, 0, directory.length, directory.length), uint32(index.length, offset), uint16(0)]);
  return Buffer.concat([...parts, index, end]);
}

function uint16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => bytes.writeUInt16LE(value, index * 2));
  return bytes;
}

function uint32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32LE(value >>> 0, index * 4));
  return bytes;
}

function dosDate(day: string): number {
  const [year = 1980, month = 1, date = 1] = day.split('-').map(Number);
  return (Math.max(0, year - 1980) << 9) | (month << 5) | date;
}

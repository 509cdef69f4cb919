import ipaddr from 'ipaddr.js';

/** A network prefix as arithmetic. `key` is canonical: two spellings of one prefix have one key. */
export interface Prefix { readonly width: 32 | 128; readonly bits: number; readonly value: bigint; readonly key: string }

const toBig = (bytes: readonly number[]): bigint => bytes.reduce((all, byte) => (all << 8n) | BigInt(byte), 0n);

/** Address (canonical text or not) as a number; null when it is none. */
export function parseAddress(text: string): { width: 32 | 128; value: bigint } | null {
  if (!ipaddr.isValid(text)) return null;
  const address = ipaddr.process(text);
  return { width: address.kind() === 'ipv4' ? 32 : 128, value: toBig(address.toByteArray()) };
}

/** CIDR text → prefix with host bits cleared; null for anything else (quarantined by the connector before it comes here). */
export function parsePrefix(text: string): Prefix | null {
  const [head, length, rest] = text.trim().split('/');
  const address = head === undefined ? null : parseAddress(head);
  if (address === null || length === undefined || rest !== undefined || !/^\d{1,3}$/.test(length)) return null;
  const bits = Number(length);
  if (bits > address.width) return null;
  const shift = BigInt(address.width - bits);
  const value = (address.value >> shift) << shift;
  return { width: address.width, bits, value, key: `${address.width}/${value}/${bits}` };
}

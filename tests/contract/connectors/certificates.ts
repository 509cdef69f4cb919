import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';

/**
 * X.509 certificates for tests, written as DER by hand: Node signs but makes no certificates, and no tool need be installed.
 * A certificate may be expired, which no command line offers everywhere.
 */
const der = (tag: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const length = body.length < 128 ? Buffer.from([body.length]) : body.length < 256 ? Buffer.from([0x81, body.length]) : Buffer.from([0x82, body.length >> 8, body.length & 255]);
  return Buffer.concat([Buffer.from([tag]), length, body]);
};
const seq = (...parts: Buffer[]): Buffer => der(0x30, ...parts);
const oid = (hex: string): Buffer => der(6, Buffer.from(hex, 'hex'));
const name = (cn: string): Buffer => seq(der(0x31, seq(oid('550403'), der(0x0c, Buffer.from(cn)))));
const time = (ms: number): Buffer => der(0x18, Buffer.from(new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '')));
const SHA256_RSA = seq(oid('2a864886f70d01010b'), der(5));
const extension = (id: string, value: Buffer, critical = false): Buffer => seq(oid(id), ...(critical ? [der(1, Buffer.from([255]))] : []), der(4, value));

export interface Certificate { readonly key: string; readonly cert: string; readonly privateKey: KeyObject; readonly name: string }

/** A certificate for 127.0.0.1 (and `dnsNames`), signed by `issuer` or by itself. Validity in epoch ms. */
export function certificate(options: { cn: string; notBefore?: number; notAfter: number; issuer?: Certificate; ca?: boolean; dnsNames?: string[] }): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const names = seq(der(0x87, Buffer.from([127, 0, 0, 1])), ...(options.dnsNames ?? []).map(n => der(0x82, Buffer.from(n))));
  const serial = Buffer.concat([Buffer.from([1]), Buffer.from(String(options.cn.length + options.notAfter % 1e6))]);
  const body = seq(
    der(0xa0, der(2, Buffer.from([2]))), der(2, serial), SHA256_RSA, name(options.issuer?.name ?? options.cn),
    seq(time(options.notBefore ?? Date.UTC(2020, 0, 1)), time(options.notAfter)), name(options.cn),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, seq(extension('551d13', options.ca ? seq(der(1, Buffer.from([255]))) : seq(), true), ...(options.ca ? [] : [extension('551d11', names)]))),
  );
  const signature = createSign('sha256').update(body).sign(options.issuer?.privateKey ?? privateKey);
  const cert = seq(body, SHA256_RSA, der(3, Buffer.from([0]), signature)).toString('base64').replace(/.{1,64}/g, '$&\n');
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert: `-----BEGIN CERTIFICATE-----\n${cert}-----END CERTIFICATE-----\n`, privateKey, name: options.cn };
}

/** Keeps secrets out of every log line and error text. */

const MARK = '[redacted]';
const SECRET_NAME = /authorization|cookie|passw|secret|token|api[-_]?key|private[-_]?key|grant/i;
const HEADER = /\b((?:proxy-)?authorization|(?:set-)?cookie|x-grafana-id|x-id-token)(["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\r\n,}\]]+)/gi;
// A capital or digit inside the word tells a credential from "basic authentication failed".
const CREDENTIAL = /\b([Bb]earer|[Bb]asic|[Aa]pi[Kk]ey)\s+(?=\S+[0-9A-Z=+_~])[A-Za-z0-9+/._~=-]{6,}/g;
const USER_INFO = /(\w+:\/\/)[^\s/@]+@/g;

const secrets = new Set<string>();

/**
 * From now on `secret` is replaced wherever it appears, also percent-encoded, and a key's long lines one by one.
 * Shorter than four characters is ignored: replacing such would mangle every line and hide nothing.
 */
export function registerSecret(secret: string): void {
  for (const part of [secret, encodeURIComponent(secret), ...secret.split('\n').filter((line) => line.length >= 24)]) {
    if (part.length >= 4) {
      secrets.add(part);
    }
  }
}

/** The text without registered secrets, credentials in headers, and user info in URLs. */
export function redact(text: string): string {
  let clean = text;
  for (const secret of secrets) {
    clean = clean.replaceAll(secret, MARK);
  }
  return clean.replace(HEADER, `$1$2${MARK}`).replace(CREDENTIAL, `$1 ${MARK}`).replace(USER_INFO, `$1${MARK}@`);
}

/** A value to be logged under `name`: text redacted, names that mean a secret blanked, objects as redacted JSON. */
export function redactField(name: string, value: unknown): string | number | boolean | null {
  if (value === null || value === undefined) {
    return null;
  }
  if (typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  if (SECRET_NAME.test(name)) {
    return MARK;
  }
  if (typeof value === 'string' || typeof value === 'bigint') {
    return redact(String(value));
  }
  if (value instanceof Error) {
    return redact(value.stack ?? value.message);
  }
  return redact(stringify(value));
}

function stringify(value: unknown): string {
  try {
    const json = JSON.stringify(value, (key, inner: unknown) =>
      typeof inner === 'bigint' ? inner.toString() : key !== '' && SECRET_NAME.test(key) && typeof inner !== 'number' && typeof inner !== 'boolean' ? MARK : inner
    );
    return json ?? String(value);
  } catch {
    return String(value);
  }
}

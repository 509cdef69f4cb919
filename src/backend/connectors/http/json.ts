/** JSON from elsewhere: bounded depth, no key that could reach a prototype. */
export class TooDeep extends Error {}

/**
 * Counts nesting while bytes arrive, so that a hostile depth is refused before anything is parsed. One pass over the
 * bytes, state carried from chunk to chunk: brackets within strings do not count.
 */
export function depthGauge(limit: number): (chunk: Buffer) => void {
  let depth = 0, inString = false, escaped = false;
  return chunk => {
    for (let i = 0; i < chunk.length; i += 1) {
      const byte = chunk[i] as number;
      if (inString) {
        if (escaped) { escaped = false; continue; }
        if (byte === 0x5c) escaped = true;
        else if (byte === 0x22) inString = false;
        continue;
      }
      if (byte === 0x22) inString = true;
      else if (byte === 0x7b || byte === 0x5b) { depth += 1; if (depth > limit) throw new TooDeep(); }
      else if (byte === 0x7d || byte === 0x5d) depth -= 1;
    }
  };
}

/** Parses and removes every own `__proto__` key (also written with escapes). Throws SyntaxError on a broken document. */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (/__proto__|\\u005f/i.test(text)) dropProto(value);
  return value;
}

function dropProto(root: unknown): void {
  const stack: unknown[] = [root];
  while (stack.length > 0) {
    const value = stack.pop();
    if (value === null || typeof value !== 'object') continue;
    if (Object.hasOwn(value, '__proto__')) delete (value as Record<string, unknown>)['__proto__'];
    for (const child of Object.values(value)) stack.push(child);
  }
}

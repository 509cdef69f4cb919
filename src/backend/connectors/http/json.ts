/** JSON from elsewhere: bounded depth, no key that could reach a prototype. */
export class TooDeep extends Error {}

/**
 * Counts nesting while bytes arrive, so that a hostile depth is refused before anything is parsed. One pass over the
 * bytes, state carried from chunk to chunk: brackets within strings do not count.
 */
export function depthGauge(limit: number): (chunk: Buffer) => void {
  let depthSoFar = 0, inStringSoFar = false, escapedSoFar = false;
  return chunk => {
    // Locals: every byte of every answer passes here, and variables of the closure cost a load and a store each.
    let depth = depthSoFar, inString = inStringSoFar, escaped = escapedSoFar;
    const end = chunk.length;
    for (let i = 0; i < end; i += 1) {
      let byte = chunk[i] as number;
      if (inString) {
        if (escaped) { escaped = false; continue; }
        while (byte !== 0x22 && byte !== 0x5c && i + 1 < end) byte = chunk[++i] as number;
        if (byte === 0x5c) escaped = true;
        else if (byte === 0x22) inString = false;
        continue;
      }
      if (byte === 0x22) inString = true;
      else if (byte === 0x7b || byte === 0x5b) { depth += 1; if (depth > limit) throw new TooDeep(); }
      else if (byte === 0x7d || byte === 0x5d) depth -= 1;
    }
    depthSoFar = depth; inStringSoFar = inString; escapedSoFar = escaped;
  };
}

/** Parses and removes every own `__proto__` key (also written with escapes). Throws SyntaxError on a broken document. */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (text.includes('__proto__') || text.includes('\\u005f') || text.includes('\\u005F')) dropProto(value);
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

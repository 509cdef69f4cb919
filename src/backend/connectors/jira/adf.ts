import { isObject, list, own } from '../own';

/** Deepest nesting that is walked; Atlassian's own documents stay far below. */
const MAX_DEPTH = 60;

/**
 * Plain text of an Atlassian document (v3) or of a plain string (v2). Block nodes end a line. Mentions are skipped: they name
 * a person. Link targets are kept, as alert ids often stand in them. Null for anything else.
 */
export function adfText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (!isObject(value) || own(value, 'type') !== 'doc') return null;
  const out: string[] = [];
  walk(value, 0, out);
  return out.join('');
}

const BLOCKS = new Set(['paragraph', 'heading', 'codeBlock', 'listItem', 'tableRow', 'tableCell', 'blockquote', 'panel', 'hardBreak']);

function walk(node: unknown, depth: number, out: string[]): void {
  if (depth > MAX_DEPTH || !isObject(node)) return;
  const type = own(node, 'type');
  if (type === 'mention') return;
  if (type === 'text' && typeof own(node, 'text') === 'string') out.push(own(node, 'text') as string);
  for (const mark of list(own(node, 'marks'))) push(out, own(own(mark, 'attrs'), 'href'));
  if (type === 'inlineCard' || type === 'blockCard') push(out, own(own(node, 'attrs'), 'url'));
  for (const child of list(own(node, 'content'))) walk(child, depth + 1, out);
  if (BLOCKS.has(type as string)) out.push('\n');
}
const push = (out: string[], link: unknown): void => { if (typeof link === 'string') out.push(` ${link} `); };

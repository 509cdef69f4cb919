/**
 * Exports: Moved, todays. Of a closed month some numbers are kept without the rows that made them up. Their rows are today's, and the answer says
 * so: how many came to the value since and how many left it, so that rows − more + fewer is the value again.
 */
export interface Moved { readonly more: number; readonly fewer: number }

const rows = (n: number): string => `${n.toLocaleString('en-US')} ${n === 1 ? 'row' : 'rows'}`;
/** `each`: what was not kept one by one. Null where no month of the value is frozen. */
export function todays(each: string, moved: Moved | null): string | null {
  if (moved === null) return null;
  const { more, fewer } = moved;
  const start = `Of a closed month the number was kept and not each ${each}: these are the rows of today.`;
  if (more === 0 && fewer === 0) return `${start} They are as many as were reported.`;
  const parts = [...(more > 0 ? [`${rows(more)} came to it`] : []), ...(fewer > 0 ? [`${rows(fewer)} left it`] : [])];
  return `${start} Since it closed, at least ${parts.join(' and ')}: ${more === fewer ? 'as many as were reported, and others' : 'not as many as were reported'}.`;
}

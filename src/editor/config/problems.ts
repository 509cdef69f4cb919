import { createContext, useContext } from 'react';
import { pathText, type Path } from './path';

export interface Problem { readonly path: string; readonly message: string }
/** What the schema says about the settings as they stand, for the fields to show their own part of it. */
export const Problems = createContext<readonly Problem[]>([]);

/** Messages about exactly this key. */
export function useProblem(path: Path): string | undefined {
  const text = pathText(path);
  const own = useContext(Problems).filter(p => p.path === text);
  return own.length > 0 ? own.map(p => p.message).join('; ') : undefined;
}

import { createContext, useContext } from 'react';
import type { Path } from './path';

/** What every control of the settings' forms works on. */
export interface Form {
  readonly settings: unknown;
  readonly disabled: boolean;
  set(path: Path, value: unknown): void;
  /** Secrets are write-only: whether one is stored, a new one, and forgetting it. `name` is the key in secureJsonData. */
  readonly secrets: { stored(name: string): boolean; typed(name: string): string; set(name: string, value: string): void; reset(name: string): void };
}
export const FormContext = createContext<Form | null>(null);
export function useForm(): Form {
  const form = useContext(FormContext);
  if (!form) throw new Error('a settings field stands outside its form; this is a fault of this build');
  return form;
}

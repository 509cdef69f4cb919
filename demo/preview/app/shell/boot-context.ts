import { createContext, useContext } from 'react';
import type { Boot } from '../data/boot';

export const BootContext = createContext<Boot | undefined>(undefined);

/** What the server told at the start; throws outside the app's tree. */
export function useBoot(): Boot {
  const boot = useContext(BootContext);
  if (!boot) {
    throw new Error('useBoot needs the BootContext around it');
  }
  return boot;
}

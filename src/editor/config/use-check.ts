import { useEffect, useState } from 'react';
import { checkSettings } from './api';
import type { Problem } from './problems';
import { PAUSE } from './YamlView';

/** What the backend's schema says about the settings, a moment after the last edit. Settings that were never touched are not checked. */
export function useCheck(uid: string, settings: unknown, disabled: boolean): { problems: readonly Problem[]; setProblems: (problems: readonly Problem[]) => void } {
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  useEffect(() => {
    if (disabled || settings === undefined) return undefined;
    let left = false;
    const timer = setTimeout(() => {
      // An answer that does not come is said elsewhere; saving checks again.
      checkSettings(uid, settings).then(checked => { if (!left) setProblems(checked.problems); }, () => undefined);
    }, PAUSE);
    return () => { left = true; clearTimeout(timer); };
  }, [uid, settings, disabled]);
  return { problems, setProblems };
}

import React, { useEffect, useId, useRef, useState } from 'react';
import { Alert, Field, TextArea } from '@grafana/ui';
import { messageOf } from '../use-catalog';
import { checkSettings, checkYaml } from './api';
import { useForm } from './context';
import type { Problem } from './problems';

/** Pause after the last key before the backend is asked, in milliseconds. */
export const PAUSE = 400;

/** All settings as YAML: what no form has is edited here. The backend reads it, so that there is one reading of it. */
export function YamlView({ uid, onProblems }: { uid: string; onProblems: (problems: readonly Problem[]) => void }) {
  const { settings, set, disabled } = useForm();
  const id = useId();
  const [text, setText] = useState<string | null>(null);
  const [unread, setUnread] = useState<readonly Problem[]>([]);
  const [failure, setFailure] = useState<string | null>(null);
  const first = useRef(settings);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const asked = useRef(0);
  const look = (next: string) => {
    const turn = ++asked.current;
    checkYaml(uid, next).then(checked => {
      // Answers may overtake each other: only the one about the newest text counts.
      if (turn !== asked.current) return;
      setFailure(null);
      // A text that is no YAML leaves the settings as they were.
      if (checked.settings === undefined) return setUnread(checked.problems);
      setUnread([]);
      take.current(checked.settings);
      onProblems(checked.problems);
    }, (error: unknown) => { if (turn === asked.current) setFailure(messageOf(error)); });
  };
  /** The text that waits for its pause; null: none. */
  const pending = useRef<string | null>(null);
  const flush = useRef(() => undefined as void);
  const take = useRef((_: unknown) => undefined as void);
  useEffect(() => {
    take.current = value => set([], value);
    flush.current = () => {
      clearTimeout(timer.current);
      const next = pending.current;
      pending.current = null;
      if (next !== null) look(next);
    };
  });
  useEffect(() => {
    let left = false;
    checkSettings(uid, first.current ?? {}).then(({ yaml }) => { if (!left) setText(yaml ?? ''); }, (error: unknown) => { if (!left) setFailure(messageOf(error)); });
    // Who goes to another tab, or to Save, within the pause loses nothing.
    return () => { left = true; flush.current(); };
  }, [uid]);
  const change = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    asked.current += 1;
    pending.current = next;
    timer.current = setTimeout(() => flush.current(), PAUSE);
  };
  if (failure !== null && text === null) return <Alert severity="warning" title="The settings cannot be shown as YAML now">{failure}</Alert>;
  return (
    <>
      <Field label="Settings as YAML" description="Everything, also what the forms do not have. Secrets stand in the forms, or here as references (file:/path or env:NAME)." htmlFor={id} disabled={disabled}>
        <TextArea id={id} rows={24} value={text ?? ''} readOnly={disabled || text === null} style={{ fontFamily: 'monospace' }} onChange={e => change(e.currentTarget.value)} onBlur={() => flush.current()} />
      </Field>
      {failure !== null && <Alert severity="warning" title="The backend could not look at this">{failure}</Alert>}
      {unread.length > 0 && <Alert severity="error" title="This is not YAML, so the settings stay as they were">{unread.map(p => `${p.path}: ${p.message}`).join('; ')}</Alert>}
    </>
  );
}

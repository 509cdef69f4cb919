import React, { useEffect, useState } from 'react';
import { Alert, Badge, Text } from '@grafana/ui';
import { liveStatus, spoken, type LiveStatus, type StreamStatus } from './live-status';

/** What the sync does at this moment, stream by stream; follows the backend without asking again and again. */
export function SyncStatus({ uid }: { uid: string }) {
  const [status, setStatus] = useState<LiveStatus | null>(null);
  useEffect(() => {
    const listening = liveStatus(uid).subscribe(setStatus);
    return () => listening.unsubscribe();
  }, [uid]);
  if (status === null) return <Text color="secondary">Waiting for the first status. It comes once settings are saved.</Text>;
  if (status.problem !== null) return <Alert severity="info" title="No live status">{status.problem}</Alert>;
  if (status.streams.length === 0) return <Text color="secondary">Nothing is being read yet. Add a source, then save.</Text>;
  return (
    <table className="filter-table" aria-label="Sync status">
      <thead><tr>{['Source', 'Stream', 'State', 'First load', 'Rows', 'What is wrong'].map(title => <th key={title} scope="col">{title}</th>)}</tr></thead>
      <tbody>{status.streams.map(s => <StreamRow key={`${s.source} ${s.stream}`} status={s} />)}</tbody>
    </table>
  );
}

function StreamRow({ status: s }: { status: StreamStatus }) {
  const percent = Math.floor(s.progress * 100);
  return (
    <tr>
      <td>{s.source}</td><td>{s.stream}</td>
      <td>{s.error !== null ? <Badge color="red" text="failing" /> : s.current ? <Badge color="green" text="current" /> : <Badge color="blue" text="loading" />}</td>
      <td>{s.current ? 'done' : <><progress aria-label={`First load of ${s.source} ${s.stream}`} value={percent} max={100} /> {percent} %{s.eta !== null && `, ${spoken(s.eta)} left`}</>}</td>
      <td>{s.rows.toLocaleString()}</td><td>{s.error ?? ''}</td>
    </tr>
  );
}

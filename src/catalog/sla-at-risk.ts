import { z } from 'zod';
import { CLOCKS } from '../model/vocabulary';
import { slaGroupColumns } from './sla-columns';
import { defineMetric } from './types';

export const AT_RISK_STATES = ['running', 'paused', 'on_hold', 'untracked'] as const;

export const slaAtRisk = defineMetric({
  id: 'sla.at_risk',
  title: 'At risk now',
  area: 'sla',
  definition: 'Open items that have not fallen due, least time left first; paused ones with the age of their pause; critical alerts that nobody tracks and that fell due within the last days (option untrackedDays, 14 unless chosen; older ones stand in the floor of their period). What is past its due is a miss already and stands in adherence.',
  formula: 'time left = due − now; age of a pause = now − its beginning',
  contract: '§3 At risk now',
  nullReasons: { paused: 'A paused item has no due until it resumes.', foreign_ticket: 'The ticket belongs to another client; only its clock is shown.' },
  overOptimisation: 'Working down this list by time left neglects long-paused items: they stand in it with their age. Raising a pause takes an item out of the countdown, not off the list.',
  counters: ['paused_share', 'unmatched'],
  groupBy: ['tier'],
  defaultGroupBy: ['tier'],
  filters: ['tier', 'client', 'source', 'clock'],
  buckets: ['none'],
  views: ['table'],
  options: z.strictObject({ clock: z.enum(CLOCKS).default('decide'), untrackedDays: z.number().int().min(1).max(400).default(14) }),
  headline: null,
  columns: [
    { name: 'state', title: 'State', kind: 'enum', values: AT_RISK_STATES, description: 'running: not due yet; paused: in an allowed pause; on_hold: paused past the due it would have without the pause; untracked: a critical alert past its due with neither ticket nor verdict.' },
    ...slaGroupColumns.map(c => ({ ...c, optional: false })),
    { name: 'ticket', title: 'Ticket', kind: 'text', description: 'Key of the ticket; empty for decisions in the SIEM and for tickets of another client.' },
    { name: 'title', title: 'Title', kind: 'text', description: 'Title of the ticket; only within its own client.' },
    { name: 'link', title: 'Link', kind: 'link', description: 'Page of the ticket or alert at its source.' },
    { name: 'rule', title: 'Rule', kind: 'text', description: 'Rule of an untracked alert; empty otherwise.' },
    { name: 'alerts', title: 'Alerts', kind: 'count', description: 'Alerts of this client that the item holds.' },
    { name: 'start', title: 'Started', kind: 'time', description: 'When the clock started.' },
    { name: 'due', title: 'Due', kind: 'time', description: 'When the target ends; empty while paused.' },
    { name: 'time_left', title: 'Time left', kind: 'seconds', description: 'Seconds until the due; empty while paused and for untracked alerts.' },
    { name: 'age', title: 'Age', kind: 'seconds', description: 'Seconds since the start.' },
    { name: 'paused_for', title: 'Paused for', kind: 'seconds', description: 'Seconds since the pause began; empty when not paused.' },
  ],
});

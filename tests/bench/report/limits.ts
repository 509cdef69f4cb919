const ITEMS = ['a scan of all items of the clock by five columns; what they settle as is written beside them (docs/adr/058)', 'a roll-up of settled items by local day, in the client\'s and the SOC\'s zone'] as const;
const DAYS = ['tens of thousands of days of clients are read and worked out in one thread', 'a roll-up by week; only the rows shown'] as const;
const ALERTS = ['one scan of all alerts in range by several columns', 'a roll-up of judged alerts by local day'] as const;
/** By metric, or area: what limits a late panel, and what would move it. The longest id that fits a question's decides. */
export const LIMITS: Readonly<Record<string, readonly [string, string]>> = {
  'sla.': ITEMS, 'rules.': ALERTS, 'coverage.': ['the state of every asset is judged at the asked instant', 'the states of the running day, kept'], 'integrity.': ALERTS, 'alerts': ALERTS, 'tickets': ITEMS, 'pipeline.': ['every difference of two times is counted in its bin of four seconds, and those of the bins that hold a percentile by the millisecond: two scans a stage', 'counts by bin and day'],
  'coverage.history': DAYS, 'coverage.change': ['spans of two days are compared asset by asset, and the moves of all groups are worked out though only the first are shown', 'the spans of the days compared, kept together'],
  'integrity.counters': ['some thirty statements over alerts, tickets, items and assets, one after the other in three slots: alerts are counted by their marks (docs/adr/062), most of the rest are acts by ten minutes and their quarters; over 30 days mostly what a statement costs before its first row', 'counts by day; one statement for several counters'],
  'integrity.orphans': ['the newest are read in parts from the end of the range, the rest is counted by two or three columns', 'a count of orphans by day'],
  'rules.load': ['two scans for distinct instants of what humans set on alerts, one for the counts; tickets say their part themselves (docs/adr/064)', 'a count of instants by rule and day'],
  'sla.incidents': ['every ticket\'s verdict and every item\'s ticket are read to find the newest', 'the verdict\'s time in the item'],
  'sla.time_to_decide': ['every time to decide is put into its bin of ten seconds, and those of the step that crosses a quantile in order', 'times kept by bin and day'],
  'reported.rules': ['every decision in range is brought to its month by its instant', 'counts by segment of time, joined with months afterwards'],
  'reported.history': ['every item that was reported, and every settled item, is counted by month, clock, tier and outcome', 'counts kept beside each frozen month'], 'explain': ['keys that no index holds (the id an alert is joined by, its decision, the key of a ticket) are looked for in one column each', 'an index would cost every write'],
};
export const limitOf = (metric: string): readonly [string, string] => LIMITS[Object.keys(LIMITS).filter(id => metric.startsWith(id)).sort((a, b) => b.length - a.length)[0] ?? ''] ?? ['not looked into', 'a profile'];

/** What the page says about missed aims. Prose that a person keeps true: look at it after every run with --write. */
export const limits = `
**Panels.** What each late one is limited by stands in the tables of misses above. The store skips row groups outside the range by the least and greatest time of each, so thirty days depend on what lies in the range and hardly on what is stored. Asked again, an answer is kept while no commit touches a table behind it (docs/adr/038); every figure of a metric on this page but "again" is without. Until 2026-11-28 the generated stores bore no mark that this build could read, and the backend computed every fact anew while it was measured: a commit every half second let no answer stand that took longer to work out, and "first" was measured beside that work. Figures of "first" and "again" of older runs are worse for it. What is not kept are answers of more than 250,000 cells.

**Panels over all time at ten million.** What an item settles as stands beside it (docs/adr/058), and times to decide are put in order only where a quantile lies; what is left of those panels is the scan itself. A roll-up by local day, client, tier, clock and outcome of settled items (about 0.3 million rows for these 400 days instead of ten) would bring adherence and flow under 100 ms; it must be kept in the transaction that writes the items, once for the client's zone and once for the SOC's, because days differ. It is not built. Percentiles of latency count every value in bins and look only into those that hold one: two scans a stage, exact; sketches would be quicker and not exact. Of the integrity counters, alerts are counted by marks beside them (docs/adr/062), 4 ns a row, and bursts by counts of ten minutes in quarters, 70 ns a ticket; the conditions of items and tickets are what is left. The generated stores hold their closed months frozen and compared; a month that something was written to since is compared with every question (docs/adr/067).

**A client's scope.** Which rules and sources are a client's, and which quoted ids are others' alerts, is found once per commit to the tables behind (docs/adr/037); links come joined with their tickets (docs/adr/052). What is left above the operator's filter is one filter of 500 rules by bits.

**A noisy neighbour.** An organisation has one of three slots of the store, and its queries are begun in rotation with those of others (docs/adr/060): before, a hundred that arrived together held the one thread for 0.1 s and more. What is left is the two cores: a panel of many statements uses both when it is alone.

**1.5 × the bare scan** is missed by nearly every query: \`count(*)\` reads the time and the group, often only the time, and the engine adds a counter; a metric reads three to nine columns. Where a metric is one scan grouped by what it counts (rules.outcomes by rule), it is 2 to 6 times the bare scan; below 20 ms the fixed costs (three or four statements, each 1 to 3 ms to plan) are most of it.

**The 20 × of the join written by hand** depends on what the join has to do. The careful one brings an alert's tickets together first; the trusting one does not, and has one hash join of integers fewer than it would need to be right.

**Sync.** Every row passes parsing, a look-up of what is stored, its facts and those of its neighbours, and an upsert with a unique key. The share within the store is given above; the rest is one thread of JavaScript.

**Memory for ten million.** The indexes of the keyed tables (alert, item, link, ticket) need about 1.5 GB of \`limits.memoryMb\` once everything is written to; the default of 512 is enough for reading, not for loading that many.

**Threads.** One statement uses both cores of this machine, four at most on a larger one (docs/adr/065); another number is measured with \`--threads n\`. What a panel takes while others run is nearer its processor time.
`;

/** What the page says about missed aims. Prose that a person keeps true: look at it after every run with --write. */
export const limits = `
**Panels over 30 days.** The store skips row groups outside the range by the least and greatest time of each, so these depend on what lies in the range and hardly on what is stored. What is left above 100 ms:

| what | limited by | what would move it |
|---|---|---|
| Integrity counters (all of them) | thirteen scans; at 7,500 tickets a day nearly every ten minutes hold a burst, so that acts are looked at one by one | a finer bin for dense times; counting only the families a panel shows |
| Analytical load, Confirmed incidents | links and items are found by a hash over the whole table: neither carries the time it belongs to | the alert's time in the link, the verdict's time in the item: then row groups are skipped there too |
| Reported months | months are compared item by item with what was reported | a mark on months without a change |
| Tables by client | one scan for each zone of the clients (here four) | one scan with the zones' edges as a CASE over the client |

**Coverage by client over all time.** The figures above are older than a change: all zones are read in one statement, the moves behind every fall in another, lines do without them, and only shown rows are worked out. The days measured of fifty clients over 400 days take 0.27 s of processor time since, weeks with their signals 0.46 s, the change by part 0.29 s, its assets by name 0.61 s, a kind by client 0.13 to 0.27 s: the weeks and the assets are still past 300 ms. Those are processor seconds of single looks at the same million of alerts on a machine with ten times more work than cores, where elapsed times say nothing; a run of the whole bench on a quiet machine is due. What is left is the reading of 50,000 days of clients, and the comparison of two days' spans.

**Panels over all time at ten million.** One thread evaluates an item's outcome at the asked instant, about 90 ns for each of four million items of one clock; the bare scan is 25 ns. An outcome no longer depends on the instant once due, stop and leaving are past. A roll-up by local day, client, tier, clock and outcome of such settled items (about 0.3 million rows for these 400 days instead of ten) would bring adherence and trend under 100 ms; the items not settled yet are few and stay a scan. It must be kept in the transaction that writes the items, and once for the client's zone and once for the SOC's, because days differ. It is not built. Percentiles of latency must see every value: sketches would be quick and not exact.

**The burst counter over all time at ten million** is stopped after 30 s, and the whole list of counters with it. It needs finer bins (a minute) where ten-minute bins are all full.

**1.5 × the bare scan** is missed by nearly every query: \`count(*)\` reads the time and the group, often only the time, and the engine adds a counter; a metric reads three to nine columns. Where a metric is one scan grouped by what it counts (rules.outcomes by rule), it is 2 to 6 times the bare scan; below 20 ms the fixed costs (three or four statements, each 1 to 3 ms to plan) are most of it.

**The 20 × of the join written by hand** depends on what the join has to do. The careful one brings an alert's tickets together first; the trusting one does not, and has one hash join of integers fewer than it would need to be right.

**Sync.** Every row passes parsing, a look-up of what is stored, its facts and those of its neighbours, and an upsert with a unique key. The share within the store is given above; the rest is one thread of JavaScript.

**Memory for ten million.** The indexes of the keyed tables (alert, item, link, ticket) need about 1.5 GB of \`limits.memoryMb\` once everything is written to; the default of 512 is enough for reading, not for loading that many.

**Threads.** The store uses one thread for each query, so that two panels use two cores. Two threads are measured with \`--threads 2\`; what they give stands in its own section where that was done.
`;

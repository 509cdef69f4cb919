import type { Outcome, Verdict } from './classify';

/** Exports: gamingPage, Played. docs/gaming.md from the results of the suite, and from what no result can say. */
export interface Played { readonly part: string; readonly name: string; readonly aims: readonly string[]; readonly outcome: Outcome }

const MEANING: Record<Verdict, string> = {
  prevented: 'The headline does not move: the definition leaves nothing to gain.',
  'headline worsens': 'What was to better falls, is not measured any more, or another headline of the same part (clocks, verdicts, endpoints, segments) falls with it.',
  'standing changes': 'The headline betters, and says that it is doubtful: a counter is past its threshold and named beside it.',
  undetected: 'The headline betters and nothing beside it says so.',
};
const cell = (text: string): string => text.replaceAll('|', '\\|');

export function gamingPage(played: readonly Played[]): string {
  const count = (v: Verdict): number => played.filter(p => p.outcome.verdict === v).length;
  const table = (part: string): string => ['| Strategy | Result | What a manager sees |', '| --- | --- | --- |', ...played.filter(p => p.part === part).map(p => `| ${cell(p.name)} | ${p.outcome.verdict} | ${cell(p.outcome.why)} |`)].join('\n');
  return `# Gaming

What somebody might do to better a number without bettering the defence, and what the product makes of it. Written by \`tests/gaming\` (\`UPDATE_GOLDEN=1\`), from results:
an honest month is loaded and read, then the gamed one, through the product's own facts, gate and queries. Nothing here is an opinion.

${(Object.keys(MEANING) as Verdict[]).map(v => `- **${v}** (${count(v)}): ${MEANING[v]}`).join('\n')}

${[...new Set(played.map(p => p.part))].map(part => `## ${part}\n\n${table(part)}`).join('\n\n')}

## What a determined insider can still do

- **Stay below a threshold.** Counters are shares of a month or a window: a few cases a month move the headline a little and no counter past its limit. Thresholds are policy, and shown to clients. Noise bundled into confirmed tickets of its own three days, a few tickets at a time, is of this kind.
- **Judge wrongly, plausibly.** Nothing here knows the truth. A person (or a script under a person's account, with pauses like a person's) who calls true positives benign, one by one, is not told from one who is right. The brakes
  are *found elsewhere* (confirmed incidents that none of our alerts had shown), verdicts changed later, and looking at the rows behind a value.
- **Set all clocks alike.** A SIEM whose stamps of event, detection and readability all run late by the same time starts every clock late. Only a clock outside it tells: the ticket system's, or the source's.
- **Leave out what nobody sees.** An asset that no registry ever held and no sensor sees does not exist for any of these numbers.
- **Feed a host's one event.** Coverage asks for evidence, not for its worth. Volume is compared with the host's own past, so a host that never sent more is covered by one event a day.
- **Own the sources.** Who can write the ticket system's database, or the files that are read, writes its history too. What was frozen at a month's closing stays, and shows as restated.
- **Agree on soft terms.** A target of a week, an exclusion of a third of the estate, check-ins accepted as evidence: such a number is right and says little. Targets, exclusions and requirements stand in the policy that clients see.
`;
}

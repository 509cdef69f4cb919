import { Command } from 'commander';
import type { ListedGrant } from '../../backend/scope/grants/registry';
import { CliError, type Cli } from '../command';
import { deskOf, type DeskOptions } from './desk';
import { shown } from './when';

const withDesk = (command: Command): Command => command
  .option('--grafana <url>', 'address of Grafana; the token of a service account of the operator organisation is read from GRAFANA_TOKEN')
  .option('--data-source <uid>', 'uid of the operators\' data source in Grafana')
  .option('--data <folder>', 'data folder, while no server holds it (default: GF_PLUGIN_DATA_PATH)')
  .option('--workspace <name>', 'workspace, with --data', 'main')
  .option('--grant-key <reference>', 'file:/path or env:NAME, with --data (default: GF_PLUGIN_GRANT_KEY)');

/** `grants list|revoke|rotate|denials`: what the workspace's store knows. */
export function serverCommands(cli: Cli): Command[] {
  const desk = async <T>(options: DeskOptions, work: (desk: Awaited<ReturnType<typeof deskOf>>) => Promise<T>): Promise<T> => {
    const open = await deskOf(options, cli);
    try { return await work(open); } finally { await open.close(); }
  };
  return [
    withDesk(new Command('list').description('grants in force, expired and revoked').option('--json', 'as JSON')).action((options: DeskOptions & { json?: boolean }) => desk(options, async d => {
      const grants = await d.list();
      if (options.json) { cli.out(JSON.stringify(grants)); return; }
      if (grants.length === 0) cli.say('No grant is known yet: none was minted here, and no data source has brought one.');
      for (const g of grants) cli.out(line(g));
    })),
    withDesk(new Command('revoke').description('end a grant at once').argument('<id>').option('--reason <text>', 'why; listed beside it', '')).action((id: string, options: DeskOptions & { reason: string }) => desk(options, async d => {
      await d.revoke(id, options.reason);
      cli.say(`Grant ${id} is revoked.`);
    })),
    withDesk(new Command('rotate').description('mint a new grant in place of one; the token is printed').argument('<id>').option('--keep-old', 'leave the old one valid until it is replaced in Grafana', false)).action((id: string, options: DeskOptions & { keepOld: boolean }) => desk(options, async d => {
      const minted = await d.rotate(id, options.keepOld);
      cli.out(minted.grant);
      cli.say(`Grant ${minted.claims.id} replaces ${id}${options.keepOld ? ', which stays valid: revoke it when the new one is in place' : ', which is revoked'}.`);
    })),
    withDesk(new Command('denials').description('refused requests by day, organisation, role and reason').option('--days <n>', 'how far back', '30').option('--json', 'as JSON')).action((options: DeskOptions & { days: string; json?: boolean }) => desk(options, async d => {
      const days = Number(options.days);
      if (!Number.isFinite(days) || days <= 0) throw new CliError(`--days: "${options.days}" is no number of days.`);
      const denials = await d.denials(cli.now() - days * 86_400_000);
      if (options.json) { cli.out(JSON.stringify(denials)); return; }
      for (const a of denials) cli.out(`${new Date(a.day * 86_400_000).toISOString().slice(0, 10)}  organisation ${a.orgId}  ${a.role}  ${a.result}  ${a.count}×  last ${shown(a.last)}`);
    })),
  ];
}

const line = (g: ListedGrant): string =>
  [g.id, g.state.padEnd(8), `organisation ${g.orgId ?? '?'}`, g.uid ?? '?', g.clients.join(',') || '?', `until ${shown(g.expires) || '?'}`, g.lastUsed === null ? 'never used' : `used ${shown(g.lastUsed)}`, ...(g.revokedReason ? [`(${g.revokedReason})`] : [])].join('  ');

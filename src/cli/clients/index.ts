import { Command } from 'commander';
import { CliError, type Cli } from '../command';
import { readClientsFile } from './config';
import { readClientDashboards } from './dashboards';
import { doctor } from './doctor';
import { connect, everyOrganisation } from './every';
import { deskByRoute } from './grant';
import { requireGrafana } from './version';
import { findingLines, outcomeLines, summary } from './words';

interface Options { readonly file: string; readonly dashboards?: string; readonly dryRun?: boolean }

/** `clients`: Grafana organisations for clients out of one YAML: what would change, change it, and prove what each one sees. */
export function clientsCommands(cli: Cli): Command {
  const group = new Command('clients').description('Client organisations in Grafana: data source with grant, folder, dashboards, alert rules, zone and language. Users and teams are left to you.');
  const command = (name: string, description: string) => group.command(name).description(description).requiredOption('-f, --file <yaml>', 'the clients file');

  async function run(options: Options, write: boolean): Promise<void> {
    const file = readClientsFile(options.file);
    const dashboards = readClientDashboards(options.dashboards);
    const grafana = connect(file, cli.env);
    await requireGrafana(grafana.operator, file.grafana.url);
    const outcomes = await everyOrganisation(grafana, { file, dashboards, desk: deskByRoute(grafana.operator, file.operator.dataSource), now: cli.now() }, write);
    for (const line of outcomeLines(outcomes, write)) cli.out(line);
    const failed = outcomes.filter(o => o.error !== null);
    if (failed.length > 0) throw new CliError(`${summary(outcomes, write)} Failed: ${failed.map(o => o.organisation).join(', ')}. Mend that and run it again; what is done stays done.`);
    cli.say(summary(outcomes, write));
  }

  command('plan', 'Show what apply would change. Changes nothing.').option('--dashboards <folder>', 'client dashboards other than the bundled ones')
    .action((options: Options) => run(options, false));
  command('apply', 'Make every organisation as the file says; a second time changes nothing.').option('--dashboards <folder>', 'client dashboards other than the bundled ones').option('--dry-run', 'the same as plan')
    .action((options: Options) => run(options, options.dryRun !== true));
  command('doctor', 'Ask from inside each organisation whether it sees exactly its own clients.')
    .action(async (options: Options) => {
      const file = readClientsFile(options.file);
      const grafana = connect(file, cli.env);
      await requireGrafana(grafana.operator, file.grafana.url);
      const findings = await doctor(grafana, cli.now());
      for (const line of findingLines(findings)) cli.out(line);
      const sick = findings.filter(f => f.problems.length > 0);
      if (sick.length > 0) throw new CliError(`${sick.length} of ${findings.length} organisations have problems: ${sick.map(f => f.organisation).join(', ')}.`);
      cli.say(`All ${findings.length} organisations see exactly their own clients.`);
    });
  return group;
}

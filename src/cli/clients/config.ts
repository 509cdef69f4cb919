import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { zone } from '../../settings/policy';
import { clientSchema } from '../../settings/schema';
import { CliError } from '../command';

const reference = z.string().regex(/^(file:.+|env:[A-Za-z_][A-Za-z0-9_]*)$/, 'a literal secret is refused; write file:/path or env:NAME');
const uid = z.string().regex(/^[a-zA-Z0-9_-]{1,40}$/, 'use up to 40 letters, digits, - and _');
const language = z.string().regex(/^[a-z]{2,3}-[A-Z][A-Za-z]+$/, 'use a language Grafana has, such as en-US or de-DE');

/** One Grafana organisation of a client. Users and teams are the operator's own matter (single sign-on, org mapping): nothing here touches them. */
export const organisationSchema = z.strictObject({
  /** Name of the organisation in Grafana. */
  name: z.string().min(1).max(190),
  /** Clients it may see; usually one. */
  clients: z.array(z.string()).min(1),
  /** Zone of dashboards and of the organisation; default: that of its first client. */
  zone: zone.optional(),
  language: language.optional(),
  /** A service account's token of this organisation; default: the operator's basic auth, which can also make the organisation. */
  token: reference.optional(),
  /** False leaves alert rules away. */
  alerts: z.boolean().optional(),
});

/** The file of `clients plan|apply|doctor`. Clients as in the workspace's settings; without `organisations` each client gets one of its own name. */
export const clientsFileSchema = z.strictObject({
  grafana: z.strictObject({
    url: z.url({ protocol: /^https?$/, error: 'use the address of Grafana, such as https://grafana.example' }),
    user: z.string().min(1).optional(), password: reference.optional(), token: reference.optional(),
  }),
  workspace: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/).default('main'),
  /** Where grants are minted: the operators' organisation and data source. */
  operator: z.strictObject({ orgId: z.number().int().positive().default(1), dataSource: uid.default('soc-outcomes'), token: reference.optional() }).prefault({}),
  grant: z.strictObject({ days: z.number().int().min(1).max(3650).default(365), renewDays: z.number().int().min(0).default(30) }).prefault({}),
  dataSource: z.strictObject({ uid: uid.default('soc-outcomes'), name: z.string().min(1).default('SOC Outcomes') }).prefault({}),
  folder: z.strictObject({ uid: uid.default('soc-outcomes'), title: z.string().min(1).default('SOC Outcomes') }).prefault({}),
  language: language.default('en-US'),
  alerts: z.boolean().default(true),
  clients: z.array(clientSchema).min(1),
  organisations: z.array(organisationSchema).optional(),
}).superRefine((file, context) => {
  const refuse = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
  const ids = file.clients.map(c => c.id);
  ids.forEach((id, i) => { if (ids.indexOf(id) !== i) refuse(['clients', i, 'id'], `the client id "${id}" stands twice; give each its own`); });
  const names = (file.organisations ?? []).map(o => o.name);
  names.forEach((name, i) => { if (names.indexOf(name) !== i) refuse(['organisations', i, 'name'], `the organisation "${name}" stands twice; put all its clients in one entry`); });
  (file.organisations ?? []).forEach((o, i) => o.clients.forEach((id, j) => { if (!ids.includes(id)) refuse(['organisations', i, 'clients', j], `"${id}" is no client of this file; add it under clients`); }));
  const { user, password, token } = file.grafana;
  if ((user === undefined) !== (password === undefined)) refuse(['grafana'], 'user and password belong together');
  // Without the server's administrator nothing can be looked up or made across organisations.
  if (user === undefined && !(file.organisations?.length && file.organisations.every(o => o.token !== undefined))) refuse(['grafana'], 'give user and password, or list the organisations with a token each: a service account belongs to one organisation only');
  if (user === undefined && token === undefined && file.operator.token === undefined) refuse(['operator', 'token'], 'is missing; without user and password, grants are minted with the token of a service account of the operators\' organisation');
});
export type ClientsFile = z.infer<typeof clientsFileSchema>;

/** One organisation as it shall be, every default filled in. */
export interface WantedOrganisation {
  readonly name: string; readonly clients: readonly string[]; readonly clientNames: readonly string[]; readonly zone: string; readonly language: string; readonly alerts: boolean; readonly token: string | undefined;
}
export function wantedOrganisations(file: ClientsFile): WantedOrganisation[] {
  const client = new Map(file.clients.map(c => [c.id, c]));
  const listed = file.organisations ?? file.clients.map(c => ({ name: c.name, clients: [c.id] }) as z.infer<typeof organisationSchema>);
  return listed.map(o => ({
    name: o.name, clients: [...o.clients].sort(), clientNames: o.clients.map(id => client.get(id)!.name), zone: o.zone ?? client.get(o.clients[0]!)!.zone,
    language: o.language ?? file.language, alerts: o.alerts ?? file.alerts, token: o.token,
  }));
}

/** Reads and checks the file. Throws CliError with every problem by its key. */
export function readClientsFile(path: string): ClientsFile {
  let text: string;
  try { text = readFileSync(path, 'utf8'); } catch (error) { throw new CliError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'}). Give the path of the clients file; docs/clients.md shows one.`); }
  const document = parseDocument(text, { uniqueKeys: true });
  if (document.errors.length > 0) throw new CliError(`${path} is not YAML: ${document.errors[0]!.message.split('\n')[0]}`);
  const parsed = clientsFileSchema.safeParse(document.toJS({ maxAliasCount: 50 }));
  if (!parsed.success) throw new CliError(`${path} was refused: ${parsed.error.issues.map(i => `${i.path.join('.') || '(file)'}: ${i.message}`).join('; ')}`);
  return parsed.data;
}

/** The secret behind file:… or env:…; never a literal. Throws CliError naming the reference, not the value. */
export function secretOf(ref: string, env: Readonly<Record<string, string | undefined>>): string {
  const name = ref.slice(ref.indexOf(':') + 1);
  if (ref.startsWith('env:')) {
    const value = env[name];
    if (!value) throw new CliError(`${ref} is not set. Set the environment variable ${name}, or name a file with file:.`);
    return value;
  }
  try { return readFileSync(name, 'utf8').trim(); } catch (error) { throw new CliError(`${ref} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'}).`); }
}

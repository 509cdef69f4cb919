import { parseSettings } from '../../settings/parse';
import { readYaml, toYaml } from '../../settings/yaml';
import type { ResourceRequest } from '../host/handlers';
import type { Workspaces } from '../workspace/workspaces';

/** A body that cannot be read; maps to HTTP 400. */
export class BadBody extends Error {
  override name = 'BadBody';
}
const LARGEST = 2 * 1024 * 1024;

/** Who may edit the settings and where they stand; what the editor shows when it must stay read-only. */
export function settingsState(workspaces: Workspaces, request: ResourceRequest): object {
  const { carrier, operator, settings } = workspaces.carrier(request.context);
  const why = !operator ? `Organisation ${request.context.orgId} does not run this SOC. Sources, clients and policy are kept by its operators (server setting operator_org_ids); here belongs only the grant they gave you.`
    : carrier === 'file' ? 'The settings are carried by the file that the server setting config_file names. They can be read here; edit the file and restart the plugin to change them.' : null;
  return { carrier, operator, mayEdit: why === null, why, ...(operator && settings !== null && { settings }) };
}

/** What is wrong with settings or their YAML text, and both forms of them. The schema stays here, so that the browser needs none. */
export function checkSettings(request: ResourceRequest): object {
  const body = bodyOf(request);
  const read = typeof body.yaml === 'string' ? readYaml(body.yaml) : { ok: true as const, value: body.settings ?? {} };
  if (!read.ok) return { problems: read.problems };
  const value = read.value ?? {};
  const checked = parseSettings(value);
  return { problems: checked.ok ? [] : checked.problems, settings: value, yaml: typeof body.yaml === 'string' ? body.yaml : toYaml(value) };
}

function bodyOf(request: ResourceRequest): { yaml?: unknown; settings?: unknown } {
  if (request.body.byteLength > LARGEST) throw new BadBody('Settings of more than 2 MiB are refused.');
  try {
    const body: unknown = JSON.parse(Buffer.from(request.body).toString('utf8'));
    if (typeof body === 'object' && body !== null && (typeof (body as { yaml?: unknown }).yaml === 'string' || Object.hasOwn(body, 'settings'))) return body;
  } catch { /* said below */ }
  throw new BadBody('The body must be JSON: {"settings": …} or {"yaml": "…"}.');
}

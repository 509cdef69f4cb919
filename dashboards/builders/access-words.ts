import { mapped } from './words';

/** What operators read of grants and refusals; the plain value stays in the data. */
export const GRANT_STATES = mapped({ 'in force': { text: 'in force', color: 'green' }, 'not yet': { text: 'not yet', color: 'blue' }, expired: { text: 'expired', color: 'orange' }, revoked: { text: 'revoked', color: 'text' } });
const RED = (text: string) => ({ text, color: 'red' });
const ORANGE = (text: string) => ({ text, color: 'orange' });
/** Orange: something ran out or was not set up. Red: somebody brought what was not theirs. */
export const RESULTS = mapped({
  allowed: { text: 'allowed', color: 'green' }, no_organisation: RED('names no organisation, or two'), no_grant: ORANGE('no grant'), malformed: RED('grant was cut or changed'), unknown_key: ORANGE('grant of a key no longer in use'), signature: RED('grant not signed by us'),
  workspace: RED('grant of another workspace'), organisation: RED('grant of another organisation'), data_source: RED('grant of another data source'), not_yet: ORANGE('grant has not begun'), expired: ORANGE('grant has ended'), revoked: ORANGE('grant was revoked'),
  no_client: ORANGE('grant names no client there is'), foreign_settings: RED('brought settings of its own'), owner: RED('workspace of another operator'), view_as: RED('a client asked to view as another'), operators_only: ORANGE('belongs to operators'), role: ORANGE('role too low'),
});

/** A plugin of constant answers, so that every panel type can be looked at without a backend process. */
import type { PluginBackend, RefAnswer } from '../../../demo/preview/server/plugin-backend';
import { sampleFrames } from './frames';

export const sampleBackend: PluginBackend = {
  async query({ queries, from, to }) {
    return Object.fromEntries(queries.map((query): [string, RefAnswer] => {
      if (query.sample === 'failure') {
        return [query.refId, { status: 502, frames: [], error: 'ClickHouse refused the connection; check the host setting.', errorSource: 'downstream' }];
      }
      return [query.refId, { status: 200, frames: sampleFrames(String(query.sample), Number(from), Number(to)) }];
    }));
  },
  async resource({ path }) {
    const values = path === 'suggestions/client' ? ['Aurelia Bank', 'Borealis Energy'].map((text) => ({ text, value: text.toLowerCase() })) : [];
    return { status: 200, headers: { 'content-type': ['application/json'] }, body: Buffer.from(JSON.stringify({ values })) };
  },
  async health() {
    return { status: 'OK', message: 'Sample data', details: {} };
  },
};

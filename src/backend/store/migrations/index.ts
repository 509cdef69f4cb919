import { schema } from './001-schema';
import { reportedMonths } from './002-reported-months';
import { clientGrants } from './003-client-grants';
import { assetVersions } from './004-asset-versions';
import { lateLinks } from './005-late-links';
import { reportedParts } from './006-reported-parts';
import { streamRemarks } from './007-stream-remarks';
import { reportedUntrackedDays } from './008-reported-untracked-days';
import { settledItems } from './009-settled-items';
import { alertMarks } from './010-alert-marks';
import { ownAlerts } from './011-own-alerts';
import { comparedMonths } from './012-compared-months';
import type { Migration } from './types';

/** In order; numbers never change once released. */
export const MIGRATIONS: readonly Migration[] = [schema, reportedMonths, clientGrants, assetVersions, lateLinks, reportedParts, streamRemarks, reportedUntrackedDays, settledItems, alertMarks, ownAlerts, comparedMonths];
export type { Migration } from './types';

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** A dashboard file as it lies in the folder. */
export interface DashboardFile {
  uid: string;
  title: string;
  description?: string;
  tags: string[];
  folder: string;
  json: Record<string, unknown>;
}

const rootFolder = 'SOC Outcomes';
/** Where a person begins; the others follow by file name. */
const first = 'overview.json';

async function readDashboard(file: string, folder: string): Promise<DashboardFile> {
  const content = await readFile(file, 'utf8');
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(content) as Record<string, unknown>;
  } catch (error) {
    throw new Error(`${path.basename(file)} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  const { uid, title, tags, description } = json;
  if (typeof uid !== 'string' || typeof title !== 'string') {
    throw new Error(`${path.basename(file)} has no "uid" and "title" of its own; a dashboard file needs both.`);
  }
  return { uid, title, ...(typeof description === 'string' ? { description } : {}), tags: Array.isArray(tags) ? (tags as string[]) : [], folder, json };
}

/**
 * The dashboards of a folder and its subfolders (a subfolder is a Grafana folder), by file name.
 * Subfolders named in `except` are somebody else's. Read at every call, so that an edited file shows after a reload of the page.
 */
export async function readDashboards(directory: string, except: readonly string[] = [], folder = rootFolder): Promise<DashboardFile[]> {
  const entries = (await readdir(directory, { withFileTypes: true }).catch(() => [])).sort((a, b) => Number(b.name === first) - Number(a.name === first) || a.name.localeCompare(b.name));
  const found: DashboardFile[] = [];
  for (const entry of entries) {
    const full = path.join(directory, entry.name);
    if (entry.isDirectory()) {
      if (!except.includes(entry.name)) {
        found.push(...(await readDashboards(full, except, entry.name)));
      }
    } else if (entry.name.endsWith('.json')) {
      found.push(await readDashboard(full, folder));
    }
  }
  return found;
}

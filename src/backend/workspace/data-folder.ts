import { accessSync, constants, mkdirSync } from 'node:fs';
import { SettingsRefused } from './errors';

/** The folder of all stores, made if absent. Throws SettingsRefused naming the server setting. */
export function dataFolder(setting: string | undefined, otherwise: string): string {
  const folder = setting ?? otherwise;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
    return folder;
  } catch {
    throw new SettingsRefused(`The data folder ${folder} cannot be written. Set data_path in [plugin.socoutcomes-metrics-datasource] to a folder this process may write.`);
  }
}

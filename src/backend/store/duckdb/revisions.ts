import type { TableName } from '../schema';

/** Exports: Revisions. Which commit wrote which table last. A commit whose tables are not known wrote all of them. */
export class Revisions {
  private commits = 0;
  private unknown = 0;
  private readonly last = new Map<TableName, number>();

  committed(tables: ReadonlySet<TableName> | 'any'): void {
    if (tables !== 'any' && tables.size === 0) return;
    this.commits++;
    if (tables === 'any') this.unknown = this.commits;
    else for (const name of tables) this.last.set(name, this.commits);
  }
  of(tables?: readonly TableName[]): number {
    return tables ? tables.reduce((newest, name) => Math.max(newest, this.last.get(name) ?? 0), this.unknown) : this.commits;
  }
}

/** Texts as people order them; those that are even to them by their characters, so that only the same text is even and the store's order of rows never shows. */
export const byText = (a: string, b: string): number => a.localeCompare(b) || (a < b ? -1 : a > b ? 1 : 0);

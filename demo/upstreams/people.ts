/**
 * Names that every upstream writes into its records where the real system has an assignee, reporter, author or owner.
 * No row, frame or log may ever hold one of them: tests search for exactly these.
 */
export const PEOPLE = ['Zephyrine Quillfeather', 'Oswin Thackerberry', 'Marigold Pennywhistle', 'Ignatius Brambleworth'] as const;
export const person = (n: number): string => PEOPLE[Math.abs(Math.trunc(n)) % PEOPLE.length] as string;
export const login = (n: number): string => person(n).toLowerCase().replace(' ', '.');
/** What a search for people looks for: names, their parts and their login names. */
export const personNeedles = (): string[] => [...new Set(PEOPLE.flatMap(name => [name, ...name.split(' '), name.toLowerCase().replace(' ', '.')]))].map(s => s.toLowerCase());

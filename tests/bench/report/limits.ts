/** What the page says about missed aims. Prose that a person keeps true: look at it after every run with --write. */
export const limits = `
Nothing written yet.
`;

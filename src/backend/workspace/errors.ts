/** The workspace cannot answer yet or for now (opening, another process holds the store): HTTP 503, downstream. */
export class SourceBusy extends Error {
  override name = 'SourceBusy';
}
/** Settings that cannot be applied; the message says which key and what to do. */
export class SettingsRefused extends Error {
  override name = 'SettingsRefused';
}

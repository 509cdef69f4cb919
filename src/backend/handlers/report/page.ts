/** An answer that is not JSON: a page for people or a file. */
export class Page {
  constructor(readonly contentType: string, readonly body: string, readonly fileName: string | null = null) {}
}

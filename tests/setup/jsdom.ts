// What a browser has, jsdom lacks, and Grafana's packages touch when they are imported or rendered.
import { TextDecoder, TextEncoder } from 'node:util';
import { webcrypto } from 'node:crypto';

class NoObserver {
  readonly root = null;
  readonly rootMargin = '';
  readonly thresholds: number[] = [];
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
  takeRecords(): [] {
    return [];
  }
}

function define(target: object, name: string, value: unknown): void {
  if (!(name in target) || (target as Record<string, unknown>)[name] === undefined) {
    Object.defineProperty(target, name, { configurable: true, writable: true, value });
  }
}

define(globalThis, 'TextEncoder', TextEncoder);
define(globalThis, 'TextDecoder', TextDecoder);
// No MessageChannel: React's scheduler would take it, and Node's keeps the process alive after the last test.
define(globalThis, 'structuredClone', (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown);
define(globalThis, 'ResizeObserver', NoObserver);
define(globalThis, 'IntersectionObserver', NoObserver);
define(globalThis.crypto ?? {}, 'subtle', webcrypto.subtle);
define(globalThis.crypto ?? {}, 'randomUUID', () => webcrypto.randomUUID());
define(globalThis, 'matchMedia', (query: string) => ({
  matches: false,
  media: query,
  onchange: null,
  addListener: () => {},
  removeListener: () => {},
  addEventListener: () => {},
  removeEventListener: () => {},
  dispatchEvent: () => false,
}));
define(Element.prototype, 'scrollTo', () => {});
define(Element.prototype, 'scrollIntoView', () => {});
// jsdom has the method but prints "not implemented": text is then measured as zero wide, which is fine for tests.
Object.defineProperty(HTMLCanvasElement.prototype, 'getContext', { configurable: true, writable: true, value: () => null });

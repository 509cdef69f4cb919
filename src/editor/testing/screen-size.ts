/** Lists of choices draw only what is in view; jsdom measures everything as zero. */
export function giveSize(): void {
  Object.defineProperty(Element.prototype, 'getBoundingClientRect', { configurable: true, value: () => ({ width: 120, height: 120, top: 0, left: 0, bottom: 0, right: 0, x: 0, y: 0, toJSON: () => ({}) }) });
  Object.defineProperty(HTMLElement.prototype, 'offsetHeight', { configurable: true, value: 120 });
  Object.defineProperty(HTMLElement.prototype, 'offsetWidth', { configurable: true, value: 120 });
  // Grafana's lists ask the canvas how wide a text is, and expect a canvas.
  Object.defineProperty(HTMLCanvasElement.prototype, 'getContext', { configurable: true, writable: true, value: () => ({ measureText: (text: string) => ({ width: text.length * 8 }) }) });
}

import { wilson } from '../../../src/backend/metrics/shared/wilson';
import { wilsonByBisection } from './outcomes.oracle';

describe('Wilson interval', () => {
  it.each([[0, 10, 0, 0.2775], [10, 10, 0.7225, 1], [1, 20, 0.0089, 0.2361], [50, 100, 0.4038, 0.5962]])('%i of %i → [%f, %f] (metrics.md, Reference figures)', (k, n, low, high) => {
    const i = wilson(k, n)!;
    expect(i.low).toBeCloseTo(low, 4);
    expect(i.high).toBeCloseTo(high, 4);
  });
  it('is the root of its quadratic', () => {
    for (let n = 1; n <= 60; n++) for (let k = 0; k <= n; k++) {
      const [low, high] = wilsonByBisection(k, n);
      expect(wilson(k, n)!.low).toBeCloseTo(low, 9);
      expect(wilson(k, n)!.high).toBeCloseTo(high, 9);
    }
  });
  it('is null without trials', () => expect(wilson(0, 0)).toBeNull());
});

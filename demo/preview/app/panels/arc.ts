/** Angles are degrees clockwise from the top; a gauge runs from -120 to 120. */
export const gaugeSpan = { from: -120, to: 120 };

function point(centre: { x: number; y: number }, radius: number, degrees: number): string {
  const radians = ((degrees - 90) * Math.PI) / 180;
  return `${(centre.x + radius * Math.cos(radians)).toFixed(2)} ${(centre.y + radius * Math.sin(radians)).toFixed(2)}`;
}

/** The outline of a ring's piece between two shares (0 to 1) of the gauge's span; empty when it has no length. */
export function arcPath(centre: { x: number; y: number }, outer: number, inner: number, fromShare: number, toShare: number): string {
  const clamp = (share: number) => Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0));
  const at = (share: number) => gaugeSpan.from + clamp(share) * (gaugeSpan.to - gaugeSpan.from);
  const start = at(fromShare);
  const end = at(toShare);
  if (end - start < 0.01) {
    return '';
  }
  const large = end - start > 180 ? 1 : 0;
  return `M ${point(centre, outer, start)} A ${outer} ${outer} 0 ${large} 1 ${point(centre, outer, end)} L ${point(centre, inner, end)} A ${inner} ${inner} 0 ${large} 0 ${point(centre, inner, start)} Z`;
}

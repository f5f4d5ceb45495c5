import type { SeriesPoints } from "../api/types";
import { lower_bound } from "../live/data";

const buckets = 60;

/** The last minutes as a small line; a hint beside a number, not a chart to read from. */
export function Sparkline({ series, from, to }: { series: SeriesPoints; from: number; to: number }) {
  const points = reduced(series, from, to);
  if (points.length < 2) return null;
  const high = Math.max(...points.map(([, value]) => value), 1e-9);
  const low = Math.min(0, ...points.map(([, value]) => value));
  const place = ([x, value]: [number, number]) => `${(x * 100).toFixed(1)} ${(30 - ((value - low) / (high - low || 1)) * 27).toFixed(1)}`;
  const line = "M" + points.map(place).join("L");
  return (
    <svg class="sparkline" viewBox="0 0 100 31" preserveAspectRatio="none" aria-hidden="true">
      <path class="sparkline-fill" d={`${line}L${(points[points.length - 1][0] * 100).toFixed(1)} 31L${(points[0][0] * 100).toFixed(1)} 31z`} />
      <path class="sparkline-line" d={line} vector-effect="non-scaling-stroke" />
    </svg>
  );
}

function reduced(series: SeriesPoints, from: number, to: number): [number, number][] {
  const sums = new Float64Array(buckets);
  const counts = new Uint32Array(buckets);
  for (let i = lower_bound(series.t, from); i < series.t.length && series.t[i] <= to; ++i) {
    const value = series.v[i];
    if (value === null) continue;
    const bucket = Math.min(buckets - 1, Math.floor(((series.t[i] - from) / (to - from)) * buckets));
    sums[bucket] += value;
    ++counts[bucket];
  }
  const out: [number, number][] = [];
  for (let i = 0; i < buckets; ++i) if (counts[i] > 0) out.push([i / (buckets - 1), sums[i] / counts[i]]);
  return out;
}

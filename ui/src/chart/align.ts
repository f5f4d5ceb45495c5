import type { SeriesPoints } from "../api/types";

/** One common time axis for several series, as the chart wants it: missing points are `null` (a gap). */
export interface Aligned {
  names: string[];
  t: number[];
  columns: (number | null)[][];
}

export function align(series: SeriesPoints[]): Aligned {
  const names = series.map((one) => one.name);
  if (series.length === 1) return { names, t: series[0].t, columns: [series[0].v] };
  const t: number[] = [];
  const columns: (number | null)[][] = series.map(() => []);
  const at = series.map(() => 0);
  for (;;) {
    let next = Infinity;
    for (let i = 0; i < series.length; ++i) if (at[i] < series[i].t.length) next = Math.min(next, series[i].t[at[i]]);
    if (next === Infinity) return { names, t, columns };
    t.push(next);
    for (let i = 0; i < series.length; ++i) {
      const has = at[i] < series[i].t.length && series[i].t[at[i]] === next;
      columns[i].push(has ? series[i].v[at[i]++] : null);
    }
  }
}

/** Column i becomes the sum of columns i and after, so that drawing in order puts each series on the ones that follow. */
export function stacked(columns: (number | null)[][]): (number | null)[][] {
  const out = columns.map((column) => column.slice());
  for (let i = out.length - 2; i >= 0; --i) {
    for (let x = 0; x < out[i].length; ++x) {
      const below = out[i + 1][x];
      if (below !== null) out[i][x] = (out[i][x] ?? 0) + below;
    }
  }
  return out;
}

/** The wanted order first, the rest by name. */
export function ordered(series: SeriesPoints[], order: string[] = []): SeriesPoints[] {
  const rank = (name: string) => {
    const at = order.indexOf(name);
    return at < 0 ? order.length : at;
  };
  return series.slice().sort((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1));
}

export function last_value(one: SeriesPoints): number | null {
  for (let i = one.v.length - 1; i >= 0; --i) if (one.v[i] !== null) return one.v[i];
  return null;
}

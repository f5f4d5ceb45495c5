import type { Range } from "../api/types";
import { parse_duration } from "../format/time";

/** The time range in the address: `range=30m`, or `from=…&to=…` in ms. */
export function range_of(params: URLSearchParams, fallback: string): Range {
  const from = Number(params.get("from"));
  const to = Number(params.get("to"));
  if (from > 0 && to > from) return { from, to };
  const last = params.get("range");
  return { last: last && parse_duration(last) ? last : fallback };
}

export function range_bounds(range: Range, now: number): { from: number; to: number } {
  if ("from" in range) return range;
  return { from: now - (parse_duration(range.last) ?? 3_600_000), to: now };
}

export function range_params(range: Range): Record<string, string | undefined> {
  return "from" in range
    ? { range: undefined, from: String(Math.round(range.from)), to: String(Math.round(range.to)) }
    : { range: range.last, from: undefined, to: undefined };
}

export const is_live = (range: Range) => "last" in range;

import type { AlarmState, Frame, LogRecord, Row, SeriesPoints, Severity } from "../api/types";
import { PointSet } from "./points";

/** What a feed holds, by kind. Each is changed in place by `apply_*`; the feed's version tells that it changed. */
export type FeedData = SeriesData | RowsData | LogData | DocData | PointSet;

export interface SeriesData {
  kind: "series";
  tier: string;
  series: Map<string, SeriesPoints>;
  /** Points that came late or were replaced, newest last; a chart may point at them. */
  corrections: { name: string; t: number; at: number }[];
}

export interface RowsData {
  kind: "rows";
  columns: string[];
  key: number;
  rows: Map<unknown, Row>;
  total: number;
}

export interface LogData {
  kind: "log";
  records: LogRecord[];
  skipped: number;
}

export interface DocData {
  kind: "doc";
  data: unknown;
}

export function from_snapshot(frame: Frame): FeedData | null {
  switch (frame.kind) {
    case "series": {
      const series = new Map<string, SeriesPoints>();
      for (const one of frame.series as SeriesPoints[]) series.set(one.name, one);
      return { kind: "series", tier: String(frame.tier ?? "raw"), series, corrections: [] };
    }
    case "rows": {
      const key = frame.key as number;
      const rows = new Map((frame.rows as Row[]).map((row) => [row[key], row] as const));
      return { kind: "rows", columns: frame.columns as string[], key, rows, total: frame.total as number };
    }
    case "log":
      return { kind: "log", records: frame.records as LogRecord[], skipped: 0 };
    case "doc":
      return { kind: "doc", data: frame.data };
    case "points":
      return PointSet.from_snapshot(frame);
    default:
      return null;
  }
}

export function apply_delta(data: FeedData, frame: Frame, limits: Limits): void {
  switch (data.kind) {
    case "series":
      return apply_series(data, frame, limits);
    case "rows":
      for (const row of (frame.upsert as Row[]) ?? []) data.rows.set(row[data.key], row);
      for (const key of (frame.removed as unknown[]) ?? []) data.rows.delete(key);
      if (typeof frame.total === "number") data.total = frame.total;
      return;
    case "log": {
      const append = (frame.append as LogRecord[]) ?? [];
      data.records = data.records.concat(append).slice(-limits.records);
      data.skipped += (frame.skipped as number) ?? 0;
      return;
    }
    case "doc":
      data.data = frame.data;
      return;
    case "points":
      data.apply(frame);
  }
}

export interface Limits {
  /** How many records a log keeps. */
  records: number;
  /** Points older than this are dropped from series; null keeps all. */
  oldest: number | null;
}

function apply_series(data: SeriesData, frame: Frame, limits: Limits): void {
  for (const { name, t } of (frame.removed as { name: string; t: number[] }[]) ?? []) {
    const one = data.series.get(name);
    if (!one) continue;
    for (const at of t) {
      const i = lower_bound(one.t, at);
      if (one.t[i] === at) one.t.splice(i, 1), one.v.splice(i, 1);
    }
  }
  for (const { name, t, v } of (frame.points as SeriesPoints[]) ?? []) {
    let one = data.series.get(name);
    if (!one) data.series.set(name, (one = { name, t: [], v: [] }));
    for (let i = 0; i < t.length; ++i) {
      if (put_point(one, t[i], v[i])) {
        data.corrections.push({ name, t: t[i], at: performance.now() });
        if (data.corrections.length > 50) data.corrections.shift();
      }
    }
  }
  if (limits.oldest === null) return;
  for (const one of data.series.values()) {
    const cut = lower_bound(one.t, limits.oldest);
    if (cut > 200) one.t.splice(0, cut), one.v.splice(0, cut);
  }
}

/** The first index whose time is not less than `at`. */
export function lower_bound(times: ArrayLike<number>, at: number): number {
  let low = 0, high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Appends or replaces; true if the past changed: the newest point of a series is still growing. */
function put_point(one: SeriesPoints, at: number, value: number | null): boolean {
  const size = one.t.length;
  if (size === 0 || one.t[size - 1] < at) {
    one.t.push(at);
    one.v.push(value);
    return false;
  }
  const i = lower_bound(one.t, at);
  if (one.t[i] === at) {
    const changed = one.v[i] !== value;
    one.v[i] = value;
    return changed && i < size - 1;
  }
  one.t.splice(i, 0, at);
  one.v.splice(i, 0, value);
  return true;
}

/** A row as an object; columns it does not have are undefined. */
export function row_object<T>(data: RowsData, row: Row): T {
  const out: Record<string, unknown> = {};
  data.columns.forEach((name, i) => (out[name] = row[i]));
  return out as T;
}

/** All rows as objects, in the order of the source (docs/web-api.md, section 3). */
export function row_objects<T>(data: RowsData, source: string): T[] {
  const rows = [...data.rows.values()].map((row) => row_object<T>(data, row));
  const newest = source === "alarms" ? "raised_at" : source === "outbox" ? "at" : null;
  if (newest) {
    const at = (row: T) => (row as Record<string, number>)[newest];
    rows.sort((a, b) => at(b) - at(a));
  } else if (source === "topics") {
    rows.sort((a, b) => ((a as { name: string }).name < (b as { name: string }).name ? -1 : 1));
  }
  return rows;
}

export const is_active = (state: AlarmState) => state.startsWith("ACTIVE");
export const is_acknowledged = (state: AlarmState) => state.endsWith("_ACK");

const severity_order: Severity[] = ["CRITICAL", "MAJOR", "MINOR", "WARNING", "INDETERMINATE"];
/** 0 is the worst. */
export const severity_rank = (severity: Severity) => severity_order.indexOf(severity);
export const severities = severity_order;


import type { Threshold } from "../api/types";
import { range_bounds } from "../app/range";
import { last_value } from "../chart/align";
import { Sparkline } from "../chart/sparkline";
import { type DocData, type FeedData, row_objects, type RowsData, type SeriesData } from "../live/data";
import { useFeed, useNow } from "../live/use";
import { SeverityBadge } from "../part/badge";
import { Value } from "../part/value";
import { FeedBody } from "./feed-body";
import { Frame } from "./frame";
import type { PanelProps } from "./types";

/** A further number below the large one. */
interface Also {
  field: string;
  label: string;
  row?: string;
  unit?: string;
}

/** One number, large. */
export function StatPanel({ panel, query, range }: PanelProps) {
  const feed = useFeed(query, query && query.source !== "topics" ? range : undefined, 200);
  const now = useNow(1000);
  const { from, to } = range_bounds(range, now);
  const also = (panel.also as Also[] | undefined) ?? [];
  return (
    <Frame panel={panel}>
      <FeedBody feed={feed} panel={panel}>
        {(data) => {
          const value = stat_value(data, String(query!.source), panel.field as string | undefined, panel.row as string | undefined);
          const passed = passed_threshold(panel.thresholds ?? [], value);
          return (
            <div class="stat">
              <div class="stat-value">
                <Value value={value} unit={panel.unit} decimals={panel.decimals} />
                {passed?.severity && <SeverityBadge severity={passed.severity} />}
              </div>
              {also.length > 0 && (
                <div class="stat-also">
                  {also.map((one) => (
                    <span key={one.label}>
                      <b><Value value={stat_value(data, String(query!.source), one.field, one.row ?? (panel.row as string | undefined))} unit={one.unit} /></b> {one.label}
                    </span>
                  ))}
                </div>
              )}
              {data.kind === "series" && data.series.size > 0 && <Sparkline series={[...data.series.values()][0]} from={from} to={to} />}
            </div>
          );
        }}
      </FeedBody>
    </Frame>
  );
}

function stat_value(data: FeedData, source: string, field: string | undefined, row: string | undefined): number | null {
  switch (data.kind) {
    case "series": {
      const values = [...(data as SeriesData).series.values()].map(last_value).filter((value) => value !== null);
      return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) : null;
    }
    case "rows": {
      const rows = row_objects<Record<string, unknown>>(data as RowsData, source);
      const key = (data as RowsData).columns[(data as RowsData).key];
      const found = row === undefined ? rows[0] : rows.find((one) => one[key] === row);
      return field === undefined ? (data as RowsData).total : number_or_null(found?.[field]);
    }
    case "doc":
      return number_or_null((field ?? "").split(".").reduce<unknown>((at, name) => (at as Record<string, unknown> | null)?.[name], (data as DocData).data));
    case "points":
      return data.count;
    default:
      return null;
  }
}

const number_or_null = (value: unknown) => (typeof value === "number" ? value : null);

function passed_threshold(thresholds: Threshold[], value: number | null): Threshold | null {
  if (value === null) return null;
  return thresholds.filter((one) => value >= one.value).sort((a, b) => b.value - a.value)[0] ?? null;
}

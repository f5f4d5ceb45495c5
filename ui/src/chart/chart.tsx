import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import type { SeriesPoints, Threshold } from "../api/types";
import { is_dark, useSettings } from "../app/settings";
import { number_text, short_number } from "../format/number";
import { clock_text, date_text, date_time_text, type Zone, zone_name } from "../format/time";
import { align, stacked, type Aligned } from "./align";
import { css, series_dash, series_variable } from "./palette";

export interface ChartProps {
  series: SeriesPoints[];
  from: number;
  to: number;
  zone: Zone;
  height: number;
  unit?: string;
  decimals?: number;
  draw?: "line" | "area" | "bars" | "stems";
  stack?: boolean;
  min?: number;
  max?: number;
  thresholds?: Threshold[];
  corrections?: { name: string; t: number; at: number }[];
  name_of: (name: string) => string;
  label: string;
  /** Dragging over the chart chooses a range. */
  onZoom?: (from: number, to: number) => void;
}

const correction_ms = 1500;

/** Time series on canvas with a legend that shows the values under the cursor. */
export function Chart(props: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const [cursor, set_cursor] = useState<number | null>(null);
  const [hidden, set_hidden] = useState<ReadonlySet<string>>(new Set());
  useSettings();

  const aligned = align(props.series);
  const visible = aligned.names.map((name) => !hidden.has(name));
  const shape = JSON.stringify([aligned.names, visible, props.draw, props.stack, props.unit, props.zone, is_dark(), props.min, props.max]);
  const columns = () => drawn_columns(align(latest.current.series), visible, latest.current.stack === true);

  useLayoutEffect(() => {
    const element = box.current!;
    const made = new uPlot(options(latest, aligned, visible, element, set_cursor), columns(), element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: latest.current.height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [shape]);

  useEffect(() => {
    plot.current?.setData(columns(), false);
    plot.current?.setScale("x", { min: props.from, max: props.to });
  });
  useEffect(() => {
    if (box.current) plot.current?.setSize({ width: box.current.clientWidth, height: props.height });
  }, [props.height]);

  const toggle = (name: string) => {
    const next = new Set(hidden);
    if (!next.delete(name)) next.add(name);
    set_hidden(next);
  };
  return (
    <div class="chart">
      <div ref={box} class="chart-canvas" role="img" aria-label={`${props.label}: chart of ${aligned.names.map(props.name_of).join(", ")}`} />
      <ul class="legend">
        {aligned.names.map((name, i) => (
          <li key={name}>
            <button type="button" aria-pressed={visible[i]} onClick={() => toggle(name)} title={visible[i] ? "Hide this series" : "Show this series"}>
              <Swatch index={i} bar={props.draw !== undefined && props.draw !== "line"} />
              <span class="legend-name">{props.name_of(name)}</span>
              <span class="legend-value">{number_text(value_at(aligned, i, cursor), props.unit, props.decimals)}</span>
            </button>
          </li>
        ))}
        <li class="legend-time">
          {cursor !== null && aligned.t[cursor] !== undefined ? date_time_text(aligned.t[cursor], props.zone) : "latest"} · {zone_name(props.zone)}
        </li>
      </ul>
    </div>
  );
}

function Swatch({ index, bar }: { index: number; bar: boolean }) {
  const colour = `var(${series_variable(index)})`;
  return (
    <svg class="swatch" width="16" height="10" viewBox="0 0 16 10" aria-hidden="true">
      {bar ? <rect width="10" height="10" x="3" rx="2" fill={colour} /> : <path d="M0 5h16" stroke={colour} stroke-width="2.5" stroke-dasharray={series_dash(index).join(" ")} />}
    </svg>
  );
}

function value_at(aligned: Aligned, column: number, cursor: number | null): number | null {
  const values = aligned.columns[column];
  if (cursor !== null) return values[cursor] ?? null;
  for (let i = values.length - 1; i >= 0; --i) if (values[i] !== null) return values[i];
  return null;
}

function drawn_columns(aligned: Aligned, visible: boolean[], stack: boolean): uPlot.AlignedData {
  const shown = aligned.columns.filter((_, i) => visible[i]);
  const drawn = stack ? stacked(shown) : shown;
  let next = 0;
  return [aligned.t, ...aligned.columns.map((column, i) => (visible[i] ? drawn[next++] : column))] as uPlot.AlignedData;
}

type Latest = { current: ChartProps };

function options(latest: Latest, aligned: Aligned, visible: boolean[], box: HTMLElement, on_cursor: (index: number | null) => void): uPlot.Options {
  const props = latest.current;
  const text = css("--muted");
  const grid = { stroke: css("--grid"), width: 1 };
  const font = `11px ${css("--font")}`;
  return {
    width: Math.max(80, box.clientWidth),
    height: props.height,
    ms: 1,
    tzDate: (at) => (props.zone === "utc" ? uPlot.tzDate(new Date(at), "Etc/UTC") : new Date(at)),
    padding: [10, 12, 0, 4],
    legend: { show: false },
    cursor: { sync: { key: "azud", setSeries: false }, drag: { x: true, y: false, setScale: false }, points: { size: 7 }, y: false },
    scales: { x: { time: true, range: () => [latest.current.from, latest.current.to] }, y: { range: (_, low, high) => value_range(latest.current, low, high) } },
    axes: [
      { stroke: text, font, grid: { show: false }, ticks: { ...grid, size: 5 }, size: 42, gap: 5, space: 70, values: (_, splits, __, ___, step) => time_labels(splits, step, latest.current.zone) },
      { stroke: text, font, grid, ticks: { show: false }, ...(is_bytes(props.unit) ? { incrs: byte_steps } : {}), size: (_, values) => axis_width(values), gap: 6, space: 32, values: (_, splits) => splits.map((value) => axis_text(value, props.unit)) },
    ],
    series: [{}, ...aligned.names.map((_, i) => series_options(props, i, visible[i]))],
    hooks: {
      setCursor: [(u) => on_cursor(u.cursor.idx ?? null)],
      setSelect: [
        (u) => {
          if (u.select.width > 6) latest.current.onZoom?.(u.posToVal(u.select.left, "x"), u.posToVal(u.select.left + u.select.width, "x"));
          u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
        },
      ],
      draw: [(u) => draw_thresholds(u, latest.current.thresholds ?? []), (u) => draw_stems(u, latest.current), (u) => draw_corrections(u, latest.current, aligned.names)],
    },
  };
}

function series_options(props: ChartProps, index: number, show: boolean): uPlot.Series {
  const colour = css(series_variable(index));
  const base: uPlot.Series = { show, stroke: colour, width: 1.8, spanGaps: false, points: { show: false } };
  switch (props.draw) {
    case "bars":
      return { ...base, width: 0, fill: colour, paths: uPlot.paths.bars!({ size: [0.72, 28], radius: 0.15 }) };
    case "stems":
      return { ...base, paths: () => null };
    case "area":
      return { ...base, fill: (u) => fade(u, colour) };
    default:
      return { ...base, dash: series_dash(index) };
  }
}

function fade(u: uPlot, colour: string): CanvasGradient {
  const gradient = u.ctx.createLinearGradient(0, u.bbox.top, 0, u.bbox.top + u.bbox.height);
  gradient.addColorStop(0, `color-mix(in srgb, ${colour} 28%, transparent)`);
  gradient.addColorStop(1, `color-mix(in srgb, ${colour} 2%, transparent)`);
  return gradient;
}

function value_range(props: ChartProps, low: number | null, high: number | null): uPlot.Range.MinMax {
  const limits = (props.thresholds ?? []).map((one) => one.value);
  const bottom = props.min ?? Math.min(0, low ?? 0);
  const top = props.max ?? Math.max(high ?? 0, ...limits);
  if (top <= bottom) return [bottom, bottom + 1];
  return [bottom, props.max ?? top + (top - bottom) * 0.08];
}

const is_bytes = (unit?: string) => unit === "B" || unit === "B/s";
const byte_steps = Array.from({ length: 44 }, (_, power) => 2 ** power);

function axis_text(value: number, unit?: string): string {
  return is_bytes(unit) ? number_text(value, unit) : short_number(value);
}

function axis_width(values: string[] | null): number {
  const longest = (values ?? []).reduce((most, value) => Math.max(most, value.length), 2);
  return 14 + longest * 6.6;
}

/** Hours and minutes; the date stands under the first label and where the day changes. */
function time_labels(splits: number[], step: number, zone: Zone): string[] {
  let day = "";
  return splits.map((at) => {
    const date = date_text(at, zone);
    const clock = clock_text(at, zone);
    const head = step >= 86_400_000 ? date.slice(5) : step >= 60_000 ? clock.slice(0, 5) : clock;
    const tail = date !== day && step < 86_400_000 ? "\n" + date : "";
    day = date;
    return head + tail;
  });
}

const threshold_colour = (one: Threshold) => css(one.severity ? `--severity-${one.severity.toLowerCase()}` : "--muted");

function draw_thresholds(u: uPlot, thresholds: Threshold[]): void {
  const { ctx } = u;
  for (const one of thresholds) {
    const y = Math.round(u.valToPos(one.value, "y", true));
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = threshold_colour(one);
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(u.bbox.left, y);
    ctx.lineTo(u.bbox.left + u.bbox.width, y);
    ctx.stroke();
    if (one.label) {
      ctx.font = `${11 * devicePixelRatio}px ${css("--font")}`;
      ctx.textAlign = "right";
      ctx.fillText(one.label, u.bbox.left + u.bbox.width - 4 * devicePixelRatio, y - 4 * devicePixelRatio);
    }
    ctx.restore();
  }
}

/** Stems stand side by side, so that none hides another; nothing stands for zero. */
function draw_stems(u: uPlot, props: ChartProps): void {
  if (props.draw !== "stems") return;
  const { ctx } = u;
  const shown = u.series.slice(1).map((one, i) => ({ one, column: i + 1 })).filter(({ one }) => one.show);
  const ground = u.valToPos(0, "y", true);
  ctx.save();
  ctx.lineWidth = 2 * devicePixelRatio;
  shown.forEach(({ one, column }, place) => {
    ctx.strokeStyle = ctx.fillStyle = (one.stroke as () => string)();
    u.data[column].forEach((value, i) => {
      const at = u.data[0][i];
      if (!value || at < u.scales.x.min! || at > u.scales.x.max!) return;
      const x = u.valToPos(at, "x", true) + (place - (shown.length - 1) / 2) * 6 * devicePixelRatio;
      const y = u.valToPos(value, "y", true);
      ctx.beginPath();
      ctx.moveTo(x, ground);
      ctx.lineTo(x, y);
      ctx.stroke();
      ctx.beginPath();
      ctx.arc(x, y, 3 * devicePixelRatio, 0, 2 * Math.PI);
      ctx.fill();
    });
  });
  ctx.restore();
}

/** A ring around a point that was corrected a moment ago. */
function draw_corrections(u: uPlot, props: ChartProps, names: string[]): void {
  for (const one of props.corrections ?? []) {
    const age = performance.now() - one.at;
    const column = names.indexOf(one.name);
    if (age > correction_ms || column < 0) continue;
    const index = (u.data[0] as number[]).indexOf(one.t);
    const value = u.data[column + 1]?.[index];
    if (value === null || value === undefined) continue;
    const { ctx } = u;
    ctx.save();
    ctx.globalAlpha = 1 - age / correction_ms;
    ctx.strokeStyle = css("--accent");
    ctx.lineWidth = 2 * devicePixelRatio;
    ctx.beginPath();
    ctx.arc(u.valToPos(one.t, "x", true), u.valToPos(value, "y", true), 8 * devicePixelRatio, 0, 2 * Math.PI);
    ctx.stroke();
    ctx.restore();
  }
}

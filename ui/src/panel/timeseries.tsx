import { useEffect, useRef, useState } from "preact/hooks";
import { usePage } from "../app/context";
import { range_bounds } from "../app/range";
import { align, ordered } from "../chart/align";
import { Chart } from "../chart/chart";
import { csv_text, download } from "../format/csv";
import { number_text } from "../format/number";
import type { SeriesData } from "../live/data";
import { useFeed, useNow } from "../live/use";
import { IconButton } from "../part/controls";
import { Empty } from "../part/state";
import { When } from "../part/value";
import { FeedBody } from "./feed-body";
import { Frame } from "./frame";
import type { PanelProps } from "./types";

const table_rows_max = 500;

export function TimeseriesPanel({ panel, query, range, set_range }: PanelProps) {
  const { zone, name_of, order } = usePage();
  const box = useRef<HTMLDivElement>(null);
  const [size, set_size] = useState({ width: 0, height: 160 });
  const [table, set_table] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => set_size({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  // Asked in steps of 200 pixels, so that a window being resized does not ask a hundred times.
  const feed = useFeed(size.width > 0 ? query : undefined, range, Math.ceil(size.width / 200) * 200);
  const now = useNow(1000);
  const data = feed?.data?.kind === "series" ? (feed.data as SeriesData) : null;
  const series = data ? ordered([...data.series.values()], (panel.order as string[] | undefined) ?? order) : [];
  const { from, to } = range_bounds(range, now);

  const save = () => {
    const { t, names, columns } = align(series);
    const rows = t.map((at, i) => [new Date(at).toISOString(), ...columns.map((column) => column[i])]);
    download(`${panel.id}.csv`, "text/csv", csv_text(["time", ...names], rows));
  };
  const actions = (
    <>
      <IconButton icon={table ? "chart" : "table"} label={table ? "Show as chart" : "Show as table"} pressed={table} onClick={() => set_table(!table)} />
      <IconButton icon="download" label="Save as CSV" disabled={series.length === 0} onClick={save} />
    </>
  );
  return (
    <Frame panel={panel} actions={actions}>
      <div class="fill" ref={box}>
        <FeedBody feed={feed} panel={panel}>
          {() =>
            series.length === 0 ? (
              <Empty icon="chart" title="Nothing yet">No record has come in this time range.</Empty>
            ) : table ? (
              <SeriesTable series={series} from={from} to={to} unit={panel.unit} decimals={panel.decimals} />
            ) : (
              <Chart
                label={panel.title}
                series={series}
                corrections={data!.corrections}
                from={from}
                to={to}
                zone={zone}
                height={Math.max(90, size.height - 30)}
                unit={panel.unit}
                decimals={panel.decimals}
                draw={panel.draw as "line" | undefined}
                stack={panel.stack as boolean | undefined}
                min={panel.min as number | undefined}
                max={panel.max as number | undefined}
                thresholds={panel.thresholds}
                name_of={name_of}
                onZoom={(left, right) => set_range({ from: left, to: right })}
              />
            )
          }
        </FeedBody>
      </div>
    </Frame>
  );
}

function SeriesTable({ series, from, to, unit, decimals }: { series: ReturnType<typeof ordered>; from: number; to: number; unit?: string; decimals?: number }) {
  const { name_of } = usePage();
  const { t, names, columns } = align(series);
  const rows: number[] = [];
  for (let i = t.length - 1; i >= 0 && rows.length < table_rows_max; --i) if (t[i] >= from && t[i] <= to) rows.push(i);
  return (
    <div class="scroll">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Time</th>
            {names.map((name) => <th scope="col" class="number" key={name}>{name_of(name)}</th>)}
          </tr>
        </thead>
        <tbody>
          {rows.map((i) => (
            <tr key={t[i]}>
              <td><When at={t[i]} /></td>
              {columns.map((column, c) => <td class="number" key={names[c]}>{number_text(column[i], unit, decimals)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

import { csv_text, download } from "../format/csv";
import { number_text } from "../format/number";
import { row_objects, type RowsData } from "../live/data";
import { usePage } from "../app/context";
import { useFeed } from "../live/use";
import { IconButton } from "../part/controls";
import { Empty } from "../part/state";
import { When } from "../part/value";
import { FeedBody } from "./feed-body";
import { Frame } from "./frame";
import type { PanelProps } from "./types";

interface Column {
  field: string;
  title?: string;
  unit?: string;
  decimals?: number;
}

export function TablePanel({ panel, query }: PanelProps) {
  const feed = useFeed(query);
  const data = feed?.data?.kind === "rows" ? (feed.data as RowsData) : null;
  const columns = (panel.columns as Column[] | undefined) ?? (data?.columns ?? []).map((field): Column => ({ field }));
  const rows = data ? row_objects<Record<string, unknown>>(data, String(query!.source)).slice(0, Number(panel.limit ?? 100)) : [];
  const save = () => download(`${panel.id}.csv`, "text/csv", csv_text(columns.map((one) => one.field), rows.map((row) => columns.map((one) => row[one.field]))));
  return (
    <Frame panel={panel} actions={<IconButton icon="download" label="Save as CSV" disabled={rows.length === 0} onClick={save} />}>
      <FeedBody feed={feed} panel={panel}>
        {() =>
          rows.length === 0 ? (
            <Empty title="No rows" />
          ) : (
            <div class="scroll">
              <table class="table">
                <thead>
                  <tr>{columns.map((one) => <th scope="col" key={one.field} class={is_number(rows[0][one.field], one.field) ? "number" : ""}>{one.title ?? heading(one.field)}</th>)}</tr>
                </thead>
                <tbody>
                  {rows.map((row) => (
                    <tr key={String(row[data!.columns[data!.key]])} class={row.name === "" ? "total" : ""}>
                      {columns.map((one) => <Cell key={one.field} column={one} value={row[one.field]} total={row.name === ""} />)}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </FeedBody>
    </Frame>
  );
}

const is_time = (field: string) => /(^|_)(at|timestamp)$/.test(field);
const is_number = (value: unknown, field: string) => typeof value === "number" && !is_time(field);
export const heading = (field: string) => (field[0].toUpperCase() + field.slice(1)).replaceAll("_", " ");

function Cell({ column, value, total }: { column: Column; value: unknown; total: boolean }) {
  const { name_of } = usePage();
  if (is_time(column.field) && (typeof value === "number" || value === null)) return <td><When at={value as number | null} /></td>;
  if (typeof value === "number") return <td class="number">{number_text(value, column.unit, column.decimals)}</td>;
  return <td>{value === null || value === undefined ? "–" : typeof value === "object" ? JSON.stringify(value) : total && value === "" ? "All" : name_of(String(value))}</td>;
}

import { useState } from "preact/hooks";
import type { LogRecord, Payload, Topic, TopicDetail } from "../api/types";
import { PageHead } from "../app/header";
import { href, set_params, type Route } from "../app/route";
import { csv_fields } from "../format/csv";
import { number_text, plural } from "../format/number";
import { type LogData, row_objects, type RowsData } from "../live/data";
import { useFeed } from "../live/use";
import { retention_text, TopicTable } from "../panel/topics";
import { IconButton, Search, Segments, Select } from "../part/controls";
import { useFetched } from "../part/fetched";
import { Icon } from "../part/icon";
import { Empty, Failure, Loading } from "../part/state";
import { Value, When } from "../part/value";

export function TopicsPage() {
  const [text, set_text] = useState("");
  const feed = useFeed({ source: "topics" });
  const topics = feed?.data ? row_objects<Topic>(feed.data as RowsData, "topics") : null;
  const shown = topics?.filter((topic) => topic.name.toLowerCase().includes(text.trim().toLowerCase()));
  return (
    <>
      <PageHead title="Topics" note="Every record stays in the log until its topic's retention removes it.">
        <Search label="Find a topic" value={text} onChange={set_text} />
      </PageHead>
      <section class="panel flush grow">{feed?.error ? <Failure error={feed.error} /> : shown ? <TopicTable topics={shown} more /> : <Loading />}</section>
    </>
  );
}

export function TopicPage({ name, route }: { name: string; route: Route }) {
  const detail = useFetched<TopicDetail>(`/api/topics/${encodeURIComponent(name)}`);
  const feed = useFeed({ source: "topics", topics: [name] });
  const live = feed?.data ? row_objects<Topic>(feed.data as RowsData, "topics")[0] : undefined;
  const topic = live ?? detail.data;
  if (detail.error && !topic) return <Failure error={detail.error} retry={detail.again} />;
  if (!topic || !detail.data) return <Loading />;
  const view = route.params.get("view") ?? "records";
  return (
    <>
      <PageHead
        title={
          <>
            <a class="crumb" href={href(["topics"])}>Topics</a> <Icon name="right" size={14} /> {name}
          </>
        }
      >
        <Segments
          label="View"
          value={view}
          options={[
            { value: "records", label: "Records" },
            { value: "partitions", label: "Partitions", count: topic.partitions },
            { value: "settings", label: "Settings" },
          ]}
          onChange={(next) => set_params({ view: next === "records" ? undefined : next })}
        />
      </PageHead>
      <dl class="facts">
        <Fact name="Rate"><Value value={topic.records_per_second} unit="msg/s" /></Fact>
        <Fact name="Bytes in"><Value value={topic.bytes_per_second} unit="B/s" /></Fact>
        <Fact name="Records"><Value value={topic.records} decimals={0} /></Fact>
        <Fact name="Size"><Value value={topic.bytes} unit="B" /></Fact>
        <Fact name="Kept">{retention_text(topic)}</Fact>
        <Fact name="Last record"><When at={topic.last_timestamp} /></Fact>
      </dl>
      {view === "partitions" ? <Partitions topic={detail.data} /> : view === "settings" ? <Settings topic={detail.data} /> : <Records topic={detail.data} route={route} />}
    </>
  );
}

function Fact({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Partitions({ topic }: { topic: TopicDetail }) {
  const fresh = useFetched<TopicDetail>(`/api/topics/${encodeURIComponent(topic.name)}`);
  return (
    <section class="panel flush">
      <header class="panel-head">
        <h2>{plural(topic.partitions, "partition")}</h2>
        <div class="panel-actions">
          <button type="button" class="button small" onClick={fresh.again}>Refresh</button>
        </div>
      </header>
      <div class="scroll">
        <table class="table">
          <thead>
            <tr>
              {["Partition", "First offset", "Next offset", "Records", "Size", "Rate"].map((title) => <th scope="col" class="number" key={title}>{title}</th>)}
              <th scope="col">Last record</th>
            </tr>
          </thead>
          <tbody>
            {(fresh.data ?? topic).detail.map((one) => (
              <tr key={one.partition}>
                <td class="number">{one.partition}</td>
                <td class="number">{number_text(one.start)}</td>
                <td class="number">{number_text(one.end)}</td>
                <td class="number">{number_text(one.end - one.start)}</td>
                <td class="number"><Value value={one.bytes} unit="B" /></td>
                <td class="number"><Value value={one.records_per_second} unit="/s" /></td>
                <td><When at={one.last_timestamp} full /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Settings({ topic }: { topic: TopicDetail }) {
  const rows: [string, string][] = [
    ["timestamps", topic.timestamp_type === "append" ? "set when appended" : "set by the producer"],
    ["clean-up", topic.cleanup],
    ...Object.entries(topic.config),
  ];
  if (topic.columns) rows.push(["read by jobs as", `${topic.columns.format}: ${topic.columns.names.join(", ")}`]);
  return (
    <section class="panel">
      <dl class="pairs">
        {rows.map(([name, value]) => (
          <>
            <dt key={name}>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}

function Records({ topic, route }: { topic: TopicDetail; route: Route }) {
  const partition = route.params.get("partition") ?? "";
  const from = route.params.get("from") ?? "";
  const [paused, set_paused] = useState(false);
  const [text, set_text] = useState("");
  const live = from === "" && !paused;
  const feed = useFeed(live ? { source: "messages", topic: topic.name, ...(partition ? { partition: Number(partition) } : {}), limit: 100 } : undefined);
  const [held, set_held] = useState<LogRecord[]>([]);
  const page = useFetched<{ records: LogRecord[]; next: { offset: number } | null }>(from ? `/api/topics/${encodeURIComponent(topic.name)}/records` : null, { partition: partition || "0", from, limit: 100 });
  const log = feed?.data?.kind === "log" ? (feed.data as LogData) : null;
  const records = from ? (page.data?.records ?? []) : paused ? held : (log?.records.slice().reverse() ?? null);
  const shown = records?.filter((record) => !text || matches(record, text));
  const error = from ? page.error : feed?.error;
  return (
    <>
      <div class="filters">
        <Search label="Filter what is shown" value={text} onChange={set_text} />
        <Select label="Partition" value={partition} options={[{ value: "", label: "All" }, ...topic.detail.map((one) => ({ value: String(one.partition), label: String(one.partition) }))]} onChange={(value) => set_params({ partition: value || undefined, from: undefined })} />
        <FromOffset value={from} partition={partition} />
        <span class="spacer" />
        {log && log.skipped > 0 && live && <span class="muted small">{number_text(log.skipped)} more came than are shown</span>}
        {from === "" && (
          <button type="button" class="button" aria-pressed={paused} onClick={() => (set_held(log?.records.slice().reverse() ?? held), set_paused(!paused))}>
            <Icon name={paused ? "play" : "pause"} size={13} /> {paused ? "Go on" : "Hold"}
          </button>
        )}
      </div>
      <section class="panel flush grow">
        {error ? <Failure error={error} /> : !shown ? <Loading /> : shown.length === 0 ? <Empty icon="topics" title="No records">{text ? "Nothing shown contains that text." : "As soon as one is written it stands here."}</Empty> : <RecordTable records={shown} columns={topic.columns} />}
        {from && page.data?.next && (
          <p class="table-more">
            <button type="button" class="button" onClick={() => set_params({ from: String(page.data!.next!.offset) })}>Next 100</button>
          </p>
        )}
      </section>
    </>
  );
}

function FromOffset({ value, partition }: { value: string; partition: string }) {
  const [text, set_text] = useState(value);
  const apply = (next: string) => set_params({ from: next || undefined, partition: next && !partition ? "0" : partition || undefined });
  return (
    <form class="inline-form" onSubmit={(event) => (event.preventDefault(), apply(text.trim()))}>
      <label class="field">
        <span class="field-label">From offset</span>
        <input type="text" inputMode="numeric" pattern="\d*" placeholder="live" size={9} value={text} onInput={(event) => set_text(event.currentTarget.value)} />
      </label>
      {value && <button type="button" class="button" onClick={() => (set_text(""), apply(""))}>Back to live</button>}
    </form>
  );
}

const matches = (record: LogRecord, text: string) => [record.key, record.value].some((payload) => payload?.data.toLowerCase().includes(text.toLowerCase()));

function RecordTable({ records, columns }: { records: LogRecord[]; columns: TopicDetail["columns"] }) {
  const [open, set_open] = useState<string | null>(null);
  return (
    <div class="scroll">
      <table class="table rows records">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col" class="number">Place</th>
            <th scope="col">Key</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {records.map((record) => {
            const id = `${record.partition}:${record.offset}`;
            return (
              <>
                <tr key={id} class={open === id ? "opened" : ""}>
                  <td class="nowrap"><When at={record.timestamp} millis /></td>
                  <td class="number nowrap" title={`partition ${record.partition}, offset ${record.offset}`}>{record.partition} : {record.offset.toLocaleString("en-GB")}</td>
                  <td class="mono clip-key"><Data payload={record.key} /></td>
                  <td class="mono">
                    <button type="button" class="record-open" aria-expanded={open === id} onClick={() => set_open(open === id ? null : id)}>
                      <Fields payload={record.value} columns={columns} />
                    </button>
                  </td>
                </tr>
                {open === id && (
                  <tr key={id + "+"} class="record-detail">
                    <td colSpan={4}>
                      <RecordDetail record={record} columns={columns} />
                    </td>
                  </tr>
                )}
              </>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Data({ payload }: { payload: Payload | null }) {
  if (!payload) return <span class="muted">null</span>;
  return <>{payload.data === "" ? <span class="muted">empty</span> : payload.data}</>;
}

/** The value on one line, its fields named if they are known. */
function Fields({ payload, columns }: { payload: Payload | null; columns: TopicDetail["columns"] }) {
  const fields = payload && decoded(payload, columns);
  if (!fields) return <Data payload={payload} />;
  return (
    <>
      {fields.map(([name, value], i) => (
        <span class="field-pair" key={name}>
          <span class="field-name">{name}</span> {value}
          {i + 1 < fields.length && " "}
        </span>
      ))}
    </>
  );
}

/** The value taken apart: JSON by field, CSV by the columns that the jobs give it, other bytes as they are. */
function RecordDetail({ record, columns }: { record: LogRecord; columns: TopicDetail["columns"] }) {
  const fields = record.value ? decoded(record.value, columns) : null;
  return (
    <div class="record-parts">
      <dl class="pairs">
        {fields?.map(([name, value]) => (
          <>
            <dt key={name}>{name}</dt>
            <dd class="mono">{value}</dd>
          </>
        ))}
      </dl>
      {!fields && record.value && <pre>{record.value.data}</pre>}
      {record.headers.length > 0 && (
        <>
          <h4>Headers</h4>
          <dl class="pairs">
            {record.headers.map((header) => (
              <>
                <dt key={header.key}>{header.key}</dt>
                <dd class="mono">{header.value?.data ?? "null"}</dd>
              </>
            ))}
          </dl>
        </>
      )}
      <p class="muted small">
        {number_text(record.bytes, "B")}
        {record.value?.cut ? `, cut for display: ${number_text(record.value.cut, "B")} in all` : ""}
        {record.value ? `, ${record.value.as}` : ""}
        <CopyButton text={record.value?.data ?? ""} />
      </p>
    </div>
  );
}

function CopyButton({ text }: { text: string }) {
  const [done, set_done] = useState(false);
  return <IconButton icon={done ? "check" : "list"} label={done ? "Copied" : "Copy the value"} onClick={() => void navigator.clipboard?.writeText(text).then(() => set_done(true))} />;
}

export function decoded(payload: Payload, columns: TopicDetail["columns"]): [string, string][] | null {
  if (payload.as === "json") {
    try {
      const value: unknown = JSON.parse(payload.data);
      if (value && typeof value === "object" && !Array.isArray(value)) {
        return Object.entries(value).map(([name, one]) => [name, typeof one === "string" ? one : JSON.stringify(one)]);
      }
    } catch {
      return null; // cut JSON: shown as it is
    }
  }
  if (payload.as === "text" && columns?.format === "csv") {
    const fields = csv_fields(payload.data);
    return fields.map((field, i) => [columns.names[i] ?? `(${i + 1})`, field] as [string, string]).filter(([name, field], i) => field !== "" || i < columns.names.length || !name.startsWith("("));
  }
  return null;
}

import { useEffect, useState } from "preact/hooks";
import { get, post } from "../api/rest";
import type { Alarm } from "../api/types";
import { usePage } from "../app/context";
import { PageHead, RangePicker } from "../app/header";
import { range_bounds, range_of, range_params } from "../app/range";
import { set_params, type Route } from "../app/route";
import { settings } from "../app/settings";
import { ordered } from "../chart/align";
import { Chart } from "../chart/chart";
import { csv_text, download } from "../format/csv";
import { age, duration, plural } from "../format/number";
import { is_acknowledged, is_active, row_objects, type RowsData, severities } from "../live/data";
import { useFeed, useNow } from "../live/use";
import { AcknowledgeButton } from "../panel/alarms";
import { SeverityBadge, StateBadge } from "../part/badge";
import { Dialog, IconButton, Search, Segments, Select, useSettled } from "../part/controls";
import { useFetched } from "../part/fetched";
import { Empty, Failure, Loading } from "../part/state";
import { When } from "../part/value";
import { AlarmDetail } from "./alarm-detail";

const page_size = 100;

export function AlarmsPage({ route }: { route: Route }) {
  const history = route.params.get("view") === "history";
  const counts = useFeed({ source: "alarm_counts", by: "type" });
  const rows = counts?.data ? row_objects<{ name: string; active: number; unacknowledged: number }>(counts.data as RowsData, "alarm_counts") : [];
  const types = rows.map((row) => row.name).filter(Boolean).sort();
  const active = rows.find((row) => row.name === "")?.active;
  const open_id = route.params.get("alarm");
  return (
    <>
      <PageHead title="Alarms" note="At most one alarm per device and type is active at a time.">
        <Segments
          label="Which alarms"
          value={history ? "history" : "active"}
          options={[
            { value: "active", label: "Active", icon: "bell", count: active },
            { value: "history", label: "History", icon: "clock" },
          ]}
          onChange={(view) => set_params({ view: view === "history" ? view : undefined })}
        />
      </PageHead>
      {history ? <History route={route} types={types} /> : <Active route={route} types={types} />}
      <Dialog title="Alarm" side open={open_id !== null} onClose={() => set_params({ alarm: undefined })}>
        {open_id && <AlarmDetail id={open_id} />}
      </Dialog>
    </>
  );
}

function Filters({ route, types, children }: { route: Route; types: string[]; children?: preact.ComponentChildren }) {
  const { name_of } = usePage();
  const [text, set_text] = useState(route.params.get("originator") ?? "");
  const settled = useSettled(text);
  useEffect(() => {
    if (settled !== (route.params.get("originator") ?? "")) set_params({ originator: settled || undefined });
  }, [settled]);
  const all = { value: "", label: "All" };
  return (
    <div class="filters">
      <Search label="Device id" value={text} onChange={set_text} />
      <Select label="Type" value={route.params.get("type") ?? ""} options={[all, ...types.map((type) => ({ value: type, label: name_of(type) }))]} onChange={(type) => set_params({ type: type || undefined })} />
      <Select label="Severity" value={route.params.get("severity") ?? ""} options={[all, ...severities.map((one) => ({ value: one, label: one[0] + one.slice(1).toLowerCase() }))]} onChange={(severity) => set_params({ severity: severity || undefined })} />
      {children}
    </div>
  );
}

const filter_of = (route: Route) => ({
  type: route.params.get("type") ?? undefined,
  severity: route.params.get("severity") ?? undefined,
  originator: route.params.get("originator") ?? undefined,
});

function Active({ route, types }: { route: Route; types: string[] }) {
  const feed = useFeed({ source: "alarms", state: route.params.get("state") ?? "active", ...filter_of(route), limit: 1000 });
  const now = useNow(1000);
  const [chosen, set_chosen] = useState<ReadonlySet<string>>(new Set());
  const alarms = feed?.data ? row_objects<Alarm>(feed.data as RowsData, "alarms") : null;
  const total = feed?.data ? (feed.data as RowsData).total : 0;
  return (
    <>
      <Filters route={route} types={types}>
        <Select
          label="State"
          value={route.params.get("state") ?? ""}
          options={[
            { value: "", label: "All active" },
            { value: "ACTIVE_UNACK", label: "Not acknowledged" },
            { value: "ACTIVE_ACK", label: "Acknowledged" },
          ]}
          onChange={(state) => set_params({ state: state || undefined })}
        />
        <AcknowledgeMany alarms={alarms ?? []} chosen={chosen} clear={() => set_chosen(new Set())} />
      </Filters>
      <section class="panel flush grow">
        {feed?.error ? (
          <Failure error={feed.error} />
        ) : alarms === null ? (
          <Loading />
        ) : alarms.length === 0 ? (
          <Empty title="No active alarms">Everything that reports is normal, or the filter leaves nothing.</Empty>
        ) : (
          <AlarmTable alarms={alarms} now={now} chosen={chosen} onChoose={set_chosen} />
        )}
        {alarms && total > alarms.length && <p class="table-more">The newest {alarms.length.toLocaleString("en-GB")} of {total.toLocaleString("en-GB")}. Filter to see others.</p>}
      </section>
    </>
  );
}

function AcknowledgeMany({ alarms, chosen, clear }: { alarms: Alarm[]; chosen: ReadonlySet<string>; clear: () => void }) {
  const [result, set_result] = useState("");
  const ids = alarms.filter((alarm) => chosen.has(alarm.id) && !is_acknowledged(alarm.state)).map((alarm) => alarm.id);
  const send = async () => {
    try {
      const answer = await post<{ acknowledged: number; failed: unknown[] }>("/api/alarms/acknowledge", { ids, by: settings.name || undefined });
      set_result(answer.failed.length > 0 ? `${plural(answer.failed.length, "alarm")} could not be acknowledged` : `${plural(answer.acknowledged, "alarm")} acknowledged`);
      clear();
    } catch (error) {
      set_result((error as Error).message);
    }
  };
  return (
    <>
      <span class="spacer" />
      <span class="muted small" role="status">{result}</span>
      <button type="button" class="button primary" disabled={ids.length === 0} onClick={send}>
        Acknowledge{ids.length > 0 ? ` ${ids.length.toLocaleString("en-GB")}` : ""}
      </button>
    </>
  );
}

function History({ route, types }: { route: Route; types: string[] }) {
  const { zone, name_of, order } = usePage();
  const range = range_of(route.params, "1h");
  const tick = Math.floor(useNow(10_000) / 10_000); // a live range is fetched again every ten seconds
  const { from, to } = range_bounds(range, (tick + 1) * 10_000);
  const step = step_of(to - from);
  const filter = filter_of(route);
  const histogram = useFetched<Histogram>("/api/alarms/histogram", { from: Math.floor(from / step) * step, to, step, type: filter.type });
  const [older, set_older] = useState<{ key: string; alarms: Alarm[]; next: string | null } | null>(null);
  const list = useFetched<AlarmPage>("/api/alarms", { ...filter, from, to, limit: page_size });
  const key = JSON.stringify([filter, range]);
  const more = older?.key === key ? older : null;
  const alarms = [...(list.data?.alarms ?? []), ...(more?.alarms ?? [])];
  const next = more ? more.next : (list.data?.next ?? null);
  const load_more = async () => {
    const answer = await get<AlarmPage>("/api/alarms", { ...filter, from, to, limit: page_size, cursor: next ?? undefined });
    set_older({ key, alarms: [...(more?.alarms ?? []), ...answer.alarms], next: answer.next });
  };
  const save = () =>
    download("alarms.csv", "text/csv", csv_text(["raised_at", "cleared_at", "type", "severity", "originator", "zone", "label", "acknowledged_at", "acknowledged_by"],
      alarms.map((one) => [iso(one.raised_at), iso(one.cleared_at), one.type, one.severity, one.originator, one.zone, one.label, iso(one.acknowledged_at), one.acknowledged_by])));
  const bars = (histogram.data?.series ?? []).map((one) => ({ name: one.name, t: one.raised.map((_, i) => histogram.data!.from + i * histogram.data!.step), v: one.raised }));
  const series = ordered(bars, order);
  return (
    <>
      <Filters route={route} types={types}>
        <span class="spacer" />
        <RangePicker range={range} />
      </Filters>
      <section class="panel">
        <header class="panel-head">
          <h2>Raised per {duration(step).replace(/^1 /, "")}</h2>
        </header>
        <div class="panel-body">
          {histogram.error ? <Failure error={histogram.error} retry={histogram.again} /> : series.length === 0 ? (
            <Empty title={histogram.loading ? "Loading…" : "No alarm was raised in this time"} />
          ) : (
            <Chart label="Alarms raised" series={series} from={from} to={to} zone={zone} height={150} draw="bars" stack name_of={name_of} onZoom={(left, right) => set_params(range_params({ from: left, to: right }))} />
          )}
        </div>
      </section>
      <section class="panel flush grow">
        <header class="panel-head">
          <h2>{list.data ? plural(list.data.total, "alarm") : "Alarms"}</h2>
          <div class="panel-actions">
            <IconButton icon="download" label="Save the listed alarms as CSV" disabled={alarms.length === 0} onClick={save} />
          </div>
        </header>
        {list.error ? <Failure error={list.error} retry={list.again} /> : alarms.length === 0 ? list.loading ? <Loading /> : <Empty title="No alarms in this time" /> : <AlarmTable alarms={alarms} now={to} />}
        {next && (
          <p class="table-more">
            <button type="button" class="button" onClick={load_more}>Older alarms</button>
          </p>
        )}
      </section>
    </>
  );
}

interface AlarmPage {
  alarms: Alarm[];
  total: number;
  next: string | null;
}

interface Histogram {
  from: number;
  step: number;
  series: { name: string; raised: number[] }[];
}

const iso = (at: number | null) => (at === null ? "" : new Date(at).toISOString());

/** About sixty bars, of a length that people know. */
function step_of(span_ms: number): number {
  const steps = [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 10800, 21600, 86400].map((s) => s * 1000);
  return steps.find((step) => span_ms / step <= 70) ?? 7 * 86_400_000;
}

interface TableProps {
  alarms: Alarm[];
  now: number;
  chosen?: ReadonlySet<string>;
  onChoose?: (chosen: ReadonlySet<string>) => void;
}

function AlarmTable({ alarms, now, chosen, onChoose }: TableProps) {
  const { name_of } = usePage();
  const open_ids = alarms.filter((alarm) => !is_acknowledged(alarm.state)).map((alarm) => alarm.id);
  const all = open_ids.length > 0 && open_ids.every((id) => chosen?.has(id));
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChoose!(next);
  };
  return (
    <div class="scroll">
      <table class="table rows cards">
        <thead>
          <tr>
            {chosen && <th scope="col" class="tick"><input type="checkbox" aria-label="Choose all" checked={all} disabled={open_ids.length === 0} onChange={() => onChoose!(new Set(all ? [] : open_ids))} /></th>}
            <th scope="col">Severity</th>
            <th scope="col">Type</th>
            <th scope="col">Device</th>
            <th scope="col">Where</th>
            <th scope="col">Raised</th>
            <th scope="col">{chosen ? "Since" : "Lasted"}</th>
            <th scope="col">State</th>
            <th scope="col"><span class="visually-hidden">Actions</span></th>
          </tr>
        </thead>
        <tbody>
          {alarms.map((alarm) => (
            <tr key={alarm.id} class={is_active(alarm.state) && !is_acknowledged(alarm.state) ? "hot" : ""}>
              {chosen && <td class="tick"><input type="checkbox" aria-label={`Choose ${name_of(alarm.type)} of ${alarm.originator}`} disabled={is_acknowledged(alarm.state)} checked={chosen.has(alarm.id)} onChange={() => toggle(alarm.id)} /></td>}
              <td data-label="Severity"><SeverityBadge severity={alarm.severity} /></td>
              <td data-label="Type"><b>{name_of(alarm.type)}</b></td>
              <td data-label="Device">
                <button type="button" class="row-link" onClick={() => set_params({ alarm: alarm.id })}>{alarm.originator}</button>
              </td>
              <td data-label="Where" class="clip">{[alarm.label, alarm.zone && name_of(alarm.zone)].filter(Boolean).join(" · ") || "–"}</td>
              <td data-label="Raised"><When at={alarm.raised_at} /></td>
              <td data-label={chosen ? "Since" : "Lasted"} class="nowrap">{(alarm.cleared_at === null ? age : duration)(Math.max(0, (alarm.cleared_at ?? now) - alarm.raised_at))}</td>
              <td data-label="State"><StateBadge state={alarm.state} /></td>
              <td class="actions"><AcknowledgeButton alarm={alarm} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

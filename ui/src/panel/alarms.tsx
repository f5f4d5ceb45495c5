import { useState } from "preact/hooks";
import { post } from "../api/rest";
import type { Alarm } from "../api/types";
import { usePage } from "../app/context";
import { href, set_params } from "../app/route";
import { settings } from "../app/settings";
import { age, duration, plural } from "../format/number";
import { is_acknowledged, row_objects, type RowsData } from "../live/data";
import { useFeed, useNow } from "../live/use";
import { SeverityBadge } from "../part/badge";
import { Icon } from "../part/icon";
import { Empty } from "../part/state";
import { FeedBody } from "./feed-body";
import { Frame } from "./frame";
import type { PanelProps } from "./types";

/** Active alarms as a list: newest first, acknowledged in place. */
export function AlarmsPanel({ panel, query }: PanelProps) {
  const feed = useFeed(query);
  const now = useNow(1000);
  const data = feed?.data?.kind === "rows" ? (feed.data as RowsData) : null;
  const alarms = data ? row_objects<Alarm>(data, "alarms").slice(0, Number(panel.limit ?? 200)) : [];
  const rest = (data?.total ?? 0) - alarms.length;
  const actions = data && data.total > 0 ? <a class="link small" href={href(["alarms"])}>{plural(data.total, "alarm")}</a> : null;
  return (
    <Frame panel={panel} actions={actions} flush>
      <FeedBody feed={feed} panel={panel}>
        {() =>
          alarms.length === 0 ? (
            <Empty title="No active alarms">Everything that reports is normal.</Empty>
          ) : (
            <ul class="alarm-list scroll">
              {alarms.map((alarm) => (
                <AlarmLine key={alarm.id} alarm={alarm} now={now} />
              ))}
              {rest > 0 && (
                <li class="alarm-more">
                  <a href={href(["alarms"])}>{plural(rest, "more alarm")}</a>
                </li>
              )}
            </ul>
          )
        }
      </FeedBody>
    </Frame>
  );
}

function AlarmLine({ alarm, now }: { alarm: Alarm; now: number }) {
  const { name_of } = usePage();
  const over = alarm.cleared_at !== null;
  return (
    <li class={`alarm-line edge-${alarm.severity.toLowerCase()}${over || is_acknowledged(alarm.state) ? " held" : ""}`}>
      <button type="button" class="alarm-main" onClick={() => set_params({ sel: alarm.originator })} title="Show on the map">
        <span class="alarm-what">
          <SeverityBadge severity={alarm.severity} short />
          <b>{name_of(alarm.type)}</b>
          <span class="alarm-who">{alarm.originator}</span>
        </span>
        <span class="alarm-where">
          {alarm.label ?? ""}
          {alarm.label && alarm.zone ? " · " : ""}
          {alarm.zone ? name_of(alarm.zone) : ""}
        </span>
      </button>
      <span class="alarm-age" title={`raised at ${new Date(alarm.raised_at).toISOString()}`}>{over ? `cleared after ${duration(alarm.cleared_at! - alarm.raised_at)}` : age(now - alarm.raised_at)}</span>
      <AcknowledgeButton alarm={alarm} />
    </li>
  );
}

/** Says so while the request is on its way, and why if it fails; the list itself changes when the server says so. */
export function AcknowledgeButton({ alarm, onDone }: { alarm: Alarm; onDone?: () => void }) {
  const [state, set_state] = useState<"idle" | "busy" | string>("idle");
  const { name_of } = usePage();
  if (is_acknowledged(alarm.state)) {
    return (
      <span class="ack-done" title={alarm.acknowledged_by ? `by ${alarm.acknowledged_by}` : undefined}>
        <Icon name="check" size={14} />
        <span class="visually-hidden">acknowledged</span>
      </span>
    );
  }
  const send = async () => {
    set_state("busy");
    try {
      await post(`/api/alarms/${encodeURIComponent(alarm.id)}/acknowledge`, { by: settings.name || undefined });
      set_state("idle");
      onDone?.();
    } catch (error) {
      set_state((error as Error).message);
    }
  };
  const failed = state !== "idle" && state !== "busy";
  return (
    <button type="button" class="button small" disabled={state === "busy"} onClick={send} title={failed ? state : undefined} aria-label={`Acknowledge ${name_of(alarm.type)} of ${alarm.originator}`}>
      {state === "busy" ? "…" : failed ? "Failed, again" : "Ack"}
    </button>
  );
}

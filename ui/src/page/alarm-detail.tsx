import { useState } from "preact/hooks";
import { post } from "../api/rest";
import type { Alarm } from "../api/types";
import { usePage } from "../app/context";
import { href } from "../app/route";
import { change_settings, settings } from "../app/settings";
import { duration } from "../format/number";
import { is_acknowledged } from "../live/data";
import { useNow } from "../live/use";
import { SeverityBadge, StateBadge } from "../part/badge";
import { useFetched } from "../part/fetched";
import { Failure, Loading, sentence } from "../part/state";
import { When } from "../part/value";

/** All that is known of one alarm, with what happened to it. */
export function AlarmDetail({ id }: { id: string }) {
  const found = useFetched<Alarm>(`/api/alarms/${encodeURIComponent(id)}`);
  const { name_of, status } = usePage();
  const now = useNow(1000);
  const alarm = found.data;
  if (!alarm) return found.error ? <Failure error={found.error} retry={found.again} /> : <Loading />;
  const on_map = status?.home ? href(["d", status.home], { sel: alarm.originator }) : null;
  return (
    <div class="detail">
      <p class="detail-lead">
        <SeverityBadge severity={alarm.severity} />
        <StateBadge state={alarm.state} />
      </p>
      <h3>{name_of(alarm.type)} · {alarm.originator}</h3>
      <p class="muted">{[alarm.label, alarm.zone && name_of(alarm.zone)].filter(Boolean).join(" · ")}</p>
      <p>
        {on_map && <a class="link" href={on_map}>Show on the map</a>} <a class="link" href={href(["alarms"], { view: "history", originator: alarm.originator })}>History of this device</a>
      </p>
      <dl class="pairs">
        <dt>Raised</dt>
        <dd><When at={alarm.raised_at} full millis /></dd>
        <dt>{alarm.cleared_at ? "Lasted" : "Active for"}</dt>
        <dd>{duration((alarm.cleared_at ?? now) - alarm.raised_at)}</dd>
        {alarm.cleared_at && <><dt>Cleared</dt><dd><When at={alarm.cleared_at} full millis /></dd></>}
        {alarm.acknowledged_at && <><dt>Acknowledged</dt><dd><When at={alarm.acknowledged_at} full /> {alarm.acknowledged_by && `by ${alarm.acknowledged_by}`}</dd></>}
      </dl>
      {!is_acknowledged(alarm.state) && <AcknowledgeForm alarm={alarm} done={found.again} />}
      {alarm.events && alarm.events.length > 0 && (
        <>
          <h4>What happened</h4>
          <ol class="events">
            {alarm.events.map((event, i) => (
              <li key={i}>
                <When at={event.at} full /> <b>{event.what}</b> {event.by && `by ${event.by}`}
                {event.comment && <q>{event.comment}</q>}
              </li>
            ))}
          </ol>
        </>
      )}
      <h4>Details</h4>
      <dl class="pairs">
        {Object.entries(alarm.details).filter(([, value]) => value !== null).map(([name, value]) => (
          <>
            <dt key={name}>{name}</dt>
            <dd>{typeof value === "object" ? JSON.stringify(value) : String(value)}</dd>
          </>
        ))}
      </dl>
    </div>
  );
}

function AcknowledgeForm({ alarm, done }: { alarm: Alarm; done: () => void }) {
  const [by, set_by] = useState(settings.name);
  const [comment, set_comment] = useState("");
  const [error, set_error] = useState("");
  const send = async (event: Event) => {
    event.preventDefault();
    try {
      await post(`/api/alarms/${encodeURIComponent(alarm.id)}/acknowledge`, { by: by || undefined, comment: comment || undefined });
      if (by !== settings.name) change_settings({ name: by });
      done();
    } catch (cause) {
      set_error((cause as Error).message);
    }
  };
  return (
    <form class="ack-form" onSubmit={send}>
      <label class="field">
        <span class="field-label">Your name</span>
        <input type="text" value={by} maxLength={80} onInput={(event) => set_by(event.currentTarget.value)} />
      </label>
      <label class="field">
        <span class="field-label">Comment</span>
        <input type="text" value={comment} maxLength={500} onInput={(event) => set_comment(event.currentTarget.value)} />
      </label>
      {error && <p class="field-error">{sentence(error)}</p>}
      <button type="submit" class="button primary">Acknowledge</button>
    </form>
  );
}

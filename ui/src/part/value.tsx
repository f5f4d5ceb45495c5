import { usePage } from "../app/context";
import { shown } from "../format/number";
import { clock_text, date_time_text, near_text, zone_name } from "../format/time";
import { connection } from "../live/use";

export function Value({ value, unit, decimals }: { value: number | null | undefined; unit?: string; decimals?: number }) {
  const { text, unit: suffix } = shown(value, unit, decimals);
  return (
    <span class="value">
      {text}
      {suffix && <span class="unit">{suffix === "%" ? "%" : "\u202f" + suffix}</span>}
    </span>
  );
}

/** A moment: the time if it is today's, the whole in the tool tip. */
export function When({ at, full = false, millis = false }: { at: number | null | undefined; full?: boolean; millis?: boolean }) {
  const { zone } = usePage();
  if (at === null || at === undefined) return <span class="muted">–</span>;
  const text = full ? date_time_text(at, zone, millis) : millis ? clock_text(at, zone, true) : near_text(at, connection.now(), zone);
  return (
    <time dateTime={new Date(at).toISOString()} title={`${date_time_text(at, zone, true)} ${zone_name(zone)}`}>
      {text}
    </time>
  );
}

import { useMemo, useState } from "preact/hooks";
import type { Severity } from "../api/types";
import { plural } from "../format/number";
import { severities, severity_rank } from "../live/data";
import type { PointSet } from "../live/points";
import { Icon } from "../part/icon";

const words: Record<Severity, string> = { CRITICAL: "Critical", MAJOR: "Major", MINOR: "Minor", WARNING: "Warning", INDETERMINATE: "Other" };

/** What the signs on the map mean, with how many there are of each. */
export function Legend({ set, zone, version }: { set: PointSet; zone: number | null; version: number }) {
  const [open, set_open] = useState(() => innerWidth > 700);
  const counts = useMemo(() => tally(set, zone), [set, zone, version]);
  return (
    <div class="map-legend">
      <button type="button" class="map-legend-head" aria-expanded={open} onClick={() => set_open(!open)}>
        <span>
          {plural(counts.all, "device")}
        </span>
        <Icon name={open ? "down" : "right"} size={13} />
      </button>
      {open && (
        <ul>
          <li>
            <span class="mark mark-calm" aria-hidden="true" />
            Normal <b>{(counts.all - counts.active - counts.unplaced).toLocaleString("en-GB")}</b>
          </li>
          {severities
            .filter((severity) => counts.by[severity] > 0)
            .map((severity) => (
              <li key={severity}>
                <span class={`mark mark-${severity.toLowerCase()}`} aria-hidden="true">!</span>
                {words[severity]} <b>{counts.by[severity].toLocaleString("en-GB")}</b>
              </li>
            ))}
          {counts.acknowledged > 0 && (
            <li>
              <span class="mark mark-ack" aria-hidden="true">✓</span>
              Acknowledged <b>{counts.acknowledged.toLocaleString("en-GB")}</b>
            </li>
          )}
          {counts.unplaced > 0 && (
            <li>
              <span class="mark mark-none" aria-hidden="true" />
              Without position <b>{counts.unplaced.toLocaleString("en-GB")}</b>
            </li>
          )}
        </ul>
      )}
    </div>
  );
}

function tally(set: PointSet, zone: number | null) {
  const by: Record<Severity, number> = { CRITICAL: 0, MAJOR: 0, MINOR: 0, WARNING: 0, INDETERMINATE: 0 };
  let all = 0, unplaced = 0, acknowledged = 0, active = 0;
  for (let i = 0; i < set.count; ++i) {
    if ((zone !== null && set.zone[i] !== zone) || set.removed.has(i)) continue;
    ++all;
    if (!set.has_position(i)) ++unplaced;
  }
  for (const [index, alarms] of set.alarms) {
    if (zone !== null && set.zone[index] !== zone) continue;
    ++active;
    const worst = alarms.reduce((a, b) => (severity_rank(b.severity) < severity_rank(a.severity) ? b : a));
    if (alarms.every((alarm) => alarm.acknowledged)) ++acknowledged;
    else ++by[worst.severity];
  }
  return { all, unplaced, acknowledged, active, by };
}

import type { AlarmState, Severity } from "../api/types";
import { is_active, is_acknowledged } from "../live/data";
import { Icon, type IconName } from "./icon";

const severity_words: Record<Severity, string> = {
  CRITICAL: "Critical",
  MAJOR: "Major",
  MINOR: "Minor",
  WARNING: "Warning",
  INDETERMINATE: "Indeterminate",
};

// Bars as in a signal meter: how bad it is can be read without colour.
const bars: Record<Severity, number> = { CRITICAL: 4, MAJOR: 3, MINOR: 2, WARNING: 1, INDETERMINATE: 0 };

export function SeverityBadge({ severity, short = false }: { severity: Severity; short?: boolean }) {
  return (
    <span class={`severity severity-${severity.toLowerCase()}`} title={severity_words[severity]}>
      <svg width="14" height="12" viewBox="0 0 14 12" aria-hidden="true">
        {[0, 1, 2, 3].map((i) => (
          <rect x={i * 3.6} y={9 - i * 3} width="2.6" height={3 + i * 3} rx=".8" class={i < bars[severity] ? "bar-on" : "bar-off"} />
        ))}
      </svg>
      <span class={short ? "visually-hidden" : ""}>{severity_words[severity]}</span>
    </span>
  );
}

const state_words: Record<AlarmState, string> = {
  ACTIVE_UNACK: "Active",
  ACTIVE_ACK: "Active, acknowledged",
  CLEARED_UNACK: "Cleared, not acknowledged",
  CLEARED_ACK: "Cleared",
};

export function StateBadge({ state }: { state: AlarmState }) {
  const icon: IconName = is_active(state) ? (is_acknowledged(state) ? "check" : "alert") : is_acknowledged(state) ? "check" : "ring";
  return (
    <span class={`badge badge-${is_active(state) ? (is_acknowledged(state) ? "held" : "bad") : "good"}`}>
      <Icon name={icon} size={13} />
      {state_words[state]}
    </span>
  );
}

export function Badge({ tone, icon, children }: { tone: "good" | "bad" | "held" | "plain"; icon?: IconName; children: preact.ComponentChildren }) {
  return (
    <span class={`badge badge-${tone}`}>
      {icon && <Icon name={icon} size={13} />}
      {children}
    </span>
  );
}

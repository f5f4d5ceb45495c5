export type Zone = "utc" | "local";

const pad = (value: number, width = 2) => String(value).padStart(width, "0");

interface Parts {
  y: number;
  mo: number;
  d: number;
  h: number;
  mi: number;
  s: number;
  ms: number;
}

function parts(at: number, zone: Zone): Parts {
  const t = new Date(at);
  return zone === "utc"
    ? { y: t.getUTCFullYear(), mo: t.getUTCMonth() + 1, d: t.getUTCDate(), h: t.getUTCHours(), mi: t.getUTCMinutes(), s: t.getUTCSeconds(), ms: t.getUTCMilliseconds() }
    : { y: t.getFullYear(), mo: t.getMonth() + 1, d: t.getDate(), h: t.getHours(), mi: t.getMinutes(), s: t.getSeconds(), ms: t.getMilliseconds() };
}

export function clock_text(at: number | null | undefined, zone: Zone, millis = false): string {
  if (at === null || at === undefined) return "–";
  const p = parts(at, zone);
  return `${pad(p.h)}:${pad(p.mi)}:${pad(p.s)}` + (millis ? `.${pad(p.ms, 3)}` : "");
}

export function date_text(at: number, zone: Zone): string {
  const p = parts(at, zone);
  return `${p.y}-${pad(p.mo)}-${pad(p.d)}`;
}

export function date_time_text(at: number | null | undefined, zone: Zone, millis = false): string {
  if (at === null || at === undefined) return "–";
  return `${date_text(at, zone)} ${clock_text(at, zone, millis)}`;
}

/** The time alone if it is of today, else with the date. */
export function near_text(at: number | null | undefined, now: number, zone: Zone): string {
  if (at === null || at === undefined) return "–";
  return date_text(at, zone) === date_text(now, zone) ? clock_text(at, zone) : date_time_text(at, zone);
}

export function zone_name(zone: Zone): string {
  return zone === "utc" ? "UTC" : "local time";
}

const sizes: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** "30m" → 1800000; null if it is no duration. */
export function parse_duration(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(s|m|h|d)$/.exec(text.trim());
  return match ? Number(match[1]) * sizes[match[2]] : null;
}

/** For <input type="datetime-local" step="1">. */
export function to_input(at: number, zone: Zone): string {
  return date_time_text(at, zone).replace(" ", "T");
}

export function from_input(text: string, zone: Zone): number | null {
  const at = Date.parse(zone === "utc" ? text + "Z" : text);
  return Number.isNaN(at) ? null : at;
}

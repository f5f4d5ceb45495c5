/** A number ready to be shown: the digits, and the unit that follows them. */
export interface Shown {
  text: string;
  unit: string;
}

const binary = ["B", "KiB", "MiB", "GiB", "TiB"];

function grouped(value: number, decimals: number): string {
  return value.toLocaleString("en-GB", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

function decimals_for(value: number): number {
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 100) return 0;
  return size >= 10 ? 1 : 2;
}

/** Splits so that the unit can be set smaller; `null` becomes a dash. */
export function shown(value: number | null | undefined, unit = "", decimals?: number): Shown {
  if (value === null || value === undefined || Number.isNaN(value)) return { text: "–", unit: "" };
  if (unit === "B" || unit === "B/s") {
    let scaled = value;
    let step = 0;
    while (Math.abs(scaled) >= 1024 && step < binary.length - 1) (scaled /= 1024), ++step;
    return { text: grouped(scaled, decimals ?? (step === 0 ? 0 : decimals_for(scaled))), unit: binary[step] + unit.slice(1) };
  }
  if (unit === "ms" && Math.abs(value) >= 10_000) return { text: duration(value), unit: "" };
  return { text: grouped(value, decimals ?? decimals_for(value)), unit };
}

export function number_text(value: number | null | undefined, unit = "", decimals?: number): string {
  const { text, unit: suffix } = shown(value, unit, decimals);
  return suffix ? `${text}${suffix === "%" ? "" : "\u202f"}${suffix}` : text;
}

/** Short for axes: 1.2k, 3M. */
export function short_number(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return trim(value / 1e9) + "G";
  if (size >= 1e6) return trim(value / 1e6) + "M";
  if (size >= 1e3) return trim(value / 1e3) + "k";
  return trim(value);
}

function trim(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** "850 ms", "12 s", "3 min 20 s", "5 h 2 min", "4 d 3 h". */
export function duration(ms: number): string {
  if (ms < 0) return "–" + duration(-ms);
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const s = Math.floor(ms / 1000);
  if (s < 60) return `${s} s`;
  const parts: [number, string][] = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const at = parts.findIndex(([size]) => s >= size);
  const [big, name] = parts[at];
  const next = parts[at + 1];
  const rest = Math.floor((s % big) / next[0]);
  return `${Math.floor(s / big)} ${name}` + (rest > 0 ? ` ${rest} ${next[1]}` : "");
}

/** How long ago, for lists that are drawn again each second: nobody reads milliseconds there. */
export const age = (ms: number) => (ms < 1000 ? "now" : duration(ms));

export function plural(count: number, one: string, many = one + "s"): string {
  return `${grouped(count, 0)} ${count === 1 ? one : many}`;
}

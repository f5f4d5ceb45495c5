import type { Frame, Severity } from "../api/types";
import { geohash_cell } from "../format/geohash";

export interface PointAlarm {
  type: number;
  severity: Severity;
  acknowledged: boolean;
  raised_at: number;
}

interface Columns {
  ids: string[];
  geohash?: string;
  lat?: (number | null)[];
  lon?: (number | null)[];
  zone?: number[];
}

const no_zone = 0xffff;

/** The points of a map, by column: 50,000 of them are a handful of arrays, not 50,000 objects. */
export class PointSet {
  readonly kind = "points";
  ids: string[] = [];
  lon = new Float64Array(0); // NaN: no position
  lat = new Float64Array(0);
  zone = new Uint16Array(0);
  /** The cell as text; "" for points given by latitude and longitude. */
  cell: string[] = [];
  zones: string[] = [];
  types: string[] = [];
  alarms = new Map<number, PointAlarm[]>();
  removed = new Set<number>();
  /** Changes when positions or zones did, not with the alarms. */
  layout_version = 0;
  private chars = 7;
  private by_id: Map<string, number> | null = null;

  get count(): number {
    return this.ids.length;
  }

  static from_snapshot(frame: Frame): PointSet {
    const set = new PointSet();
    set.chars = (frame.geohash_chars as number) ?? 7;
    set.zones = (frame.zones as string[]) ?? [];
    set.types = (frame.types as string[]) ?? [];
    set.append(frame as unknown as Columns);
    set.put_alarms((frame.alarms as unknown[][]) ?? []);
    return set;
  }

  apply(frame: Frame): void {
    this.zones.push(...((frame.zones as string[]) ?? []));
    this.types.push(...((frame.types as string[]) ?? []));
    if (frame.append) this.append(frame.append as Columns);
    if (frame.move) this.move(frame.move as Columns & { index: number[] });
    this.put_alarms((frame.alarms as unknown[][]) ?? []);
    for (const [point, type] of (frame.cleared as number[][]) ?? []) {
      const rest = (this.alarms.get(point) ?? []).filter((alarm) => alarm.type !== type);
      if (rest.length > 0) this.alarms.set(point, rest);
      else this.alarms.delete(point);
    }
    for (const index of (frame.removed as number[]) ?? []) {
      this.removed.add(index);
      this.alarms.delete(index);
      this.lon[index] = this.lat[index] = NaN;
      ++this.layout_version;
    }
  }

  index_of(id: string): number | undefined {
    if (!this.by_id || this.by_id.size < this.ids.length) this.by_id = new Map(this.ids.map((one, i) => [one, i]));
    const index = this.by_id.get(id);
    return index !== undefined && this.removed.has(index) ? undefined : index;
  }

  zone_name(index: number): string {
    return this.zones[this.zone[index]] ?? "";
  }

  has_position(index: number): boolean {
    return !Number.isNaN(this.lon[index]);
  }

  private append(columns: Columns): void {
    const from = this.ids.length;
    const size = from + columns.ids.length;
    this.ids = from === 0 ? columns.ids : this.ids.concat(columns.ids);
    if (size > this.lon.length) {
      const room = from === 0 ? size : size + (size >> 2);
      this.lon = grown(this.lon, new Float64Array(room));
      this.lat = grown(this.lat, new Float64Array(room));
      this.zone = grown(this.zone, new Uint16Array(room));
    }
    for (let i = 0; i < columns.ids.length; ++i) this.place(from + i, columns, i);
    ++this.layout_version;
  }

  private move(columns: Columns & { index: number[] }): void {
    columns.index.forEach((index, i) => this.place(index, columns, i));
    ++this.layout_version;
  }

  private place(index: number, columns: Columns, i: number): void {
    this.zone[index] = columns.zone?.[i] ?? no_zone;
    if (columns.geohash !== undefined) {
      const hash = columns.geohash.slice(i * this.chars, (i + 1) * this.chars).trim();
      const cell = geohash_cell(hash);
      this.cell[index] = cell ? hash : "";
      this.lon[index] = cell ? (cell.west + cell.east) / 2 : NaN;
      this.lat[index] = cell ? (cell.south + cell.north) / 2 : NaN;
    } else {
      this.cell[index] = "";
      this.lon[index] = columns.lon?.[i] ?? NaN;
      this.lat[index] = columns.lat?.[i] ?? NaN;
    }
  }

  private put_alarms(list: unknown[][]): void {
    for (const [point, type, severity, acknowledged, raised_at] of list as [number, number, Severity, number, number][]) {
      const rest = (this.alarms.get(point) ?? []).filter((alarm) => alarm.type !== type);
      rest.push({ type, severity, acknowledged: acknowledged === 1, raised_at });
      this.alarms.set(point, rest);
    }
  }
}

function grown<T extends Float64Array | Uint16Array>(old: T, room: T): T {
  room.set(old);
  return room;
}

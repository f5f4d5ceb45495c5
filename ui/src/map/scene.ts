import type { Severity } from "../api/types";
import { css } from "../chart/palette";
import { severity_rank } from "../live/data";
import type { PointSet } from "../live/points";
import { cluster_radius, clustered, label_height, placed_labels, type Cluster, type Label, type Mark } from "./cluster";
import { fine_from_scale, fine_land, coarse_land, type Land } from "./land";
import { PointIndex } from "./pick";
import { bounded, view_of, type Box, type View } from "./projection";

/** What the scene shows; changed by the panel, drawn at the next frame. */
export interface SceneInput {
  set: PointSet | null;
  /** Index into the set's zones; null shows all. */
  zone: number | null;
  selected: number | null;
  labels: number;
  label_of: (cluster: Cluster) => string;
}

export interface SceneTimes {
  points: number;
  draw_ms: number;
}

const fresh_ms = 4000;
const cluster_distance = 24;
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** The map on its two canvases: what lies still (land, points) below, alarms above. Knows nothing of the page around it. */
export class Scene {
  view: View = { x: 0, y: 0, scale: 1 };
  index: PointIndex | null = null;
  clusters: Cluster[] = [];
  on_view: (view: View) => void = () => {};
  on_drawn: (times: SceneTimes) => void = () => {};

  private input: SceneInput = { set: null, zone: null, selected: null, labels: 12, label_of: () => "" };
  private index_version = -1;
  private indexed: PointSet | null = null;
  private coarse: Land | null = null;
  private fine: Land | null = null;
  private width = 0;
  private height = 0;
  private ratio = 1;
  private frame = 0;
  private land_dirty = true;
  private calm_drawn = 0;
  private draw_ms = 0;
  private flight: { from: View; to: View; start: number } | null = null;
  private labels: Label[] = [];
  private colours: Record<string, string> = {};

  constructor(
    private readonly land_canvas: HTMLCanvasElement,
    private readonly point_canvas: HTMLCanvasElement,
    private readonly now: () => number,
  ) {
    this.read_colours();
    coarse_land().then((land) => {
      this.coarse = land;
      this.refresh(true);
    }, () => {}); // without an outline the points are still there
  }

  set(input: SceneInput): void {
    const same = input.set === this.input.set && input.zone === this.input.zone && input.set?.layout_version === this.index_version;
    this.input = input;
    this.refresh(!same);
  }

  resize(width: number, height: number): void {
    this.ratio = Math.min(devicePixelRatio || 1, 2.5);
    for (const canvas of [this.land_canvas, this.point_canvas]) {
      canvas.width = Math.round(width * this.ratio);
      canvas.height = Math.round(height * this.ratio);
    }
    this.width = width;
    this.height = height;
    this.view = bounded(this.view, width, height);
    this.refresh(true);
  }

  theme_changed(): void {
    this.read_colours();
    this.refresh(true);
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
    this.frame = -1;
  }

  move_by(dx: number, dy: number): void {
    this.look({ ...this.view, x: this.view.x - dx / this.view.scale, y: this.view.y - dy / this.view.scale });
  }

  zoom_at(factor: number, px = this.width / 2, py = this.height / 2): void {
    const x = this.view.x + (px - this.width / 2) / this.view.scale;
    const y = this.view.y + (py - this.height / 2) / this.view.scale;
    const scale = bounded({ ...this.view, scale: this.view.scale * factor }, this.width, this.height).scale;
    this.look({ x: x - (px - this.width / 2) / scale, y: y - (py - this.height / 2) / scale, scale });
  }

  look(view: View): void {
    this.flight = null;
    this.view = bounded(view, this.width, this.height);
    this.on_view(this.view);
    this.refresh(true);
  }

  /** Goes there in a third of a second, or at once for those who want no motion. */
  fly(to: View): void {
    const goal = bounded(to, this.width, this.height);
    if (still.matches || this.width === 0) return this.look(goal);
    this.flight = { from: this.view, to: goal, start: performance.now() };
    this.refresh(true);
  }

  fit(box: Box, limit?: number): void {
    this.fly(view_of(box, this.width, this.height, 28, limit));
  }

  /** All points, or the middle 98 % of a zone's: a stray one does not zoom everybody out. */
  box_of(zone: number | null): Box | null {
    const set = this.input.set;
    if (!set) return null;
    const lons: number[] = [];
    const lats: number[] = [];
    for (let i = 0; i < set.count; ++i) {
      if (!set.has_position(i) || (zone !== null && set.zone[i] !== zone)) continue;
      lons.push(set.lon[i]);
      lats.push(set.lat[i]);
    }
    if (lons.length === 0) return null;
    const ends = (values: number[]) => {
      values.sort((a, b) => a - b);
      const cut = zone === null ? 0 : Math.floor(values.length / 100);
      return [values[cut], values[values.length - 1 - cut]];
    };
    const [west, east] = ends(lons);
    const [south, north] = ends(lats);
    return { west, south, east, north };
  }

  screen(index: number): { x: number; y: number } | null {
    if (!this.index || Number.isNaN(this.index.x[index])) return null;
    return this.project(this.index.x[index], this.index.y[index]);
  }

  /** Points within `radius` pixels of a place, nearest first. */
  near(px: number, py: number, radius: number): number[] {
    const { index } = this;
    if (!index) return [];
    const { scale } = this.view;
    const x = this.view.x + (px - this.width / 2) / scale;
    const y = this.view.y + (py - this.height / 2) / scale;
    const r = radius / scale;
    const d2 = (i: number) => (index.x[i] - x) ** 2 + (index.y[i] - y) ** 2;
    return index
      .within(x - r, y - r, x + r, y + r)
      .filter((i) => d2(i) <= r * r && this.shows(i))
      .sort((a, b) => d2(a) - d2(b));
  }

  cluster_at(px: number, py: number): Cluster | null {
    for (let i = this.clusters.length - 1; i >= 0; --i) {
      const one = this.clusters[i];
      if (Math.hypot(one.x - px, one.y - py) <= cluster_radius(one) + 3) return one;
    }
    const label = this.labels.find((one) => px >= one.left && px <= one.left + one.width && py >= one.top && py <= one.top + label_height);
    return label?.cluster ?? null;
  }

  /** Indexes of the points that the window shows. */
  visible(): number[] {
    const half_w = this.width / 2 / this.view.scale;
    const half_h = this.height / 2 / this.view.scale;
    const { x, y } = this.view;
    return (this.index?.within(x - half_w, y - half_h, x + half_w, y + half_h) ?? []).filter((i) => this.shows(i));
  }

  private shows(i: number): boolean {
    return this.input.zone === null || this.input.set!.zone[i] === this.input.zone;
  }

  private project(x: number, y: number) {
    return { x: (x - this.view.x) * this.view.scale + this.width / 2, y: (y - this.view.y) * this.view.scale + this.height / 2 };
  }

  private refresh(land: boolean): void {
    this.land_dirty ||= land;
    if (this.frame === 0) this.frame = requestAnimationFrame((at) => this.draw(at));
  }

  private draw(at: number): void {
    this.frame = 0;
    if (this.width === 0) return;
    this.advance_flight(at);
    const { set } = this.input;
    if (set && (set !== this.indexed || set.layout_version !== this.index_version)) {
      this.index = new PointIndex(set);
      this.indexed = set;
      this.index_version = set.layout_version;
    }
    const start = performance.now();
    if (this.land_dirty) {
      this.draw_land();
      this.calm_drawn = this.draw_calm();
      this.draw_ms = performance.now() - start;
    }
    this.draw_alarms();
    this.on_drawn({ points: this.calm_drawn, draw_ms: this.draw_ms });
    if (this.flight) this.refresh(true);
  }

  private advance_flight(at: number): void {
    if (!this.flight) return;
    const { from, to, start } = this.flight;
    const t = Math.min(1, Math.max(0, (at - start) / 320));
    const eased = 1 - (1 - t) ** 3;
    const scale = from.scale * (to.scale / from.scale) ** eased;
    // Along the way the place moves as the scale does, so that the goal does not slide through the window.
    const share = Math.abs(to.scale - from.scale) < 1e-9 ? eased : (1 / from.scale - 1 / scale) / (1 / from.scale - 1 / to.scale);
    this.view = { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share, scale };
    if (t >= 1) {
      this.view = to;
      this.flight = null;
      this.on_view(this.view);
    }
  }

  private draw_land(): void {
    this.land_dirty = false;
    const ctx = this.land_canvas.getContext("2d")!;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.fillStyle = this.colours.ocean;
    ctx.fillRect(0, 0, this.land_canvas.width, this.land_canvas.height);
    if (this.view.scale > fine_from_scale && !this.fine) {
      fine_land().then((land) => {
        if (this.fine) return;
        this.fine = land;
        this.refresh(true);
      }, () => {}); // the coarse one stays
    }
    const land = (this.view.scale > fine_from_scale ? this.fine : null) ?? this.coarse;
    if (!land) return;
    const s = this.view.scale * this.ratio;
    const step = s / land.steps;
    ctx.setTransform(step, 0, 0, step, (this.width / 2) * this.ratio - this.view.x * s, (this.height / 2) * this.ratio - this.view.y * s);
    ctx.fillStyle = this.colours.land;
    ctx.fill(land.fill);
    ctx.lineJoin = "round";
    ctx.lineWidth = (0.8 / this.view.scale) * land.steps;
    ctx.strokeStyle = this.colours.coast;
    ctx.stroke(land.fill);
    ctx.strokeStyle = this.colours.border;
    ctx.stroke(land.borders);
  }

  /** Every point as a small square: cheap enough to draw all of them anew while the map moves. */
  private draw_calm(): number {
    const { index } = this;
    const { set } = this.input;
    if (!set || !index) return 0;
    const ctx = this.land_canvas.getContext("2d")!;
    ctx.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    const { scale } = this.view;
    const size = scale < 4 ? 1.6 : scale < 12 ? 2 : scale < 60 ? 2.2 : scale < 200 ? 3.2 : scale < 600 ? 5 : 7;
    const ox = this.width / 2 - this.view.x * scale - size / 2;
    const oy = this.height / 2 - this.view.y * scale - size / 2;
    const { zone } = this.input;
    let drawn = 0;
    ctx.fillStyle = this.colours.calm;
    // Where many stand close they show how close: each lets those below it through.
    ctx.globalAlpha = scale < 12 ? 0.55 : scale < 60 ? 0.45 : scale < 200 ? 0.6 : 0.9;
    for (let i = 0; i < set.count; ++i) {
      if (zone !== null && set.zone[i] !== zone) continue;
      const x = index.x[i] * scale + ox;
      const y = index.y[i] * scale + oy;
      if (!(x > -size && y > -size && x < this.width && y < this.height)) continue; // NaN too
      ctx.fillRect(x, y, size, size);
      ++drawn;
    }
    ctx.globalAlpha = 1;
    return drawn;
  }

  private draw_alarms(): void {
    const ctx = this.point_canvas.getContext("2d")!;
    ctx.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    ctx.clearRect(0, 0, this.width, this.height);
    const { set } = this.input;
    if (!set || !this.index) return;
    const marks: Mark[] = [];
    for (const [index, alarms] of set.alarms) {
      if (!this.shows(index)) continue;
      const place = this.screen(index);
      if (!place || place.x < -40 || place.y < -40 || place.x > this.width + 40 || place.y > this.height + 40) continue;
      let severity: Severity = "INDETERMINATE";
      let acknowledged = true;
      let raised_at = 0;
      for (const alarm of alarms) {
        if (severity_rank(alarm.severity) < severity_rank(severity)) severity = alarm.severity;
        acknowledged &&= alarm.acknowledged;
        raised_at = Math.max(raised_at, alarm.raised_at);
      }
      marks.push({ index, ...place, severity, acknowledged, raised_at });
    }
    this.clusters = clustered(marks, cluster_distance);
    const now = this.now();
    let fresh = false;
    for (const cluster of this.clusters) fresh = this.draw_cluster(ctx, cluster, now) || fresh;
    this.draw_selected(ctx);
    ctx.font = `600 11px ${this.colours.font}`;
    this.labels = placed_labels(this.clusters, this.input.label_of, (text) => ctx.measureText(text).width, Math.min(this.input.labels, Math.ceil(this.width / 90)), this.width, this.height);
    for (const label of this.labels) this.draw_label(ctx, label);
    if (fresh && !still.matches) setTimeout(() => this.frame >= 0 && this.refresh(false), 40);
  }

  private draw_cluster(ctx: CanvasRenderingContext2D, cluster: Cluster, now: number): boolean {
    const r = cluster_radius(cluster);
    const colour = this.colours[cluster.severity];
    const age = now - cluster.raised_at;
    const fresh = age >= 0 && age < fresh_ms && !cluster.acknowledged;
    if (fresh && !still.matches) {
      const t = (age % 1300) / 1300;
      ctx.globalAlpha = 0.5 * (1 - t);
      disc(ctx, cluster, r + t * 16, colour);
      ctx.globalAlpha = 1;
    }
    disc(ctx, cluster, r + 1.8, this.colours.surface);
    disc(ctx, cluster, r, colour);
    if (cluster.acknowledged) disc(ctx, cluster, r - 2.2, this.colours.surface);
    ctx.fillStyle = cluster.acknowledged ? this.colours.ink : this.colours["on-" + cluster.severity];
    ctx.font = `700 ${cluster.members.length > 99 ? 10 : 11}px ${this.colours.font}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    const one = cluster.members.length === 1;
    ctx.fillText(one ? (cluster.acknowledged ? "✓" : "!") : short_count(cluster.members.length), cluster.x, cluster.y + 0.5);
    return fresh;
  }

  private draw_selected(ctx: CanvasRenderingContext2D): void {
    const place = this.input.selected === null ? null : this.screen(this.input.selected);
    if (!place) return;
    ctx.lineWidth = 2.5;
    ctx.strokeStyle = this.colours.accent;
    ctx.beginPath();
    ctx.arc(place.x, place.y, 12, 0, 2 * Math.PI);
    ctx.stroke();
  }

  private draw_label(ctx: CanvasRenderingContext2D, label: Label): void {
    ctx.fillStyle = this.colours.label;
    ctx.strokeStyle = this.colours[label.cluster.severity];
    ctx.lineWidth = 1;
    ctx.beginPath();
    ctx.roundRect(label.left, label.top, label.width, label_height, 4);
    ctx.fill();
    ctx.stroke();
    ctx.fillStyle = this.colours.ink;
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    ctx.fillText(label.text, label.left + 6, label.top + label_height / 2 + 0.5);
  }

  private read_colours(): void {
    this.colours = {
      ocean: css("--map-ocean"),
      land: css("--map-land"),
      coast: css("--map-coast"),
      border: css("--map-border"),
      calm: css("--map-calm"),
      label: css("--map-label"),
      surface: css("--surface"),
      ink: css("--ink"),
      accent: css("--accent"),
      font: css("--font"),
    };
    for (const name of ["CRITICAL", "MAJOR", "MINOR", "WARNING", "INDETERMINATE"]) {
      this.colours[name] = css(`--severity-${name.toLowerCase()}`);
      this.colours["on-" + name] = css(`--on-severity-${name.toLowerCase()}`);
    }
  }
}

function disc(ctx: CanvasRenderingContext2D, at: { x: number; y: number }, radius: number, colour: string): void {
  ctx.fillStyle = colour;
  ctx.beginPath();
  ctx.arc(at.x, at.y, Math.max(0, radius), 0, 2 * Math.PI);
  ctx.fill();
}

const short_count = (count: number) => (count > 999 ? `${Math.round(count / 100) / 10}k` : String(count));

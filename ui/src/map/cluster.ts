import type { Severity } from "../api/types";
import { severity_rank } from "../live/data";

/** An active point on the screen, in CSS pixels. */
export interface Mark {
  index: number;
  x: number;
  y: number;
  severity: Severity;
  acknowledged: boolean;
  raised_at: number;
}

/** Marks that would cover each other, drawn as one. It stands where its first mark stands, so it does not wander. */
export interface Cluster {
  x: number;
  y: number;
  members: Mark[];
  severity: Severity;
  acknowledged: boolean;
  raised_at: number;
}

/** Oldest first makes the places of clusters last; `marks` is sorted in place. */
export function clustered(marks: Mark[], distance: number): Cluster[] {
  marks.sort((a, b) => a.raised_at - b.raised_at || a.index - b.index);
  const grid = new Map<number, Cluster[]>();
  const clusters: Cluster[] = [];
  for (const mark of marks) {
    const column = Math.floor(mark.x / distance);
    const row = Math.floor(mark.y / distance);
    const home = nearest(grid, column, row, mark, distance);
    if (home) {
      home.members.push(mark);
      home.raised_at = Math.max(home.raised_at, mark.raised_at);
      home.acknowledged &&= mark.acknowledged;
      if (severity_rank(mark.severity) < severity_rank(home.severity)) home.severity = mark.severity;
      continue;
    }
    const made: Cluster = { x: mark.x, y: mark.y, members: [mark], severity: mark.severity, acknowledged: mark.acknowledged, raised_at: mark.raised_at };
    clusters.push(made);
    const key = column * 65536 + row;
    const there = grid.get(key);
    if (there) there.push(made);
    else grid.set(key, [made]);
  }
  return clusters;
}

function nearest(grid: Map<number, Cluster[]>, column: number, row: number, mark: Mark, distance: number): Cluster | null {
  let best: Cluster | null = null;
  let best_d2 = distance * distance;
  for (let c = column - 1; c <= column + 1; ++c) {
    for (let r = row - 1; r <= row + 1; ++r) {
      for (const one of grid.get(c * 65536 + r) ?? []) {
        const d2 = (one.x - mark.x) ** 2 + (one.y - mark.y) ** 2;
        if (d2 < best_d2) (best = one), (best_d2 = d2);
      }
    }
  }
  return best;
}

export const cluster_radius = (cluster: Cluster) =>
  cluster.members.length === 1 ? 7 : Math.min(24, 9 + 2.2 * Math.log2(cluster.members.length));

export interface Label {
  cluster: Cluster;
  text: string;
  left: number;
  top: number;
  width: number;
}

export const label_height = 18;

/** Puts a label beside as many clusters as fit without covering another label or mark, newest alarms first. */
export function placed_labels(clusters: Cluster[], text_of: (cluster: Cluster) => string, width_of: (text: string) => number, limit: number, width: number, height: number): Label[] {
  const labels: Label[] = [];
  const order = clusters.slice().sort((a, b) => b.raised_at - a.raised_at);
  for (const cluster of order) {
    if (labels.length >= limit) break;
    if (cluster.x < 0 || cluster.y < 0 || cluster.x > width || cluster.y > height) continue;
    const text = text_of(cluster);
    const w = width_of(text) + 12;
    const r = cluster_radius(cluster) + 4;
    const tries = [
      [cluster.x + r, cluster.y - label_height / 2],
      [cluster.x - r - w, cluster.y - label_height / 2],
      [cluster.x - w / 2, cluster.y - r - label_height],
      [cluster.x - w / 2, cluster.y + r],
    ];
    for (const [left, top] of tries) {
      if (left < 2 || top < 2 || left + w > width - 2 || top + label_height > height - 2) continue;
      if (labels.some((other) => left < other.left + other.width + 2 && other.left < left + w + 2 && top < other.top + label_height + 2 && other.top < top + label_height + 2)) continue;
      if (clusters.some((other) => other !== cluster && covers(other, left, top, w))) continue;
      labels.push({ cluster, text, left, top, width: w });
      break;
    }
  }
  return labels;
}

function covers(cluster: Cluster, left: number, top: number, width: number): boolean {
  const x = Math.max(left, Math.min(left + width, cluster.x));
  const y = Math.max(top, Math.min(top + label_height, cluster.y));
  return (x - cluster.x) ** 2 + (y - cluster.y) ** 2 < cluster_radius(cluster) ** 2;
}

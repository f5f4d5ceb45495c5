import type { JobEdge, JobNode } from "../api/types";

export interface Placed {
  node: JobNode;
  x: number;
  y: number;
}

export interface Layout {
  nodes: Placed[];
  width: number;
  height: number;
}

export const node_width = 184;
export const node_height = 92;
const gap_x = 44;
const gap_y = 18;
const sweeps = 6;

/** Left to right: a node stands one column behind the last of those that feed it; sinks stand at the right edge. */
export function layout(nodes: JobNode[], edges: JobEdge[]): Layout {
  const columns = in_columns(nodes, edges);
  for (let i = 0; i < sweeps; ++i) untangle(columns, edges, i % 2 === 0);
  const tallest = Math.max(1, ...columns.map((column) => column.length));
  const height = tallest * (node_height + gap_y) - gap_y;
  const placed: Placed[] = [];
  columns.forEach((column, c) => {
    const used = column.length * (node_height + gap_y) - gap_y;
    column.forEach((node, row) => placed.push({ node, x: c * (node_width + gap_x), y: (height - used) / 2 + row * (node_height + gap_y) }));
  });
  return { nodes: placed, width: columns.length * (node_width + gap_x) - gap_x, height };
}

function in_columns(nodes: JobNode[], edges: JobEdge[]): JobNode[][] {
  const depth = new Map<string, number>();
  const feeding = new Map<string, string[]>();
  for (const edge of edges) feeding.set(edge.to, [...(feeding.get(edge.to) ?? []), edge.from]);
  const depth_of = (id: string, seen: Set<string>): number => {
    const known = depth.get(id);
    if (known !== undefined) return known;
    if (seen.has(id)) return 0; // no job has a cycle; a wrong answer must not hang the page
    seen.add(id);
    const value = Math.max(-1, ...(feeding.get(id) ?? []).map((from) => depth_of(from, seen))) + 1;
    depth.set(id, value);
    return value;
  };
  const last = Math.max(0, ...nodes.map((node) => depth_of(node.id, new Set())));
  const columns: JobNode[][] = Array.from({ length: last + 1 }, () => []);
  for (const node of nodes) columns[node.kind === "sink" ? last : depth_of(node.id, new Set())].push(node);
  // A source that feeds only something far to the right moves next to it.
  for (const node of nodes.filter((one) => one.kind === "source")) {
    const targets = edges.filter((edge) => edge.from === node.id).map((edge) => columns.findIndex((column) => column.some((one) => one.id === edge.to)));
    const column = targets.length > 0 ? Math.min(...targets) - 1 : 0;
    if (column > 0) {
      columns[0] = columns[0].filter((one) => one !== node);
      columns[column].push(node);
    }
  }
  return columns.filter((column) => column.length > 0);
}

/** Orders each column by the mean place of its neighbours in the column before (or after) it. */
function untangle(columns: JobNode[][], edges: JobEdge[], forward: boolean): void {
  const rows = new Map<string, number>();
  columns.forEach((column) => column.forEach((node, row) => rows.set(node.id, row - (column.length - 1) / 2)));
  for (const column of forward ? columns : columns.slice().reverse()) {
    const weight = new Map<JobNode, number>();
    for (const node of column) {
      const near = edges.flatMap((edge) => (forward ? (edge.to === node.id ? [edge.from] : []) : edge.from === node.id ? [edge.to] : []));
      const places = near.map((id) => rows.get(id) ?? 0);
      weight.set(node, places.length > 0 ? places.reduce((sum, place) => sum + place, 0) / places.length : (rows.get(node.id) ?? 0));
    }
    column.sort((a, b) => weight.get(a)! - weight.get(b)!);
    column.forEach((node, row) => rows.set(node.id, row - (column.length - 1) / 2));
  }
}

import type { Chain, ChainEdge } from "./chains";

export interface Placed {
  chain: Chain;
  x: number;
  y: number;
  height: number;
}

export interface Layout {
  boxes: Placed[];
  width: number;
  height: number;
}

export const box_width = 194;
export const line_height = 19;
const box_head = 82;
export const gap_x = 84;
const gap_y = 18;
const sweeps = 6;

/** Head, foot, and a line for each further node. */
export const box_height = (chain: Chain) => box_head + (chain.parts.length > 1 ? chain.parts.length * line_height + 6 : 0);

/** Left to right: a chain stands one column behind the last of those that feed it; sinks stand at the right edge. */
export function layout(chains: Chain[], edges: ChainEdge[]): Layout {
  const columns = in_columns(chains, edges);
  for (let i = 0; i < sweeps; ++i) untangle(columns, edges, i % 2 === 0);
  const used = columns.map((column) => column.reduce((sum, chain) => sum + box_height(chain) + gap_y, -gap_y));
  const height = Math.max(0, ...used);
  const boxes: Placed[] = [];
  columns.forEach((column, c) => {
    let y = (height - used[c]) / 2;
    for (const chain of column) {
      boxes.push({ chain, x: c * (box_width + gap_x), y, height: box_height(chain) });
      y += box_height(chain) + gap_y;
    }
  });
  return { boxes, width: Math.max(1, columns.length) * (box_width + gap_x) - gap_x, height };
}

function in_columns(chains: Chain[], edges: ChainEdge[]): Chain[][] {
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
  const last = Math.max(0, ...chains.map((chain) => depth_of(chain.id, new Set())));
  const columns: Chain[][] = Array.from({ length: last + 1 }, () => []);
  for (const chain of chains) columns[chain.kind === "sink" ? last : depth_of(chain.id, new Set())].push(chain);
  return columns.filter((column) => column.length > 0);
}

/** Orders each column by the mean place of its neighbours in the column before (or after) it. */
function untangle(columns: Chain[][], edges: ChainEdge[], forward: boolean): void {
  const rows = new Map<string, number>();
  columns.forEach((column) => column.forEach((chain, row) => rows.set(chain.id, row - (column.length - 1) / 2)));
  for (const column of forward ? columns : columns.slice().reverse()) {
    const weight = new Map<Chain, number>();
    for (const chain of column) {
      const near = edges.flatMap((edge) => (forward ? (edge.to === chain.id ? [edge.from] : []) : edge.from === chain.id ? [edge.to] : []));
      const places = near.map((id) => rows.get(id) ?? 0);
      weight.set(chain, places.length > 0 ? places.reduce((sum, place) => sum + place, 0) / places.length : (rows.get(chain.id) ?? 0));
    }
    column.sort((a, b) => weight.get(a)! - weight.get(b)!);
    column.forEach((chain, row) => rows.set(chain.id, row - (column.length - 1) / 2));
  }
}

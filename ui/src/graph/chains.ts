import type { JobEdge, JobNode } from "../api/types";

/** A node in its box; `depth` counts the branchings above it there. */
export interface Part {
  node: JobNode;
  depth: number;
}

/** Nodes that hand rows straight on, on the same worker: one box. Sinks keep one of their own, so that results are seen. */
export interface Chain {
  id: string;
  kind: JobNode["kind"];
  parts: Part[];
}

export interface ChainEdge {
  from: string;
  to: string;
  edge: JobEdge;
}

export interface Chained {
  chains: Chain[];
  edges: ChainEdge[];
}

export function chained(nodes: JobNode[], edges: JobEdge[]): Chained {
  const by_id = new Map(nodes.map((node) => [node.id, node]));
  const known = edges.filter((edge) => by_id.has(edge.from) && by_id.has(edge.to));
  const inputs = new Map<string, number>();
  for (const edge of known) inputs.set(edge.to, (inputs.get(edge.to) ?? 0) + 1);
  const follows = (edge: JobEdge) => edge.exchange === "forward" && inputs.get(edge.to) === 1 && by_id.get(edge.to)!.kind !== "sink";
  const next = new Map<string, string[]>();
  for (const edge of known) if (follows(edge)) next.set(edge.from, [...(next.get(edge.from) ?? []), edge.to]);
  const followers = new Set([...next.values()].flat());
  const chain_of = new Map<string, string>();
  const chains: Chain[] = [];
  for (const head of nodes) {
    if (followers.has(head.id)) continue;
    const chain: Chain = { id: head.id, kind: head.kind, parts: [] };
    const put = (id: string, depth: number) => {
      chain.parts.push({ node: by_id.get(id)!, depth });
      chain_of.set(id, chain.id);
      const then = next.get(id) ?? [];
      for (const one of then) put(one, depth + (then.length > 1 ? 1 : 0));
    };
    put(head.id, 0);
    chains.push(chain);
  }
  const between = known
    .filter((edge) => !follows(edge) && chain_of.has(edge.from) && chain_of.has(edge.to))
    .map((edge) => ({ from: chain_of.get(edge.from)!, to: chain_of.get(edge.to)!, edge }));
  return { chains, edges: between };
}

/** Work that only shapes rows says little about a chain. */
const plain = ["filter", "project"];

/** "ENTRY", or what the chain does: "over · unnest". */
export function chain_name(chain: Chain): string {
  if (chain.kind !== "operator") return chain.parts[0].node.name;
  const names = [...new Set(chain.parts.map(({ node }) => node.name))];
  const telling = names.filter((name) => !plain.includes(name));
  return (telling.length > 0 ? telling : names).join(" · ");
}

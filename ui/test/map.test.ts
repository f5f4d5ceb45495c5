import assert from "node:assert/strict";
import test from "node:test";
import type { JobEdge, JobNode } from "../src/api/types";
import { chain_name, chained } from "../src/graph/chains";
import { box_height, layout } from "../src/graph/layout";
import { from_snapshot } from "../src/live/data";
import type { PointSet } from "../src/live/points";
import { clustered, type Mark, placed_labels } from "../src/map/cluster";
import { PointIndex } from "../src/map/pick";
import { base_y, bounded, view_of } from "../src/map/projection";

const mark = (index: number, x: number, y: number, rest: Partial<Mark> = {}): Mark => ({ index, x, y, severity: "MAJOR", acknowledged: false, raised_at: index, ...rest });

test("near marks become one cluster with the worst severity, acknowledged only if all are", () => {
  const clusters = clustered([mark(1, 100, 100), mark(2, 110, 100, { severity: "CRITICAL", acknowledged: true }), mark(3, 300, 100)], 24);
  assert.equal(clusters.length, 2);
  assert.equal(clusters[0].members.length, 2);
  assert.equal(clusters[0].severity, "CRITICAL");
  assert.equal(clusters[0].acknowledged, false);
  assert.equal(clusters[0].x, 100); // the oldest keeps the place
});

test("labels cover neither each other nor other marks", () => {
  const clusters = clustered(Array.from({ length: 30 }, (_, i) => mark(i, 100 + (i % 6) * 30, 100 + Math.floor(i / 6) * 30)), 10);
  const labels = placed_labels(clusters, () => "12345 · Smoke", () => 80, 12, 600, 400);
  assert.ok(labels.length > 0 && labels.length <= 12);
  for (const a of labels) {
    for (const b of labels) if (a !== b) assert.ok(a.left >= b.left + b.width || b.left >= a.left + a.width || a.top >= b.top + 18 || b.top >= a.top + 18);
  }
});

test("the index finds all points of a place, two in one cell too", () => {
  const set = from_snapshot({ op: "snapshot", kind: "points", ids: ["1", "2", "3", "4"], geohash_chars: 7, geohash: "gcpvj0dgcpvj0du09tvw2       ", zones: [], zone: [], types: [], alarms: [] }) as PointSet;
  const index = new PointIndex(set);
  const [x, y] = [index.x[0], index.y[0]];
  assert.deepEqual(index.within(x - 0.1, y - 0.1, x + 0.1, y + 0.1), [0, 1]);
  assert.equal(index.within(-180, base_y(84), 180, base_y(-84)).length, 3);
});

test("a view shows its box and stays inside the world", () => {
  const view = view_of({ west: -10, east: 10, south: 40, north: 60 }, 800, 400, 0);
  assert.ok(20 * view.scale <= 800.001 && (base_y(40) - base_y(60)) * view.scale <= 400.001);
  const far = bounded({ x: 900, y: 900, scale: 10 }, 800, 400);
  assert.ok(far.x <= 180 && far.y <= base_y(-60));
});

test("a job is laid out from left to right without overlap", () => {
  const node = (id: string, kind: JobNode["kind"]) => ({ id, kind, name: id }) as JobNode;
  const edge = (from: string, to: string, exchange: JobEdge["exchange"] = "hash") => ({ from, to, exchange }) as JobEdge;
  const nodes = [node("a", "source"), node("b", "source"), node("c", "source"), node("u", "operator"), node("j", "operator"), node("s", "sink"), node("t", "sink")];
  const edges = [edge("a", "u"), edge("b", "u"), edge("u", "j"), edge("c", "j"), edge("j", "s"), edge("u", "t")];
  const { chains, edges: links } = chained(nodes, edges);
  const { boxes } = layout(chains, links);
  assert.equal(boxes.length, nodes.length);
  const at = new Map(boxes.map((one) => [one.chain.id, one]));
  for (const { from, to } of edges) assert.ok(at.get(from)!.x < at.get(to)!.x, `${from} before ${to}`);
  assert.equal(at.get("s")!.x, at.get("t")!.x);
  for (const a of boxes) for (const b of boxes) if (a !== b && a.x === b.x && a.y <= b.y) assert.ok(b.y - a.y >= box_height(a.chain));
});

test("nodes that hand rows straight on are one box, sinks and what has several inputs are not", () => {
  const node = (id: string, kind: JobNode["kind"], name: string) => ({ id, kind, name }) as JobNode;
  const edge = (from: string, to: string, exchange: JobEdge["exchange"] = "forward") => ({ from, to, exchange }) as JobEdge;
  const nodes = [node("a", "source", "ENTRY"), node("f", "operator", "filter"), node("o", "operator", "over"), node("p", "operator", "project"), node("q", "operator", "filter"), node("j", "operator", "join"), node("s", "sink", "S"), node("t", "sink", "T")];
  const { chains, edges } = chained(nodes, [edge("a", "f"), edge("f", "o", "hash"), edge("o", "p"), edge("o", "q"), edge("p", "s"), edge("q", "j"), edge("f", "j"), edge("j", "t")]);
  assert.deepEqual(chains.map((one) => one.parts.map(({ node: part, depth }) => part.id + depth).join(" ")), ["a0 f0", "o0 p1 q1", "j0", "s0", "t0"]);
  assert.deepEqual(chains.map(chain_name), ["ENTRY", "over", "join", "S", "T"]);
  assert.deepEqual(edges.map(({ from, to }) => from + to), ["ao", "os", "oj", "aj", "jt"]);
});

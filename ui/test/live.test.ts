import assert from "node:assert/strict";
import test from "node:test";
import { align, ordered, stacked } from "../src/chart/align";
import { apply_delta, from_snapshot, row_objects, type RowsData, type SeriesData } from "../src/live/data";
import { Feed } from "../src/live/feed";
import type { PointSet } from "../src/live/points";

const limits = { records: 3, oldest: null };
const series_of = (data: SeriesData, name: string) => data.series.get(name)!;

test("a late point goes to its place, a corrected one replaces, and both are told to the chart", () => {
  const data = from_snapshot({ op: "snapshot", kind: "series", series: [{ name: "a", t: [1, 2, 4], v: [1, 2, 4] }] }) as SeriesData;
  apply_delta(data, { op: "delta", points: [{ name: "a", t: [3, 2, 5], v: [3, 20, 5] }] }, limits);
  assert.deepEqual(series_of(data, "a").t, [1, 2, 3, 4, 5]);
  assert.deepEqual(series_of(data, "a").v, [1, 20, 3, 4, 5]);
  assert.deepEqual(data.corrections.map((one) => one.t), [3, 2]);
  apply_delta(data, { op: "delta", removed: [{ name: "a", t: [4] }], points: [{ name: "b", t: [1], v: [null] }] }, limits);
  assert.deepEqual(series_of(data, "a").t, [1, 2, 3, 5]);
  assert.deepEqual(series_of(data, "b").v, [null]);
});

test("the newest point may grow without counting as a correction", () => {
  const data = from_snapshot({ op: "snapshot", kind: "series", series: [{ name: "a", t: [1], v: [1] }] }) as SeriesData;
  apply_delta(data, { op: "delta", points: [{ name: "a", t: [1], v: [2] }] }, limits);
  assert.deepEqual(series_of(data, "a").v, [2]);
  assert.equal(data.corrections.length, 0);
});

test("rows are replaced by key and sorted by the source's rule", () => {
  const data = from_snapshot({ op: "snapshot", kind: "rows", columns: ["id", "raised_at"], key: 0, rows: [["a", 1], ["b", 2]], total: 2 }) as RowsData;
  apply_delta(data, { op: "delta", upsert: [["c", 3], ["a", 9]], removed: ["b"], total: 7 }, limits);
  assert.deepEqual(row_objects<{ id: string }>(data, "alarms").map((row) => row.id), ["a", "c"]);
  assert.equal(data.total, 7);
});

test("points: geohash columns, alarms set and cleared, points added, moved and removed", () => {
  const set = from_snapshot({
    op: "snapshot", kind: "points", ids: ["1", "2", "3"], geohash_chars: 5, geohash: "ezs42     ezs42", zones: ["UK"], zone: [0, 0, 0], types: ["smoke"], alarms: [[0, 0, "CRITICAL", 0, 5]],
  }) as PointSet;
  assert.equal(set.has_position(1), false);
  assert.equal(set.cell[0], set.cell[2]);
  set.apply({ op: "delta", append: { ids: ["4"], geohash: "gcpvj", zone: [1] }, zones: ["North"], types: ["heat"], alarms: [[0, 1, "MAJOR", 1, 6]] });
  assert.equal(set.zone_name(set.index_of("4")!), "North");
  assert.equal(set.alarms.get(0)!.length, 2);
  set.apply({ op: "delta", cleared: [[0, 0]], move: { index: [1], geohash: "gcpvj", zone: [0] }, removed: [2] });
  assert.deepEqual(set.alarms.get(0)!.map((alarm) => set.types[alarm.type]), ["heat"]);
  assert.equal(set.has_position(1), true);
  assert.equal(set.index_of("3"), undefined);
});

test("a gap in the sequence asks for a new snapshot; a resumed feed goes on", () => {
  const feed = new Feed("s1", "k", { query: { source: "messages", limit: 2 }, range: undefined, width: 100 }, () => 0);
  assert.equal("resume" in JSON.parse(JSON.stringify(feed.subscribe_frame())), false);
  feed.receive({ op: "snapshot", id: "s1", kind: "log", epoch: "e", seq: 4, records: [{ offset: 1 }] });
  assert.equal(feed.receive({ op: "delta", id: "s1", seq: 5, append: [{ offset: 2 }, { offset: 3 }], skipped: 9 }), "ok");
  assert.deepEqual((feed.data as { records: { offset: number }[] }).records.map((one) => one.offset), [2, 3]);
  assert.deepEqual((feed.subscribe_frame() as { resume: object }).resume, { epoch: "e", seq: 5 });
  assert.equal(feed.receive({ op: "delta", id: "s1", seq: 7, append: [] }), "gap");
  assert.equal((feed.subscribe_frame() as { resume?: object }).resume, undefined);
});

test("series share one axis, gaps are null, stacking adds from the end", () => {
  const aligned = align([{ name: "a", t: [1, 2], v: [1, 2] }, { name: "b", t: [2, 3], v: [5, 6] }]);
  assert.deepEqual(aligned.t, [1, 2, 3]);
  assert.deepEqual(aligned.columns, [[1, 2, null], [null, 5, 6]]);
  assert.deepEqual(stacked(aligned.columns)[0], [1, 7, 6]);
  assert.deepEqual(ordered([{ name: "z", t: [], v: [] }, { name: "b", t: [], v: [] }, { name: "a", t: [], v: [] }], ["z"]).map((one) => one.name), ["z", "a", "b"]);
});

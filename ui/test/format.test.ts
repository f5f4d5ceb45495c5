import assert from "node:assert/strict";
import test from "node:test";
import { fill_query } from "../src/panel/types";
import { csv_fields, csv_text } from "../src/format/csv";
import { geohash_cell, geohash_of } from "../src/format/geohash";
import { duration, number_text, short_number } from "../src/format/number";
import { date_time_text, from_input, near_text, parse_duration, to_input } from "../src/format/time";
import { href, parse_route } from "../src/app/route";

test("geohash: a known cell, and back", () => {
  const cell = geohash_cell("ezs42")!;
  assert.ok(Math.abs((cell.south + cell.north) / 2 - 42.605) < 0.001);
  assert.ok(Math.abs((cell.west + cell.east) / 2 + 5.603) < 0.001);
  assert.equal(geohash_of(42.605, -5.603, 5), "ezs42");
  assert.equal(geohash_cell(""), null);
  assert.equal(geohash_cell("ab"), null); // there is no "a"
});

test("numbers carry units and separators", () => {
  assert.equal(number_text(1326, "msg/s"), "1,326\u202fmsg/s");
  assert.equal(number_text(1536, "B"), "1.50\u202fKiB");
  assert.equal(number_text(512, "B/s"), "512\u202fB/s");
  assert.equal(number_text(12.345, "%"), "12.3%");
  assert.equal(number_text(null, "B"), "–");
  assert.equal(short_number(1_200_000), "1.2M");
});

test("durations keep two parts", () => {
  assert.equal(duration(850), "850 ms");
  assert.equal(duration(200_000), "3 min 20 s");
  assert.equal(duration(60_000), "1 min");
  assert.equal(duration(93_600_000), "1 d 2 h");
  assert.equal(parse_duration("30m"), 1_800_000);
  assert.equal(parse_duration("30 minutes"), null);
});

test("times in UTC", () => {
  const at = Date.UTC(2024, 4, 1, 0, 0, 1, 760);
  assert.equal(date_time_text(at, "utc", true), "2024-05-01 00:00:01.760");
  assert.equal(near_text(at, at + 1000, "utc"), "00:00:01");
  assert.equal(near_text(at, at + 86_400_000, "utc"), "2024-05-01 00:00:01");
  assert.equal(from_input(to_input(at, "utc"), "utc"), at - 760);
});

test("csv in both directions", () => {
  assert.equal(csv_text(["a", "b"], [['x "y"', 1], [null, "1,2"]]), 'a,b\r\n"x ""y""",1\r\n,"1,2"\r\n');
  assert.deepEqual(csv_fields('42959,true,"a ""b"", c",,'), ["42959", "true", 'a "b", c', "", ""]);
});

test("routes keep their parameters", () => {
  const route = parse_route(href(["topics", "a/b"], { from: "12", partition: undefined }));
  assert.deepEqual(route.path, ["topics", "a/b"]);
  assert.equal(route.params.get("from"), "12");
  assert.equal(route.params.has("partition"), false);
});

test("a variable of a dashboard fills its place in a query, alone or in a list; with all chosen the field is left out", () => {
  const query = { source: "alarms", zone: ["$zone"], type: "$type", limit: 5, label: "$other" };
  assert.deepEqual(fill_query(query, ["zone", "type"], new URLSearchParams("zone=UK")), { source: "alarms", zone: ["UK"], limit: 5, label: "$other" });
  assert.deepEqual(fill_query(query, ["zone", "type"], new URLSearchParams("type=humo&zone=")), { source: "alarms", type: "humo", limit: 5, label: "$other" });
});

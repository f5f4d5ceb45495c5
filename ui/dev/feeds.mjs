// What the queries of docs/web-api.md section 3 give over the invented world: snapshot(), and delta() since the last call.
import { types } from "./world.mjs";

const last_ms = (range) => {
  const match = /^(\d+)([smhd])$/.exec(range?.last ?? "1h");
  return Number(match[1]) * { s: 1e3, m: 6e4, h: 36e5, d: 864e5 }[match[2]];
};
const bounds = (range) => (range?.from ? range : { from: Date.now() - last_ms(range), to: Date.now() + 1000 });

export function status(world, title = "sensor-alarms") {
  return {
    name: "azud", version: "0.1.0", title, now: Date.now(), started_at: world.start, home: "overview", features: ["dashboards", "topics", "jobs", "alarms", "outbox"],
    listeners: [{ name: "kafka", address: "127.0.0.1:9092" }, { name: "ingress", address: "127.0.0.1:19092" }], durability: "commit", storage_full: null, log_bytes: 184_000_000, memory_bytes: 74_000_000, cpu_seconds: 61,
  };
}

export function topics(world) {
  return Object.entries(world.totals).map(([name, records]) => ({
    name, partitions: 2, records, bytes: records * 41, records_per_second: world.rates[name], bytes_per_second: world.rates[name] * 41, last_timestamp: world.records[name].at(-1)?.timestamp ?? null,
    cleanup: name === "CUSTOMERS" ? "compact" : "delete", retention_ms: name === "CUSTOMERS" ? -1 : 604_800_000, retention_bytes: -1, internal: false,
  }));
}

export function counts(world, by) {
  const rows = new Map([["", { name: "", active: 0, unacknowledged: 0, raised: 0, cleared: 0 }]]);
  for (const alarm of world.alarms.values()) {
    const name = alarm[by ?? "type"];
    if (!rows.has(name)) rows.set(name, { name, active: 0, unacknowledged: 0, raised: 0, cleared: 0 });
    for (const row of [rows.get(""), rows.get(name)]) {
      ++row.raised;
      if (alarm.cleared_at) ++row.cleared;
      else ++row.active;
      if (alarm.state === "ACTIVE_UNACK") ++row.unacknowledged;
    }
  }
  return [...rows.values()];
}

export function matching(world, filter) {
  const lists = (text) => (text ? String(text).split(",") : null);
  const states = { active: ["ACTIVE_UNACK", "ACTIVE_ACK"], cleared: ["CLEARED_UNACK", "CLEARED_ACK"], unacknowledged: ["ACTIVE_UNACK", "CLEARED_UNACK"], all: null }[filter.state ?? "all"];
  const wanted = states === undefined ? lists(filter.state) : states;
  const [type, severity, zone] = [lists(filter.type), lists(filter.severity), lists(filter.zone)];
  return [...world.alarms.values()]
    .filter((a) => (!wanted || wanted.includes(a.state)) && (!type || type.includes(a.type)) && (!severity || severity.includes(a.severity)) && (!zone || zone.includes(a.zone)) && (!filter.originator || a.originator === filter.originator) && (!filter.from || a.raised_at >= filter.from) && (!filter.to || a.raised_at < filter.to))
    .sort((a, b) => b.raised_at - a.raised_at);
}

export function per_step(world, from, to, step, what = "raised_at") {
  const series = types.map((name) => ({ name, values: new Array(Math.max(0, Math.ceil((to - from) / step))).fill(0) }));
  for (const alarm of world.alarms.values()) {
    const at = alarm[what];
    if (at && at >= from && at < to) ++series[types.indexOf(alarm.type)].values[Math.floor((at - from) / step)];
  }
  return series;
}

export function job(world) {
  const now = Date.now();
  const rate = world.rates.ENTRY;
  const part = (topic, p, holds) => ({ topic, partition: p, position: Math.floor(world.totals[topic] / 2), end: Math.floor(world.totals[topic] / 2), lag: holds ? 3 : 0, watermark: now - (holds ? 640 : 40), idle: topic === "CUSTOMERS", holds_back: holds, last_timestamp: now - 30 });
  const node = (id, kind, name, operator, detail, records_in, records_out, extra = {}) => ({
    id, kind, name, operator, detail, parallelism: 2, records_in: Math.round(records_in * 900), records_out: Math.round(records_out * 900), records_in_per_second: records_in, records_out_per_second: records_out, late_rows: 0, watermark: now - 640, busy: Math.min(0.9, records_in / 12_000), state_rows: null, next_fire_at: null,
    instances: [0, 1].map((index) => ({ index, records_in_per_second: records_in / 2, records_out_per_second: records_out / 2, watermark: now - 640 - index * 20, busy: Math.min(0.9, records_in / 12_000) })), partitions: [], ...extra,
  });
  const minute = Math.ceil(now / 60_000) * 60_000;
  return {
    id: "sensor-alarms", state: "running", error: null, started_at: world.start, restarts: 0, commits: Math.round((now - world.start) / 20), last_commit_at: now - 12, last_commit_ms: 1.9, state_bytes: 31_400_000, workers: 2,
    nodes: [
      node("entry", "source", "ENTRY", "scan", "kafka, csv", rate, rate, { partitions: [part("ENTRY", 0, false), part("ENTRY", 1, true)] }),
      node("ok", "source", "OK", "scan", "kafka, csv", 0.6, 0.6, { partitions: [part("OK", 0, false), part("OK", 1, false)] }),
      node("union", "operator", "readings", "union all, unnest", "3 conditions a row", rate, rate * 3),
      node("over", "operator", "streaks", "over, lag 3", "by id, tipo", rate * 3, rate * 3, { state_rows: 150_000, late_rows: 4 }),
      node("latch", "operator", "transitions", "filter", "now_on <> was_on", rate * 3, 0.5),
      node("customers", "source", "CUSTOMERS", "scan, upsert", "kafka, csv", 0, 0, { partitions: [part("CUSTOMERS", 0, false), part("CUSTOMERS", 1, false)] }),
      node("join", "operator", "as of", "temporal join", "id = id", 0.5, 0.5, { state_rows: 50_000 }),
      node("window", "operator", "per minute", "tumble 1 min", "by tipo", 0.3, 0.05, { state_rows: 3, next_fire_at: minute }),
      node("alarms", "sink", "ALARMS", "write", "kafka, json", 0.5, 0.5),
      node("count", "sink", "COUNT", "write", "kafka, raw", 0.3, 0.3),
      node("count_minute", "sink", "COUNT_MINUTE", "write", "kafka, json", 0.05, 0.05, { parallelism: 1 }),
    ],
    edges: [["entry", "union"], ["ok", "union"], ["union", "over", "hash", ["id", "tipo"]], ["over", "latch"], ["latch", "join", "hash", ["id"]], ["customers", "join", "hash", ["id"]], ["join", "alarms"], ["latch", "count"], ["latch", "window", "hash", ["tipo"]], ["window", "count_minute"]].map(([from, to, exchange = "forward", keys = []]) => ({ from, to, exchange, keys })),
  };
}

const rows_feed = (key, list, total) => {
  let old = new Map();
  const columns = Object.keys(list()[0] ?? { [key]: 0 });
  const encode = (one) => columns.map((name) => one[name] ?? null);
  return {
    snapshot: () => {
      old = new Map(list().map((one) => [one[key], JSON.stringify(encode(one))]));
      return { kind: "rows", columns, key: columns.indexOf(key), rows: list().map(encode), total: total?.() ?? list().length };
    },
    delta: () => {
      const now = new Map(list().map((one) => [one[key], JSON.stringify(encode(one))]));
      const upsert = [...now].filter(([id, text]) => old.get(id) !== text).map(([, text]) => JSON.parse(text));
      const removed = [...old.keys()].filter((id) => !now.has(id));
      old = now;
      return upsert.length || removed.length ? { upsert, removed, total: total?.() ?? now.size } : null;
    },
  };
};

const series_feed = (read, range) => {
  let last = "";
  return {
    snapshot: () => ({ kind: "series", tier: "raw", series: read(bounds(range)) }),
    delta: () => {
      const points = read({ from: Date.now() - 120_000, to: Date.now() + 1000 }).map(({ name, t, v }) => ({ name, t: t.slice(-2), v: v.slice(-2) }));
      const text = JSON.stringify(points);
      if (text === last) return null;
      last = text;
      return { points };
    },
  };
};

function points_feed(world) {
  const zones = [...new Set(world.devices.map((d) => d.zone))];
  const entry = (a) => [Number(a.originator) - 1, types.indexOf(a.type), a.severity, a.acknowledged_at ? 1 : 0, a.raised_at];
  let changed = new Set();
  world.listeners.add((alarm) => changed.add(alarm));
  return {
    snapshot: () => ({
      kind: "points", count: world.devices.length, ids: world.devices.map((d) => d.id), geohash_chars: 7, geohash: world.devices.map((d) => d.geohash).join(""), zones: zones.slice(), zone: world.devices.map((d) => zones.indexOf(d.zone)), types, alarms: [...world.active.values()].map(entry),
    }),
    delta: () => {
      if (changed.size === 0) return null;
      const all = [...changed];
      changed = new Set();
      return { alarms: all.filter((a) => !a.cleared_at).map(entry), cleared: all.filter((a) => a.cleared_at).map((a) => entry(a).slice(0, 2)) };
    },
  };
}

export function feed(world, query, range) {
  switch (query.source) {
    case "status":
      return { snapshot: () => ({ kind: "doc", data: status(world) }), delta: () => null };
    case "topics":
      return rows_feed("name", () => topics(world).filter((t) => !query.topics || query.topics.includes(t.name)));
    case "messages": {
      let seen = 0;
      const list = () => world.records[query.topic].filter((r) => query.partition === undefined || r.partition === query.partition);
      return {
        snapshot: () => ((seen = list().at(-1)?.offset ?? 0), { kind: "log", records: list().slice(-(query.limit ?? 50)) }),
        delta: () => {
          const append = list().filter((r) => r.offset > seen);
          if (append.length === 0) return null;
          seen = append.at(-1).offset;
          return { append, skipped: query.topic === "ENTRY" ? 260 : 0 };
        },
      };
    }
    case "rate":
      return series_feed(({ from, to }) => {
        const points = world.rate_history.filter(([at]) => at >= from && at < to);
        const t = points.map(([at]) => at);
        const names = query.topics ?? ["ENTRY", "OK"];
        if (query.sum) return [{ name: "all", t, v: points.map((p) => names.reduce((sum, name) => sum + (p[["", "ENTRY", "OK"].indexOf(name)] ?? 0), 0)) }];
        return names.map((name) => ({ name, t, v: points.map((p) => p[["", "ENTRY", "OK"].indexOf(name)] ?? 0) }));
      }, range);
    case "series":
    case "alarm_rate":
      return series_feed(({ from, to }) => {
        const step = query.step ?? 60_000;
        const first = Math.floor(from / step) * step;
        return per_step(world, first, to, step).map(({ name, values }) => ({ name, t: values.map((_, i) => first + i * step), v: values }));
      }, range);
    case "alarms": {
      const filter = { ...query, state: query.state ?? "active" };
      return rows_feed("id", () => matching(world, filter).slice(0, query.limit ?? 500).map(({ events, ...rest }) => rest), () => matching(world, filter).length);
    }
    case "alarm_counts":
      return rows_feed("name", () => counts(world, query.by));
    case "entities":
      return points_feed(world);
    case "jobs":
      return { snapshot: () => ({ kind: "doc", data: { jobs: [job(world)] } }), delta: () => ({ data: { jobs: [job(world)] } }) };
    case "outbox":
      return rows_feed("id", () => world.mails.slice(0, query.limit ?? 100).map(({ text, ...rest }) => rest), () => world.mails.length);
    default:
      return null;
  }
}

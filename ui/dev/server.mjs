import { readFileSync, existsSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";
import { overview } from "./dashboard.mjs";
import { feed, job, matching, per_step, status, topics } from "./feeds.mjs";
import { World } from "./world.mjs";

const port = Number(process.env.PORT ?? 7070);
const world = new World({ seed: Number(process.env.SEED ?? 3) });
if (!process.env.CALM) setInterval(() => world.second(Date.now()), 1000);

const dist = join(fileURLToPath(new URL(".", import.meta.url)), "..", "dist");
const mime = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml" };
const missing = (what) => ({ status: 404, body: { error: { code: "not_found", message: `no such ${what}` } } });
const bare = ({ events, ...alarm }) => alarm;

const routes = [
  ["GET", /^\/api\/status$/, () => status(world)],
  ["GET", /^\/api\/dashboards$/, () => ({ dashboards: [{ uid: overview.uid, title: overview.title, error: null }] })],
  ["GET", /^\/api\/dashboards\/([^/]+)$/, ([uid]) => (uid === overview.uid ? overview : missing("dashboard"))],
  ["GET", /^\/api\/topics$/, () => ({ topics: topics(world) })],
  ["GET", /^\/api\/topics\/([^/]+)$/, ([name]) => topic_detail(name)],
  ["GET", /^\/api\/topics\/([^/]+)\/records$/, ([name], params) => records(name, params)],
  ["GET", /^\/api\/jobs\/([^/]+)\/plan$/, () => ({ stages: [{ name: "physical", text: "Sink(ALARMS)\n  TemporalJoin(id = id) [I]\n    Filter(now_on <> was_on) [I]\n      Over(LAG 3 by id, tipo order by ts) [I]\n        Union [I]\n          Scan(ENTRY)\n          Scan(OK)\n    Scan(CUSTOMERS) [I,UB,UA,D]" }] })],
  ["GET", /^\/api\/jobs$/, () => ({ jobs: [job(world)] })],
  ["GET", /^\/api\/alarms\/histogram$/, (_, params) => histogram(params)],
  ["GET", /^\/api\/alarms$/, (_, params) => alarm_page(params)],
  ["GET", /^\/api\/alarms\/([^/]+)$/, ([id]) => world.alarms.get(id) ?? missing("alarm")],
  ["POST", /^\/api\/alarms\/acknowledge$/, (_, __, body) => (body.ids.forEach((id) => world.acknowledge(world.alarms.get(id), body.by, body.comment, Date.now())), { acknowledged: body.ids.length, failed: [] })],
  ["POST", /^\/api\/alarms\/([^/]+)\/acknowledge$/, ([id], _, body) => (world.acknowledge(world.alarms.get(id), body.by, body.comment, Date.now()), world.alarms.get(id))],
  ["GET", /^\/api\/entities$/, (_, params) => ({ entities: params.get("ids").split(",").map((id) => world.device(id)).filter(Boolean).map(entity) })],
  ["GET", /^\/api\/outbox$/, (_, params) => outbox(params)],
  ["GET", /^\/api\/outbox\/([^/]+)$/, ([id]) => world.mails.find((mail) => mail.id === id) ?? missing("mail")],
];

const entity = (d) => ({ id: d.id, label: d.label, geohash: d.geohash, lat: d.lat, lon: d.lon, zone: d.zone, columns: { id: Number(d.id), name: d.name, surname: d.surname, city: d.city, zone: d.zone, telephonenumber: "0001234", emailaddress: `user${d.id}@example.invalid` }, alarms: matching(world, { originator: d.id, state: "active" }).map(bare) });

function topic_detail(name) {
  const topic = topics(world).find((one) => one.name === name);
  if (!topic) return missing("topic");
  const half = Math.floor(topic.records / 2);
  const columns = { ENTRY: ["id", "movimiento", "humo", "temperatura", "temp_maxima"], OK: ["id", "movimiento", "humo", "temperatura", "temp_maxima"], COUNT: ["id", "movimiento", "humo", "temperatura", "temp_maxima"] }[name];
  return { ...topic, config: { "message.timestamp.type": "LogAppendTime" }, timestamp_type: "append", columns: columns ? { format: "csv", names: columns } : null, detail: [0, 1].map((partition) => ({ partition, start: 0, end: half, bytes: half * 41, records_per_second: topic.records_per_second / 2, last_timestamp: topic.last_timestamp })) };
}

function records(name, params) {
  const all = world.records[name].filter((record) => record.partition === Number(params.get("partition") ?? 0));
  const found = all.filter((record) => record.offset >= Number(params.get("from"))).slice(0, Number(params.get("limit") ?? 50));
  return { records: found, next: found.length > 0 ? { partition: 0, offset: found.at(-1).offset + 1 } : null };
}

function alarm_page(params) {
  const found = matching(world, { ...Object.fromEntries(params), from: Number(params.get("from")), to: Number(params.get("to")) });
  const from = Number(params.get("cursor") ?? 0);
  const limit = Number(params.get("limit") ?? 100);
  return { alarms: found.slice(from, from + limit).map(bare), total: found.length, next: from + limit < found.length ? String(from + limit) : null };
}

function histogram(params) {
  const [from, to, step] = ["from", "to", "step"].map((name) => Number(params.get(name)));
  const only = params.get("type");
  return { from, to, step, series: per_step(world, from, to, step).filter(({ name }) => !only || name === only).map(({ name, values }) => ({ name, raised: values })) };
}

function outbox(params) {
  const text = params.get("search")?.toLowerCase() ?? "";
  const found = world.mails.filter((mail) => (mail.subject + mail.to).toLowerCase().includes(text));
  return { mails: found.slice(0, 100), total: found.length, next: null };
}

const server = createServer(async (request, response) => {
  const address = new URL(request.url, "http://host");
  let body = "";
  for await (const piece of request) body += piece;
  for (const [method, pattern, handle] of routes) {
    const match = pattern.exec(address.pathname);
    if (!match || method !== request.method) continue;
    const answer = handle(match.slice(1).map(decodeURIComponent), address.searchParams, body ? JSON.parse(body) : {});
    response.writeHead(answer.status && answer.body ? answer.status : 200, { "Content-Type": "application/json" });
    return response.end(JSON.stringify(answer.status && answer.body ? answer.body : answer));
  }
  const path = join(dist, normalize(address.pathname === "/" ? "/index.html" : address.pathname));
  if (!path.startsWith(dist) || !existsSync(path)) return response.writeHead(404).end("not found");
  response.writeHead(200, { "Content-Type": mime[extname(path)] ?? "application/octet-stream" });
  response.end(readFileSync(path));
});

const sockets = new WebSocketServer({ server, path: "/api/live", perMessageDeflate: true });
sockets.on("connection", (socket) => {
  const feeds = new Map();
  const send = (frame) => socket.readyState === 1 && socket.send(JSON.stringify(frame));
  send({ op: "hello", version: "0.1.0", now: Date.now() });
  const beat = setInterval(() => send({ op: "heartbeat", now: Date.now() }), 5000);
  const tick = setInterval(() => {
    for (const [id, one] of feeds) {
      const delta = one.feed.delta();
      if (delta) send({ op: "delta", id, seq: ++one.seq, last_data: Date.now(), ...delta });
    }
  }, 500);
  socket.on("message", (data) => {
    const frame = JSON.parse(data.toString());
    if (frame.op === "ping") return send({ op: "pong", now: Date.now() });
    if (frame.op === "unsubscribe") return feeds.delete(frame.id);
    const made = feed(world, frame.query, frame.range);
    if (!made) return send({ op: "error", id: frame.id, code: "invalid", message: `unknown source "${frame.query.source}"`, hint: "status, topics, messages, rate, series, alarms …" });
    feeds.set(frame.id, { feed: made, seq: 0 });
    send({ op: "snapshot", id: frame.id, epoch: String(Date.now()), seq: 0, last_data: Date.now(), ...made.snapshot() });
    send({ op: "status", id: frame.id, state: "live" });
  });
  socket.on("close", () => (clearInterval(beat), clearInterval(tick)));
});

server.listen(port, "127.0.0.1", () => console.log(`development data on http://127.0.0.1:${port}/`));

// An invented world: devices around invented town centres, three alarm types, topics, one job, an outbox.

const alphabet = "0123456789bcdefghjkmnpqrstuvwxyz";

export function random_from(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function geohash(lat, lon, chars) {
  let w = -180, e = 180, s = -90, n = 90, turn = true, out = "";
  for (let i = 0; i < chars; ++i) {
    let value = 0;
    for (let bit = 16; bit; bit >>= 1, turn = !turn) {
      const middle = turn ? (w + e) / 2 : (s + n) / 2;
      const high = (turn ? lon : lat) >= middle;
      if (high) value |= bit;
      if (turn) high ? (w = middle) : (e = middle);
      else high ? (s = middle) : (n = middle);
    }
    out += alphabet[value];
  }
  return out;
}

const towns = [
  ["NorthAmerica", 40.7, -74, 8], ["NorthAmerica", 34, -118.2, 6], ["NorthAmerica", 41.9, -87.6, 5], ["NorthAmerica", 29.7, -95.4, 4], ["NorthAmerica", 45.5, -73.6, 4], ["NorthAmerica", 39, -105, 3], ["NorthAmerica", 47.6, -122.3, 3], ["NorthAmerica", 33.7, -84.4, 3], ["NorthAmerica", 19.4, -99.1, 2],
  ["Mediterranean", 40.4, -3.7, 4], ["Mediterranean", 41.4, 2.2, 3], ["Mediterranean", 41.9, 12.5, 3], ["Mediterranean", 38, 23.7, 2], ["Mediterranean", 37.4, -6, 2],
  ["CentroEurope", 48.9, 2.4, 4], ["CentroEurope", 52.5, 13.4, 4], ["CentroEurope", 50.1, 14.4, 3], ["CentroEurope", 48.2, 16.4, 3],
  ["UK", 51.5, -0.1, 5], ["UK", 53.5, -2.2, 3], ["UK", 55.9, -3.9, 1], ["UK", 53.3, -6.3, 1],
  ["NorthEurope", 59.3, 18, 5], ["NorthEurope", 60.2, 24.9, 3], ["NorthEurope", 59.9, 10.7, 3], ["NorthEurope", 55.7, 12.6, 3],
  ["SouthAmerica", -23.5, -46.6, 3], ["SouthAmerica", -34.6, -58.4, 3], ["SouthAmerica", 4.7, -74.1, 2],
  ["Oceania", -33.9, 151.2, 3], ["Oceania", -37.8, 145, 3], ["Oceania", -36.8, 174.8, 2],
  ["North", 64.1, -21.9, 1.5], ["North", 64.2, -51.7, 0.5], ["Africa", 30, 31.2, 1], ["Africa", -26.2, 28, 1],
];
const syllables = ["ba", "lor", "mi", "ven", "ta", "ru", "sel", "no", "kar", "di", "pe", "wil", "an", "os", "her", "gu"];
export const types = ["movimiento", "humo", "temperatura"];
const severity_of = { humo: "CRITICAL", movimiento: "MAJOR", temperatura: "MAJOR" };

export class World {
  constructor({ seed = 3, count = 50_000, now = Date.now() } = {}) {
    this.random = random_from(seed);
    this.start = now;
    this.devices = this.make_devices(count);
    this.alarms = new Map(); // id → alarm
    this.active = new Map(); // originator + type → alarm
    this.mails = [];
    this.records = { ENTRY: [], OK: [], COUNT: [], COUNT_MINUTE: [], ALARMS: [], CUSTOMERS: [] };
    this.totals = { ENTRY: 1_182_000, OK: 512, COUNT: 0, COUNT_MINUTE: 0, ALARMS: 0, CUSTOMERS: count };
    this.rates = { ENTRY: 0, OK: 0, COUNT: 0, COUNT_MINUTE: 0, ALARMS: 0, CUSTOMERS: 0 };
    this.rate_history = [];
    this.late = 0;
    this.listeners = new Set();
    for (let at = now - 3_600_000; at < now; at += 1000) this.second(at);
  }

  make_devices(count) {
    const weight = towns.reduce((sum, [, , , w]) => sum + w, 0);
    const word = (parts) => {
      let text = "";
      for (let i = 0; i < parts; ++i) text += syllables[Math.floor(this.random() * syllables.length)];
      return text[0].toUpperCase() + text.slice(1);
    };
    const spread = () => (this.random() + this.random() + this.random() - 1.5) * 2;
    return Array.from({ length: count }, (_, i) => {
      let pick = this.random() * weight;
      const town = towns.find(([, , , w]) => (pick -= w) < 0) ?? towns[0];
      const wide = this.random() < 0.55 ? 0.35 : 2.6;
      const lat = town[1] + spread() * wide * 0.7;
      const lon = town[2] + spread() * wide;
      const [name, surname, city] = [word(2), word(3), word(2)];
      return { id: String(i + 1), lat, lon, geohash: geohash(lat, lon, 7), zone: town[0], name, surname, city, label: `${name} ${surname}, ${city}` };
    });
  }

  device(id) {
    return this.devices[Number(id) - 1];
  }

  /** One second of life. */
  second(at) {
    const wave = 1 + 0.08 * Math.sin(at / 90_000) + 0.03 * (this.random() - 0.5);
    this.rates = { ENTRY: Math.round(1326 * wave), OK: Math.round(0.6 * this.random() * 2 * 10) / 10, COUNT: 0.3, COUNT_MINUTE: 0.05, ALARMS: 0.5, CUSTOMERS: 0 };
    this.rate_history.push([at, this.rates.ENTRY, this.rates.OK]);
    if (this.rate_history.length > 3700) this.rate_history.shift();
    for (const [topic, rate] of Object.entries(this.rates)) if (topic === "ENTRY" || topic === "OK") this.totals[topic] += Math.round(rate);
    for (let i = 0; i < 6; ++i) this.entry(at + i * 160);
    const surge = 0.16 + 0.14 * Math.max(0, Math.sin(at / 400_000));
    if (this.random() < surge) this.raise(this.devices[Math.floor(this.random() * this.devices.length)], types[Math.floor(this.random() ** 1.3 * 3)], at);
    if (this.active.size > 120 || this.random() < surge * 0.7) {
      const oldest = this.active.values().next().value;
      if (oldest && this.active.size > 20) this.clear(oldest, at);
    }
  }

  entry(at) {
    const id = 1 + Math.floor(this.random() * this.devices.length);
    this.append("ENTRY", id, `${id},false,false,${Math.floor(this.random() * 30)},${20 + Math.floor(this.random() * 30)}`, "text", at);
  }

  append(topic, key, value, as, at) {
    const offset = this.totals[topic] + this.records[topic].length;
    const record = { partition: Number(key) % 2, offset, timestamp: at, key: { as: "text", data: String(key) }, value: { as, data: value }, headers: [], bytes: value.length + 12 };
    this.records[topic].push(record);
    if (this.records[topic].length > 400) this.records[topic].shift();
  }

  raise(device, type, at) {
    const key = device.id + type;
    if (this.active.has(key)) return;
    const alarm = {
      id: `a${this.alarms.size + 1}`, originator: device.id, type, severity: severity_of[type], state: "ACTIVE_UNACK", raised_at: at, last_at: at, cleared_at: null, acknowledged_at: null, acknowledged_by: null, comment: null,
      zone: device.zone, label: device.label, details: { id: Number(device.id), tipo: type, name: device.name, surname: device.surname, city: device.city, geohash: device.geohash, emailaddress: `user${device.id}@example.invalid` },
      events: [{ at, what: "raised", by: null, comment: null }],
    };
    if (this.random() < 0.3 && at < this.start - 60_000) this.acknowledge(alarm, "Nadia", "called", at + 30_000);
    this.alarms.set(alarm.id, alarm);
    this.active.set(key, alarm);
    this.act(alarm, device, "raise", at);
    this.append("COUNT", device.id, `${device.id},${type === "movimiento"},${type === "humo"},31,25,`, "text", at);
    ++this.totals.COUNT;
  }

  clear(alarm, at) {
    this.active.delete(alarm.originator + alarm.type);
    alarm.cleared_at = at;
    alarm.state = alarm.acknowledged_at ? "CLEARED_ACK" : "CLEARED_UNACK";
    alarm.events.push({ at, what: "cleared", by: null, comment: null });
    this.act(alarm, this.device(alarm.originator), "clear", at);
  }

  acknowledge(alarm, by, comment, at) {
    if (alarm.acknowledged_at) return;
    alarm.acknowledged_at = at;
    alarm.acknowledged_by = by ?? null;
    alarm.comment = comment ?? null;
    alarm.state = alarm.cleared_at ? "CLEARED_ACK" : "ACTIVE_ACK";
    alarm.events.push({ at, what: "acknowledged", by: by ?? null, comment: comment ?? null });
    for (const listener of this.listeners) listener(alarm);
  }

  act(alarm, device, what, at) {
    this.append("ALARMS", device.id, JSON.stringify({ ...alarm.details, what, at: new Date(at).toISOString().replace("T", " ") }), "json", at);
    ++this.totals.ALARMS;
    const raised = what === "raise";
    const text = `${raised ? `Alarma de ${alarm.type} del sensor ${device.id}` : `Sensor ${device.id}`}\n\nNombre: ${device.name}\nApellidos: ${device.surname}\nDirección: ${device.city} (invented)\nTeléfono: (34) 0001234\nGeolocalización: ${device.lat.toFixed(4)}, ${device.lon.toFixed(4)}, ${device.zone}\nEmail: user${device.id}@example.invalid\nDashboard: ${device.zone}\n`;
    this.mails.unshift({ id: `${alarm.id}-${what}`, at: at + 40, to: "monitoring@example.invalid", subject: `[${device.id}] - ${raised ? "ALARMA ACTIVADA" : "SENSOR OK"}`, state: "stored", attempts: 1, error: null, bytes: text.length + 300, text });
    for (const listener of this.listeners) listener(alarm);
  }
}

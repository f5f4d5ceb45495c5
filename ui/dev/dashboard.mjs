// The dashboard as the server gives it: the same as systems/sensor-alarms/dashboards/overview.yaml describes.
const query = (source, rest = {}) => ({ source, ...rest });
const panel = (id, type, title, x, y, w, h, rest = {}) => ({ id, type, title, grid: { x, y, w, h }, ...rest });

export const overview = {
  uid: "overview", title: "Sensor alarms", description: "Fire, heat and movement in 50,000 homes", range: "30m", time_zone: "utc",
  names: { humo: "Smoke", movimiento: "Movement", temperatura: "Heat", NorthAmerica: "North America", SouthAmerica: "South America", CentroEurope: "Central Europe", NorthEurope: "Northern Europe" },
  variables: [{ name: "zone", label: "Zone", options: [] }],
  panels: [
    panel("rate-now", "stat", "Messages in", 0, 0, 6, 2, { query: query("rate", { topics: ["ENTRY", "OK"], sum: true }), unit: "msg/s", decimals: 0, stale_after_ms: 15_000 }),
    panel("active", "stat", "Active alarms", 6, 0, 6, 2, { query: query("alarm_counts"), field: "active", row: "", also: [{ field: "unacknowledged", label: "not acknowledged" }], link: "#/alarms" }),
    panel("raised", "stat", "Raised since the start", 12, 0, 6, 2, { query: query("alarm_counts"), field: "raised", row: "", also: [{ field: "cleared", label: "cleared" }], link: "#/alarms?view=history" }),
    panel("memory", "stat", "Memory", 18, 0, 6, 2, { query: query("status"), field: "memory_bytes", unit: "B", also: [{ field: "log_bytes", label: "log on disk", unit: "B" }] }),
    panel("world", "map", "World", 0, 2, 17, 11, { query: query("entities", { topic: "CUSTOMERS", id: "id", geohash: "geohash", zone: "zone", alarms: true }), labels: 10, zones: ["NorthAmerica", "SouthAmerica", "Mediterranean", "CentroEurope", "NorthEurope", "UK", "North", "Africa", "Oceania"] }),
    panel("alarms", "alarms", "Active alarms", 17, 2, 7, 11, { query: query("alarms", { state: "active", zone: "$zone" }) }),
    panel("per-minute", "timeseries", "Alarms per minute", 0, 13, 12, 5, { query: query("series", { topic: "COUNT_MINUTE", time: "window_start", series: "tipo", value: "n" }), draw: "bars", stack: true, decimals: 0, order: ["movimiento", "humo", "temperatura"], description: "Alarms raised in each minute of event time, by type." }),
    panel("rate", "timeseries", "Messages per second", 12, 13, 12, 5, { query: query("rate", { topics: ["ENTRY"] }), draw: "area", unit: "msg/s", decimals: 0, stale_after_ms: 15_000 }),
    panel("pipeline", "pipeline", "Job", 0, 18, 24, 7, { query: query("jobs"), link: "#/jobs" }),
    panel("topics", "topics", "Topics", 0, 25, 14, 6, { query: query("topics"), link: "#/topics" }),
    panel("about", "text", "About", 14, 25, 10, 6, { text: "50,000 sensors report **movement**, **smoke** and **heat**. A sensor is in alarm at the first movement, and at the third smoke or heat message in a row.\n\n- Click a point to list every device of its cell.\n- `Ack` says that somebody has seen an alarm.\n\nThe rules are SQL: [see the job](#/jobs)." }),
  ],
};

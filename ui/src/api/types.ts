// The shapes of docs/web-api.md and docs/dashboards.md.

export type Severity = "CRITICAL" | "MAJOR" | "MINOR" | "WARNING" | "INDETERMINATE";
export type AlarmState = "ACTIVE_UNACK" | "ACTIVE_ACK" | "CLEARED_UNACK" | "CLEARED_ACK";

export interface Alarm {
  id: string;
  originator: string;
  type: string;
  severity: Severity;
  state: AlarmState;
  raised_at: number;
  last_at: number;
  cleared_at: number | null;
  acknowledged_at: number | null;
  acknowledged_by: string | null;
  comment: string | null;
  zone: string | null;
  label: string | null;
  details: Record<string, unknown>;
  events?: { at: number; what: string; by: string | null; comment: string | null }[];
}

export interface ServerStatus {
  name: string;
  version: string;
  title: string;
  now: number;
  started_at: number;
  home: string | null;
  features: string[];
  listeners: { name: string; address: string }[];
  durability: string;
  storage_full: string | null;
  log_bytes: number;
  memory_bytes: number;
  cpu_seconds: number;
}

export interface Topic {
  name: string;
  partitions: number;
  records: number;
  bytes: number;
  records_per_second: number;
  bytes_per_second: number;
  last_timestamp: number | null;
  cleanup: string;
  retention_ms: number;
  retention_bytes: number;
  internal: boolean;
}

export interface TopicDetail extends Topic {
  config: Record<string, string>;
  timestamp_type: "create" | "append";
  columns: { format: string; names: string[] } | null;
  detail: {
    partition: number;
    start: number;
    end: number;
    bytes: number;
    records_per_second: number;
    last_timestamp: number | null;
  }[];
}

export interface Payload {
  as: "json" | "text" | "base64";
  data: string;
  cut?: number;
}

export interface LogRecord {
  partition: number;
  offset: number;
  timestamp: number;
  key: Payload | null;
  value: Payload | null;
  headers: { key: string; value: Payload | null }[];
  bytes: number;
}

export interface JobPartition {
  topic: string;
  partition: number;
  position: number;
  end: number;
  lag: number;
  watermark: number | null;
  idle: boolean;
  holds_back: boolean;
  last_timestamp: number | null;
}

export interface JobInstance {
  index: number;
  records_in_per_second: number;
  records_out_per_second: number;
  watermark: number | null;
  busy: number | null;
}

export interface JobNode {
  id: string;
  kind: "source" | "operator" | "sink";
  name: string;
  operator: string;
  detail: string;
  parallelism: number;
  records_in: number;
  records_out: number;
  records_in_per_second: number;
  records_out_per_second: number;
  late_rows: number;
  watermark: number | null;
  busy: number | null;
  state_rows: number | null;
  next_fire_at: number | null;
  instances: JobInstance[];
  partitions: JobPartition[];
}

export interface JobEdge {
  from: string;
  to: string;
  exchange: "forward" | "hash" | "broadcast" | "rebalance";
  keys: string[];
}

export interface Job {
  id: string;
  state: "starting" | "running" | "finished" | "stopped" | "failed";
  error: { message: string; hint?: string } | null;
  started_at: number;
  restarts: number;
  commits: number;
  last_commit_at: number | null;
  last_commit_ms: number | null;
  state_bytes: number;
  workers: number;
  nodes: JobNode[];
  edges: JobEdge[];
}

export interface Mail {
  id: string;
  at: number;
  to: string;
  subject: string;
  state: "queued" | "sent" | "stored" | "failed";
  attempts: number;
  error: string | null;
  bytes: number;
  headers?: { name: string; value: string }[];
  text?: string;
}

export interface Entity {
  id: string;
  label: string | null;
  geohash: string | null;
  lat: number | null;
  lon: number | null;
  zone: string | null;
  columns: Record<string, unknown>;
  alarms: Alarm[];
}

export type Query = { source: string; [field: string]: unknown };
export type Range = { last: string } | { from: number; to: number };

export interface Threshold {
  value: number;
  severity?: Severity;
  label?: string;
}

export interface Panel {
  id: string;
  type: string;
  title: string;
  description?: string;
  link?: string;
  stale_after_ms?: number;
  grid: { x: number; y: number; w: number; h: number };
  query?: Query;
  unit?: string;
  decimals?: number;
  thresholds?: Threshold[];
  [option: string]: unknown;
}

export interface Dashboard {
  uid: string;
  title: string;
  description?: string;
  range: string;
  time_zone: "utc" | "local";
  names: Record<string, string>;
  variables: { name: string; label: string; options: string[] }[];
  panels: Panel[];
}

export interface DashboardEntry {
  uid: string | null;
  title: string;
  description?: string;
  file: string;
  error: { message: string; hint?: string } | null;
}

export type Row = unknown[];

export interface SeriesPoints {
  name: string;
  t: number[];
  v: (number | null)[];
}

export type Kind = "series" | "rows" | "log" | "doc" | "points";

/** A frame from the server; which fields are there depends on op and kind. */
export interface Frame {
  op: string;
  id?: string;
  kind?: Kind;
  epoch?: string;
  seq?: number;
  now?: number;
  [field: string]: unknown;
}

import type { Frame, Query, Range } from "../api/types";
import { Feed, type FeedSpec } from "./feed";

export type LinkState = "connecting" | "open" | "lost";

const silence_ms_max = 12_000;
const backoff_ms_max = 10_000;

/** The page's one WebSocket: carries all subscriptions, reconnects by itself, resumes each feed where it was. */
export class Connection {
  state: LinkState = "connecting";
  lost_at = 0;
  retry_at = 0;
  /** Server time minus ours, from the last frame that had one. */
  clock_offset_ms = 0;

  private socket: WebSocket | null = null;
  private feeds = new Map<string, Feed>(); // by subscription id
  private by_spec = new Map<string, Feed>();
  private next_id = 1;
  private failures = 0;
  private heard_at = 0;
  private retry_timer: ReturnType<typeof setTimeout> | undefined;
  private listeners = new Set<() => void>();

  constructor(private readonly address: string) {
    this.connect();
    setInterval(() => this.watch(), 1000);
    addEventListener("online", () => this.retry());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.watch();
    });
  }

  now(): number {
    return Date.now() + this.clock_offset_ms;
  }

  on_change(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The feed of a query; equal specifications share one. Give it back with `release`. */
  take(query: Query, range: Range | undefined, width: number): Feed {
    const spec: FeedSpec = { query, range, width };
    const key = JSON.stringify(spec);
    let feed = this.by_spec.get(key);
    if (!feed) {
      feed = new Feed(`s${this.next_id++}`, key, spec, () => this.now());
      this.by_spec.set(key, feed);
      this.feeds.set(feed.id, feed);
      if (this.state === "open") this.send(feed.subscribe_frame());
    }
    ++feed.users;
    return feed;
  }

  release(feed: Feed): void {
    if (--feed.users > 0) return;
    // A page change gives back and takes the same query again within the same moment.
    setTimeout(() => {
      if (feed.users > 0 || this.feeds.get(feed.id) !== feed) return;
      this.feeds.delete(feed.id);
      this.by_spec.delete(feed.key);
      if (this.state === "open") this.send({ op: "unsubscribe", id: feed.id });
    }, 250);
  }

  /** Connects at once instead of at the end of the back-off. */
  retry(): void {
    if (this.state !== "lost") return;
    clearTimeout(this.retry_timer);
    this.connect();
  }

  private connect(): void {
    this.retry_timer = undefined;
    this.heard_at = Date.now();
    const socket = new WebSocket(this.address);
    this.socket = socket;
    socket.onopen = () => {
      if (this.socket !== socket) return;
      this.failures = 0;
      this.heard_at = Date.now();
      this.set_state("open");
      for (const feed of this.feeds.values()) this.send(feed.subscribe_frame());
    };
    socket.onmessage = (event) => {
      if (this.socket === socket) this.receive(event.data as string);
    };
    socket.onclose = () => {
      if (this.socket === socket) this.lose();
    };
  }

  private receive(text: string): void {
    this.heard_at = Date.now();
    const frame = JSON.parse(text) as Frame;
    if (frame.now !== undefined) this.clock_offset_ms = frame.now - Date.now();
    const feed = frame.id === undefined ? undefined : this.feeds.get(frame.id);
    if (feed && feed.receive(frame) === "gap") this.send(feed.subscribe_frame());
  }

  private lose(): void {
    this.socket = null;
    if (this.state !== "lost") this.lost_at = Date.now();
    const ceiling = Math.min(backoff_ms_max, 500 * 2 ** this.failures++);
    const wait_ms = ceiling * (0.5 + Math.random() / 2);
    this.retry_at = Date.now() + wait_ms;
    this.retry_timer = setTimeout(() => this.connect(), wait_ms);
    this.set_state("lost");
  }

  /** A link can die without a word: too long a silence counts as lost. */
  private watch(): void {
    if (!this.socket || Date.now() - this.heard_at < silence_ms_max) return;
    const socket = this.socket;
    socket.onclose = socket.onmessage = socket.onopen = null;
    socket.close();
    this.lose();
  }

  private send(frame: object): void {
    this.socket?.send(JSON.stringify(frame));
  }

  private set_state(state: LinkState): void {
    this.state = state;
    for (const feed of this.feeds.values()) feed.touch();
    for (const listener of this.listeners) listener();
  }
}

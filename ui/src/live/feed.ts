import { ApiError } from "../api/rest";
import type { Frame, Query, Range } from "../api/types";
import { parse_duration } from "../format/time";
import { apply_delta, from_snapshot, type FeedData } from "./data";

export interface FeedSpec {
  query: Query;
  range: Range | undefined;
  width: number;
}

/** One subscription: what has come so far, and whether it is complete. Listeners hear of changes at most ten times a second. */
export class Feed {
  data: FeedData | null = null;
  error: ApiError | null = null;
  state: "live" | "waiting" | "error" = "waiting";
  message = "";
  last_data: number | null = null;
  version = 0;
  users = 0;

  private epoch: string | null = null;
  private seq = 0;
  private listeners = new Set<() => void>();
  private scheduled = false;

  constructor(
    readonly id: string,
    readonly key: string,
    readonly spec: FeedSpec,
    private readonly now: () => number,
  ) {}

  subscribe_frame(): object {
    const resume = this.epoch !== null && this.data !== null ? { epoch: this.epoch, seq: this.seq } : undefined;
    return { op: "subscribe", id: this.id, ...this.spec, resume };
  }

  /** Takes in a frame; "gap" if something is missing and the feed has to be asked for again. */
  receive(frame: Frame): "ok" | "gap" {
    switch (frame.op) {
      case "snapshot":
        this.data = from_snapshot(frame);
        this.epoch = frame.epoch ?? null;
        this.seq = frame.seq ?? 0;
        this.error = null;
        break;
      case "delta":
        if (!this.data || frame.seq !== this.seq + 1) {
          this.epoch = null;
          return "gap";
        }
        this.seq = frame.seq;
        apply_delta(this.data, frame, { records: Number(this.spec.query.limit ?? 200), oldest: this.oldest() });
        break;
      case "status":
        this.state = frame.state as "live" | "waiting" | "error";
        this.message = (frame.message as string) ?? "";
        break;
      case "error":
        this.error = new ApiError(String(frame.code), String(frame.message), (frame.hint as string) ?? "");
        break;
    }
    if (typeof frame.last_data === "number") this.last_data = frame.last_data;
    this.touch();
    return "ok";
  }

  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  touch(): void {
    ++this.version;
    if (this.scheduled) return;
    this.scheduled = true;
    setTimeout(() => {
      this.scheduled = false;
      for (const listener of this.listeners) listener();
    }, 80);
  }

  private oldest(): number | null {
    const range = this.spec.range;
    const last_ms = range && "last" in range ? parse_duration(range.last) : null;
    return last_ms === null ? null : this.now() - last_ms * 1.1;
  }
}

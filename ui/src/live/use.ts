import { useEffect, useReducer, useState } from "preact/hooks";
import type { Query, Range } from "../api/types";
import { Connection } from "./connection";
import type { Feed } from "./feed";

const scheme = location.protocol === "https:" ? "wss" : "ws";
export const connection = new Connection(`${scheme}://${location.host}/api/live`);

/** A feed as it was when the component was rendered: parts of it that are rendered again alone see the same. */
export type FeedView = Pick<Feed, "data" | "error" | "state" | "message" | "last_data" | "version">;

/** Subscribes while the component is there; renders again when something came. Null without a query. */
export function useFeed(query: Query | undefined, range?: Range, width = 1000): FeedView | null {
  const key = query ? JSON.stringify([query, range, width]) : "";
  const [taken, set_taken] = useState<{ key: string; feed: Feed } | null>(null);
  const [, render] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (!query) return set_taken(null);
    const feed = connection.take(query, range, width);
    set_taken({ key, feed });
    const stop = feed.listen(() => render(0));
    return () => {
      stop();
      connection.release(feed);
    };
  }, [key]);
  if (taken?.key !== key) return null; // of the query before
  const { data, error, state, message, last_data, version } = taken.feed;
  return { data, error, state, message, last_data, version };
}

/** Renders again when the link opens or is lost. */
export function useLink(): Connection {
  const [, render] = useReducer((count: number) => count + 1, 0);
  useEffect(() => connection.on_change(() => render(0)), []);
  return connection;
}

/** The server's time, renewed every `every_ms`. */
export function useNow(every_ms = 1000): number {
  const [now, set_now] = useState(() => connection.now());
  useEffect(() => {
    const timer = setInterval(() => set_now(connection.now()), every_ms);
    return () => clearInterval(timer);
  }, [every_ms]);
  return now;
}

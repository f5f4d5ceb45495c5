import { useEffect, useReducer, useState } from "preact/hooks";
import type { Query, Range } from "../api/types";
import { Connection } from "./connection";
import type { Feed } from "./feed";

const scheme = location.protocol === "https:" ? "wss" : "ws";
export const connection = new Connection(`${scheme}://${location.host}/api/live`);

/** Subscribes while the component is there; renders again when something came. Null without a query. */
export function useFeed(query: Query | undefined, range?: Range, width = 1000): Feed | null {
  const key = query ? JSON.stringify([query, range, width]) : "";
  const [feed, set_feed] = useState<Feed | null>(null);
  const [, render] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (!query) return set_feed(null);
    const taken = connection.take(query, range, width);
    set_feed(taken);
    const stop = taken.listen(() => render(0));
    return () => {
      stop();
      connection.release(taken);
    };
  }, [key]);
  return feed;
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

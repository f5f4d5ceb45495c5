import { useEffect, useRef, useState } from "preact/hooks";
import type { Alarm } from "../api/types";
import { plural } from "../format/number";
import { row_objects, type RowsData } from "../live/data";
import { useFeed } from "../live/use";
import { usePage } from "./context";

const pause_ms = 4000;

/** Says new alarms to those who listen instead of look: gathered, so that a burst is one sentence. */
export function Announcer() {
  const { name_of } = usePage();
  const feed = useFeed({ source: "alarms", state: "ACTIVE_UNACK", limit: 20 });
  const seen = useRef<number | null>(null);
  const waiting = useRef<Alarm[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const [text, set_text] = useState("");
  const version = feed?.version ?? 0;
  useEffect(() => {
    if (feed?.data?.kind !== "rows") return;
    const alarms = row_objects<Alarm>(feed.data as RowsData, "alarms");
    const newest = alarms[0]?.raised_at ?? 0;
    if (seen.current === null) {
      seen.current = newest;
      return;
    }
    const fresh = alarms.filter((alarm) => alarm.raised_at > seen.current!);
    if (fresh.length === 0) return;
    seen.current = newest;
    waiting.current.push(...fresh);
    timer.current ??= setTimeout(() => {
      const [first] = waiting.current;
      const rest = waiting.current.length - 1;
      set_text(`New alarm: ${name_of(first.type)} at ${first.originator}${rest > 0 ? `, and ${plural(rest, "more alarm")}` : ""}`);
      waiting.current = [];
      timer.current = undefined;
    }, pause_ms);
  }, [version]);
  return (
    <div class="visually-hidden" aria-live="polite" role="status">
      {text}
    </div>
  );
}

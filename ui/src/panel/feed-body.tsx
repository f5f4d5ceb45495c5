import type { ComponentChildren } from "preact";
import type { Panel } from "../api/types";
import { duration } from "../format/number";
import type { FeedData } from "../live/data";
import { type FeedView, useLink, useNow } from "../live/use";
import { Icon } from "../part/icon";
import { Empty, Failure, Loading, sentence } from "../part/state";

/** How long ago the newest data came, once that is longer than the panel allows; null while all is well. */
export function stale_ms(feed: FeedView | null, panel: Panel, now: number): number | null {
  if (!feed?.last_data || !panel.stale_after_ms) return null;
  const age = now - feed.last_data;
  return age > panel.stale_after_ms ? age : null;
}

/** Shows the data of a feed, or in its place why there is none; marks data that is no longer fresh. */
export function FeedBody({ feed, panel, children }: { feed: FeedView | null; panel: Panel; children: (data: FeedData) => ComponentChildren }) {
  const now = useNow(1000);
  const link = useLink();
  if (feed?.error) return <Failure error={feed.error} />;
  if (!feed || !feed.data) return link.state === "lost" ? <Empty icon="alert" title="Disconnected">Waiting for the server.</Empty> : <Loading />;
  const stale = stale_ms(feed, panel, now);
  const lost = link.state === "lost";
  return (
    <>
      {stale !== null && (
        <p class="stale-note" role="status">
          <Icon name="clock" size={13} /> No data since {duration(stale)}
        </p>
      )}
      {feed.state !== "live" && feed.message && <p class="stale-note">{sentence(feed.message)}</p>}
      <div class={stale !== null || lost ? "feed stale" : "feed"}>{children(feed.data)}</div>
    </>
  );
}

import { useFeed } from "../live/use";
import type { Topic } from "../api/types";
import { href } from "../app/route";
import { duration, number_text } from "../format/number";
import { row_objects, type RowsData } from "../live/data";
import { Empty } from "../part/state";
import { Value, When } from "../part/value";
import { FeedBody } from "./feed-body";
import { Frame } from "./frame";
import type { PanelProps } from "./types";

export function TopicsPanel({ panel, query }: PanelProps) {
  const feed = useFeed(query);
  return (
    <Frame panel={panel} flush>
      <FeedBody feed={feed} panel={panel}>
        {(data) => <TopicTable topics={row_objects<Topic>(data as RowsData, "topics")} />}
      </FeedBody>
    </Frame>
  );
}

export function retention_text(topic: Topic): string {
  if (topic.cleanup === "compact") return "newest per key";
  const parts = [];
  if (topic.retention_ms >= 0) parts.push(duration(topic.retention_ms));
  if (topic.retention_bytes >= 0) parts.push(number_text(topic.retention_bytes, "B"));
  return (parts.length > 0 ? parts.join(" or ") : "for ever") + (topic.cleanup.includes("compact") ? ", newest per key" : "");
}

export function TopicTable({ topics, more = false }: { topics: Topic[]; more?: boolean }) {
  if (topics.length === 0) return <Empty icon="topics" title="No topics yet">The first record written makes one.</Empty>;
  return (
    <div class="scroll">
      <table class="table rows">
        <thead>
          <tr>
            <th scope="col">Topic</th>
            <th scope="col" class="number">Rate</th>
            <th scope="col" class="number">Records</th>
            <th scope="col" class="number">Size</th>
            {more && <th scope="col" class="number">Bytes in</th>}
            {more && <th scope="col" class="number">Partitions</th>}
            {more && <th scope="col">Kept</th>}
            <th scope="col">Last record</th>
          </tr>
        </thead>
        <tbody>
          {topics.map((topic) => (
            <tr key={topic.name}>
              <td>
                <a class="row-link" href={href(["topics", topic.name])}>{topic.name}</a>
              </td>
              <td class="number"><Value value={topic.records_per_second} unit="/s" /></td>
              <td class="number"><Value value={topic.records} decimals={0} /></td>
              <td class="number"><Value value={topic.bytes} unit="B" /></td>
              {more && <td class="number"><Value value={topic.bytes_per_second} unit="B/s" /></td>}
              {more && <td class="number">{topic.partitions}</td>}
              {more && <td>{retention_text(topic)}</td>}
              <td><When at={topic.last_timestamp} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

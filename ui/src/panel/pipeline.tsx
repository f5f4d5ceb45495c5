import type { Job } from "../api/types";
import { go, href } from "../app/route";
import { Graph } from "../graph/graph";
import type { DocData } from "../live/data";
import { useFeed, useNow } from "../live/use";
import { Empty } from "../part/state";
import { FeedBody } from "./feed-body";
import { Frame } from "./frame";
import type { PanelProps } from "./types";

export function PipelinePanel({ panel, query }: PanelProps) {
  const feed = useFeed(query);
  const now = useNow(1000);
  return (
    <Frame panel={panel} actions={<a class="link small" href={href(["jobs"])}>Jobs</a>} flush>
      <FeedBody feed={feed} panel={panel}>
        {(data) => {
          const jobs = ((data as DocData).data as { jobs: Job[] }).jobs;
          const job = jobs.find((one) => one.id === panel.job) ?? jobs[0];
          if (!job) return <Empty icon="jobs" title="No job runs">Start one with azud sql or in the configuration.</Empty>;
          return <Graph job={job} now={now} onSelect={(node) => go(["jobs", job.id], { node: node.id })} />;
        }}
      </FeedBody>
    </Frame>
  );
}

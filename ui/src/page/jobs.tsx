import type { Job, JobNode } from "../api/types";
import { PageHead } from "../app/header";
import { set_params, type Route } from "../app/route";
import { usePage } from "../app/context";
import { duration, number_text, plural } from "../format/number";
import { Graph, watermark_text } from "../graph/graph";
import type { DocData } from "../live/data";
import { useFeed, useNow } from "../live/use";
import { Badge } from "../part/badge";
import { Segments } from "../part/controls";
import { useFetched } from "../part/fetched";
import { Empty, Failure, Loading, sentence } from "../part/state";
import { Value, When } from "../part/value";

const tones = { starting: "held", running: "good", finished: "good", stopped: "plain", failed: "bad" } as const;
const icons = { starting: "clock", running: "play", finished: "check", stopped: "pause", failed: "alert" } as const;

export function JobsPage({ route }: { route: Route }) {
  const feed = useFeed({ source: "jobs" });
  const now = useNow(1000);
  if (feed?.error) return <Failure error={feed.error} />;
  if (!feed?.data) return <Loading />;
  const { jobs } = (feed.data as DocData).data as { jobs: Job[] };
  const job = jobs.find((one) => one.id === route.path[1]) ?? jobs[0];
  const node = job?.nodes.find((one) => one.id === route.params.get("node"));
  const view = route.params.get("view") ?? "graph";
  return (
    <>
      <PageHead title="Jobs" note="What the SQL statements are doing, row by row and partition by partition.">
        {jobs.length > 1 && <Segments label="Job" value={job.id} options={jobs.map((one) => ({ value: one.id, label: one.id }))} onChange={(id) => (location.hash = `#/jobs/${encodeURIComponent(id)}`)} />}
        {job && (
          <Segments
            label="View"
            value={view}
            options={[
              { value: "graph", label: "Graph", icon: "jobs" },
              { value: "plan", label: "Plan", icon: "list" },
            ]}
            onChange={(next) => set_params({ view: next === "graph" ? undefined : next })}
          />
        )}
      </PageHead>
      {!job ? <Empty icon="jobs" title="No job runs">Start one with azud sql or in the configuration.</Empty> : view === "plan" ? <Plan id={job.id} /> : <JobView job={job} node={node} now={now} />}
    </>
  );
}

function JobView({ job, node, now }: { job: Job; node: JobNode | undefined; now: number }) {
  return (
    <>
      <dl class="facts">
        <div>
          <dt>{job.id}</dt>
          <dd><Badge tone={tones[job.state]} icon={icons[job.state]}>{job.state}</Badge></dd>
        </div>
        <div><dt>Running for</dt><dd>{duration(now - job.started_at)}</dd></div>
        <div><dt>Last commit</dt><dd>{!job.last_commit_at ? "–" : now - job.last_commit_at < 1000 ? "now" : `${duration(now - job.last_commit_at)} ago`}</dd></div>
        <div><dt>A commit takes</dt><dd>{job.last_commit_ms === null ? "–" : <Value value={job.last_commit_ms} unit="ms" decimals={1} />}</dd></div>
        <div><dt>State</dt><dd><Value value={job.state_bytes} unit="B" /></dd></div>
        <div><dt>Workers</dt><dd>{job.workers}</dd></div>
        <div><dt>Restarts</dt><dd>{job.restarts}</dd></div>
      </dl>
      {job.error && <p class="notice bad" role="alert">{sentence(job.error.message)} {job.error.hint && sentence(job.error.hint)}</p>}
      <section class="panel flush">
        <Graph job={job} now={now} selected={node?.id} onSelect={(one) => set_params({ node: one.id === node?.id ? undefined : one.id })} />
      </section>
      {node ? <NodeDetail node={node} now={now} /> : <SourceTable job={job} now={now} />}
    </>
  );
}

/** Who holds the watermark back: all partitions of all sources in one table. */
function SourceTable({ job, now }: { job: Job; now: number }) {
  const nodes = job.nodes.filter((one) => one.partitions.length > 0);
  return (
    <section class="panel flush">
      <header class="panel-head"><h2>Sources</h2></header>
      <PartitionTable nodes={nodes} now={now} />
    </section>
  );
}

function PartitionTable({ nodes, now }: { nodes: JobNode[]; now: number }) {
  return (
    <div class="scroll">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Partition</th>
            <th scope="col" class="number">Position</th>
            <th scope="col" class="number">End</th>
            <th scope="col" class="number">Lag</th>
            <th scope="col">Watermark</th>
            <th scope="col"></th>
          </tr>
        </thead>
        <tbody>
          {nodes.flatMap((node) =>
            node.partitions.map((one) => (
              <tr key={node.id + one.topic + one.partition}>
                <td>{one.topic} : {one.partition}</td>
                <td class="number">{number_text(one.position)}</td>
                <td class="number">{number_text(one.end)}</td>
                <td class="number">{number_text(one.lag)}</td>
                <td>{one.watermark === null ? <span class="muted">none yet</span> : <><When at={one.watermark} millis /> <span class="muted">({watermark_text(one.watermark, now)})</span></>}</td>
                <td>
                  {one.holds_back && <Badge tone="held" icon="clock">holds back</Badge>}
                  {one.idle && <Badge tone="plain" icon="pause">idle</Badge>}
                </td>
              </tr>
            )),
          )}
        </tbody>
      </table>
    </div>
  );
}

function NodeDetail({ node, now }: { node: JobNode; now: number }) {
  const { zone } = usePage();
  return (
    <section class="panel flush" aria-live="off">
      <header class="panel-head">
        <h2>{node.name}</h2>
        <span class="muted small clip" title={node.detail}>{node.detail}</span>
      </header>
      <dl class="facts inner" data-zone={zone}>
        <div><dt>In</dt><dd><Value value={node.records_in_per_second} unit="rows/s" /> <span class="muted small">{number_text(node.records_in)} in all</span></dd></div>
        <div><dt>Out</dt><dd><Value value={node.records_out_per_second} unit="rows/s" /> <span class="muted small">{number_text(node.records_out)} in all</span></dd></div>
        <div><dt>Late rows</dt><dd>{number_text(node.late_rows)}</dd></div>
        <div><dt>Watermark</dt><dd>{watermark_text(node.watermark, now)}</dd></div>
        {node.state_rows !== null && <div><dt>Rows kept</dt><dd>{number_text(node.state_rows)}</dd></div>}
        {node.next_fire_at !== null && <div><dt>Next window fires</dt><dd><When at={node.next_fire_at} /></dd></div>}
      </dl>
      {node.partitions.length > 0 && <PartitionTable nodes={[node]} now={now} />}
      {node.instances.length > 0 && (
        <div class="scroll">
          <table class="table">
            <thead>
              <tr>
                <th scope="col" class="number">Instance</th>
                <th scope="col" class="number">In</th>
                <th scope="col" class="number">Out</th>
                <th scope="col" class="number">Busy</th>
                <th scope="col">Watermark</th>
              </tr>
            </thead>
            <tbody>
              {node.instances.map((one) => (
                <tr key={one.index}>
                  <td class="number">{one.index}</td>
                  <td class="number"><Value value={one.records_in_per_second} unit="/s" /></td>
                  <td class="number"><Value value={one.records_out_per_second} unit="/s" /></td>
                  <td class="number">{one.busy === null ? "–" : number_text(one.busy * 100, "%", 0)}</td>
                  <td>{watermark_text(one.watermark, now)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p class="table-more muted">{plural(node.parallelism, "instance")}. Choose the node again to see all sources.</p>
    </section>
  );
}

function Plan({ id }: { id: string }) {
  const found = useFetched<{ stages: { name: string; text: string }[] }>(`/api/jobs/${encodeURIComponent(id)}/plan`);
  if (!found.data) return found.error ? <Failure error={found.error} retry={found.again} /> : <Loading />;
  return (
    <>
      {found.data.stages.map((stage) => (
        <section class="panel" key={stage.name}>
          <header class="panel-head"><h2>{stage.name}</h2></header>
          <pre class="plan" tabIndex={0}>{stage.text}</pre>
        </section>
      ))}
    </>
  );
}

import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Job, JobEdge, JobNode } from "../api/types";
import { duration, number_text } from "../format/number";
import { Icon, type IconName } from "../part/icon";
import { layout, node_height, node_width, type Placed } from "./layout";

const kind_icons: Record<JobNode["kind"], IconName> = { source: "topics", operator: "jobs", sink: "download" };
const exchange_words: Record<JobEdge["exchange"], string> = { forward: "", hash: "by", broadcast: "to all", rebalance: "spread" };

const scale_min = 0.68;
const padding = 34;

interface Props {
  job: Job;
  now: number;
  selected?: string;
  onSelect: (node: JobNode) => void;
}

/** The job as a graph: what each part takes and gives, and how far its event time is behind. */
export function Graph({ job, now, selected, onSelect }: Props) {
  const shape = job.nodes.map((node) => node.id + node.kind).join() + job.edges.map((edge) => edge.from + edge.to).join();
  const ids = useMemo(() => layout(job.nodes, job.edges), [shape]);
  const by_id = new Map(job.nodes.map((node) => [node.id, node]));
  const places = new Map(ids.nodes.map((placed) => [placed.node.id, placed]));
  const box = useRef<HTMLDivElement>(null);
  const [scale, set_scale] = useState(1);
  useLayoutEffect(() => {
    const measure = () => set_scale(Math.min(1, Math.max(scale_min, (box.current!.clientWidth - padding) / ids.width)));
    const observer = new ResizeObserver(measure);
    observer.observe(box.current!);
    measure();
    return () => observer.disconnect();
  }, [ids.width]);
  return (
    <div class="graph-scroll" ref={box} tabIndex={0} role="group" aria-label={`Graph of job ${job.id}`}>
      <div class="graph" style={{ width: `${ids.width}px`, height: `${ids.height}px`, zoom: scale }}>
        <svg class="graph-edges" width={ids.width} height={ids.height} aria-hidden="true">
          {job.edges.map((edge) => (
            <Edge key={edge.from + edge.to} edge={edge} from={places.get(edge.from)} to={places.get(edge.to)} flowing={(by_id.get(edge.from)?.records_out_per_second ?? 0) > 0} />
          ))}
        </svg>
        {ids.nodes.map(({ node, x, y }) => (
          <Node key={node.id} node={by_id.get(node.id)!} x={x} y={y} now={now} selected={selected === node.id} onSelect={onSelect} />
        ))}
      </div>
    </div>
  );
}

function Edge({ edge, from, to, flowing }: { edge: JobEdge; from?: Placed; to?: Placed; flowing: boolean }) {
  if (!from || !to) return null;
  const x1 = from.x + node_width;
  const y1 = from.y + node_height / 2;
  const x2 = to.x;
  const y2 = to.y + node_height / 2;
  const bend = Math.max(24, (x2 - x1) / 2);
  const words = [exchange_words[edge.exchange], edge.keys.join(", ")].filter(Boolean).join(" ");
  return (
    <g class={flowing ? "edge flowing" : "edge"}>
      <path d={`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`} />
      {edge.exchange !== "forward" && <circle cx={x2 - 7} cy={y2} r="4" />}
      <title>{words}</title>
    </g>
  );
}

/** "12 s behind", or why there is no such figure. */
export function watermark_text(watermark: number | null, now: number): string {
  if (watermark === null) return "no watermark yet";
  const behind = now - watermark;
  return behind < 1000 ? "up to date" : `${duration(behind)} behind`;
}

function Node({ node, x, y, now, selected, onSelect }: { node: JobNode; x: number; y: number; now: number; selected: boolean; onSelect: (node: JobNode) => void }) {
  const holding = node.partitions.some((one) => one.holds_back);
  return (
    <button type="button" class={`node kind-${node.kind}`} style={{ left: `${x}px`, top: `${y}px`, width: `${node_width}px`, height: `${node_height}px` }} aria-pressed={selected} onClick={() => onSelect(node)}>
      <span class="node-head">
        <Icon name={kind_icons[node.kind]} size={13} />
        <b>{node.name}</b>
        {node.parallelism > 1 && <span class="node-times" title={`${node.parallelism} instances`}>×{node.parallelism}</span>}
      </span>
      <span class="node-operator">{node.operator}</span>
      <span class="node-rates">
        {node.kind !== "source" && <span title="rows in per second">→ {number_text(node.records_in_per_second, "", rate_decimals(node.records_in_per_second))}/s</span>}
        {node.kind !== "sink" && <span title="rows out per second">{number_text(node.records_out_per_second, "", rate_decimals(node.records_out_per_second))}/s →</span>}
      </span>
      <span class="node-foot">
        <span class={holding ? "node-mark warn" : "node-mark"}>
          <Icon name="clock" size={12} /> {watermark_text(node.watermark, now)}
        </span>
        {node.late_rows > 0 && (
          <span class="node-mark warn" title="late rows">
            <Icon name="late" size={12} /> {number_text(node.late_rows)}
          </span>
        )}
      </span>
      {node.busy !== null && <span class="node-busy" style={{ width: `${Math.round(node.busy * 100)}%` }} title={`busy ${Math.round(node.busy * 100)} %`} />}
    </button>
  );
}

const rate_decimals = (rate: number) => (rate >= 10 || rate === 0 ? 0 : 1);

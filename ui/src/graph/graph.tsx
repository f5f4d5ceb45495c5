import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Job, JobEdge, JobNode } from "../api/types";
import { duration, number_text } from "../format/number";
import { Icon, type IconName } from "../part/icon";
import { chain_name, chained, type Chain } from "./chains";
import { box_width, gap_x, layout, line_height, type Placed } from "./layout";

const kind_icons: Record<JobNode["kind"], IconName> = { source: "topics", operator: "jobs", sink: "download" };
const exchange_words: Record<JobEdge["exchange"], string> = { forward: "", hash: "by", broadcast: "to all", rebalance: "spread" };

const scale_min = 0.8;
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
  const { ids, links } = useMemo(() => {
    const { chains, edges } = chained(job.nodes, job.edges);
    return { ids: layout(chains, edges), links: edges };
  }, [shape]);
  const by_id = new Map(job.nodes.map((node) => [node.id, node]));
  const places = new Map(ids.boxes.map((placed) => [placed.chain.id, placed]));
  const box = useRef<HTMLDivElement>(null);
  const [scale, set_scale] = useState(1);
  useLayoutEffect(() => {
    const element = box.current!;
    const measure = () => set_scale(Math.min(1, Math.max(scale_min, (element.clientWidth - padding) / ids.width)));
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [ids.width]);
  return (
    <div class="graph-scroll" ref={box} tabIndex={0} role="group" aria-label={`Graph of job ${job.id}`}>
      <div class="graph" style={{ width: `${ids.width}px`, height: `${ids.height}px`, zoom: scale }}>
        <svg class="graph-edges" width={ids.width} height={ids.height} aria-hidden="true">
          {links.map(({ edge, from, to }) => (
            <Edge key={edge.from + edge.to} edge={edge} from={places.get(from)} to={places.get(to)} rate={by_id.get(edge.from)?.records_out_per_second ?? 0} many={links.some((other) => other.from === from && other.edge !== edge)} />
          ))}
        </svg>
        {ids.boxes.map((placed) => (
          <Box
            key={placed.chain.id}
            placed={placed}
            chain={{ ...placed.chain, parts: placed.chain.parts.map(({ node, depth }) => ({ node: by_id.get(node.id) ?? node, depth })) }}
            leaving={new Set(links.filter((link) => link.from === placed.chain.id).map((link) => link.edge.from))}
            now={now}
            selected={selected}
            onSelect={onSelect}
          />
        ))}
      </div>
    </div>
  );
}

function Edge({ edge, from, to, rate, many }: { edge: JobEdge; from?: Placed; to?: Placed; rate: number; many: boolean }) {
  if (!from || !to) return null;
  const x1 = from.x + box_width;
  const y1 = from.y + from.height / 2;
  const x2 = to.x;
  const y2 = to.y + to.height / 2;
  // A long edge bends in the gap before its goal, so that it does not run through the boxes between.
  const turn = Math.max(x1, x2 - gap_x);
  const bend = gap_x / 2;
  const path = `M${x1} ${y1}H${turn}C${turn + bend} ${y1} ${turn + bend} ${y2} ${x2} ${y2}`;
  const words = [exchange_words[edge.exchange], edge.keys.join(", ")].filter(Boolean).join(" ");
  return (
    <g class={rate > 0 ? "edge flowing" : "edge"}>
      <path d={path} />
      {edge.exchange !== "forward" && <circle cx={x2 - 6} cy={y2} r="4" />}
      {words && <text x={x2 - 12} y={y2 - 8} text-anchor="end">{words}</text>}
      {many && <text x={x2 - 12} y={y2 + 15} text-anchor="end">{rate_text(rate)}</text>}
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

interface BoxProps {
  placed: Placed;
  /** With the nodes as they are now. */
  chain: Chain;
  /** The nodes whose rows go to other boxes. */
  leaving: ReadonlySet<string>;
  now: number;
  selected?: string;
  onSelect: (node: JobNode) => void;
}

function Box({ placed, chain, leaving, now, selected, onSelect }: BoxProps) {
  const nodes = chain.parts.map(({ node }) => node);
  const first = nodes[0];
  const out = nodes.filter((node) => leaving.has(node.id)).reduce((sum, node) => sum + node.records_out_per_second, 0);
  const late = nodes.reduce((sum, node) => sum + node.late_rows, 0);
  const busy = nodes.some((node) => node.busy !== null) ? Math.min(1, nodes.reduce((sum, node) => sum + (node.busy ?? 0), 0)) : null;
  const holding = first.partitions.some((one) => one.holds_back);
  const chosen = nodes.some((node) => node.id === selected);
  return (
    <section class={`node kind-${chain.kind}${chosen ? " chosen" : ""}`} style={{ left: `${placed.x}px`, top: `${placed.y}px`, width: `${box_width}px`, height: `${placed.height}px` }}>
      <button type="button" class="node-main" aria-pressed={first.id === selected} onClick={() => onSelect(first)} title={first.detail}>
        <span class="node-head">
          <Icon name={kind_icons[chain.kind]} size={13} />
          <b>{chain_name(chain)}</b>
          {first.parallelism > 1 && <span class="node-times" title={`${first.parallelism} instances`}>×{first.parallelism}</span>}
        </span>
        <span class="node-rates">
          {chain.kind !== "source" && <span title="rows in per second">→ {rate_text(first.records_in_per_second)}</span>}
          {chain.kind !== "sink" && <span class="node-out" title="rows out per second">{rate_text(out)} →</span>}
        </span>
        <span class="node-foot">
          <span class={holding ? "node-mark warn" : "node-mark"}>
            <Icon name="clock" size={12} /> {watermark_text(first.watermark, now)}
          </span>
          {late > 0 && (
            <span class="node-mark warn" title="late rows">
              <Icon name="late" size={12} /> {number_text(late)}
            </span>
          )}
          {busy !== null && <span class="node-mark" title="share of the time in which the busiest instance computes">{busy_text(busy)}</span>}
        </span>
      </button>
      {nodes.length > 1 && (
        <ol class="node-parts">
          {chain.parts.map(({ node, depth }) => (
            <li key={node.id} style={{ height: `${line_height}px` }}>
              <button type="button" aria-pressed={node.id === selected} onClick={() => onSelect(node)} title={node.detail}>
                <span style={{ paddingLeft: `${depth * 10}px` }}>{node.kind === "source" ? "read" : node.name}</span>
                <span>{rate_text(node.records_out_per_second)}</span>
              </button>
            </li>
          ))}
        </ol>
      )}
      {busy !== null && <span class="node-busy" style={{ width: `${Math.round(busy * 100)}%` }} />}
    </section>
  );
}

const rate_text = (rate: number) => `${number_text(rate, "", rate >= 10 || rate === 0 ? 0 : 1)}/s`;
const busy_text = (busy: number) => (busy > 0 && busy < 0.01 ? "<1 %" : `${Math.round(busy * 100)} %`);

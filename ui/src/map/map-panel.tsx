import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { usePage } from "../app/context";
import { set_params } from "../app/route";
import { is_dark, useSettings } from "../app/settings";
import { plural } from "../format/number";
import type { PointSet } from "../live/points";
import { connection, useFeed } from "../live/use";
import type { PanelProps } from "../panel/types";
import { FeedBody } from "../panel/feed-body";
import { Frame } from "../panel/frame";
import { IconButton, Search, Select } from "../part/controls";
import type { Cluster } from "./cluster";
import { DeviceList, type Devices } from "./device-list";
import { useGestures } from "./gestures";
import { Legend } from "./legend";
import { Scene } from "./scene";

const pick_radius = 10;
const world = { west: -168, south: -54, east: 178, north: 74 };

export function MapPanel(props: PanelProps) {
  const feed = useFeed(props.query);
  const [wish, set_wish] = useState<Wish | null>(null);
  const set = feed?.data?.kind === "points" ? (feed.data as PointSet) : null;
  const find = set && <Find set={set} found={(index) => set_wish({ index })} />;
  return (
    <Frame panel={props.panel} actions={find} flush>
      <FeedBody feed={feed} panel={props.panel}>{() => <WorldMap {...props} set={set!} version={feed!.version} wish={wish} />}</FeedBody>
    </Frame>
  );
}

/** A device that somebody looked for. */
interface Wish {
  index: number;
}

function WorldMap({ panel, set, version, params, dashboard, wish }: PanelProps & { set: PointSet; version: number; wish: Wish | null }) {
  const { name_of } = usePage();
  const box = useRef<HTMLDivElement>(null);
  const land = useRef<HTMLCanvasElement>(null);
  const points = useRef<HTMLCanvasElement>(null);
  const scene = useRef<Scene | null>(null);
  const [devices, set_devices] = useState<Devices | null>(null);
  // The list was asked for by key: it gets the focus, and Escape gives it back.
  const [by_key, set_by_key] = useState(false);
  const close = () => {
    set_devices(null);
    select(null);
    if (by_key) points.current?.focus();
    set_by_key(false);
  };
  const [tip, set_tip] = useState<{ x: number; y: number; text: string } | null>(null);
  useSettings();

  const zone_param = params.get("zone");
  const zone = zone_param ? set.zones.indexOf(zone_param) : -1;
  const selected_id = params.get("sel");
  const selected = selected_id ? (set.index_of(selected_id) ?? null) : null;
  const zones = useMemo(() => zone_list(set, panel.zones as string[] | undefined), [set, set.zones.length, version]);

  const label_of = (cluster: Cluster) => {
    const newest = cluster.members.reduce((a, b) => (b.raised_at > a.raised_at ? b : a)).index;
    const types = (set.alarms.get(newest) ?? []).map((alarm) => name_of(set.types[alarm.type]));
    const rest = cluster.members.length - 1;
    return `${set.ids[newest]} · ${types.join(", ")}${rest > 0 ? ` +${rest}` : ""}`;
  };

  useLayoutEffect(() => {
    const made = new Scene(land.current!, points.current!, () => connection.now());
    scene.current = made;
    made.on_drawn = ({ points: drawn, draw_ms }) => {
      const data = points.current?.dataset;
      if (data) (data.points = String(drawn)), (data.drawMs = draw_ms.toFixed(1)), (data.clusters = String(made.clusters.length));
    };
    const element = box.current!;
    const fit = () => made.resize(element.clientWidth, element.clientHeight);
    fit();
    const observer = new ResizeObserver(fit);
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, []);
  useLayoutEffect(() => scene.current?.theme_changed(), [is_dark()]);
  useLayoutEffect(() => {
    scene.current?.set({ set, zone: zone >= 0 ? zone : null, selected, labels: Number(panel.labels ?? 12), label_of });
  });

  const home = () => {
    const view = panel.view as number[] | undefined;
    const whole = view ? { west: view[0], south: view[1], east: view[2], north: view[3] } : null;
    const box = zone >= 0 ? scene.current?.box_of(zone) : (whole ?? scene.current?.box_of(null));
    scene.current?.fit(box ?? world, 400);
  };
  useEffect(home, [zone, set]);

  /** Lists a cell and what is near: at that place, or around a point named by id. */
  const open_at = (x: number, y: number, radius: number, title?: string) => {
    const near = scene.current!.near(x, y, radius);
    if (near.length === 0) return false;
    const cell = set.cell[near[0]];
    const same = cell ? near.filter((i) => set.cell[i] === cell) : [near[0]];
    const beside = near.filter((i) => !same.includes(i));
    set_devices({ title: title ?? (cell ? `Cell ${cell}` : "Here"), same, beside: alarms_first(set, beside) });
    return true;
  };
  const open_cluster = (cluster: Cluster) => {
    const indexes = cluster.members.map((mark) => mark.index).sort((a, b) => latest(set, b) - latest(set, a));
    if (indexes.length === 1) {
      open_at(cluster.x, cluster.y, pick_radius);
      return;
    }
    set_devices({ title: `${plural(indexes.length, "device")} in alarm`, same: indexes, beside: [] });
  };
  const select = (index: number | null) => set_params({ sel: index === null ? undefined : set.ids[index] });
  const show = (index: number) => {
    select(index);
    const { x, y } = scene.current!.index!.x[index] !== undefined ? { x: scene.current!.index!.x[index], y: scene.current!.index!.y[index] } : { x: NaN, y: 0 };
    if (!Number.isNaN(x)) scene.current!.fly({ x, y, scale: Math.max(scene.current!.view.scale, 90) });
  };

  useGestures(points, scene, {
    click: (x, y) => {
      const cluster = scene.current!.cluster_at(x, y);
      if (cluster) return open_cluster(cluster);
      if (!open_at(x, y, pick_radius)) set_devices(null), select(null);
    },
    hover: (x, y) => {
      const cluster = x === null ? null : scene.current!.cluster_at(x, y);
      set_tip(cluster ? { x: cluster.x, y: cluster.y, text: label_of(cluster) } : null);
    },
    home,
    list: () => {
      const visible = scene.current!.visible();
      set_devices({ title: `${plural(visible.length, "device")} in view`, same: alarms_first(set, visible), beside: [] });
      set_by_key(true);
    },
  });

  useEffect(() => {
    if (!wish) return;
    set_devices({ title: set.cell[wish.index] ? `Cell ${set.cell[wish.index]}` : "Device", same: in_cell(set, wish.index), beside: [] });
    show(wish.index);
  }, [wish]);

  // A link that names a device shows it.
  const [shown_id, set_shown_id] = useState<string | null>(null);
  useEffect(() => {
    if (selected === null || selected_id === shown_id) return;
    set_shown_id(selected_id);
    if (!devices) set_devices({ title: set.cell[selected] ? `Cell ${set.cell[selected]}` : "Device", same: in_cell(set, selected), beside: [] });
  }, [selected, selected_id]);

  return (
    <div class="map">
      <div class="map-bar">
        <ZoneFilter zones={zones} value={zone_param ?? ""} />
      </div>
      <div class="map-box" ref={box}>
        <canvas ref={land} class="map-canvas" aria-hidden="true" />
        <canvas
          ref={points}
          class="map-canvas map-points"
          tabIndex={0}
          role="application"
          aria-label={`World map with ${plural(set.count, "device")}, ${set.alarms.size} in alarm. Arrow keys move, plus and minus zoom, 0 shows all, Enter lists the devices in view.`}
        />
        {tip && <div class="map-tip" style={{ left: `${tip.x}px`, top: `${tip.y}px` }}>{tip.text}</div>}
        <div class="map-tools">
          <IconButton icon="plus" label="Zoom in" onClick={() => scene.current?.zoom_at(1.8)} />
          <IconButton icon="minus" label="Zoom out" onClick={() => scene.current?.zoom_at(1 / 1.8)} />
          <IconButton icon="fit" label="Show all" onClick={home} />
        </div>
        <Legend set={set} zone={zone >= 0 ? zone : null} version={version} />
        {devices && (
          <DeviceList
            devices={devices}
            set={set}
            dashboard={dashboard}
            panel={panel.id}
            selected={selected}
            onSelect={(index) => (index === selected ? select(null) : show(index))}
            focus={by_key}
            onClose={close}
          />
        )}
      </div>
    </div>
  );
}

interface ZoneEntry {
  name: string;
  active: number;
}

function zone_list(set: PointSet, order: string[] | undefined): ZoneEntry[] {
  const active = new Map<number, number>();
  for (const index of set.alarms.keys()) active.set(set.zone[index], (active.get(set.zone[index]) ?? 0) + 1);
  const names = order ? order.concat(set.zones.filter((name) => !order.includes(name)).sort()) : set.zones.slice().sort();
  return names.map((name) => ({ name, active: active.get(set.zones.indexOf(name)) ?? 0 }));
}

function ZoneFilter({ zones, value }: { zones: ZoneEntry[]; value: string }) {
  const { name_of } = usePage();
  const total = zones.reduce((sum, zone) => sum + zone.active, 0);
  const choose = (zone: string) => set_params({ zone: zone || undefined });
  return (
    <>
      <div class="chips wide-only" role="group" aria-label="Zone">
        <ZoneChip name="All zones" active={total} pressed={value === ""} onClick={() => choose("")} />
        {zones.map((zone) => (
          <ZoneChip key={zone.name} name={name_of(zone.name)} active={zone.active} pressed={value === zone.name} onClick={() => choose(zone.name)} />
        ))}
      </div>
      <div class="narrow-only">
        <Select
          label="Zone"
          hide_label
          value={value}
          options={[{ value: "", label: `All zones (${total} in alarm)` }, ...zones.map((zone) => ({ value: zone.name, label: `${name_of(zone.name)} (${zone.active})` }))]}
          onChange={choose}
        />
      </div>
    </>
  );
}

function ZoneChip({ name, active, pressed, onClick }: { name: string; active: number; pressed: boolean; onClick: () => void }) {
  return (
    <button type="button" class="chip" aria-pressed={pressed} onClick={onClick} aria-label={`${name}, ${active} in alarm`}>
      {name}
      <span class={active > 0 ? "chip-count" : "chip-count none"}>{active}</span>
    </button>
  );
}

function Find({ set, found }: { set: PointSet; found: (index: number) => void }) {
  const [text, set_text] = useState("");
  const index = text.trim() ? set.index_of(text.trim()) : undefined;
  return (
    <div class="map-find">
      <Search label="Find a device by id" value={text} onChange={set_text} onEnter={() => index !== undefined && found(index)} />
      {text.trim() && <span class="map-find-result" role="status">{index === undefined ? "no such device" : "press Enter"}</span>}
    </div>
  );
}

const latest = (set: PointSet, index: number) => Math.max(0, ...(set.alarms.get(index) ?? []).map((alarm) => alarm.raised_at));

function alarms_first(set: PointSet, indexes: number[]): number[] {
  return indexes.slice().sort((a, b) => latest(set, b) - latest(set, a));
}

function in_cell(set: PointSet, index: number): number[] {
  const cell = set.cell[index];
  if (!cell) return [index];
  const same: number[] = [index];
  for (let i = 0; i < set.count; ++i) if (i !== index && set.cell[i] === cell && !set.removed.has(i)) same.push(i);
  return same;
}

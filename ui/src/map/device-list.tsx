import { useEffect, useRef } from "preact/hooks";
import type { Entity } from "../api/types";
import { usePage } from "../app/context";
import { href } from "../app/route";
import { plural } from "../format/number";
import { severity_rank } from "../live/data";
import type { PointSet } from "../live/points";
import { Badge, SeverityBadge } from "../part/badge";
import { IconButton } from "../part/controls";
import { useFetched } from "../part/fetched";
import { When } from "../part/value";

/** Points to be listed: those of one cell, and others near enough to have been meant. */
export interface Devices {
  title: string;
  same: number[];
  beside: number[];
}

const listed_max = 100;

interface Props {
  devices: Devices;
  set: PointSet;
  dashboard: string;
  panel: string;
  selected: number | null;
  onSelect: (index: number) => void;
  /** Takes the focus when it opens. */
  focus: boolean;
  onClose: () => void;
}

/** Every device of a place, one under the other: two in one cell can both be reached. */
export function DeviceList({ devices, set, dashboard, panel, selected, onSelect, focus, onClose }: Props) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (focus) box.current?.focus();
  }, [focus]);
  const same = devices.same.slice(0, listed_max);
  const beside = devices.beside.slice(0, Math.max(0, listed_max - same.length));
  const ids = [...same, ...beside].map((index) => set.ids[index]);
  const details = useFetched<{ entities: Entity[] }>("/api/entities", { dashboard, panel, ids: ids.join(",") });
  const by_id = new Map((details.data?.entities ?? []).map((entity) => [entity.id, entity]));
  const hidden = devices.same.length + devices.beside.length - ids.length;
  const entry = (index: number) => (
    <DeviceEntry key={index} index={index} set={set} entity={by_id.get(set.ids[index])} open={selected === index} onSelect={() => onSelect(index)} />
  );
  return (
    <aside class="devices" ref={box} tabIndex={-1} aria-label={devices.title} onKeyDown={(event) => event.key === "Escape" && onClose()}>
      <header>
        <div>
          <h3>{devices.title}</h3>
          <p>{plural(devices.same.length, "device")}{devices.beside.length > 0 && `, ${devices.beside.length} beside`}</p>
        </div>
        <IconButton icon="close" label="Close the list" onClick={onClose} />
      </header>
      <ul class="device-entries">
        {same.map(entry)}
        {beside.length > 0 && <li class="devices-split">Beside it</li>}
        {beside.map(entry)}
        {hidden > 0 && <li class="devices-more">{plural(hidden, "more device")}: zoom in to list them</li>}
      </ul>
    </aside>
  );
}

interface EntryProps {
  index: number;
  set: PointSet;
  entity: Entity | undefined;
  open: boolean;
  onSelect: () => void;
}

function DeviceEntry({ index, set, entity, open, onSelect }: EntryProps) {
  const { name_of } = usePage();
  const alarms = (set.alarms.get(index) ?? []).slice().sort((a, b) => severity_rank(a.severity) - severity_rank(b.severity));
  const id = set.ids[index];
  return (
    <li class={open ? "device open" : "device"}>
      <button type="button" aria-expanded={open} onClick={onSelect}>
        <span class="device-id">{id}</span>
        <span class="device-label">{entity?.label ?? name_of(set.zone_name(index))}</span>
        {alarms.length === 0 ? (
          <Badge tone="good" icon="check">Normal</Badge>
        ) : (
          alarms.map((alarm) => (
            <span class="device-alarm" key={alarm.type}>
              <SeverityBadge severity={alarm.severity} short />
              {name_of(set.types[alarm.type])} since <When at={alarm.raised_at} />
              {alarm.acknowledged && <span class="muted">, acknowledged</span>}
            </span>
          ))
        )}
      </button>
      {open && (
        <div class="device-detail">
          <dl>
            {entity?.geohash && <Pair name="geohash" value={entity.geohash} />}
            {entity?.lat != null && <Pair name="position" value={`${entity.lat.toFixed(4)}, ${entity.lon!.toFixed(4)}`} />}
            {Object.entries(entity?.columns ?? {})
              .filter(([name, value]) => value !== null && name !== "geohash")
              .map(([name, value]) => (
                <Pair key={name} name={name} value={typeof value === "object" ? JSON.stringify(value) : String(value)} />
              ))}
          </dl>
          <a class="link" href={href(["alarms"], { view: "history", originator: id })}>
            All alarms of {id}
          </a>
        </div>
      )}
    </li>
  );
}

function Pair({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

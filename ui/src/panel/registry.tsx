import type { ComponentType } from "preact";
import { MapPanel } from "../map/map-panel";
import { Empty } from "../part/state";
import { AlarmsPanel } from "./alarms";
import { Frame } from "./frame";
import { PipelinePanel } from "./pipeline";
import { StatPanel } from "./stat";
import { TablePanel } from "./table";
import { TextPanel } from "./text";
import { TimeseriesPanel } from "./timeseries";
import { TopicsPanel } from "./topics";
import type { PanelProps } from "./types";

const panels: Record<string, ComponentType<PanelProps>> = {
  alarms: AlarmsPanel,
  map: MapPanel,
  pipeline: PipelinePanel,
  stat: StatPanel,
  table: TablePanel,
  text: TextPanel,
  timeseries: TimeseriesPanel,
  topics: TopicsPanel,
};

/** The panel of a type; a type this page does not know says so instead of vanishing. */
export function panel_component(type: string): ComponentType<PanelProps> {
  return panels[type] ?? UnknownPanel;
}

function UnknownPanel({ panel }: PanelProps) {
  return (
    <Frame panel={panel}>
      <Empty icon="help" title={`This page knows no panel of type "${panel.type}"`} />
    </Frame>
  );
}

import type { Dashboard, Range } from "../api/types";
import { names_context, Page, usePage } from "../app/context";
import { PageHead, RangePicker } from "../app/header";
import { range_of, range_params } from "../app/range";
import { set_params, type Route } from "../app/route";
import { settings, useSettings } from "../app/settings";
import { panel_component } from "../panel/registry";
import { fill_query } from "../panel/types";
import { Select } from "../part/controls";
import { useFetched } from "../part/fetched";
import { Failure, Loading } from "../part/state";

/** A dashboard as its file describes it. */
export function DashboardPage({ uid, route }: { uid: string; route: Route }) {
  const found = useFetched<Dashboard>(`/api/dashboards/${encodeURIComponent(uid)}`);
  const outer = usePage();
  useSettings();
  const dashboard = found.data;
  if (!dashboard || dashboard.uid !== uid) return found.error ? <Failure error={found.error} retry={found.again} /> : <Loading />;

  const range = range_of(route.params, dashboard.range);
  const variables = dashboard.variables.map((one) => one.name);
  const set_range = (next: Range) => set_params(range_params(next));
  const zone = settings.zone === "dashboard" ? dashboard.time_zone : settings.zone;
  // The map has its own zone filter; a second one at the top would be the same twice.
  const has_map = dashboard.panels.some((panel) => panel.type === "map");
  const context = { ...outer, zone, ...names_context({ ...outer.names, ...dashboard.names }) };
  return (
    <Page.Provider value={context}>
      <PageHead title={dashboard.title} note={dashboard.description}>
        {dashboard.variables
          .filter((variable) => !(has_map && variable.name === "zone"))
          .map((variable) => (
            <Select
              key={variable.name}
              label={variable.label}
              value={route.params.get(variable.name) ?? ""}
              options={[{ value: "", label: "All" }, ...variable.options.map((value) => ({ value, label: context.name_of(value) }))]}
              onChange={(value) => set_params({ [variable.name]: value || undefined })}
            />
          ))}
        <RangePicker range={range} />
      </PageHead>
      <div class="grid">
        {dashboard.panels.map((panel) => {
          const Component = panel_component(panel.type);
          const { x, y, w, h } = panel.grid;
          return (
            <div key={panel.id} class={`grid-item grid-${panel.type}`} style={`--x:${x + 1};--y:${y + 1};--w:${w};--h:${h}`}>
              <Component panel={panel} query={fill_query(panel.query, variables, route.params)} range={range} dashboard={uid} params={route.params} set_range={set_range} />
            </div>
          );
        })}
      </div>
    </Page.Provider>
  );
}

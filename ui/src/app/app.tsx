import { useEffect } from "preact/hooks";
import type { Dashboard, DashboardEntry, ServerStatus } from "../api/types";
import type { DocData } from "../live/data";
import { useFeed, useLink } from "../live/use";
import { DashboardPage } from "../page/dashboard";
import { useFetched } from "../part/fetched";
import { Empty, Failure, Loading } from "../part/state";
import { Announcer } from "./announce";
import { lazy } from "./lazy";
import { names_context, Page } from "./context";
import { type Route, useRoute } from "./route";
import { settings, useSettings } from "./settings";
import { Shell } from "./shell";

const AlarmsPage = lazy(() => import("../page/alarms").then((module) => module.AlarmsPage));
const HelpPage = lazy(() => import("../page/help").then((module) => module.HelpPage));
const JobsPage = lazy(() => import("../page/jobs").then((module) => module.JobsPage));
const OutboxPage = lazy(() => import("../page/outbox").then((module) => module.OutboxPage));
const TopicPage = lazy(() => import("../page/topics").then((module) => module.TopicPage));
const TopicsPage = lazy(() => import("../page/topics").then((module) => module.TopicsPage));

export function App() {
  const route = useRoute();
  const link = useLink();
  useSettings();
  const feed = useFeed({ source: "status" });
  const status = feed?.data?.kind === "doc" ? ((feed.data as DocData).data as ServerStatus) : null;
  const list = useFetched<{ dashboards: DashboardEntry[] }>("/api/dashboards");
  // Another start of the server may have other dashboards.
  useEffect(() => {
    if (status && list.error) list.again();
  }, [status?.started_at, link.state]);
  const dashboards = list.data?.dashboards ?? [];
  const home = useFetched<Dashboard>(status?.home ? `/api/dashboards/${encodeURIComponent(status.home)}` : null);
  const zone = settings.zone === "dashboard" ? (home.data?.time_zone ?? "utc") : settings.zone;
  const context = { status, zone, ...names_context(home.data?.names ?? {}) };
  return (
    <Page.Provider value={context}>
      <Shell route={route} status={status} dashboards={dashboards}>
        <Content route={route} status={status} dashboards={dashboards} failure={list.error} />
      </Shell>
      {status?.features.includes("alarms") && <Announcer />}
    </Page.Provider>
  );
}

function Content({ route, status, dashboards, failure }: { route: Route; status: ServerStatus | null; dashboards: DashboardEntry[]; failure: Error | null }) {
  const [page, name] = route.path;
  switch (page) {
    case undefined:
    case "d": {
      const uid = name ?? status?.home ?? dashboards.find((one) => one.uid)?.uid;
      if (uid) return <DashboardPage key={uid} uid={uid} route={route} />;
      if (failure) return <Failure error={failure} />;
      return status ? <Empty icon="dashboard" title="No dashboard">The configuration names no dashboard files.</Empty> : <Loading what="Connecting" />;
    }
    case "alarms":
      return <AlarmsPage route={route} />;
    case "topics":
      return name ? <TopicPage key={name} name={name} route={route} /> : <TopicsPage />;
    case "jobs":
      return <JobsPage route={route} />;
    case "outbox":
      return <OutboxPage route={route} />;
    case "help":
      return <HelpPage />;
    default:
      return <Empty icon="help" title="There is no such page">Choose one on the left.</Empty>;
  }
}

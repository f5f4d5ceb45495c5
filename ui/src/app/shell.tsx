import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { DashboardEntry, ServerStatus } from "../api/types";
import { duration } from "../format/number";
import { row_objects, type RowsData } from "../live/data";
import { useFeed, useLink, useNow } from "../live/use";
import { Keys } from "./keys";
import { Dialog, IconButton } from "../part/controls";
import { Icon, type IconName, Logo } from "../part/icon";
import { sentence } from "../part/state";
import { usePage } from "./context";
import { go, type Route } from "./route";
import { change_settings, settings, useSettings } from "./settings";

interface Place {
  key: string;
  href: string;
  label: string;
  icon: IconName;
  badge?: number;
}

/** So many fit into the bar of a phone; the others are behind "More" there. */
const bar_places = 4;

interface Props {
  route: Route;
  status: ServerStatus | null;
  dashboards: DashboardEntry[];
  children: ComponentChildren;
}

/** Navigation, the state of the link, and keys; the page itself stands in the middle. */
export function Shell({ route, status, dashboards, children }: Props) {
  const [keys, set_keys] = useState(false);
  const [more, set_more] = useState(false);
  const open = useActiveCount(status);
  const places = all_places(status, dashboards, open);
  const here = route.path[0] === "d" || route.path.length === 0 ? `d/${route.path[1] ?? status?.home ?? ""}` : route.path[0];
  useKeys(status, () => set_keys(true));
  useEffect(() => {
    const place = places.find((one) => one.key === here)?.label;
    document.title = `${open ? `(${open}) ` : ""}${place ? place + " · " : ""}${status?.title || "azud"}`;
  }, [here, open, status]);
  return (
    <div class="shell">
      <a class="skip" href="#main" onClick={(event) => (event.preventDefault(), document.getElementById("main")?.focus())}>Skip to the page</a>
      <nav class="nav" aria-label="Pages">
        <a class="brand" href="#/">
          <Logo />
          <span class="brand-name">azud</span>
          {status?.title && status.title !== "azud" && <span class="brand-title">{status.title}</span>}
        </a>
        <ul>
          {places.map((place, i) => (
            <li key={place.key} class={i < bar_places ? "" : "nav-rest"}>
              <a href={place.href} aria-current={here === place.key ? "page" : undefined}>
                <Icon name={place.icon} size={18} />
                <span>{place.label}</span>
                {place.badge ? <span class="nav-badge" aria-label={`${place.badge} active`}>{place.badge > 999 ? "999+" : place.badge}</span> : null}
              </a>
            </li>
          ))}
          <li class="nav-more">
            <button type="button" aria-haspopup="dialog" onClick={() => set_more(true)}>
              <Icon name="list" size={18} />
              <span>More</span>
            </button>
          </li>
        </ul>
        <ThemeSwitch />
      </nav>
      <main class="main" id="main" tabIndex={-1}>
        <LinkBanner />
        {status?.storage_full && (
          <p class="notice bad" role="alert">
            <Icon name="alert" /> Writes are refused: {sentence(status.storage_full)}
          </p>
        )}
        {dashboards.filter((one) => one.error).map((one) => (
          <p class="notice bad" role="alert" key={one.file}>
            <Icon name="alert" /> {one.error!.message}
            {one.error!.hint && ` (${one.error!.hint})`}
          </p>
        ))}
        {children}
      </main>
      <Dialog title="More" open={more} onClose={() => set_more(false)}>
        <ul class="more-places">
          {places.slice(bar_places).map((place) => (
            <li key={place.key}>
              <a href={place.href} onClick={() => set_more(false)}>
                <Icon name={place.icon} size={18} /> {place.label}
              </a>
            </li>
          ))}
        </ul>
        <ThemeSwitch />
      </Dialog>
      <Dialog title="Keys" open={keys} onClose={() => set_keys(false)}>
        <Keys />
      </Dialog>
    </div>
  );
}

function all_places(status: ServerStatus | null, dashboards: DashboardEntry[], active: number): Place[] {
  const has = (feature: string) => status === null || status.features.includes(feature);
  const is_home = (one: DashboardEntry) => one.uid === status?.home;
  const shown = dashboards.filter((one) => one.uid !== null).sort((a, b) => Number(is_home(b)) - Number(is_home(a)));
  const boards: Place[] = shown.map((one) => ({ key: `d/${one.uid}`, href: `#/d/${one.uid}`, label: is_home(one) ? "Overview" : one.title, icon: is_home(one) ? "dashboard" : "chart" }));
  const places = boards.slice(0, 1);
  if (has("alarms")) places.push({ key: "alarms", href: "#/alarms", label: "Alarms", icon: "bell", badge: active });
  if (has("topics")) places.push({ key: "topics", href: "#/topics", label: "Topics", icon: "topics" });
  if (has("jobs")) places.push({ key: "jobs", href: "#/jobs", label: "Jobs", icon: "jobs" });
  if (has("outbox")) places.push({ key: "outbox", href: "#/outbox", label: "Outbox", icon: "mail" });
  places.push(...boards.slice(1));
  places.push({ key: "help", href: "#/help", label: "Help", icon: "help" });
  return places;
}

function useActiveCount(status: ServerStatus | null): number {
  const feed = useFeed(status?.features.includes("alarms") ? { source: "alarm_counts", by: "type" } : undefined);
  if (feed?.data?.kind !== "rows") return 0;
  return row_objects<{ name: string; active: number }>(feed.data as RowsData, "alarm_counts").find((row) => row.name === "")?.active ?? 0;
}

function ThemeSwitch() {
  useSettings();
  const { zone } = usePage();
  const next = { auto: "light", light: "dark", dark: "auto" } as const;
  const icons = { auto: "auto", light: "sun", dark: "moon" } as const;
  const words = { auto: "as the system says", light: "light", dark: "dark" };
  return (
    <div class="nav-foot">
      <IconButton icon={icons[settings.theme]} label={`Theme: ${words[settings.theme]}`} onClick={() => change_settings({ theme: next[settings.theme] })} />
      <button type="button" class="nav-zone" title="How times are written; press to change" onClick={() => change_settings({ zone: zone === "utc" ? "local" : "utc" })}>
        {zone === "utc" ? "Times in UTC" : "Local times"}
      </button>
    </div>
  );
}

/** Says that the link is lost, and when the next try comes; vanishes by itself. */
function LinkBanner() {
  const link = useLink();
  useNow(500);
  if (link.state !== "lost") return null;
  const wait = Math.max(0, link.retry_at - Date.now());
  return (
    <div class="notice bad banner" role="alert">
      <Icon name="alert" />
      <span>
        The server does not answer since {duration(Date.now() - link.lost_at)}. What you see may be old. {wait > 400 ? `Next try in ${duration(Math.ceil(wait / 1000) * 1000)}.` : "Trying…"}
      </span>
      <button type="button" class="button small" onClick={() => link.retry()}>Try now</button>
    </div>
  );
}

const leaps: Record<string, string[]> = { o: [], a: ["alarms"], t: ["topics"], j: ["jobs"], m: ["outbox"] };

function useKeys(status: ServerStatus | null, show_keys: () => void): void {
  useEffect(() => {
    let leap_until = 0;
    const listen = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName) || document.querySelector("dialog[open]")) return;
      if (performance.now() < leap_until && leaps[event.key]) {
        leap_until = 0;
        event.preventDefault();
        go(leaps[event.key]);
      } else if (event.key === "g") {
        leap_until = performance.now() + 1200;
      } else if (event.key === "?") {
        show_keys();
      } else if (event.key === "t") {
        change_settings({ theme: settings.theme === "auto" ? "light" : settings.theme === "light" ? "dark" : "auto" });
      } else if (event.key === "/") {
        event.preventDefault();
        document.querySelector<HTMLInputElement>("[data-search]")?.focus();
      }
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, [status]);
}

import { useEffect, useState } from "preact/hooks";

/** Where we are: `#/topics/ENTRY?partition=1` is path ["topics","ENTRY"] with a parameter. Everything a link must restore is in here. */
export interface Route {
  path: string[];
  params: URLSearchParams;
}

export function parse_route(hash: string): Route {
  const [path, search = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  return { path: path.split("/").filter(Boolean).map(decodeURIComponent), params: new URLSearchParams(search) };
}

export function href(path: string[], params: Record<string, string | undefined> | URLSearchParams = {}): string {
  const search = params instanceof URLSearchParams ? new URLSearchParams(params) : new URLSearchParams();
  if (!(params instanceof URLSearchParams)) {
    for (const [name, value] of Object.entries(params)) if (value) search.set(name, value);
  }
  const text = search.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return "#/" + path.map(encodeURIComponent).join("/") + (text ? "?" + text : "");
}

export function useRoute(): Route {
  const [route, set_route] = useState(() => parse_route(location.hash));
  useEffect(() => {
    const listen = () => set_route(parse_route(location.hash));
    addEventListener("hashchange", listen);
    addEventListener("popstate", listen);
    return () => {
      removeEventListener("hashchange", listen);
      removeEventListener("popstate", listen);
    };
  }, []);
  return route;
}

/** Changes parameters of the present address without a step in the history; undefined or "" removes one. */
export function set_params(changes: Record<string, string | undefined>): void {
  const { path, params } = parse_route(location.hash);
  for (const [name, value] of Object.entries(changes)) {
    if (value) params.set(name, value);
    else params.delete(name);
  }
  history.replaceState(null, "", href(path, params));
  dispatchEvent(new PopStateEvent("popstate"));
}

export function go(path: string[], params: Record<string, string | undefined> = {}): void {
  location.hash = href(path, params);
}

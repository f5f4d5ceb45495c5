import type { Panel, Query, Range } from "../api/types";

/** What a dashboard hands to each panel. */
export interface PanelProps {
  panel: Panel;
  /** With the variables filled in. */
  query: Query | undefined;
  range: Range;
  dashboard: string;
  params: URLSearchParams;
  set_range: (range: Range) => void;
}

/** A query with the chosen variables put in: with "all" chosen the field is left out. */
export function fill_query(query: Query | undefined, variables: string[], params: URLSearchParams): Query | undefined {
  if (!query) return undefined;
  const chosen = (value: unknown) => (typeof value === "string" && value.startsWith("$") && variables.includes(value.slice(1)) ? params.get(value.slice(1)) || null : value);
  const out: Query = { source: query.source };
  for (const [field, value] of Object.entries(query)) {
    const filled = Array.isArray(value) ? value.map(chosen).filter((one) => one !== null) : chosen(value);
    if (filled !== null && !(Array.isArray(filled) && filled.length === 0)) out[field] = filled;
  }
  return out;
}

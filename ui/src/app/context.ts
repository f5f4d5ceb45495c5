import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { ServerStatus } from "../api/types";
import type { Zone } from "../format/time";

/** What every page may want to know of where it stands. */
export interface PageContext {
  status: ServerStatus | null;
  zone: Zone;
  /** What a value is called on the screen, from the dashboard file's `names`. */
  name_of: (value: string) => string;
  /** The values of `names` in the file's order: series of the same name have the same colour on every chart. */
  order: string[];
  names: Record<string, string>;
}

export const names_context = (names: Record<string, string>) => ({ names, name_of: (value: string) => names[value] ?? value, order: Object.keys(names) });

export const Page = createContext<PageContext>({ status: null, zone: "utc", ...names_context({}) });
export const usePage = () => useContext(Page);

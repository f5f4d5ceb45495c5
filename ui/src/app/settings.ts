import { useEffect, useReducer } from "preact/hooks";

/** What a person chose on this browser; nothing of it leaves the browser except the name given with an acknowledgement. */
interface Settings {
  theme: "auto" | "light" | "dark";
  zone: "dashboard" | "utc" | "local";
  name: string;
}

const storage_key = "azud.settings";
const defaults: Settings = { theme: "auto", zone: "dashboard", name: "" };

function load(): Settings {
  try {
    return { ...defaults, ...(JSON.parse(localStorage.getItem(storage_key) ?? "{}") as Partial<Settings>) };
  } catch {
    return { ...defaults };
  }
}

export const settings = load();
const listeners = new Set<() => void>();
const dark_query = matchMedia("(prefers-color-scheme: dark)");

export function is_dark(): boolean {
  return settings.theme === "dark" || (settings.theme === "auto" && dark_query.matches);
}

function apply_theme(): void {
  document.documentElement.dataset.theme = is_dark() ? "dark" : "light";
  for (const listener of listeners) listener();
}

export function change_settings(change: Partial<Settings>): void {
  Object.assign(settings, change);
  try {
    localStorage.setItem(storage_key, JSON.stringify(settings));
  } catch {
    // a private window without storage: the choice lasts as long as the page
  }
  apply_theme();
}

export function useSettings(): Settings {
  const [, render] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const listener = () => render(0);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return settings;
}

dark_query.addEventListener("change", apply_theme);
apply_theme();

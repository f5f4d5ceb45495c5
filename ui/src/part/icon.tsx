// One stroke set, drawn on a 20 × 20 grid.
const shapes = {
  dashboard: "M3 3h6v8H3zM11 3h6v4h-6zM11 9h6v8h-6zM3 13h6v4H3z",
  bell: "M5 14V9a5 5 0 0 1 10 0v5l1.5 1.500h-13zM8 17.500a2 2 0 0 0 4 0",
  topics: "M3 5h14M3 10h14M3 15h9",
  jobs: "M2.5 7.500h5v5h-5zM12.5 3h5v5h-5zM12.5 12h5v5h-5zM7.5 10H10m0 0V5.500h2.500M10 10v4.500h2.5",
  mail: "M2.5 4.500h15v11h-15zM3 5l7 6 7-6",
  help: "M10 18a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM7.7 7.600a2.3 2.3 0 1 1 3.3 2.200c-.7.4-1 .9-1 1.700M10 14.200v.1",
  sun: "M10 13.500a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM10 1.500v2M10 16.500v2M1.5 10h2M16.5 10h2M4 4l1.4 1.400M14.6 14.6 16 16M16 4l-1.4 1.400M5.4 14.6 4 16",
  moon: "M16.5 12A7 7 0 0 1 8 3.500a7 7 0 1 0 8.5 8.500z",
  auto: "M10 17.500a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM10 2.500v15M10 5.500h5M10 8.500h7M10 11.500h7M10 14.500h5",
  check: "M4 10.5 8 14.5 16 6",
  alert: "M10 2.5 18 16.500H2zM10 8v4M10 14.300v.1",
  ring: "M10 16a6 6 0 1 0 0-12 6 6 0 0 0 0 12z",
  search: "M8.5 14a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM12.5 12.5 17 17",
  download: "M10 3v9.500M6 9l4 4 4-4M3.5 16.500h13",
  table: "M3 4h14v12H3zM3 8h14M8.5 8v8",
  chart: "M3 3v14h14M6 13l3.5-4 3 2.500L17 6",
  close: "M5 5l10 10M15 5 5 15",
  plus: "M10 4v12M4 10h12",
  minus: "M4 10h12",
  fit: "M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4",
  clock: "M10 17.500a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM10 6v4.200l2.8 1.8",
  pause: "M7 4v12M13 4v12",
  play: "M6 4l10 6-10 6z",
  down: "M5 7.500l5 5 5-5",
  right: "M7.5 5l5 5-5 5",
  left: "M12.5 5l-5 5 5 5",
  link: "M8.5 11.500a3 3 0 0 0 4.2 0l3-3a3 3 0 0 0-4.2-4.200l-1 1M11.5 8.500a3 3 0 0 0-4.2 0l-3 3a3 3 0 0 0 4.2 4.200l1-1",
  list: "M7 5h10M7 10h10M7 15h10M3 5h.1M3 10h.1M3 15h.1",
  pin: "M10 18s5.5-5.3 5.5-9.500a5.5 5.5 0 0 0-11 0C4.5 12.7 10 18 10 18zM10 10.500a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  full: "M4 8V4h4M16 8V4h-4M4 12v4h4M16 12v4h-4",
  user: "M10 10a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3.5 17.500c.6-3.4 3.2-5 6.5-5s5.9 1.6 6.5 5",
  late: "M4 3h12M4 17h12M5.5 3c0 4 4.5 5 4.5 7s-4.5 3-4.5 7M14.5 3c0 4-4.5 5-4.5 7s4.5 3 4.5 7",
} as const;

export type IconName = keyof typeof shapes;

export function Icon({ name, size = 16, label }: { name: IconName; size?: number; label?: string }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 20 20" role={label ? "img" : undefined} aria-label={label} aria-hidden={label ? undefined : "true"}>
      <path d={shapes[name]} fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}

export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
      <path d="M5 11h9c4 0 4 7 8 7h5" fill="none" stroke="#56b4e9" stroke-width="3.2" stroke-linecap="round" />
      <path d="M5 18h5c4 0 4 7 8 7h9" fill="none" stroke="#56b4e9" stroke-opacity=".5" stroke-width="3.2" stroke-linecap="round" />
      <path d="M20 8h7" stroke="#e69f00" stroke-width="3.2" stroke-linecap="round" />
    </svg>
  );
}

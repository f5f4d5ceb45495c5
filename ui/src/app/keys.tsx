const keys: [string, string][] = [
  ["/", "search on this page"],
  ["?", "these keys"],
  ["g then o, a, t, j, m", "overview, alarms, topics, jobs, outbox"],
  ["t", "light, dark, or as the system says"],
  ["Esc", "close what is open"],
  ["arrows, + − 0, Enter", "on the map: move, zoom, show all, list the devices in view"],
];

export function Keys() {
  return (
    <dl class="keys">
      {keys.map(([key, what]) => (
        <>
          <dt key={key}>
            <kbd>{key}</kbd>
          </dt>
          <dd>{what}</dd>
        </>
      ))}
    </dl>
  );
}

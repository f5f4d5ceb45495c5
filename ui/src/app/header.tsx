import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Range } from "../api/types";
import { Icon } from "../part/icon";
import { clock_text, date_time_text, from_input, parse_duration, to_input, type Zone, zone_name } from "../format/time";
import { useLink, useNow } from "../live/use";
import { Dialog } from "../part/controls";
import { usePage } from "./context";
import { is_live, range_bounds, range_params } from "./range";
import { set_params } from "./route";

/** The head of a page: its name, its controls, and whether what stands below is live. */
export function PageHead({ title, note, children }: { title: ComponentChildren; note?: ComponentChildren; children?: ComponentChildren }) {
  return (
    <header class="page-head">
      <div class="page-title">
        <h1>{title}</h1>
        {note && <p>{note}</p>}
      </div>
      <div class="page-controls">
        {children}
        <LiveClock />
      </div>
    </header>
  );
}

function LiveClock() {
  const link = useLink();
  const now = useNow(1000);
  const { zone } = usePage();
  const words = link.state === "open" ? "Live" : link.state === "connecting" ? "Connecting" : "Disconnected";
  return (
    <span class={`live live-${link.state}`} title={`${date_time_text(now, zone)} ${zone_name(zone)}, the server's clock`}>
      <span class="live-dot" aria-hidden="true" />
      <span>{words}</span>
      <span class="live-time">
        {clock_text(now, zone)} {zone === "utc" ? "UTC" : ""}
      </span>
    </span>
  );
}

const choices = ["5m", "15m", "30m", "1h", "3h", "6h", "12h", "24h", "7d"];

const words_of = (last: string) => `Last ${last.replace(/(\d+)([smhd])/, (_, count: string, unit: string) => `${count} ${{ s: "s", m: "min", h: "h", d: "d" }[unit]}`)}`;

/** The time range of the page, in its address. */
export function RangePicker({ range }: { range: Range }) {
  const [open, set_open] = useState(false);
  const { zone } = usePage();
  const text = "last" in range ? words_of(range.last) : `${date_time_text(range.from, zone)} – ${date_time_text(range.to, zone)}`;
  return (
    <>
      {!is_live(range) && (
        <button type="button" class="button" onClick={() => set_params({ from: undefined, to: undefined })}>
          <Icon name="play" size={12} /> Back to live
        </button>
      )}
      <button type="button" class="button" aria-haspopup="dialog" onClick={() => set_open(true)}>
        <Icon name="clock" size={15} />
        {text}
        <Icon name="down" size={13} />
      </button>
      <Dialog title="Time range" open={open} onClose={() => set_open(false)}>
        <RangeForm range={range} zone={zone} done={() => set_open(false)} />
      </Dialog>
    </>
  );
}

function RangeForm({ range, zone, done }: { range: Range; zone: Zone; done: () => void }) {
  const now = useNow(60_000);
  const bounds = range_bounds(range, now);
  const [from, set_from] = useState(to_input(bounds.from, zone));
  const [to, set_to] = useState(to_input(bounds.to, zone));
  const chosen = { from: from_input(from, zone), to: from_input(to, zone) };
  const valid = chosen.from !== null && chosen.to !== null && chosen.to > chosen.from;
  const apply = (next: Range) => (set_params(range_params(next)), done());
  return (
    <div class="range-form">
      <div class="range-choices">
        {choices
          .filter((last) => parse_duration(last))
          .map((last) => (
            <button type="button" key={last} class="button" aria-pressed={"last" in range && range.last === last} onClick={() => apply({ last })}>
              {words_of(last)}
            </button>
          ))}
      </div>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (valid) apply({ from: chosen.from!, to: chosen.to! });
        }}
      >
        <label class="field">
          <span class="field-label">From ({zone_name(zone)})</span>
          <input type="datetime-local" step="1" value={from} onInput={(event) => set_from(event.currentTarget.value)} />
        </label>
        <label class="field">
          <span class="field-label">To</span>
          <input type="datetime-local" step="1" value={to} onInput={(event) => set_to(event.currentTarget.value)} />
        </label>
        {!valid && <p class="field-error">The end must come after the beginning.</p>}
        <button type="submit" class="button primary" disabled={!valid}>
          Show this range
        </button>
      </form>
    </div>
  );
}

import { usePage } from "../app/context";
import { PageHead } from "../app/header";
import { Keys } from "../app/keys";

export function HelpPage() {
  const { status } = usePage();
  return (
    <>
      <PageHead title="Help" />
      <div class="help">
        <section class="panel prose">
          <h2>What stands where</h2>
          <p><b>Overview</b> and other dashboards are files of the running system: what they show can be changed there, and the page follows.</p>
          <p><b>Alarms</b> are raised and cleared by SQL. At most one per device and type is active. Acknowledging says that somebody has seen it; it does not clear it. Only the device being normal again clears it.</p>
          <p><b>Topics</b> hold every record in order. Records are shown as they come, or from any offset. Any Kafka client can read and write the same topics.</p>
          <p><b>Jobs</b> are SQL statements at work. Each box takes rows on the left and gives rows on the right.</p>
          <p><b>Outbox</b> holds the e-mails that alarms caused, sent or stored.</p>
        </section>
        <section class="panel prose">
          <h2>Words</h2>
          <dl class="words">
            <dt>Watermark</dt>
            <dd>The time up to which a job has seen everything. Windows fire when it passes their end. “12 s behind” means: what happened in the last 12 s may still be missing from results.</dd>
            <dt>Holds back</dt>
            <dd>The partition whose watermark is the lowest; the whole job waits for it.</dd>
            <dt>Late row</dt>
            <dd>A row older than the watermark when it came. It is counted, and kept in the topic azud.late.</dd>
            <dt>Commit</dt>
            <dd>The moment from which results are visible and survive a crash, together with the positions they came from.</dd>
            <dt>Lag</dt>
            <dd>Records written to a partition that a reader has not read yet.</dd>
            <dt>Stale</dt>
            <dd>Nothing new has come for longer than the panel expects. The last values stay, in grey.</dd>
          </dl>
        </section>
        <section class="panel prose">
          <h2>Keys</h2>
          <Keys />
        </section>
        <section class="panel prose">
          <h2>Connections</h2>
          {status && (
            <dl class="words">
              {status.listeners.map((one) => (
                <>
                  <dt key={one.name}>{one.name}</dt>
                  <dd><code>{one.address}</code></dd>
                </>
              ))}
              <dt>this page's data</dt>
              <dd><code>{location.origin}/api/</code> as JSON, <code>/api/live</code> as a WebSocket</dd>
            </dl>
          )}
          <p>Every view has its own address: copy it from the browser to share filters, range and selection.</p>
        </section>
      </div>
    </>
  );
}

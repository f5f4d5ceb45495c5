import { useState } from "preact/hooks";
import type { Mail } from "../api/types";
import { PageHead } from "../app/header";
import { href, type Route } from "../app/route";
import { plural } from "../format/number";
import { row_objects, type RowsData } from "../live/data";
import { useFeed } from "../live/use";
import { Badge } from "../part/badge";
import { Search, useSettled } from "../part/controls";
import { useFetched } from "../part/fetched";
import { Icon } from "../part/icon";
import { Empty, Failure, Loading, sentence } from "../part/state";
import { Value, When } from "../part/value";

const tones = { queued: "held", sent: "good", stored: "plain", failed: "bad" } as const;
const icons = { queued: "clock", sent: "check", stored: "mail", failed: "alert" } as const;
const words = { queued: "waiting", sent: "sent", stored: "in the outbox", failed: "failed" } as const;

export function OutboxPage({ route }: { route: Route }) {
  const [text, set_text] = useState("");
  const search = useSettled(text.trim());
  const feed = useFeed({ source: "outbox", limit: 200 });
  const found = useFetched<{ mails: Mail[]; total: number }>(search ? "/api/outbox" : null, { search, limit: 200 });
  const live = feed?.data ? row_objects<Mail>(feed.data as RowsData, "outbox") : null;
  const mails = search ? (found.data?.mails ?? null) : live;
  const total = search ? (found.data?.total ?? 0) : feed?.data ? (feed.data as RowsData).total : 0;
  const id = route.path[1];
  return (
    <>
      <PageHead title="Outbox" note="What was sent or stored for others to read, newest first.">
        <Search label="Find in subject or address" value={text} onChange={set_text} />
      </PageHead>
      <div class={id ? "split split-open" : "split"}>
        <section class="panel flush split-list">
          <header class="panel-head">
            <h2>{plural(total, "e-mail")}</h2>
          </header>
          {feed?.error ? <Failure error={feed.error} /> : !mails ? <Loading /> : mails.length === 0 ? <Empty icon="mail" title={search ? "None found" : "No e-mail yet"} /> : (
            <ul class="mail-list scroll">
              {mails.map((mail) => (
                <li key={mail.id}>
                  <a href={href(["outbox", mail.id])} aria-current={mail.id === id ? "true" : undefined}>
                    <span class="mail-subject">{mail.subject}</span>
                    <span class="mail-meta">
                      <span class="clip">{mail.to}</span>
                      <When at={mail.at} />
                    </span>
                    {mail.state !== "stored" && <Badge tone={tones[mail.state]} icon={icons[mail.state]}>{words[mail.state]}</Badge>}
                  </a>
                </li>
              ))}
            </ul>
          )}
        </section>
        <section class="panel split-pane">{id ? <MailView id={id} /> : <Empty icon="mail" title="Choose an e-mail to read it" />}</section>
      </div>
    </>
  );
}

function MailView({ id }: { id: string }) {
  const found = useFetched<Mail>(`/api/outbox/${encodeURIComponent(id)}`);
  const mail = found.data;
  if (!mail || mail.id !== id) return found.error ? <Failure error={found.error} retry={found.again} /> : <Loading />;
  return (
    <article class="mail">
      <a class="link narrow-only" href={href(["outbox"])}><Icon name="left" size={14} /> All e-mails</a>
      <h2>{mail.subject}</h2>
      <dl class="pairs">
        <dt>To</dt>
        <dd>{mail.to}</dd>
        <dt>Date</dt>
        <dd><When at={mail.at} full /></dd>
        <dt>State</dt>
        <dd>
          <Badge tone={tones[mail.state]} icon={icons[mail.state]}>{words[mail.state]}</Badge>
          {mail.attempts > 1 && <span class="muted small"> after {plural(mail.attempts, "attempt")}</span>}
          {mail.error && <p class="field-error">{sentence(mail.error)}</p>}
        </dd>
        <dt>Size</dt>
        <dd><Value value={mail.bytes} unit="B" /> <a class="link" href={`/api/outbox/${encodeURIComponent(id)}/raw`} download>save as .eml</a></dd>
      </dl>
      <pre class="mail-text">{mail.text}</pre>
    </article>
  );
}

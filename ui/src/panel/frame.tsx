import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Panel } from "../api/types";
import { IconButton } from "../part/controls";
import { Icon } from "../part/icon";

/** The card around a panel: title, explanation, actions. */
export function Frame({ panel, actions, children, flush = false }: { panel: Panel; actions?: ComponentChildren; children: ComponentChildren; flush?: boolean }) {
  const [help, set_help] = useState(false);
  const title_id = `panel-${panel.id}`;
  return (
    <section class={`panel panel-${panel.type}${flush ? " flush" : ""}`} aria-labelledby={title_id}>
      <header class="panel-head">
        <h2 id={title_id}>{panel.link ? <a href={panel.link}>{panel.title}<Icon name="right" size={13} /></a> : panel.title}</h2>
        <div class="panel-actions">
          {actions}
          {panel.description && <IconButton icon="help" label={`About ${panel.title}`} pressed={help} onClick={() => set_help(!help)} />}
        </div>
      </header>
      {help && <p class="panel-help">{panel.description}</p>}
      <div class="panel-body">{children}</div>
    </section>
  );
}

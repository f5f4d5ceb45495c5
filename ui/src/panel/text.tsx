import type { ComponentChildren } from "preact";
import { Frame } from "./frame";
import type { PanelProps } from "./types";

export function TextPanel({ panel }: PanelProps) {
  return (
    <Frame panel={panel}>
      <div class="prose">
        <Prose text={String(panel.text ?? "")} />
      </div>
    </Frame>
  );
}

/** Paragraphs, lists, **bold**, `code` and [links](address): what a note on a dashboard needs, and no HTML. */
export function Prose({ text }: { text: string }) {
  return (
    <>
      {text.split(/\n\s*\n/).map((block, i) => {
        const lines = block.trim().split("\n");
        if (lines.every((line) => /^\s*[-*] /.test(line))) return <ul key={i}>{lines.map((line, at) => <li key={at}>{inline(line.replace(/^\s*[-*] /, ""))}</li>)}</ul>;
        return <p key={i}>{inline(lines.join(" "))}</p>;
      })}
    </>
  );
}

function inline(text: string): ComponentChildren[] {
  return text.split(/(\*\*[^*]+\*\*|`[^`]+`|\[[^\]]+\]\([^)\s]+\))/).map((part) => {
    if (part.startsWith("**")) return <strong>{part.slice(2, -2)}</strong>;
    if (part.startsWith("`")) return <code>{part.slice(1, -1)}</code>;
    const link = /^\[([^\]]+)\]\(([^)\s]+)\)$/.exec(part);
    if (link && /^(#|\/|https?:)/.test(link[2])) return <a href={link[2]}>{link[1]}</a>;
    return part;
  });
}

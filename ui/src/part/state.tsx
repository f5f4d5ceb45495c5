import type { ComponentChildren } from "preact";
import type { ApiError } from "../api/rest";
import { Icon, type IconName } from "./icon";

/** Stands where data will be: never a blank place without a word. */
export function Loading({ what = "Loading" }: { what?: string }) {
  return (
    <div class="state" role="status">
      <span class="spinner" aria-hidden="true" />
      <p>{what}…</p>
    </div>
  );
}

export function Empty({ icon = "check", title, children }: { icon?: IconName; title: string; children?: ComponentChildren }) {
  return (
    <div class="state">
      <Icon name={icon} size={22} />
      <p class="state-title">{title}</p>
      {children && <p>{children}</p>}
    </div>
  );
}

/** The cause, and what to do next. */
export function Failure({ error, retry }: { error: ApiError | Error; retry?: () => void }) {
  const hint = "hint" in error ? error.hint : "";
  return (
    <div class="state state-error" role="alert">
      <Icon name="alert" size={22} />
      <p class="state-title">{sentence(error.message)}</p>
      {hint && <p>{sentence(hint)}</p>}
      {retry && (
        <button class="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

export const sentence = (text: string) => (text ? text[0].toUpperCase() + text.slice(1) + (/[.!?…]$/.test(text) ? "" : ".") : "");

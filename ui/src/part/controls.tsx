import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "./icon";

export function IconButton(props: { icon: IconName; label: string; onClick: () => void; pressed?: boolean; disabled?: boolean; class?: string }) {
  return (
    <button type="button" class={`icon-button ${props.class ?? ""}`} aria-label={props.label} title={props.label} aria-pressed={props.pressed} disabled={props.disabled} onClick={props.onClick}>
      <Icon name={props.icon} />
    </button>
  );
}

export interface Option {
  value: string;
  label: string;
}

export function Select(props: { label: string; value: string; options: Option[]; onChange: (value: string) => void; hide_label?: boolean }) {
  return (
    <label class="field">
      <span class={props.hide_label ? "visually-hidden" : "field-label"}>{props.label}</span>
      <span class="select">
        <select value={props.value} onChange={(event) => props.onChange(event.currentTarget.value)}>
          {props.options.map((option) => (
            <option key={option.value} value={option.value} selected={option.value === props.value}>
              {option.label}
            </option>
          ))}
        </select>
        <Icon name="down" size={14} />
      </span>
    </label>
  );
}

/** A search field; `/` jumps to the first one of the page. */
export function Search(props: { label: string; value: string; onChange: (value: string) => void; onEnter?: () => void }) {
  return (
    <label class="search">
      <span class="visually-hidden">{props.label}</span>
      <Icon name="search" size={15} />
      <input
        type="search"
        data-search
        placeholder={props.label}
        value={props.value}
        onInput={(event) => props.onChange(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Enter" && props.onEnter?.()}
      />
    </label>
  );
}

export function Segments(props: { label: string; value: string; options: (Option & { icon?: IconName; count?: number })[]; onChange: (value: string) => void }) {
  return (
    <div class="segments" role="group" aria-label={props.label}>
      {props.options.map((option) => (
        <button type="button" key={option.value} aria-pressed={option.value === props.value} onClick={() => props.onChange(option.value)}>
          {option.icon && <Icon name={option.icon} size={15} />}
          {option.label && <span>{option.label}</span>}
          {option.count !== undefined && <span class="count">{option.count.toLocaleString("en-GB")}</span>}
        </button>
      ))}
    </div>
  );
}

/** A dialog of the browser: focus stays inside, Escape closes. */
export function Dialog(props: { title: string; open: boolean; onClose: () => void; children: ComponentChildren; side?: boolean }) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current!;
    if (props.open && !dialog.open) dialog.showModal();
    if (!props.open && dialog.open) dialog.close();
  }, [props.open]);
  return (
    <dialog ref={ref} class={props.side ? "dialog drawer" : "dialog"} aria-label={props.title} onClose={props.onClose} onClick={(event) => event.target === ref.current && props.onClose()}>
      {props.open && (
        <div class="dialog-body">
          <header class="dialog-head">
            <h2>{props.title}</h2>
            <IconButton icon="close" label="Close" onClick={props.onClose} />
          </header>
          {props.children}
        </div>
      )}
    </dialog>
  );
}

/** A value that follows `value`, but only after it has been still for `ms`: for requests while somebody types. */
export function useSettled<T>(value: T, ms = 250): T {
  const [settled, set_settled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => set_settled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}

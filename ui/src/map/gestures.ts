import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Scene } from "./scene";

export interface Gestures {
  click: (x: number, y: number) => void;
  /** Null when the pointer has left. */
  hover: (x: number | null, y: number) => void;
  home: () => void;
  list: () => void;
}

const drag_px_min = 4;
const key_step_px = 60;

/** Mouse, touch, wheel and keys on the map's canvas. */
export function useGestures(canvas: RefObject<HTMLCanvasElement | null>, scene: RefObject<Scene | null>, gestures: Gestures): void {
  const latest = useRef(gestures);
  latest.current = gestures;
  useEffect(() => {
    const element = canvas.current!;
    const abort = new AbortController();
    const on = <K extends keyof HTMLElementEventMap>(type: K, listener: (event: HTMLElementEventMap[K]) => void, passive = true) =>
      element.addEventListener(type, listener, { signal: abort.signal, passive });

    const pointers = new Map<number, { x: number; y: number }>();
    let travelled = 0;
    on("pointerdown", (event) => {
      element.setPointerCapture(event.pointerId);
      pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
      if (pointers.size === 1) travelled = 0;
    });
    on("pointermove", (event) => {
      const old = pointers.get(event.pointerId);
      const now = { x: event.offsetX, y: event.offsetY };
      if (!old) return latest.current.hover(now.x, now.y);
      travelled += Math.hypot(now.x - old.x, now.y - old.y);
      if (pointers.size === 2) pinch(pointers, event.pointerId, now, scene.current!);
      else if (travelled > drag_px_min) {
        scene.current!.move_by(now.x - old.x, now.y - old.y);
        latest.current.hover(null, 0);
      }
      pointers.set(event.pointerId, now);
    });
    const release = (event: PointerEvent) => {
      const was = pointers.delete(event.pointerId);
      if (was && pointers.size === 0 && travelled <= drag_px_min && event.type === "pointerup") latest.current.click(event.offsetX, event.offsetY);
    };
    on("pointerup", release);
    on("pointercancel", release);
    on("pointerleave", () => latest.current.hover(null, 0));
    on("dblclick", (event) => scene.current!.zoom_at(2.2, event.offsetX, event.offsetY));
    on(
      "wheel",
      (event) => {
        event.preventDefault();
        const step = event.deltaMode === 1 ? event.deltaY * 20 : event.deltaY;
        scene.current!.zoom_at(Math.exp(-step * 0.0022), event.offsetX, event.offsetY);
      },
      false,
    );
    on("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !press(event.key, scene.current!, latest.current)) return;
      event.preventDefault();
    }, false);
    return () => abort.abort();
  }, []);
}

function press(key: string, scene: Scene, gestures: Gestures): boolean {
  switch (key) {
    case "ArrowLeft":
      return scene.move_by(key_step_px, 0), true;
    case "ArrowRight":
      return scene.move_by(-key_step_px, 0), true;
    case "ArrowUp":
      return scene.move_by(0, key_step_px), true;
    case "ArrowDown":
      return scene.move_by(0, -key_step_px), true;
    case "+":
    case "=":
      return scene.zoom_at(1.5), true;
    case "-":
      return scene.zoom_at(1 / 1.5), true;
    case "0":
      return gestures.home(), true;
    case "Enter":
      return gestures.list(), true;
    default:
      return false;
  }
}

function pinch(pointers: Map<number, { x: number; y: number }>, moved: number, now: { x: number; y: number }, scene: Scene): void {
  const still = [...pointers].find(([id]) => id !== moved)![1];
  const old = pointers.get(moved)!;
  const before = Math.hypot(old.x - still.x, old.y - still.y);
  const after = Math.hypot(now.x - still.x, now.y - still.y);
  scene.move_by((now.x - old.x) / 2, (now.y - old.y) / 2);
  if (before > 0) scene.zoom_at(after / before, (now.x + still.x) / 2, (now.y + still.y) / 2);
}

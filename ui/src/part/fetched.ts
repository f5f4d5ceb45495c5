import { useCallback, useEffect, useState } from "preact/hooks";
import { get } from "../api/rest";

export interface Fetched<T> {
  data: T | null;
  error: Error | null;
  loading: boolean;
  again: () => void;
}

/** GETs `path` when it or `params` change; the last data stay while new ones are fetched. Null path: nothing. */
export function useFetched<T>(path: string | null, params: Record<string, string | number | undefined> = {}): Fetched<T> {
  const [state, set_state] = useState<{ data: T | null; error: Error | null; loading: boolean }>({ data: null, error: null, loading: path !== null });
  const [turn, set_turn] = useState(0);
  const key = path === null ? "" : path + JSON.stringify(params);
  useEffect(() => {
    if (path === null) return set_state({ data: null, error: null, loading: false });
    const abort = new AbortController();
    set_state((old) => ({ ...old, loading: true }));
    get<T>(path, params, abort.signal).then(
      (data) => set_state({ data, error: null, loading: false }),
      (error: Error) => abort.signal.aborted || set_state((old) => ({ ...old, error, loading: false })),
    );
    return () => abort.abort();
  }, [key, turn]);
  return { ...state, again: useCallback(() => set_turn((old) => old + 1), []) };
}

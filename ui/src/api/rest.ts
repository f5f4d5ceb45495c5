/** A refusal by the server, or no answer at all (code "unavailable"). */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly hint: string = "",
  ) {
    super(message);
  }
}

async function request<T>(path: string, init?: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (cause) {
    if (init?.signal?.aborted) throw cause;
    throw new ApiError("unavailable", "the server does not answer", "the page tries again when the connection is back");
  }
  if (response.ok) return (await response.json()) as T;
  let error: { code?: string; message?: string; hint?: string } = {};
  try {
    error = ((await response.json()) as { error?: typeof error }).error ?? {};
  } catch {
    // a balancer's error page, not ours
  }
  throw new ApiError(error.code ?? String(response.status), error.message ?? `the server answered ${response.status}`, error.hint);
}

export function get<T>(path: string, params: Record<string, string | number | undefined> = {}, signal?: AbortSignal) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value !== undefined && value !== "") search.set(name, String(value));
  const text = search.toString();
  return request<T>(text ? `${path}?${text}` : path, { signal });
}

export function post<T>(path: string, body: unknown) {
  return request<T>(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

// Calls to the admin API. The page key lives in this origin's storage; the cookie that goes with it no script can read.

const STORED_KEY = "gatehouse.page-key";

/** A refusal by the gateway, or `code: "offline"` where it cannot be reached. */
export class ApiError extends Error {
  constructor(status, code, detail, retryAfter) {
    super(detail);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

export const signedIn = () => localStorage.getItem(STORED_KEY) !== null;

export function forgetSession() {
  localStorage.removeItem(STORED_KEY);
}

/** The answer to a call, as the fetch API gives it; throws an ApiError for anything but success. */
export async function call(method, path, body, signal) {
  const headers = {};
  const key = localStorage.getItem(STORED_KEY);
  if (key !== null) headers["X-Gatehouse-Page-Key"] = key;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      redirect: "error",
      signal,
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, "offline", "The gateway cannot be reached.");
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new ApiError(
    response.status,
    problem.code ?? "unknown",
    problem.detail ?? `The gateway answered ${response.status}.`,
    Number(response.headers.get("Retry-After") ?? 0),
  );
}

const json = async (method, path, body) => (await call(method, path, body)).json();

export async function signIn(token) {
  forgetSession();
  const opened = await json("POST", "/v1/session", { token });
  localStorage.setItem(STORED_KEY, opened.pageKey);
  return opened.identity;
}

export async function signOut() {
  try {
    await call("DELETE", "/v1/session");
  } finally {
    forgetSession();
  }
}

export const whoAmI = () => json("GET", "/v1/whoami");
export const pending = (cursor) => page({ state: "pending_approval", cursor });
export const newest = () => page({ limit: 30 });
export const approval = (id) => json("GET", `/v1/approvals/${encodeURIComponent(id)}`);

export const vote = (id, approve, reason, decisionDigest) =>
  json("POST", `/v1/approvals/${encodeURIComponent(id)}/${approve ? "approve" : "deny"}`, { reason, decisionDigest });

function page(parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null);
  return json("GET", `/v1/approvals?${new URLSearchParams(given)}`);
}

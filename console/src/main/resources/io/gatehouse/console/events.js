// The gateway's "something changed" stream. EventSource cannot send the page key, so the stream is read by hand.
import { ApiError, call } from "./api.js";

const RETRY_MILLIS = 3000;

/**
 * Calls `changed(event)` for each event and `connection(true | false)` as the stream comes and goes, until `signal` aborts
 * or the session has ended, which `ended()` tells.
 */
export async function follow({ changed, connection, ended, signal }) {
  while (!signal.aborted) {
    try {
      const response = await call("GET", "/v1/approvals/events", undefined, signal);
      connection(true);
      await read(response.body, changed);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && (error.status === 401 || error.status === 403)) return ended(error);
      connection(false);
    }
    await pause(signal);
  }
}

async function read(body, changed) {
  let text = "";
  for await (const part of chunks(body.pipeThrough(new TextDecoderStream()))) {
    const events = (text + part).split("\n\n");
    text = events.pop();
    for (const event of events) {
      const data = event.split("\n").find((line) => line.startsWith("data: "));
      if (data) changed(JSON.parse(data.slice("data: ".length)));
    }
  }
}

/** Not every browser can iterate over a stream. */
async function* chunks(stream) {
  const reader = stream.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}

const pause = (signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, RETRY_MILLIS);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });

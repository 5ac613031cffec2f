/** The one place that talks to the server: same-origin cookie, CSRF token on writes, problems as errors. Import it once, before any call. */
import { client } from "./generated/client.gen";
import { problemOf } from "./problems";

const READS = new Set(["GET", "HEAD", "OPTIONS"]);
let csrf: string | null = null;

client.setConfig({ baseUrl: "", credentials: "same-origin" });

client.interceptors.request.use((request) => {
  request.headers.set("Accept", "application/json, application/problem+json");
  if (READS.has(request.method)) return request;
  if (csrf) request.headers.set("X-CSRF-Token", csrf);
  if (request.method === "POST" && !request.headers.has("Idempotency-Key")) {
    request.headers.set("Idempotency-Key", crypto.randomUUID());
  }
  return request;
});

// The token comes with every answer about oneself, so a new session brings its own.
client.interceptors.response.use(async (response) => {
  if (response.ok && new URL(response.url).pathname === "/api/v1/me") {
    const me: unknown = await response.clone().json();
    if (typeof me === "object" && me !== null && "csrf_token" in me) csrf = String(me.csrf_token);
  }
  return response;
});

client.interceptors.error.use((error, response) => {
  if (error instanceof DOMException && error.name === "AbortError") return error;
  return problemOf(error, response);
});

/** One key for one intention: make it when the person decides, and send it again with every retry of that decision. */
export function idempotencyKey(): string {
  return crypto.randomUUID();
}

export { client };

/** Turns what a response carries into an `ApiProblem`; the class itself lives in `lib/` because `ui/` shows it. */
import { ApiProblem, unreachable } from "@/lib/problem";

export { ApiProblem, asProblem, type FieldError, type Remedy } from "@/lib/problem";

const OTHER: Record<number, string> = {
  401: "Your session has ended",
  403: "Your role does not allow this",
  404: "This does not exist or you may not see it",
  409: "Someone else changed this first",
  413: "That is more than the server takes at once",
  429: "Too many requests at once",
  500: "Something broke on our side",
  502: "The server is starting or down",
  503: "The server is starting or down",
  504: "The server took too long",
};

export function problemOf(body: unknown, response: Response | undefined): ApiProblem {
  if (!response) return unreachable();
  if (isProblem(body)) return new ApiProblem(body, response.status);
  return new ApiProblem(
    {
      type: `/problems/http-${response.status}`,
      title: OTHER[response.status] ?? "The server did not answer as expected",
      instance: response.headers.get("x-request-id"),
    },
    response.status,
  );
}

function isProblem(body: unknown): body is Record<string, unknown> {
  return typeof body === "object" && body !== null && typeof (body as { title?: unknown }).title === "string";
}

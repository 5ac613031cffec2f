/** What the server says when something did not work; every screen shows these words and invents none. */

export interface Remedy {
  label: string;
  operation: string | null;
  href: string | null;
  until: string | null;
}

export interface FieldError {
  pointer: string;
  detail: string;
}

export class ApiProblem extends Error {
  readonly slug: string;
  readonly title: string;
  readonly detail: string | null;
  readonly status: number;
  readonly requestId: string | null;
  readonly action: Remedy | null;
  readonly errors: readonly FieldError[];
  /** Members a problem carries beyond the standard ones, such as `limit` and `used` of a full bundle. */
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(body: Record<string, unknown>, status: number) {
    const { type, title, detail, instance, action, errors, status: _status, ...facts } = body;
    const words = typeof title === "string" && title ? title : "The server did not answer as expected";
    super(words);
    this.name = "ApiProblem";
    this.slug = typeof type === "string" ? type.replace(/^.*\//, "") : "unknown";
    this.title = words;
    this.detail = typeof detail === "string" ? detail : null;
    this.status = status;
    this.requestId = typeof instance === "string" ? instance : null;
    this.action = isRemedy(action) ? action : null;
    this.errors = Array.isArray(errors) ? errors.filter(isFieldError) : [];
    this.facts = facts;
  }

  /** The words for one field, found by the end of its pointer: `fieldError("email")` finds `/email`. */
  fieldError(name: string): string | undefined {
    return this.errors.find((error) => error.pointer === `/${name}` || error.pointer.endsWith(`/${name}`))?.detail;
  }
}

function isRemedy(value: unknown): value is Remedy {
  return typeof value === "object" && value !== null && typeof (value as Remedy).label === "string";
}

function isFieldError(value: unknown): value is FieldError {
  return typeof value === "object" && value !== null && typeof (value as FieldError).pointer === "string";
}

export function unreachable(): ApiProblem {
  return new ApiProblem(
    {
      type: "/problems/unreachable",
      title: "Bulkhead could not be reached",
      detail: "Your connection or the server is down. Nothing you entered here is lost.",
      action: { label: "Try again", operation: "retry", href: null, until: null },
    },
    0,
  );
}

/** Any thrown value as a problem, so that a screen has one shape to show. */
export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (error instanceof TypeError && /fetch|network|load failed/i.test(error.message)) return unreachable();
  if (error instanceof Error) {
    return new ApiProblem({ type: "/problems/page", title: "This page ran into a fault", detail: `Loading it again often helps. The browser says: ${error.message}` }, 0);
  }
  if (typeof error === "object" && error !== null) return new ApiProblem(error as Record<string, unknown>, 0);
  return new ApiProblem({ detail: String(error) }, 0);
}

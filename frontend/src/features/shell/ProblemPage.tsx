/** A whole screen that could not be shown: the cause, the request to quote, and a way on. */
import { asProblem } from "@/lib/problem";
import { Button } from "@/ui/Button";

export function ProblemPage({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = asProblem(error);
  return (
    <div className="mx-auto flex max-w-120 flex-col items-start gap-2 px-6 py-16" role="alert">
      <h1 tabIndex={-1} className="m-0 text-20 font-semibold tracking-tight">
        {problem.title}
      </h1>
      {problem.detail ? <p className="m-0 text-14 text-muted">{problem.detail}</p> : null}
      {problem.requestId ? <p className="num m-0 text-12 text-subtle">Request {problem.requestId}</p> : null}
      <div className="mt-3 flex gap-2">
        {onRetry ? <Button onClick={onRetry}>{problem.action?.operation === "retry" ? problem.action.label : "Try again"}</Button> : null}
        <Button look="ghost" render={<a href="/clients">Go to clients</a>}>
          Go to clients
        </Button>
      </div>
    </div>
  );
}

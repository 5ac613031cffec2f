/** The scores of a client as a list reads them: each with what it changed, and runs that changed nothing as one row. */
import type { ScorePoint } from "@/api/generated";

export interface Step extends ScorePoint {
  /** Null on the first score. */
  change: number | null;
  /** The score before this one. */
  before: string | null;
}

/** Several scores in a row that changed nothing; it stands in the list as the newest of them, under an id of its own. */
export interface Run extends Step {
  n: number;
  /** When the oldest of them was taken. */
  since: string;
}

export type Row<S extends Step> = S | (S & Run);

export const isRun = <S extends Step>(row: Row<S>): row is S & Run => "n" in row;

/** Newest first. `points` are sorted by time, the oldest first. */
export function stepsOf(points: readonly ScorePoint[]): Step[] {
  return points.map((point, i): Step => ({ ...point, before: points[i - 1]?.id ?? null, change: i === 0 ? null : point.value - (points[i - 1]?.value ?? 0) })).toReversed();
}

/** Two or more unchanged scores in a row become one row; the scores of an opened run follow it. */
export function rowsOf<S extends Step>(steps: readonly S[], opened: ReadonlySet<string>): Row<S>[] {
  const rows: Row<S>[] = [];
  let at = 0;
  while (at < steps.length) {
    const first = steps[at] as S;
    let end = at;
    while (steps[end]?.change === 0) end += 1;
    const same = steps.slice(at, end);
    const oldest = same.at(-1);
    if (oldest && same.length > 1) {
      // Named after its oldest, which stays when a newer score joins the run.
      const id = `run-${oldest.id}`;
      rows.push({ ...first, id, n: same.length, since: oldest.at });
      if (opened.has(id)) rows.push(...same);
      at = end;
    } else {
      rows.push(first);
      at += 1;
    }
  }
  return rows;
}

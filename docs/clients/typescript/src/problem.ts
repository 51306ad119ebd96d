/** What a call is refused with, RFC 9457. `code` is stable; `fields` says what is wrong with which field. */
export interface Problem<Code extends string = string> {
  readonly code: Code;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** What to tell us when you ask. */
  readonly request_id?: string;
  readonly fields?: Readonly<Record<string, readonly string[]>>;
  /** Milliseconds after which the call may succeed. */
  readonly retryAfter?: number;
  /** Of a write that was not answered: send it again with this key. */
  readonly idempotencyKey?: string;
}

/** What `unwrap` and the iterators throw. */
export class ExoDriveError extends Error {
  override readonly name = "ExoDriveError";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail || problem.title}`);
    this.problem = problem;
  }
}

/** There was no answer, however often we asked. */
export function unreachable(reason: unknown, idempotencyKey: string | undefined): Problem {
  const detail = reason instanceof Error ? reason.message : String(reason);
  const problem = { code: "unreachable", status: 0, title: "There was no answer", detail };
  return idempotencyKey === undefined ? problem : { ...problem, idempotencyKey };
}

/** The answer is not one of this API. */
export function unintelligible(status: number, detail: string): Problem {
  return { code: `http_${status}`, status, title: "The answer is not one of this API", detail };
}

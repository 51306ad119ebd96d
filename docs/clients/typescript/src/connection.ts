import { type Problem, ExoDriveError, unintelligible, unreachable } from "./problem.ts";
import { type Name, type Procedures, type Problems, DECLARED, WRITES } from "./procedures.ts";
import { requested } from "./request.ts";
import { type Retries, RETRIES, wait } from "./retries.ts";

type Input<N extends Name> = Procedures[N]["input"];
type Output<N extends Name> = Procedures[N]["output"];
type Asked<N extends Name, K> = {} extends Input<N>
  ? [asked?: Input<N>, options?: ChoosingOptions<K>]
  : [asked: Input<N>, options?: ChoosingOptions<K>];
type Item<N extends Name> = Output<N> extends { readonly items: readonly (infer One)[]; readonly has_more: boolean }
  ? One
  : never;
type Whole<N extends Name> = [Item<N>] extends [never] ? Output<N> : Item<N>;

/** What `fields` may choose of an answer, or of each item of a list. */
export type Choice<N extends Name> = keyof Whole<N> & string;

/** An answer, an item of a list: of `fields` only these, all of it where none are named. */
type Part<One, K> = [K] extends [never] ? One : Pick<One, K & keyof One>;
type PartOfItem<N extends Name, K> = Part<Item<N>, K>;
type PartOfOutput<N extends Name, K> = [K] extends [never]
  ? Output<N>
  : [Item<N>] extends [never]
    ? Part<Output<N>, K>
    : Omit<Output<N>, "items"> & { readonly items: readonly PartOfItem<N, K>[] };

/** The errors that a procedure declares, to be told apart by their `code`. */
export type Refusal<N extends Name> = Problems[Procedures[N]["declares"]];

/** What a call comes to. What is not `declared`, such as that a key has expired, may come of any call. */
export type Result<N extends Name, K = never> =
  | { readonly ok: true; readonly value: PartOfOutput<N, K>; readonly etag?: string }
  | { readonly ok: false; readonly declared: true; readonly error: Refusal<N> }
  | { readonly ok: false; readonly declared: false; readonly error: Problem };

export interface CallOptions {
  /** Of a write. Without one the client makes one, so that sending it again is safe. */
  readonly idempotencyKey?: string;
  /** Of a read: the `etag` of what was seen. Where it has not changed, the error is `not_modified`. */
  readonly ifNoneMatch?: string;
  readonly signal?: AbortSignal;
}

export interface ChoosingOptions<K> extends CallOptions {
  /** Only these of the answer, or of each item of a list. */
  readonly fields?: readonly K[];
}

/** A procedure as a method. */
export type Call<N extends Name> = <K extends Choice<N> = never>(...given: Asked<N, K>) => Promise<Result<N, K>>;

/** A list: one part of it, or `all` of it. The iterator throws `ExoDriveError`. */
export type Listing<N extends Name> = Call<N> & {
  all<K extends Choice<N> = never>(...given: Asked<N, K>): AsyncGenerator<PartOfItem<N, K>, void, void>;
};

/** A procedure in a batch. */
export type BatchedCall<N extends Name> = <K extends Choice<N> = never>(...given: Asked<N, K>) => Deferred<N, K>;

export interface Options {
  /** The key of a partner or a member of staff, or the token of a booking. */
  readonly key?: string;
  /** Milliseconds that each attempt may take. */
  readonly timeout?: number;
  readonly retries?: Partial<Retries>;
  /** How many calls the installation takes in one request; 10 where nothing is said. */
  readonly batchSize?: number;
  readonly fetch?: typeof fetch;
}

/** The value of a result. Throws `ExoDriveError`. */
export function unwrap<N extends Name, K>(result: Result<N, K>): PartOfOutput<N, K> {
  if (result.ok) {
    return result.value;
  }
  throw new ExoDriveError(result.error);
}

/** Sends calls, again where that is safe, and reads what is answered. */
export class Connection {
  readonly baseUrl: string;
  readonly batchSize: number;
  protected readonly options: Options;
  readonly #retries: Retries;

  constructor(baseUrl: string, options: Options = {}) {
    this.baseUrl = baseUrl.replace(/\/+$/, "");
    this.batchSize = options.batchSize ?? 10;
    this.options = options;
    this.#retries = { ...RETRIES, ...options.retries };
  }

  /** What is answered in the end: JSON, or a problem. Without a body it is asked for by GET. */
  async send(path: string, body: unknown, options: CallOptions): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#attempt(path, body, options);
      const pause = answer.problem && wait(this.#retries, attempt, answer.problem);
      if (pause === undefined) {
        return answer;
      }
      await sleep(pause, options.signal);
    }
  }

  async #attempt(path: string, body: unknown, options: CallOptions): Promise<Answer> {
    const headers: Record<string, string> = { accept: "application/json" };
    if (body !== undefined) {
      headers["content-type"] = "application/json";
    }
    if (options.ifNoneMatch !== undefined) {
      headers["if-none-match"] = options.ifNoneMatch;
    }
    if (this.options.key !== undefined) {
      headers["authorization"] = `Bearer ${this.options.key}`;
    }
    if (options.idempotencyKey !== undefined) {
      headers["idempotency-key"] = options.idempotencyKey;
    }
    const late = AbortSignal.timeout(this.options.timeout ?? 30_000);
    const signal = options.signal ? AbortSignal.any([options.signal, late]) : late;
    try {
      const sent = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
      const request = { ...sent, headers, signal };
      const response = await (this.options.fetch ?? fetch)(`${this.baseUrl}/api/v1/${path}`, request);
      return read(response.status, await response.text(), response.headers);
    } catch (reason) {
      options.signal?.throwIfAborted();
      return { problem: unreachable(reason, options.idempotencyKey) };
    }
  }

  protected method<N extends Name>(name: N): Call<N> {
    return async <K>(...[asked, options]: Asked<N, K>) => {
      const { path, body } = requested(name, asked, options?.fields?.join());
      return settled<N, K>(name, await this.send(path, body, keyed(name, options)));
    };
  }

  protected listing<N extends Name>(name: N): Listing<N> {
    const call = this.method(name);
    async function* all<K extends Choice<N>>(
      ...[asked, options]: Asked<N, K>
    ): AsyncGenerator<PartOfItem<N, K>, void, void> {
      for (let page: Page<PartOfItem<N, K>> | undefined; page === undefined || page.has_more; ) {
        const wanted = page === undefined ? asked : { ...asked, cursor: page.next_cursor };
        page = unwrap(await call<K>(...([wanted, options] as Asked<N, K>))) as Page<PartOfItem<N, K>>;
        yield* page.items;
      }
    }
    return Object.assign(call, { all });
  }
}

/** A call in a batch: `result` is known when the batch has been sent. */
export class Deferred<N extends Name, K = never> {
  #result: Result<N, K> | undefined;

  settle(result: Result<N, K>): void {
    this.#result = result;
  }

  get result(): Result<N, K> {
    if (this.#result === undefined) {
      throw new Error("The batch has not been sent.");
    }
    return this.#result;
  }
}

/** Collects calls and sends them together, in their order. */
export class Collector {
  readonly #connection: Connection;
  #calls: { call: object; settle(answer: Answer): void }[] = [];

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * In as many requests as it takes. Throws `ExoDriveError` where a whole request is refused: sent again, the batch goes
   * on with that one.
   */
  async send(options: Pick<CallOptions, "signal"> = {}): Promise<void> {
    while (this.#calls.length > 0) {
      const part = this.#calls.slice(0, this.#connection.batchSize);
      const answer = await this.#connection.send("batch", { calls: part.map((one) => one.call) }, options);
      if (answer.problem) {
        throw new ExoDriveError(answer.problem);
      }
      const { results } = answer.value as { results: Answer[] };
      part.forEach((one, place) => one.settle(results[place] ?? { problem: unintelligible(200, "No result") }));
      this.#calls.splice(0, part.length);
    }
  }

  protected method<N extends Name>(name: N): BatchedCall<N> {
    return <K>(...[asked, options]: Asked<N, K>) => {
      const deferred = new Deferred<N, K>();
      const { idempotencyKey: idempotency_key } = keyed(name, options);
      const call = { procedure: name, input: asked ?? {}, fields: options?.fields?.join(), idempotency_key };
      this.#calls.push({ call, settle: (answer) => deferred.settle(settled<N, K>(name, answer)) });
      return deferred;
    };
  }
}

type Answer = { readonly value?: unknown; readonly etag?: string; readonly problem?: Problem };

interface Page<One> {
  readonly items: readonly One[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
}

function keyed(name: Name, options: CallOptions = {}): CallOptions {
  return WRITES.has(name) ? { idempotencyKey: crypto.randomUUID(), ...options } : options;
}

function settled<N extends Name, K>(name: N, answer: Answer): Result<N, K> {
  if (!answer.problem) {
    const value = answer.value as PartOfOutput<N, K>;
    return answer.etag === undefined ? { ok: true, value } : { ok: true, value, etag: answer.etag };
  }
  const declares: readonly string[] = DECLARED[name];
  return declares.includes(answer.problem.code)
    ? { ok: false, declared: true, error: answer.problem as Refusal<N> }
    : { ok: false, declared: false, error: answer.problem };
}

function read(status: number, body: string, headers: Headers): Answer {
  if (status === 304) {
    return { problem: { code: "not_modified", status, title: "This has not changed", detail: "" } };
  }
  const told = parsed(body);
  const etag = headers.get("etag");
  if (status < 400 && told !== undefined) {
    return etag === null ? { value: told } : { value: told, etag };
  }
  const retryAfter = headers.get("retry-after");
  const problem = isProblem(told) ? told : unintelligible(status, body.slice(0, 200));
  const pause = retryAfter === null ? NaN : milliseconds(retryAfter);
  return { problem: Number.isNaN(pause) ? problem : { ...problem, retryAfter: pause } };
}

/** `Retry-After`: seconds, or the date until which to wait. */
function milliseconds(retryAfter: string): number {
  return /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Math.max(0, Date.parse(retryAfter) - Date.now());
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function isProblem(told: unknown): told is Problem {
  return typeof told === "object" && told !== null && "code" in told && "status" in told;
}

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

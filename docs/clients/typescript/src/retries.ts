import type { Problem } from "./problem.ts";

/**
 * A call is sent at most `attempts` times. Between them it waits a random part of a time that begins with `first`
 * milliseconds and doubles each time, up to `longest`; or as long as the server asks for, unless that is more than
 * `patience`.
 */
export interface Retries {
  readonly attempts: number;
  readonly first: number;
  readonly longest: number;
  readonly patience: number;
}

export const RETRIES: Retries = { attempts: 4, first: 500, longest: 8_000, patience: 60_000 };

const WORTH_IT = new Set([0, 429, 502, 503, 504]);
const IN_FLIGHT = "idempotency_key_in_flight";

/** Milliseconds after which the call is sent again after this attempt, counted from 1; undefined for never. */
export function wait(retries: Retries, attempt: number, told: Problem): number | undefined {
  if (!(WORTH_IT.has(told.status) || told.code === IN_FLIGHT) || attempt >= retries.attempts) {
    return undefined;
  }
  const jitter = Math.random() * Math.min(retries.longest, retries.first * 2 ** (attempt - 1));
  if (told.retryAfter === undefined) {
    return jitter;
  }
  return told.retryAfter <= retries.patience ? told.retryAfter + jitter : undefined;
}

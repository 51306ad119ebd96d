export { Batch, ExoDrive } from "./client.ts";
export { type CallOptions, type Choice, type Deferred, type Options, type Refusal, type Result, unwrap } from "./connection.ts";
export type * from "./models.ts";
export { ExoDriveError, type Problem } from "./problem.ts";
export type { Name, Problems, Procedures } from "./procedures.ts";
export type { Retries } from "./retries.ts";

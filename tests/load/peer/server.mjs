// What the API is measured against: a lean tRPC 11 server, zod and pg, on the same database and as many processes.
// It does the least that can be called the same work: no limits, no keys, no audit, no events, no jobs, no prices by
// seasons, nothing encrypted. DATABASE_URL, PORT and PROCESSES come from the environment.
import cluster from "node:cluster";
import { randomUUID } from "node:crypto";
import { initTRPC, TRPCError } from "@trpc/server";
import { createHTTPServer } from "@trpc/server/adapters/standalone";
import pg from "pg";
import { z } from "zod";

const SEARCH = `
SELECT car.id, car.slug, car.make, car.model, car.year, car.power_hp, car.seats, car.currency, car.daily_rate,
       car.deposit, car.included_miles, location.name AS location, image.path, image.width, image.height
FROM (
    SELECT car.id FROM car JOIN location ON location.id = car.location_id
    WHERE car.active AND ($1::text IS NULL OR location.slug = $1) AND ($2::int IS NULL OR car.seats >= $2)
      AND NOT EXISTS (
        SELECT 1 FROM claim WHERE claim.car_id = car.id
          AND claim.starts_at < $4::timestamptz + car.turnaround_minutes * interval '1 minute'
          AND claim.starts_at >= $3::timestamptz - interval '100 days' AND claim.ends_at > $3::timestamptz
          AND (claim.expires_at IS NULL OR claim.expires_at > now()))
    ORDER BY car.daily_rate, car.id LIMIT 13
) AS page JOIN car USING (id) JOIN location ON location.id = car.location_id
LEFT JOIN car_image AS image ON image.car_id = car.id AND image.position = 1
ORDER BY car.daily_rate, car.id`;
const TABLES = `
CREATE TABLE IF NOT EXISTS peer_quote (id uuid PRIMARY KEY, car_id uuid NOT NULL, starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL, total bigint NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE IF NOT EXISTS peer_hold (id uuid PRIMARY KEY, car_id uuid NOT NULL, starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL, name text NOT NULL, email text NOT NULL, expires_at timestamptz NOT NULL,
    EXCLUDE USING gist (car_id WITH =, tstzrange(starts_at, ends_at) WITH &&))`;

const stay = { starts: z.string().datetime(), ends: z.string().datetime() };
const days = (input) => Math.ceil((Date.parse(input.ends) - Date.parse(input.starts)) / 86_400_000);
const url = process.env.DATABASE_URL;

async function serve() {
  const pool = new pg.Pool({ connectionString: url, max: 8 });
  const t = initTRPC.create();
  const router = t.router({
    search: t.procedure
      .input(z.object({ ...stay, location: z.string().nullish(), seats: z.number().int().nullish() }))
      .query(async ({ input }) => {
        const values = [input.location ?? null, input.seats ?? null, input.starts, input.ends];
        const { rows } = await pool.query({ name: "search", text: SEARCH, values });
        const cars = rows.slice(0, 12).map((car) => ({ ...car, total: Number(car.daily_rate) * days(input) }));
        return { cars, more: rows.length > 12 };
      }),
    quote: t.procedure.input(z.object({ ...stay, car: z.string() })).mutation(async ({ input }) => {
      const text = "SELECT id, daily_rate, currency FROM car WHERE slug = $1 AND active";
      const { rows } = await pool.query({ name: "car", text, values: [input.car] });
      if (!rows.length) throw new TRPCError({ code: "NOT_FOUND" });
      const made = { id: randomUUID(), total: Number(rows[0].daily_rate) * days(input), currency: rows[0].currency };
      await pool.query({
        name: "quote",
        text: "INSERT INTO peer_quote (id, car_id, starts_at, ends_at, total) VALUES ($1, $2, $3, $4, $5)",
        values: [made.id, rows[0].id, input.starts, input.ends, made.total],
      });
      return made;
    }),
    hold: t.procedure
      .input(z.object({ ...stay, car: z.string().uuid(), name: z.string().min(1), email: z.string().email() }))
      .mutation(async ({ input }) => {
        const id = randomUUID();
        const text = `INSERT INTO peer_hold (id, car_id, starts_at, ends_at, name, email, expires_at)
          VALUES ($1, $2, $3, $4, $5, $6, now() + interval '15 minutes') RETURNING expires_at`;
        const values = [id, input.car, input.starts, input.ends, input.name, input.email];
        const { rows } = await pool.query({ name: "hold", text, values });
        return { id, expires_at: rows[0].expires_at };
      }),
  });
  createHTTPServer({ router }).listen(Number(process.env.PORT), "127.0.0.1");
}

if (cluster.isPrimary) {
  const first = new pg.Client({ connectionString: url });
  await first.connect();
  await first.query(TABLES);
  await first.end();
  for (let n = 0; n < Number(process.env.PROCESSES); n += 1) cluster.fork();
} else {
  await serve();
}

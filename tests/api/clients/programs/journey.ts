// Goes over the line: `node journey.ts SCENARIO GIVEN`, with GIVEN in JSON; prints what came of it in JSON.

import { type Problem, type Quote, ExoDrive, ExoDriveError, unwrap } from "../../../../docs/clients/typescript/src/index.ts";

declare const process: { argv: string[] };

interface Given {
  url: string;
  key?: string;
  car: string;
  location: string;
}

const [, , scenario = "", given = "{}"] = process.argv;
const { url, key, car, location } = JSON.parse(given) as Given;
const retries = { first: 1, longest: 1 };
const client = new ExoDrive(url, key === undefined ? { retries } : { key, retries });
const trip = {
  car,
  pick_up_location: location,
  pick_up_date: "2026-06-10",
  pick_up_time: "10:00",
  return_date: "2026-06-12",
  return_time: "10:00",
};
const driver = {
  name: "Alex Morgan",
  email: "alex@example.com",
  phone: "+1 310 555 0100",
  birth_date: "1990-05-04",
  licence_number: "D1234567",
  licence_country: "US" as const,
  consent: true,
};

const quoted = async (): Promise<Quote> => unwrap(await client.quote.create(trip));

async function thrown(action: () => unknown): Promise<Problem | undefined> {
  try {
    await action();
  } catch (error) {
    if (error instanceof ExoDriveError) {
      return error.problem;
    }
    throw error;
  }
  return undefined;
}

const scenarios: Record<string, () => Promise<unknown>> = {
  async booking() {
    const { car: _, ...days } = trip;
    const found = unwrap(await client.car.search(days));
    const quote = await quoted();
    const held = unwrap(await client.booking.hold({ quote_id: quote.id, ...driver }));
    const customer = client.withKey(held.token);
    const booking = unwrap(await customer.booking.get({ booking_id: held.id }));
    const { url: page } = unwrap(await customer.payment.start({ booking_id: held.id }));
    const { amount, kept } = unwrap(await customer.booking.refund({ booking_id: held.id }));
    await customer.booking.cancel({ booking_id: held.id, refund: amount, kept }).then(unwrap);
    const after = unwrap(await customer.booking.get({ booking_id: held.id }));
    return { offered: found.items[0]?.total, total: quote.total, states: [booking.state, after.state], page };
  },
  async taken() {
    const [first, second] = [await quoted(), await quoted()];
    unwrap(await client.booking.hold({ quote_id: first.id, ...driver }));
    const told = await client.booking.hold({ quote_id: second.id, ...driver, email: "kim@example.com" });
    if (told.ok || !told.declared || told.error.code !== "car_taken") {
      return told;
    }
    return { status: told.error.status, alternatives: told.error.alternatives.length };
  },
  async stranger() {
    const told = await client.withKey("exo_partner_no_key").location.list();
    return told.ok || { declared: told.declared, code: told.error.code };
  },
  async list() {
    const slugs: string[] = [];
    for await (const one of client.car.search.all({ limit: 2 })) {
      slugs.push(one.slug);
    }
    return slugs;
  },
  async batch() {
    const batch = client.batch();
    const [one, none, quote] = [batch.car.get({ car }), batch.car.get({ car: "no-such-car" }), batch.quote.create(trip)];
    await batch.send();
    return { slug: unwrap(one.result).slug, none: await thrown(() => unwrap(none.result)), car: unwrap(quote.result).car };
  },
  async chosen() {
    const part = unwrap(await client.car.get({ car }, { fields: ["slug"] }));
    const items = [];
    for await (const one of client.car.search.all({}, { fields: ["slug", "seats"] })) {
      items.push(one);
    }
    const batch = client.batch();
    const batched = batch.car.get({ car }, { fields: ["seats"] });
    await batch.send();
    return [part, items, unwrap(batched.result)];
  },
  async unchanged() {
    const seen = await client.car.get({ car });
    const again = await client.car.get({ car }, { ifNoneMatch: seen.ok ? (seen.etag ?? "") : "" });
    const whole = await client.car.search({ limit: 1 }, { ifNoneMatch: seen.ok ? (seen.etag ?? "") : "" });
    return [again.ok || again.error.code, unwrap(whole).items.length];
  },
  async large() {
    const batch = client.batch();
    const calls = Array.from({ length: 23 }, (_, place) => batch.car.get({ car: place % 3 ? car : `none-${place}` }));
    await batch.send();
    return calls.map(({ result }) => result.ok);
  },
  async hold() {
    const quote = await quoted();
    return unwrap(await client.booking.hold({ quote_id: quote.id, ...driver }));
  },
  async places() {
    return thrown(async () => unwrap(await client.location.list()));
  },
  async quote() {
    return thrown(quoted);
  },
  async aborted() {
    const stopped = AbortSignal.abort(new Error("enough"));
    return client.location.list({}, { signal: stopped }).catch((error: Error) => error.message);
  },
};

console.log(JSON.stringify((await scenarios[scenario]?.()) ?? null));

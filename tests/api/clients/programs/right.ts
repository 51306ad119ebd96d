// A program that the type checker has nothing to say about; never run.

import { type HeldBooking, type Quote, type Refusal, ExoDrive, unwrap } from "../../../../docs/clients/typescript/src/index.ts";

const client = new ExoDrive("https://rentals.example", { key: "exo_partner_1_x", retries: { attempts: 2 } });

function refused(error: Refusal<"booking.hold">): string {
  switch (error.code) {
    case "car_taken":
    case "pick_up_too_soon":
      return `free from ${error.alternatives[0]?.starts_at}`;
    case "quote_changed":
      return error.quote_id;
    case "car_retired":
    case "invalid":
    case "not_found":
    case "promo_exhausted":
    case "quote_expired":
    case "quote_used":
      return error.detail;
    default:
      error satisfies never;
      return "";
  }
}

export async function hold(quote: Quote): Promise<string> {
  const told = await client.booking.hold({
    quote_id: quote.id,
    name: "Alex Morgan",
    email: "alex@example.com",
    phone: "+1 310 555 0100",
    birth_date: "1990-05-04",
    licence_number: "D1234567",
    licence_country: "US",
    consent: true,
  });
  if (told.ok) {
    const held: HeldBooking = told.value;
    return held.token;
  }
  return told.declared ? refused(told.error) : told.error.code;
}

export async function look(): Promise<number> {
  let total = 0;
  for await (const car of client.car.search.all({ category: "convertible" })) {
    total += car.total ?? 0;
  }
  const batch = client.batch();
  const car = batch.car.get({ car: "corvane-k7" });
  const policy = batch.policy.cancellation();
  await batch.send();
  return total + unwrap(car.result).deposit + unwrap(policy.result).tiers.length;
}

export async function choose(): Promise<string> {
  const car = unwrap(await client.car.get({ car: "corvane-k7" }, { fields: ["slug", "location"] }));
  for await (const one of client.car.search.all({ category: "convertible" }, { fields: ["slug"] })) {
    return one.slug;
  }
  const { items, has_more } = unwrap(await client.car.search({}, { fields: ["seats"] }));
  const batch = client.batch();
  const batched = batch.car.get({ car: "corvane-k7" }, { fields: ["deposit"] });
  await batch.send();
  return `${car.slug} ${car.location.name} ${items[0]?.seats} ${has_more} ${unwrap(batched.result).deposit}`;
}

export async function changed(etag: string): Promise<string | undefined> {
  const told = await client.car.get({ car: "corvane-k7" }, { ifNoneMatch: etag });
  if (told.ok) {
    return told.etag;
  }
  return !told.declared && told.error.code === "not_modified" ? etag : undefined;
}

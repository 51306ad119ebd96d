// Programs that the type checker refuses: each marked line with this code, and no other.

import { type Quote, type Refusal, ExoDrive, unwrap } from "../../../../docs/clients/typescript/src/index.ts";

const client = new ExoDrive("https://rentals.example");

export async function misspelt(quote: Quote): Promise<void> {
  await client.quote.get({ qoute_id: quote.id }); // wrong: TS2561
  await client.booking.hodl({ quote_id: quote.id }); // wrong: TS2339
  await client.boking.list(); // wrong: TS2551
  console.log(quote.totl); // wrong: TS2551
}

export async function mistyped(quote: Quote): Promise<string> {
  await client.booking.get({ booking_id: 17 }); // wrong: TS2322
  await client.car.search({ category: "bicycle" }); // wrong: TS2322
  await client.booking.cancel({ booking_id: quote.id, refund: "0", kept: 0 }); // wrong: TS2322
  return quote.total; // wrong: TS2322
}

export async function incomplete(quote: Quote): Promise<void> {
  await client.booking.cancel({ booking_id: quote.id, refund: 0 }); // wrong: TS2345
  await client.booking.get(); // wrong: TS2554
}

export function changed(quote: Quote): void {
  quote.total = 0; // wrong: TS2540
}

export async function impossible(id: string): Promise<boolean> {
  return unwrap(await client.booking.get({ booking_id: id })).state === "canceled"; // wrong: TS2367
}

export function forgotten(error: Refusal<"booking.extend">): string {
  switch (error.code) {
    case "hold_expired":
    case "not_found":
      return "over";
    default:
      error satisfies never; // wrong: TS1360
      return "";
  }
}

export function neverTold(error: Refusal<"booking.extend">): boolean {
  return error.code === "car_taken"; // wrong: TS2367
}

export async function unchecked(id: string): Promise<string> {
  const told = await client.booking.get({ booking_id: id });
  return told.value.reference; // wrong: TS2339
}

export async function ofAnother(): Promise<Quote> {
  const batch = client.batch();
  const car = batch.car.get({ car: "corvane-k7" });
  await batch.send();
  return unwrap(car.result); // wrong: TS2740
}

export async function notChosen(): Promise<number> {
  await client.car.get({ car: "corvane-k7" }, { fields: ["slgu"] }); // wrong: TS2322
  await client.car.search({}, { fields: ["items"] }); // wrong: TS2322
  for await (const one of client.car.search.all({}, { fields: ["slug"] })) {
    console.log(one.seats); // wrong: TS2339
  }
  return unwrap(await client.car.get({ car: "corvane-k7" }, { fields: ["slug"] })).deposit; // wrong: TS2339
}

export async function mistagged(seen: Quote): Promise<void> {
  await client.quote.get({ quote_id: seen.id }, { ifNoneMatch: seen }); // wrong: TS2322
  await client.quote.get({ quote_id: seen.id }, { ifNoneMach: "x" }); // wrong: TS2561
}

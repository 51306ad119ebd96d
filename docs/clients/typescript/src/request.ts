import { type Name, READS } from "./procedures.ts";

/** Where a call goes, with what body; without one it is a GET. */
export function requested(name: Name, asked: object = {}, fields?: string): { path: string; body?: object } {
  const query = new URLSearchParams(fields === undefined ? {} : { fields });
  const path = READS[name];
  if (path === undefined) {
    return { path: `rpc/${name}${asQuery(query)}`, body: asked };
  }
  const given = new Map<string, unknown>(Object.entries(asked));
  const filled = path.slice(1).replace(/{(\w+)}/g, (_, field: string) => {
    const value = encodeURIComponent(String(given.get(field)));
    given.delete(field);
    return value;
  });
  for (const [field, value] of given) {
    for (const one of [value].flat()) {
      if (one !== undefined && one !== null) {
        query.append(field, String(one));
      }
    }
  }
  return { path: `${filled}${asQuery(query)}` };
}

function asQuery(query: URLSearchParams): string {
  const told = query.toString();
  return told && `?${told}`;
}

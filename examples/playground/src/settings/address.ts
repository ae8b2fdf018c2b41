// What the fragment of the address says: the part shown, and the settings in which it differs from the initial ones,
// `#regions?data=moons&layers=8,8`. Whatever stands there, a page comes out of it, and what was wrong is told.

import { type Fields, readSettings, type Settings, writeSettings } from "./fields.js";
import { isPart, type PartName, parts } from "./tables.js";

export interface Address {
  readonly part: PartName;
  readonly settings: Settings<Fields>;
  readonly problems: readonly string[];
}

/** Longer ones are nobody's settings. */
const LONGEST = 2000;

export function readAddress(hash: string): Address {
  const text = hash.replace(/^#\/?/, "");
  if (text.length > LONGEST) {
    return {
      part: "regions",
      ...readSettings<Fields>(parts.regions, []),
      problems: [`The address must have at most ${LONGEST} characters after #; it has ${text.length}.`],
    };
  }
  const [name = "", query = ""] = text.split("?", 2);
  const part = isPart(name) ? name : "regions";
  const { settings, problems } = readSettings<Fields>(parts[part], new URLSearchParams(query));
  if (name === "" || isPart(name)) return { part, settings, problems };
  return { part, settings, problems: [`There is no part ${JSON.stringify(name.slice(0, 40))}.`, ...problems] };
}

export function writeAddress(part: PartName, settings: Settings<Fields>): string {
  // Commas may stand in a fragment; without them encoded, lists stay readable.
  const query = new URLSearchParams(writeSettings<Fields>(parts[part], settings)).toString().replaceAll("%2C", ",");
  return query === "" ? `#${part}` : `#${part}?${query}`;
}

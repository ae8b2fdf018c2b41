// Damage that keeps the outer form of a file, so that it reaches what lies within: values in JSON, fields and line ends of
// tables, lines of journals, headers of safetensors files with the right length before them.

import type { RandomStream } from "../../src/tensor/random.js";
import { mutate } from "./mutate.js";

const HOSTILE = [
  ...[null, true, false, 0, -0, 1, -1, 2, 3, 0.5, -1.5, 1e9, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53, 1e300, -1e300],
  ...[
    "",
    "x",
    "1",
    "relu",
    "constructor",
    "__proto__",
    "toString",
    "float32",
    "../x",
    "NaN",
    "\u0000",
    "x".repeat(300),
  ],
  ...[
    [],
    {},
    [1],
    [null],
    [[[]]],
    { $tensor: 0 },
    { $tensor: 99 },
    { $number: "NaN" },
    { $map: [[1, 2]] },
    { length: 1e9 },
  ],
];
const PIECES = [
  ...[
    '"',
    '"',
    '""',
    ",",
    ",",
    ";",
    "\t",
    "|",
    "\n",
    "\n",
    "\r",
    "\r\n",
    "\r\n",
    " ",
    "  ",
    "\ufeff",
    "#",
    "sep=;\n",
    "\0",
  ],
  ...[
    "1e39",
    "-1.5e-3",
    "1,5",
    "1.234,5",
    "nan",
    "inf",
    "é",
    "\ud83d\ude00",
    "a b",
    '"a,b"',
    '"x\ny"',
    "0x10",
    "1".repeat(50),
  ],
];

type Mutator = (file: Uint8Array, random: RandomStream) => Uint8Array;

/** Three in four files by `structure`, the others byte by byte. */
export function mixed(structure: Mutator): Mutator {
  return (file, random) => (random.below(4) === 0 ? mutate(file, random) : structure(file, random));
}

export const mutateTable: Mutator = (file, random) => {
  let text = new TextDecoder().decode(file);
  for (let changes = 1 + random.below(4); changes > 0; changes--) {
    const at = random.below(text.length + 1);
    const end = Math.min(text.length, at + 1 + random.below(6));
    const piece = PIECES[random.below(PIECES.length)] as string;
    const middle = [piece, "", text.slice(at, end).repeat(2), piece.repeat(1 + random.below(5))][
      random.below(4)
    ] as string;
    text = text.slice(0, at) + middle + text.slice(random.below(2) === 0 ? at : end);
    // All line ends of one kind in place of another.
    if (random.below(8) === 0) text = text.replaceAll("\n", ["\r", "\r\n", "\n\n"][random.below(3)] as string);
  }
  return new TextEncoder().encode(text);
};

export const mutateJournal: Mutator = (file, random) => {
  const lines = new TextDecoder().decode(file).split("\n");
  const at = random.below(lines.length);
  const line = lines[at] as string;
  const other = random.below(lines.length);
  switch (random.below(5)) {
    case 0:
      lines.splice(at, 1);
      break;
    case 1:
      lines.splice(other, 0, line);
      break;
    case 2:
      lines[at] = line.slice(0, random.below(line.length + 1));
      break;
    default:
      lines[at] = damagedJson(line, random);
  }
  return new TextEncoder().encode(lines.join(random.below(8) === 0 ? "\r\n" : "\n"));
};

/** The text of model.json up to a zero, which the weights follow. */
export const mutateTextAndBytes: Mutator = (file, random) => {
  const end = file.indexOf(0);
  const text = damagedJson(new TextDecoder().decode(file.subarray(0, end)), random);
  return Uint8Array.from([...new TextEncoder().encode(text), ...file.subarray(end)]);
};

/** The header of a safetensors file, or the JSON in its metadata. */
export const mutateSafetensors: Mutator = (file, random) => {
  const length = new DataView(file.buffer, file.byteOffset).getUint32(0, true);
  let text = new TextDecoder().decode(file.subarray(8, 8 + length));
  const header = JSON.parse(text) as { __metadata__?: Record<string, string> };
  const inner = Object.keys(header.__metadata__ ?? {}).filter((key) => header.__metadata__?.[key]?.startsWith("{"));
  const key = inner[random.below(Math.max(inner.length, 1))];
  if (key !== undefined && header.__metadata__ !== undefined && random.below(4) > 0) {
    header.__metadata__[key] = damagedJson(header.__metadata__[key] as string, random);
    text = JSON.stringify(header);
  } else text = damagedJson(text, random);
  const json = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + json.length + file.length - 8 - length);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 8);
  bytes.set(file.subarray(8 + length), 8 + json.length);
  return bytes;
};

/** The text of a JSON value with one to three of its parts changed; a text that is not JSON loses a part. */
function damagedJson(text: string, random: RandomStream): string {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    return text.slice(random.below(text.length + 1));
  }
  for (let changes = 1 + random.below(3); changes > 0; changes--) {
    const places = placesIn(root);
    const place = places[random.below(Math.max(places.length, 1))];
    if (place === undefined) return JSON.stringify(HOSTILE[random.below(HOSTILE.length)]);
    const [parent, key] = place;
    const other = places[random.below(places.length)] as Place;
    switch (random.below(8)) {
      case 0:
        if (Array.isArray(parent)) parent.splice(Number(key), 1);
        else delete parent[key];
        break;
      case 1:
        // By a copy: a value within itself has no text.
        parent[key] = JSON.parse(JSON.stringify(other[0][other[1]] ?? null));
        break;
      case 2:
        if (typeof parent[key] === "number")
          parent[key] = (parent[key] as number) * (random.below(2) === 0 ? -1 : 1000);
        else parent[key] = [parent[key]];
        break;
      case 3: {
        const value = JSON.stringify(parent[key] ?? null);
        const levels = 1 + random.below(40);
        parent[key] = JSON.parse("[".repeat(levels) + value + "]".repeat(levels));
        break;
      }
      case 4: {
        const value = parent[key];
        if (Array.isArray(value) && value.length < 50) parent[key] = [...value, ...value, ...value];
        else if (!Array.isArray(parent)) {
          const name = ["constructor", "__proto__", "length", "extra"][random.below(4)] as string;
          Object.defineProperty(parent, name, { value, enumerable: true, configurable: true, writable: true });
        }
        break;
      }
      default:
        parent[key] = structuredClone(HOSTILE[random.below(HOSTILE.length)]);
    }
  }
  return JSON.stringify(root);
}

type Place = readonly [parent: Record<string, unknown>, key: string];

function placesIn(root: unknown): Place[] {
  const places: Place[] = [];
  const visit = (value: unknown) => {
    if (typeof value !== "object" || value === null || places.length > 2000) return;
    for (const key of Object.keys(value)) {
      places.push([value as Record<string, unknown>, key]);
      visit((value as Record<string, unknown>)[key]);
    }
  };
  visit(root);
  return places;
}

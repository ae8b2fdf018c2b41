// Damage to a file: flipped bits, missing, repeated and foreign parts, and lengths that lie.

import type { RandomStream } from "../../src/tensor/random.js";

/** What a field of a length may be made to say. */
const LIES = [0, 1, 2, 4, 8, 127, 128, 255, 2 ** 15, 2 ** 16 - 1, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
/** What a number in a header of text may be made to say. */
const NUMBERS = ["0", "-1", "1e999", "9007199254740993", "4294967296", "1.5", "null", '"x"', "[]", "{}", "2147483647"];

/** A copy of the file with one change, or now and then up to four. */
export function mutate(file: Uint8Array, random: RandomStream): Uint8Array {
  let bytes: Uint8Array = file.slice();
  for (let changes = 1 + random.below(4) * random.below(2); changes > 0; changes--) bytes = change(bytes, random);
  return bytes;
}

function change(bytes: Uint8Array, random: RandomStream): Uint8Array {
  if (bytes.length === 0) return bytes;
  const at = random.below(bytes.length);
  const length = 1 + random.below(Math.min(32, bytes.length - at));
  switch (random.below(7)) {
    case 0:
      bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
      return bytes;
    case 1:
      return bytes.slice(0, at);
    case 2:
      return joined(bytes.subarray(0, at), bytes.subarray(at + length));
    case 3:
      return joined(bytes.subarray(0, at + length), bytes.subarray(at));
    case 4: {
      const lie = LIES[random.below(LIES.length)] as number;
      const view = new DataView(bytes.buffer);
      if (at + 4 > bytes.length) bytes[at] = lie;
      else if (random.below(2) === 0) view.setUint32(at, lie, random.below(2) === 0);
      else view.setUint16(at, lie, random.below(2) === 0);
      return bytes;
    }
    case 5:
      for (let i = at; i < at + length; i++) bytes[i] = random.below(256);
      return bytes;
    default:
      return withNumber(bytes, at, NUMBERS[random.below(NUMBERS.length)] as string);
  }
}

/** Another number in place of the first one at or after `at`. */
function withNumber(bytes: Uint8Array, at: number, number: string): Uint8Array {
  const isDigit = (byte: number | undefined) => byte !== undefined && byte >= 0x30 && byte <= 0x39;
  let from = at;
  while (from < bytes.length && !isDigit(bytes[from])) from++;
  let to = from;
  while (isDigit(bytes[to])) to++;
  return joined(bytes.subarray(0, from), new TextEncoder().encode(number), bytes.subarray(to));
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

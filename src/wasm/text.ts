// A module as text that a string literal holds without escapes: half as long as hexadecimal, and since bytes keep their
// boundaries, gzip makes as little of it as of the module itself. scripts/generate-bindings.mjs writes it.
//
//   64 hexadecimal digits   a bit for each byte value, the lowest first: whether it is among the most frequent 87
//   one character           a frequent value, in rising order from # on
//   two characters          any other: a space or ! and one of all 89 characters, in rising order too

/** Not among the characters: what is not printable ASCII, and what string literals or HTML would escape. */
const UNUSED = /[^ -~]|["$'<\\`]/;

export function decode(text: string): Uint8Array<ArrayBuffer> {
  // By character, by 128 + character behind a space, by 256 + character behind an exclamation mark.
  const values = new Uint8Array(384);
  let alone = 33;
  let behind = 128;
  for (let value = 0; value < 256; value++) {
    const frequent = (Number.parseInt(text.charAt(value >> 2), 16) >> (value & 3)) & 1;
    if (frequent) alone = following(alone);
    else behind = following(behind);
    values[frequent ? alone : behind] = value;
  }
  const { length } = text;
  const bytes = new Uint8Array(length);
  let size = 0;
  // No TextEncoder: bare engines and audio worklets have none.
  for (let i = 64; i < length; i++) {
    let at = text.charCodeAt(i);
    if (at < 34) at = (at - 31) * 128 + text.charCodeAt(++i);
    bytes[size++] = values[at] as number;
  }
  return bytes.subarray(0, size);
}

function following(at: number): number {
  let next = at + 1;
  while (UNUSED.test(String.fromCharCode(next & 127))) next++;
  return next;
}

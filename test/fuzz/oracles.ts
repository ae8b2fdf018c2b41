// Parsers written another way than those of the library, for small files: what both accept must be the same.

/** The records of a text under a delimiter; null where a quote is out of place. */
export function parseTable(text: string, delimiter: string): string[][] | null {
  const quoted = /"((?:[^"]|"")*)" */y;
  const plain = new RegExp(`[^\\r\\n${delimiter === "|" ? "\\|" : delimiter}]*`, "y");
  const end = /\r\n|\r|\n|$/y;
  const records: { fields: string[]; bare: boolean }[] = [];
  let fields: string[] = [];
  let bare = true;
  for (let at = 0; at < text.length || fields.length > 0; ) {
    const pattern = text[at] === '"' ? quoted : plain;
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) return null;
    if (pattern === quoted) bare = false;
    fields.push(pattern === quoted ? (match[1] as string).replaceAll('""', '"') : match[0]);
    at += match[0].length;
    if (text[at] === delimiter) {
      at++;
      // A delimiter at the very end: one more field, which is empty.
      if (at < text.length) continue;
      fields.push("");
    }
    end.lastIndex = at;
    const stop = end.exec(text);
    if (stop === null) return null;
    at += stop[0].length;
    records.push({ fields, bare });
    fields = [];
    bare = true;
  }
  const single = ({ fields: all, bare: unquoted }: (typeof records)[number], pattern: RegExp) =>
    all.length === 1 && unquoted && pattern.test(all[0] as string);
  const filled = records.filter((record) => !single(record, /^[ \t]*$/));
  const wide = (filled[0]?.fields.length ?? 1) > 1;
  return (wide ? filled : records.filter((record) => !single(record, /^$/))).map((record) => record.fields);
}

/** The values of an npy file of numbers or text, in row-major order; null for other kinds and for what is not understood. */
export function parseNpy(file: Uint8Array): { shape: number[]; values: (number | bigint | string)[] } | null {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const start = file[6] === 1 ? 10 : 12;
  const end = start + (file[6] === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  const text = Buffer.from(file.subarray(start, end)).toString("latin1");
  let header: { descr: unknown; fortran_order: boolean; shape: number[] };
  try {
    const json = text.replaceAll("'", '"').replaceAll("True", "true").replaceAll("False", "false");
    header = JSON.parse(
      json
        .replaceAll("(", "[")
        .replaceAll(")", "]")
        .replace(/(\d)L/g, "$1")
        .replace(/, *([\]}])/g, "$1"),
    );
  } catch {
    return null;
  }
  const { descr, shape } = header;
  const kind = typeof descr === "string" ? /^([<>|=])([biufU])(\d+)$/.exec(descr) : null;
  if (kind === null) return null;
  const little = kind[1] !== ">";
  const width = Number(kind[3]) * (kind[2] === "U" ? 4 : 1);
  const read = (at: number): number | bigint | string | null => {
    switch (`${kind[2]}${kind[3]}`) {
      case "b1":
      case "u1":
        return view.getUint8(at);
      case "i1":
        return view.getInt8(at);
      case "u2":
        return view.getUint16(at, little);
      case "i2":
        return view.getInt16(at, little);
      case "u4":
        return view.getUint32(at, little);
      case "i4":
        return view.getInt32(at, little);
      case "u8":
        return view.getBigUint64(at, little);
      case "i8":
        return view.getBigInt64(at, little);
      case "f4":
        return view.getFloat32(at, little);
      case "f8":
        return view.getFloat64(at, little);
    }
    if (kind[2] !== "U") return null;
    let string = "";
    for (let i = at; i < at + width; i += 4) string += String.fromCodePoint(view.getUint32(i, little));
    return string.replace(/\0+$/, "");
  };
  const size = shape.reduce((product, extent) => product * extent, 1);
  const values: (number | bigint | string)[] = [];
  for (let i = 0; i < size; i++) {
    let place = i;
    if (header.fortran_order) {
      // From the index of each axis, the last one first.
      let rest = i;
      const indices = [...shape].reverse().map((extent) => {
        const index = rest % extent;
        rest = Math.floor(rest / extent);
        return index;
      });
      place = indices.reduce((sum, index, axis) => index + sum * (shape[shape.length - 1 - axis] as number), 0);
    }
    const value = read(end + place * width);
    if (value === null) return null;
    values.push(value);
  }
  return { shape, values };
}

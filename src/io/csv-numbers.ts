// Numbers as tables hold them: with a point or a comma, in groups of three or not; and the shortest text of a float32.
// Used by csv.ts.

/** How numbers are written. */
export interface NumberFormat {
  readonly decimal: "." | ",";
  /** What stands between groups of three digits; none by default. */
  readonly thousands?: string | undefined;
}

/** What may separate thousands, with the characters that are meant: a blank may be one that does not break. */
export const THOUSANDS: Readonly<Record<string, string>> = {
  ",": ",",
  ".": "\\.",
  " ": "[ \\u00a0\\u2009\\u202f]",
  "'": "['\\u2019]",
  _: "_",
};

/** The number in a field; Infinity for one that float64 cannot hold; undefined for any other text. */
export function numberReader({ decimal, thousands }: NumberFormat): (field: string) => number | undefined {
  const point = decimal === "." ? "\\." : ",";
  const grouped = thousands === undefined ? "" : `\\d{1,3}(?:${THOUSANDS[thousands]}\\d{3})+(?:${point}\\d*)?|`;
  // No two parts that can match the same digits follow one another: a long text costs one pass.
  const pattern = new RegExp(`^[+-]?(?:${grouped}\\d+(?:${point}\\d*)?|${point}\\d+)(?:e[+-]?\\d+)?$`, "i");
  const separators = thousands === undefined ? undefined : new RegExp(THOUSANDS[thousands] as string, "g");
  return (field) => {
    const text = field.trim();
    if (!pattern.test(text)) return wordIn(text);
    const digits = separators === undefined ? text : text.replace(separators, "");
    return Number(decimal === "." ? digits : digits.replace(",", "."));
  };
}

/** Whether a text says infinity in a word, where a number would be too large. */
export function isInfinity(field: string): boolean {
  return /^[+-]?inf(inity)?$/i.test(field.trim());
}

function wordIn(text: string): number | undefined {
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  if (!isInfinity(text)) return undefined;
  return text.startsWith("-") ? -Infinity : Infinity;
}

/** The shortest decimal that a float32 is nearest to. */
export function shortestFloat32(value: number): string {
  if (Object.is(value, -0)) return "-0";
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

// The text form of modules: any bytes come back, in characters that no literal and no page has to escape.

import fc from "fast-check";
import { expect, test } from "vitest";
import { text as simd } from "../../src/wasm/generated/simd.js";
import { decode } from "../../src/wasm/text.js";

const script = new URL("../../scripts/generate-bindings.mjs", import.meta.url).href;
const { encode } = (await import(/* @vite-ignore */ script)) as { encode: (bytes: Uint8Array) => string };

test("any bytes come back, in plain characters", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 600, size: "max" }),
    fc.constant(Uint8Array.from({ length: 256 }, (_, i) => i)),
    fc.array(fc.constantFrom(0, 32, 127, 128, 255), { maxLength: 50 }).map((list) => Uint8Array.from(list)),
  );
  fc.assert(
    fc.property(bytes, (original) => {
      const text = encode(original);
      expect(text).toMatch(/^[0-9a-f]{64}[ -~]*$/);
      expect(text).not.toMatch(/["$'<\\`]/);
      expect([...decode(text)]).toEqual([...original]);
    }),
    { seed: 1 },
  );
});

test("the form, by hand", () => {
  // Of five bytes that occur all are frequent; the 82 lowest others are counted in after them.
  const text = encode(Uint8Array.of(0, 250, 250, 251, 1));
  expect(text.slice(0, 22)).toBe(`${"f".repeat(21)}1`);
  expect(text.slice(22)).toBe(`${"0".repeat(40)}c0#}}~%`);
  expect([...decode(`${"0".repeat(64)} #! `)]).toEqual([2, 89]);
});

test("a module takes little more characters than bytes", () => {
  const size = decode(simd).length;
  expect(simd.length).toBeLessThan(1.05 * size);
});

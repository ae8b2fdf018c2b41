import { crc32 as reference } from "node:zlib";
import { expect, test } from "vitest";
import { crc32, crc32c } from "../../src/io/crc.js";

const text = (value: string) => new TextEncoder().encode(value);

test("the check values of the two polynomials", () => {
  expect(crc32(text("123456789"))).toBe(0xcbf43926);
  expect(crc32c(text("123456789"))).toBe(0xe3069283);
});

// RFC 3720, appendix B.4
test.each([
  ["zeros", new Uint8Array(32), 0x8a9136aa],
  ["ones", new Uint8Array(32).fill(255), 0x62a8ab43],
  ["counting up", Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ["counting down", Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
])("CRC-32C of %s", (_, bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected);
});

test.skipIf(typeof reference !== "function")("CRC-32 as zlib has it", () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => (i * 7919) >> 3);
  expect(crc32(bytes)).toBe(reference(bytes));
});

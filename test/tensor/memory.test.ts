import { expect, test } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { LinearMemory } from "../../src/tensor/memory.js";
import type { GrowableMemory } from "../../src/wasm/engine.js";

const PAGE = 65536;
/** A memory of one page that gives at most `most`. */
const wasmMemory = (most = 64) => new WebAssembly.Memory({ initial: 1, maximum: most }) as GrowableMemory;

test("reservations follow each other directly, behind the module's own kilobyte, and the arena behind them", () => {
  const memory = new LinearMemory(wasmMemory());
  expect([memory.arena, memory.bytes]).toEqual([1024, PAGE]);
  expect([memory.reserve(3), memory.reserve(0), memory.reserve(5)]).toEqual([1024, 1036, 1036]);
  expect(memory.arena).toBe(1088);
  memory.reserve(8);
  expect(memory.arena).toBe(1088);
  memory.reserve(1);
  expect(memory.arena).toBe(1152);
});

test("what is reserved is zero, also where the arena has been used before", () => {
  const memory = new LinearMemory(wasmMemory());
  memory.f32.fill(7);
  const address = memory.reserve(100);
  expect(memory.f32.subarray(address / 4, address / 4 + 100).every((value) => value === 0)).toBe(true);
  expect(memory.f32[address / 4 + 100]).toBe(7);
});

test("growing keeps the values, replaces both views and counts as a generation", () => {
  const memory = new LinearMemory(wasmMemory());
  const address = memory.reserve(2);
  memory.f32[address / 4] = 1.5;
  memory.i32[address / 4 + 1] = -7;
  const { generation, f32 } = memory;
  memory.reserveArena(3 * PAGE);
  expect(memory.generation).toBeGreaterThan(generation);
  expect(f32.length).toBe(0);
  expect([memory.f32[address / 4], memory.i32[address / 4 + 1]]).toEqual([1.5, -7]);
  expect(memory.bytes).toBe(4 * PAGE);
  expect([memory.f32.length, memory.i32.length]).toEqual([PAGE, PAGE]);
});

test("an arena that fits changes nothing; a reservation moves the arena and counts as a generation", () => {
  const memory = new LinearMemory(wasmMemory());
  const { generation, f32 } = memory;
  memory.reserveArena(PAGE - 1024);
  expect([memory.generation, memory.f32, memory.bytes]).toEqual([generation, f32, PAGE]);
  memory.reserveArena(PAGE - 1023);
  expect(memory.bytes).toBe(2 * PAGE);
  const grown = memory.generation;
  memory.reserve(1);
  expect(memory.generation).toBeGreaterThan(grown);
});

test.each([
  ["reserveArena", 2_000_000, 2],
  ["reserve", 500_000, 2],
  ["reserve", 2 ** 30, 4097],
  ["reserveArena", 2 ** 40, 1048577],
] as const)("%s of %d beyond what the host gives is refused and changes nothing", (method, size, megabytes) => {
  const memory = new LinearMemory(wasmMemory(4));
  memory.reserve(10);
  memory.f32.fill(3);
  const before = [memory.arena, memory.bytes, memory.generation];
  expect(() => memory[method](size)).toThrow(
    new ArgumentError(
      `Session: the plan needs ${megabytes} MB of linear memory, more than this host gives; use a smaller batch or smaller layers.`,
    ),
  );
  expect([memory.arena, memory.bytes, memory.generation]).toEqual(before);
  expect(memory.f32.every((value) => value === 3)).toBe(true);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { arrange, type Storage } from "../../src/plan/storage.js";

const storage = (bytes: number, from: number, to: number): Storage => ({ bytes, from, to, offset: -1 });

test("nothing needs nothing", () => {
  expect(arrange([])).toBe(0);
});

test("what lives one after the other shares its place", () => {
  const [first, second, third] = [storage(100, 0, 1), storage(100, 2, 3), storage(100, 4, 4)];
  expect(arrange([first, second, third])).toBe(128);
  expect([first.offset, second.offset, third.offset]).toEqual([0, 0, 0]);
});

test("what meets in one step does not", () => {
  const [first, second] = [storage(64, 0, 2), storage(64, 2, 3)];
  expect(arrange([first, second])).toBe(128);
  expect([first.offset, second.offset]).toEqual([0, 64]);
});

test("a gap between two that stay is filled", () => {
  const [bottom, middle, top, late] = [storage(256, 0, 9), storage(192, 0, 3), storage(128, 0, 9), storage(64, 5, 9)];
  expect(arrange([bottom, middle, top, late])).toBe(576);
  expect(late.offset).toBe(256);
});

test("for all lifetimes: those alive at once do not overlap, all are aligned, and the total is just enough", () => {
  const lifetimes = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: -1, max: 20 }), fc.nat(12)),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(lifetimes, (list) => {
      const storages = list.map(([bytes, from, length]) => storage(bytes, from, from + length));
      const total = arrange(storages);
      let end = 0;
      storages.forEach((a, i) => {
        expect(a.offset).toBeGreaterThanOrEqual(0);
        expect(a.offset % 64).toBe(0);
        end = Math.max(end, a.offset + a.bytes);
        for (const b of storages.slice(i + 1)) {
          if (a.to < b.from || b.to < a.from) continue;
          const apart = a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset;
          if (!apart) expect.fail(`${JSON.stringify(a)} and ${JSON.stringify(b)} overlap`);
        }
      });
      expect(total).toBe(Math.ceil(end / 64) * 64);
    }),
    { seed: 3, numRuns: 500 },
  );
});

test("never takes more than if nothing were shared, and needs at least the largest moment", () => {
  const lifetimes = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.nat(10), fc.nat(5)), {
    minLength: 1,
    maxLength: 30,
  });
  fc.assert(
    fc.property(lifetimes, (list) => {
      const storages = list.map(([lines, from, length]) => storage(lines * 64, from, from + length));
      const total = arrange(storages);
      const aliveAt = (time: number) =>
        storages.filter(({ from, to }) => from <= time && time <= to).reduce((sum, { bytes }) => sum + bytes, 0);
      expect(total).toBeLessThanOrEqual(storages.reduce((sum, { bytes }) => sum + bytes, 0));
      expect(total).toBeGreaterThanOrEqual(Math.max(...Array.from({ length: 16 }, (_, time) => aliveAt(time))));
    }),
    { seed: 4, numRuns: 300 },
  );
});

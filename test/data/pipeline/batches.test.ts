import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { epochOrder, gatherRows } from "../../../src/data/pipeline/batches.js";
import { RandomStream } from "../../../src/tensor/random.js";

describe("epochOrder", () => {
  test("holds every example once", () => {
    for (const count of [0, 1, 2, 150]) {
      expect([...epochOrder(count, 3, 0)].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
    }
  });

  test("depends on the seed and the epoch alone", () => {
    const first = epochOrder(50, 7, 4);
    new RandomStream(7, "shuffle/4").permutation(13);
    epochOrder(50, 7, 3);
    expect(epochOrder(50, 7, 4)).toEqual(first);
    expect(epochOrder(50, 7, 5)).not.toEqual(first);
    expect(epochOrder(50, 8, 4)).not.toEqual(first);
    expect(epochOrder(50, 2 ** 32 + 7, 4)).not.toEqual(first);
  });

  test("is this one: shuffles are part of what a seed promises", () => {
    expect([...epochOrder(10, 42, 0)]).toEqual([6, 9, 5, 0, 4, 7, 8, 2, 3, 1]);
  });
});

describe("gatherRows", () => {
  test("copies the rows of a batch in order, and nothing else", () => {
    fc.assert(
      fc.property(
        fc.record({
          rows: fc.integer({ min: 1, max: 12 }),
          // Narrow rows are copied by a loop, wide ones by views: both sides of the border.
          width: fc.constantFrom(0, 1, 3, 31, 32, 33, 50),
          from: fc.nat(12),
          count: fc.nat(12),
          integers: fc.boolean(),
          shuffled: fc.boolean(),
          seed: fc.nat(),
        }),
        ({ rows, width, from, count, integers, shuffled, seed }) => {
          fc.pre(from + count <= rows);
          const numbers = Array.from({ length: rows * width }, (_, i) => i + 1);
          const Kind = integers ? Int32Array : Float32Array;
          const source = new Kind(numbers);
          const order = shuffled ? new RandomStream(seed, 0).permutation(rows) : null;
          const target = new Kind(rows * width + 5).fill(-1);
          gatherRows(target, source, order, from, count, width);
          const expected = Array.from({ length: count }, (_, i) => {
            const row = order === null ? from + i : (order[from + i] as number);
            return [...source.subarray(row * width, (row + 1) * width)];
          }).flat();
          expect([...target]).toEqual([...expected, ...new Array(target.length - expected.length).fill(-1)]);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });
});

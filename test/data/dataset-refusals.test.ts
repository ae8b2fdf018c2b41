import { describe, expect, test } from "vitest";
import { dataset } from "../../src/data/pipeline/dataset.js";
import { ArgumentError, ShapeError } from "../../src/errors.js";
import { expectRefusal } from "../support/expect-refusal.js";

describe("refusals", () => {
  const refused: [string, () => unknown, new (...args: never[]) => Error, string][] = [
    [
      "no source",
      () => dataset(5 as never),
      ArgumentError,
      "dataset: needs a list of arrays, such as [x, y], or something to iterate over; received 5.",
    ],
    [
      "a name for an option that is none",
      () => dataset([[1]], { sed: 1 } as never),
      ArgumentError,
      'dataset: options must be an object with seed; received "sed"; did you mean "seed"?',
    ],
    ["no field", () => dataset([]), ArgumentError, "dataset: there must be at least one field, such as [x, y]."],
    [
      "a lone number",
      () => dataset([[1, 2], 3]),
      ShapeError,
      "dataset: field 1 must hold one value or row per example; received a single number.",
    ],
    [
      "fields of unequal length",
      () => dataset([[1, 2], { a: [1, 2, 3] }]),
      ShapeError,
      "dataset: all fields must hold equally many examples; field 0 holds 2, field 1.a 3.",
    ],
    [
      "a buffer of 0",
      () => dataset([[1]]).shuffle(0),
      ArgumentError,
      "Dataset.shuffle: bufferSize must be a positive integer; received 0.",
    ],
    [
      "a batch of 1.5",
      () => dataset([[1]]).batch(1.5),
      ArgumentError,
      "Dataset.batch: size must be a positive integer; received 1.5.",
    ],
    [
      "a repeat of -1",
      () => dataset([[1]]).repeat(-1),
      ArgumentError,
      "Dataset.repeat: count must be a positive integer; received -1.",
    ],
    [
      "no function",
      () => dataset([[1]]).map(null as never),
      ArgumentError,
      "Dataset.map: needs a function; received null.",
    ],
    [
      "an epoch of -1",
      () => dataset([[1]]).epoch(-1),
      ArgumentError,
      "Dataset.epoch: number must be a non-negative integer; received -1.",
    ],
  ];
  test.each(refused)("%s", (_, call, kind, message) => expectRefusal(call, kind, message));

  const rejected: [string, () => Promise<unknown>, string][] = [
    [
      "a map that returns nothing",
      () =>
        dataset([[1]])
          .map(() => undefined)
          .toArray(),
      "Dataset.map: the function must return an example; received undefined.",
    ],
    [
      "a filter that returns no truth",
      () =>
        dataset([[1]])
          .filter((() => 1) as never)
          .toArray(),
      "Dataset.filter: the function must return true or false; received 1.",
    ],
    [
      "a function that gives nothing to iterate",
      () => dataset((() => 7) as never).toArray(),
      "dataset: the source must be iterable, or a function that makes it so; received 7.",
    ],
    [
      "an example that is missing",
      () => dataset([undefined].values() as never).toArray(),
      "dataset: the source must give examples; received undefined.",
    ],
    [
      "examples that are no lists",
      () =>
        dataset(new Set([5]) as never)
          .batch(1)
          .toArray(),
      "Dataset.batch: an example must be a list of fields, such as [x, y]; received 5 as example 0.",
    ],
    [
      "examples with unequal fields",
      () =>
        dataset(new Set([[1, 2], [3]]))
          .batch(2)
          .toArray(),
      "Dataset.batch: examples must have equal fields; received [3] as example 1.",
    ],
    [
      "examples of unequal shape",
      () =>
        dataset(new Set([[[1, 2]], [[3]]]))
          .batch(2)
          .toArray(),
      "Dataset.batch: all examples must have one shape; field 0 is [2] in the first, [1] in example 1.",
    ],
    [
      "an endless list",
      () =>
        dataset([[1]])
          .repeat()
          .toArray(),
      "Dataset.toArray: the dataset has no end; take(count) ends it.",
    ],
  ];
  test.each(rejected)("%s", async (_, call, message) => {
    await expect(call()).rejects.toThrow(message);
  });

  test("an iterator that has been read", async () => {
    const once = dataset([[1], [2]].values());
    expect(await once.toArray()).toEqual([[1], [2]]);
    await expect(once.toArray()).rejects.toThrow(
      "dataset: the iterator has been read already; pass a function that makes one, to read it again.",
    );
    // A set can be read again.
    const again = dataset(new Set([[1], [2]]));
    expect(await again.repeat(2).toArray()).toHaveLength(4);
  });
});

test("numbers beyond float32 in a batch", async () => {
  const batches = dataset([[1, 2]])
    .map(() => [1e39])
    .batch(2)
    [Symbol.asyncIterator]();
  await expect(batches.next()).rejects.toThrow("must lie within the range of float32; received 1e+39");
});

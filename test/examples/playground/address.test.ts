// Settings of the playground in addresses: what is written is read, and whatever is read gives settings within bounds.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readAddress, writeAddress } from "../../../examples/playground/src/settings/address.js";
import {
  type Field,
  type Fields,
  initialSettings,
  mergeSettings,
  type Settings,
} from "../../../examples/playground/src/settings/fields.js";
import { addPoint, countPoints, isPoints, readPoints } from "../../../examples/playground/src/settings/ownPoints.js";
import { REACH } from "../../../examples/playground/src/settings/square.js";
import { parts } from "../../../examples/playground/src/settings/tables.js";

const fields: Fields = parts.regions;
const initial = initialSettings(fields);

/** Any value that a field allows. */
function allowed(field: Field): fc.Arbitrary<unknown> {
  switch (field.kind) {
    case "number":
      return Number.isInteger(field.step)
        ? fc.integer({ min: field.min, max: field.max })
        : fc.double({ min: field.min, max: field.max, noNaN: true });
    case "choice":
      return fc.constantFrom(...Object.keys(field.options));
    case "flag":
      return fc.boolean();
    case "points":
      return fc
        .array(fc.stringMatching(/^[abc][0-9a-z]{4}$/), { maxLength: field.most })
        .map((points) => points.join(""));
    case "layers":
      return fc.array(fc.integer({ min: 1, max: field.mostUnits }), { maxLength: field.mostLayers });
  }
}

function isWithin(field: Field, value: unknown): boolean {
  if (field.kind === "number") return typeof value === "number" && value >= field.min && value <= field.max;
  if (field.kind === "choice") return Object.hasOwn(field.options, value as string);
  if (field.kind === "flag") return typeof value === "boolean";
  if (field.kind === "points") return isPoints(value as string) && countPoints(value as string) <= field.most;
  const units = value as readonly number[];
  return units.length <= field.mostLayers && units.every((n) => Number.isInteger(n) && n >= 1 && n <= field.mostUnits);
}

describe("the playground's address", () => {
  test("is short where nothing was changed, and readable where something was", () => {
    expect(writeAddress("regions", initial)).toBe("#regions");
    expect(writeAddress("regions", { ...initial, data: "moons", layers: [8, 4], batchNorm: true })).toBe(
      "#regions?data=moons&layers=8,4&batchNorm=on",
    );
    expect(writeAddress("regions", { ...initial, layers: [] })).toBe("#regions?layers=");
  });

  test("gives back what was written", () => {
    const any = fc.record(Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, allowed(field)])));
    fc.assert(
      fc.property(any, (settings) => {
        const hash = writeAddress("regions", settings as Settings<Fields>);
        expect(readAddress(hash)).toEqual({ part: "regions", settings, problems: [] });
      }),
      { seed: 1 },
    );
  });

  test("gives settings within bounds, whatever it says", () => {
    const pair = fc.tuple(fc.oneof(fc.constantFrom(...Object.keys(fields)), fc.string()), fc.string());
    const query = fc.array(pair).map((pairs) => new URLSearchParams(pairs).toString());
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          query.map((text) => `#regions?${text}`),
        ),
        (hash) => {
          const { part, settings } = readAddress(hash);
          for (const [key, field] of Object.entries<Field>(parts[part]))
            expect(isWithin(field, settings[key]), key).toBe(true);
        },
      ),
      { seed: 1 },
    );
  });

  test.each([
    ["#regions?noise=abc", 'Noise must be a number from 0 to 0.5; received "abc".'],
    ["#regions?noise=", 'Noise must be a number from 0 to 0.5; received "".'],
    ["#regions?batch=1.5", 'Batch size must be an integer from 1 to 512; received "1.5".'],
    ["#regions?layers=8,1e9", 'Hidden layers must be at most 6 numbers of units from 1 to 64; received "8,1e9".'],
    ["#regions?layers=1,1,1,1,1,1,1", "Hidden layers must be at most 6 numbers"],
    ["#regions?data=toString", "Data must be one of spirals, moons, circles, xor, iris, own"],
    ["#regions?points=a00", 'Points of yours must be at most 200 points; received "a00".'],
    ["#regions?points=d0000", "Points of yours must be at most 200 points"],
    [`#regions?points=${"a0000".repeat(201)}`, "Points of yours must be at most 200 points"],
    ["#regions?__proto__=1", 'There is no setting "__proto__".'],
    ["#elsewhere", 'There is no part "elsewhere".'],
    [`#${"x".repeat(3000)}`, "The address must have at most 2000 characters after #; it has 3000."],
  ])("%s is told of", (hash, problem) => {
    const { part, settings, problems } = readAddress(hash);
    expect(problems.join(" ")).toContain(problem);
    expect(part).toBe("regions");
    expect(settings).toEqual(initial);
  });
});

describe("points of the visitor's", () => {
  test("come out of a text where they went in, to a pixel", () => {
    const coordinate = fc.double({ min: -REACH, max: REACH, noNaN: true });
    const point = fc.record({ x: coordinate, y: coordinate, label: fc.integer({ min: 0, max: 2 }) });
    fc.assert(
      fc.property(fc.array(point, { maxLength: 20 }), (points) => {
        const text = points.reduce(addPoint, "");
        expect(isPoints(text)).toBe(true);
        const read = readPoints(text);
        expect(read.map(({ label }) => label)).toEqual(points.map(({ label }) => label));
        read.forEach(({ x, y }, i) => {
          expect(Math.abs(x - (points[i]?.x ?? 9))).toBeLessThan(0.001);
          expect(Math.abs(y - (points[i]?.y ?? 9))).toBeLessThan(0.001);
        });
      }),
      { seed: 1 },
    );
  });

  test("outside the square stand on its rim", () => {
    expect(readPoints(addPoint("", { x: 7, y: -7, label: 1 }))).toEqual([{ x: REACH, y: -REACH, label: 1 }]);
  });
});

describe("settings out of a file", () => {
  const merge = (told: Readonly<Record<string, unknown>>) => mergeSettings(parts.regions, initialRegions, told);
  const initialRegions = initialSettings(parts.regions);

  test("are taken where a field allows them", () => {
    const told = { data: "moons", count: 20, batch: 512, layers: [3, 2], batchNorm: true, rate: 0.5, points: "a0000" };
    expect(merge(told)).toEqual({ ...initialRegions, ...told });
  });

  test.each<Readonly<Record<string, unknown>>>([
    { data: "sun" },
    { data: ["moons"] },
    { count: 1e9 },
    { count: "20" },
    { count: Number.NaN },
    { layers: "8" },
    { layers: [0] },
    { layers: { length: 1 } },
    { batchNorm: "on" },
    { points: "<b>" },
    { toString: 1 },
    { seed: null },
  ])("%o changes nothing", (told) => {
    expect(merge(told)).toEqual(initialRegions);
  });
});

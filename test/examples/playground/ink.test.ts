// Drawings as the playground's nets are shown them: size, place and thickness of the pen do not matter.

import { describe, expect, test } from "vitest";
import { inkOf, inkOfPicture, massOf, type Point } from "../../../examples/playground/src/digits/ink.js";

/** A seven. */
const seven: readonly Point[] = [
  [0.2, 0.2],
  [0.6, 0.2],
  [0.35, 0.8],
];
const moved = (scale: number, x: number, y: number) => seven.map(([px, py]): Point => [px * scale + x, py * scale + y]);

describe.each([
  [8, 8],
  [28, 28],
] as const)("ink of %i x %i pixels", (height, width) => {
  const image = [height, width] as const;

  test("is nothing without strokes", () => {
    expect(inkOf([], image)).toBeNull();
    expect(inkOf([[]], image)).toBeNull();
  });

  test("is from 0 to 1, and the same wherever and however large it is drawn", () => {
    const expected = inkOf([seven], image) as Float32Array;
    expect(Math.max(...expected)).toBeLessThanOrEqual(1);
    expect(Math.max(...expected)).toBeGreaterThan(0.9);
    expect(Math.min(...expected)).toBe(0);
    for (const other of [moved(0.4, 0.5, 0.5), moved(1.2, -0.2, 0), moved(0.15, 0, 0)]) {
      const ink = inkOf([other], image) as Float32Array;
      const difference = ink.reduce((sum, value, i) => sum + Math.abs(value - (expected[i] as number)), 0);
      // Samples on the rim may fall to either side.
      expect(difference / expected.reduce((sum, value) => sum + value, 0)).toBeLessThan(0.02);
    }
  });

  test("of a dot is a dot in the middle", () => {
    const ink = inkOf([[[0.1, 0.9]]], image) as Float32Array;
    const [x, y] = massOf(ink, height, width);
    expect(x).toBeCloseTo(0.5, 1);
    expect(y).toBeCloseTo(0.5, 1);
    expect(ink.filter((value) => value > 0).length).toBeLessThan(0.2 * ink.length);
  });
});

test("MNIST's digits have their mass in the middle and fill 20 of 28 pixels", () => {
  const ink = inkOf([seven], [28, 28]) as Float32Array;
  const [x, y] = massOf(ink, 28, 28);
  // To half a pixel, more than which MNIST has not been centred either.
  expect(Math.abs(x - 0.5)).toBeLessThan(0.5 / 28);
  expect(Math.abs(y - 0.5)).toBeLessThan(0.5 / 28);
  const rows = [...ink.keys()].filter((i) => (ink[i] as number) > 0).map((i) => Math.floor(i / 28));
  const extent = Math.max(...rows) - Math.min(...rows) + 1;
  expect(extent).toBeGreaterThanOrEqual(19);
  expect(extent).toBeLessThanOrEqual(21);
});

describe("a picture of a digit", () => {
  /** The seven of 8 x 8 pixels, each so many pixels of the picture wide, with paper around it. */
  function picture(by: number, margin: number, [paper, ink]: readonly [number, number]) {
    const side = 8 * by + 2 * margin;
    const drawn = inkOf([seven], [8, 8]) as Float32Array;
    const light = new Float32Array(side * side).fill(paper);
    for (let row = 0; row < 8 * by; row++) {
      for (let column = 0; column < 8 * by; column++) {
        if ((drawn[8 * Math.floor(row / by) + Math.floor(column / by)] as number) > 0.5) {
          light[(row + margin) * side + column + margin] = ink;
        }
      }
    }
    return { light, side };
  }

  test.each([
    ["dark on light", 12, 30, [0.95, 0.1]],
    ["light on dark", 12, 30, [0, 1]],
    ["small in a large sheet", 6, 90, [0.8, 0.3]],
  ] as const)("%s is read as the same ink", (_, by, margin, tones) => {
    const { light, side } = picture(by, margin, tones);
    for (const image of [
      [8, 8],
      [28, 28],
    ] as const) {
      const ink = inkOfPicture(light, [side, side], image) as Float32Array;
      expect(Math.max(...ink)).toBeLessThanOrEqual(1.0001);
      expect(Math.max(...ink)).toBeGreaterThan(0.6);
      const [x, y] = massOf(ink, image[0], image[1]);
      expect(Math.abs(x - 0.5)).toBeLessThan(0.12);
      expect(Math.abs(y - 0.5)).toBeLessThan(0.15);
    }
    const [plain, other] = [picture(12, 30, [0.95, 0.1]), light];
    const expected = inkOfPicture(plain.light, [plain.side, plain.side], [8, 8]) as Float32Array;
    const actual = inkOfPicture(other, [side, side], [8, 8]) as Float32Array;
    const difference = actual.reduce((sum, value, i) => sum + Math.abs(value - (expected[i] as number)), 0);
    expect(difference / expected.reduce((sum, value) => sum + value, 0)).toBeLessThan(0.1);
  });

  test("is nothing where nothing stands out", () => {
    expect(inkOfPicture(new Float32Array(100).fill(0.9), [10, 10], [8, 8])).toBeNull();
    expect(
      inkOfPicture(
        Float32Array.from({ length: 100 }, (_, i) => 0.9 + (i % 2) * 0.05),
        [10, 10],
        [8, 8],
      ),
    ).toBeNull();
  });
});

// A drawing as the net expects it. The strokes are kept as lines, moved and scaled to where digits stand in the data, and
// only then turned into pixels, with a pen as wide as that of the data: how large, where and how thick they were drawn
// does not matter.

export type Point = readonly [x: number, y: number];
export type Stroke = readonly Point[];

/** How digits stand in a set of images. */
interface Placement {
  /** Side of the box that a digit fills, as a share of the picture. */
  readonly box: number;
  /** Width of the pen, as a share of the picture. */
  readonly pen: number;
  /** Whether the centre of mass stands in the middle, as in MNIST; else that of the box. */
  readonly byMass: boolean;
}

/** The 8 x 8 digits fill the picture; they were made of 32 x 32 black and white ones by counting. */
const EMBEDDED: Placement = { box: 0.9, pen: 0.125, byMass: false };
/** 20 of 28 pixels. */
const MNIST: Placement = { box: 0.68, pen: 0.088, byMass: true };

/** Samples of a pixel's side: coverage is counted. */
const SAMPLES = 4;

export function inkOf(strokes: readonly Stroke[], [height, width]: readonly [number, number]): Float32Array | null {
  const points = strokes.flat();
  if (points.length === 0) return null;
  const placement = height <= 8 ? EMBEDDED : MNIST;
  const placed = place(strokes, placement);
  const pixels = rasterise(placed, placement.pen / 2, height, width);
  if (!placement.byMass) return pixels;
  const [x, y] = massOf(pixels, height, width);
  const moved = placed.map((stroke) => stroke.map(([px, py]): Point => [px + 0.5 - x, py + 0.5 - y]));
  return rasterise(moved, placement.pen / 2, height, width);
}

/** Ink is what differs from the ground by this share of the largest difference, and a picture has some if that is so large. */
const THRESHOLD = 0.4;
const CONTRAST = 0.15;

/**
 * The ink of a picture, moved and scaled as a drawing is; null where nothing stands out. `light` is from 0 to 1, row by
 * row; the ground is what most of the rim shows.
 */
export function inkOfPicture(
  light: Float32Array,
  [rows, columns]: readonly [number, number],
  [height, width]: readonly [number, number],
): Float32Array | null {
  const rim = [...light.keys()].filter((i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return row === 0 || column === 0 || row === rows - 1 || column === columns - 1;
  });
  const ground = rim.map((i) => light[i] as number).sort((a, b) => a - b)[rim.length >> 1] as number;
  const differences = light.map((value) => Math.abs(value - ground));
  const largest = differences.reduce((most, value) => Math.max(most, value), 0);
  if (largest < CONTRAST) return null;
  const inked = differences.map((value) => (value > THRESHOLD * largest ? 1 : 0));
  const at = [...inked.keys()].filter((i) => inked[i] === 1);
  const [ys, xs] = [at.map((i) => Math.floor(i / columns)), at.map((i) => i % columns)];
  const bounds = (values: readonly number[]) =>
    values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]) as [
      number,
      number,
    ];
  const [[left, right], [top, bottom]] = [bounds(xs), bounds(ys)];
  const { box, byMass } = height <= 8 ? EMBEDDED : MNIST;
  // Pixels of the picture for the whole side of what comes out.
  const side = Math.max(right - left + 1, bottom - top + 1) / box;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value + 0.5, 0) / values.length;
  const [x, y] = byMass ? [mean(xs), mean(ys)] : [(left + right + 1) / 2, (top + bottom + 1) / 2];
  const fine = 2 * SAMPLES;
  const pixels = new Float32Array(height * width);
  for (let row = 0; row < height * fine; row++) {
    for (let column = 0; column < width * fine; column++) {
      const from = Math.floor(y + ((row + 0.5) / (height * fine) - 0.5) * side);
      const over = Math.floor(x + ((column + 0.5) / (width * fine) - 0.5) * side);
      if (from < 0 || over < 0 || from >= rows || over >= columns || inked[from * columns + over] === 0) continue;
      pixels[Math.floor(row / fine) * width + Math.floor(column / fine)]! += 1 / fine ** 2;
    }
  }
  return pixels;
}

/** Strokes moved and scaled so that they, pen included, fill the box in the middle of the unit square. */
function place(strokes: readonly Stroke[], { box, pen }: Placement): Stroke[] {
  const xs = strokes.flatMap((stroke) => stroke.map(([x]) => x));
  const ys = strokes.flatMap((stroke) => stroke.map(([, y]) => y));
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  // A dot has no size: it stays one.
  const extent = Math.max(right - left, bottom - top, 1e-3);
  const scale = Math.min((box - pen) / extent, 12);
  return strokes.map((stroke) =>
    stroke.map(([x, y]): Point => [0.5 + (x - (left + right) / 2) * scale, 0.5 + (y - (top + bottom) / 2) * scale]),
  );
}

/** The share of each pixel that lies within `radius` of a stroke. */
function rasterise(strokes: readonly Stroke[], radius: number, height: number, width: number): Float32Array {
  const rows = height * SAMPLES;
  const columns = width * SAMPLES;
  const inked = new Uint8Array(rows * columns);
  for (const stroke of strokes) {
    stroke.forEach((to, i) => {
      fill(inked, rows, columns, stroke[i - 1] ?? to, to, radius);
    });
  }
  const pixels = new Float32Array(height * width);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (inked[row * columns + column] === 0) continue;
      pixels[Math.floor(row / SAMPLES) * width + Math.floor(column / SAMPLES)]! += 1 / SAMPLES ** 2;
    }
  }
  return pixels;
}

/** Marks the samples within `radius` of the line from a to b. */
function fill(inked: Uint8Array, rows: number, columns: number, a: Point, b: Point, radius: number): void {
  const from = (least: number, count: number) => Math.max(0, Math.floor((least - radius) * count));
  const to = (most: number, count: number) => Math.min(count - 1, Math.ceil((most + radius) * count));
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = dx * dx + dy * dy;
  for (let row = from(Math.min(a[1], b[1]), rows); row <= to(Math.max(a[1], b[1]), rows); row++) {
    const y = (row + 0.5) / rows - a[1];
    for (let column = from(Math.min(a[0], b[0]), columns); column <= to(Math.max(a[0], b[0]), columns); column++) {
      const x = (column + 0.5) / columns - a[0];
      const along = length === 0 ? 0 : Math.max(0, Math.min(1, (x * dx + y * dy) / length));
      if ((x - along * dx) ** 2 + (y - along * dy) ** 2 <= radius * radius) inked[row * columns + column] = 1;
    }
  }
}

/** The centre of mass in the unit square. */
export function massOf(pixels: Float32Array, height: number, width: number): Point {
  let [mass, x, y] = [0, 0, 0];
  pixels.forEach((ink, i) => {
    mass += ink;
    x += ink * ((i % width) + 0.5);
    y += ink * (Math.floor(i / width) + 0.5);
  });
  return mass === 0 ? [0.5, 0.5] : [x / mass / width, y / mass / height];
}

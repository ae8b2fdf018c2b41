// The field to draw a digit in, by mouse, finger or pen, or with the keyboard: arrows move the pen, the space bar puts it
// down and lifts it.

import { type Signal, signal } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { Canvas, type Draw } from "../ui/canvas.js";
import { css, mix, palette } from "../ui/palette.js";
import type { Point, Stroke } from "./ink.js";

/** What stands in the field: strokes in the unit square, or a picture of the data. */
export interface Sheet {
  readonly strokes: readonly Stroke[];
  readonly picture: Float32Array | null;
}

export const blank: Sheet = { strokes: [], picture: null };

/** How far an arrow moves the pen. */
const STRIDE = 0.04;
const MOST_POINTS = 4000;

const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

interface PadProps {
  readonly sheet: Signal<Sheet>;
  readonly image: readonly [height: number, width: number];
  readonly onChange: () => void;
}

interface Pen {
  readonly at: Point;
  readonly down: boolean;
}

export function Pad({ sheet, image, onChange }: PadProps) {
  const field = useRef<HTMLDivElement>(null);
  /** The pen of the keyboard; null until it is used. */
  const pen = useMemo(() => signal<Pen | null>(null), []);
  const drawing = useRef(false);

  const begin = (at: Point) => {
    sheet.value = { strokes: [...sheet.value.strokes, [at]], picture: null };
    onChange();
  };
  const go = (points: readonly Point[]) => {
    const { strokes } = sheet.value;
    const last = strokes.at(-1) ?? [];
    if (strokes.reduce((sum, { length }) => sum + length, 0) > MOST_POINTS) return;
    sheet.value = { strokes: [...strokes.slice(0, -1), [...last, ...points]], picture: null };
    onChange();
  };
  const placeOf = ({ clientX, clientY }: { readonly clientX: number; readonly clientY: number }): Point => {
    const { left, top, width, height } = (field.current as HTMLDivElement).getBoundingClientRect();
    return [(clientX - left) / width, (clientY - top) / height];
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const { at, down } = pen.value ?? { at: [0.5, 0.25] as Point, down: false };
    const arrow = ARROWS[event.key];
    if (arrow) {
      const stride = event.shiftKey ? 3 * STRIDE : STRIDE;
      const next = arrow.map((step, i) =>
        Math.max(0, Math.min(1, (at[i] as number) + step * stride)),
      ) as unknown as Point;
      pen.value = { at: next, down };
      if (down) go([next]);
    } else if (event.key === " ") {
      pen.value = { at, down: !down };
      if (!down) begin(at);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      pen.value = { at, down: false };
      sheet.value = blank;
      onChange();
    } else return;
    event.preventDefault();
  };

  const [height, width] = image;
  const draw = useMemo<Draw>(
    () => (context, side) => paint(context, side, sheet.value, [height, width], pen.value),
    [height, width, sheet, pen],
  );

  return (
    <div
      ref={field}
      class="pad"
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes the keys
      tabIndex={0}
      aria-label="Field to draw a digit in"
      aria-describedby="pad-keys"
      onKeyDown={onKeyDown}
      onBlur={() => {
        pen.value = null;
      }}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        drawing.current = true;
        pen.value = null;
        event.currentTarget.setPointerCapture(event.pointerId);
        begin(placeOf(event));
      }}
      onPointerMove={(event) => {
        if (!drawing.current) return;
        // A fast pen passes more places than there are frames.
        const passed = event.getCoalescedEvents?.() ?? [];
        go((passed.length > 0 ? passed : [event]).map(placeOf));
      }}
      onPointerUp={() => {
        drawing.current = false;
      }}
      onPointerCancel={() => {
        drawing.current = false;
      }}
    >
      <Canvas draw={draw} label="Your drawing" />
    </div>
  );
}

function paint(
  context: CanvasRenderingContext2D,
  side: number,
  { strokes, picture }: Sheet,
  image: readonly [number, number],
  pen: Pen | null,
): void {
  const { ink, line, classes } = palette.value;
  drawPixels(context, side, picture, image);
  // Where a digit may stand: a quiet cross.
  context.strokeStyle = css(line);
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(side / 2, side / 2 - 8);
  context.lineTo(side / 2, side / 2 + 8);
  context.moveTo(side / 2 - 8, side / 2);
  context.lineTo(side / 2 + 8, side / 2);
  if (strokes.length === 0 && !picture) context.stroke();

  context.strokeStyle = css(ink);
  context.lineWidth = side * 0.065;
  context.lineCap = "round";
  context.lineJoin = "round";
  for (const stroke of strokes) {
    context.beginPath();
    const [first] = stroke as readonly [Point];
    context.moveTo(first[0] * side, first[1] * side);
    for (const [x, y] of stroke) context.lineTo(x * side, y * side);
    context.stroke();
  }
  if (pen) {
    context.beginPath();
    context.arc(pen.at[0] * side, pen.at[1] * side, side * 0.04, 0, 2 * Math.PI);
    context.strokeStyle = css(classes[1] ?? ink);
    context.fillStyle = css(classes[1] ?? ink, pen.down ? 0.9 : 0.15);
    context.lineWidth = 2;
    context.fill();
    context.stroke();
  }
}

/** A picture of the data, its pixels as squares. */
export function drawPixels(
  context: CanvasRenderingContext2D,
  side: number,
  pixels: Float32Array | null,
  [height, width]: readonly [number, number],
): void {
  const { ink, card } = palette.value;
  context.fillStyle = css(card);
  context.fillRect(0, 0, side, side);
  if (pixels?.length !== height * width) return;
  const [cellWidth, cellHeight] = [side / width, side / height];
  pixels.forEach((value, i) => {
    if (value === 0) return;
    context.fillStyle = css(mix(card, ink, Math.min(1, value)));
    const [column, row] = [i % width, Math.floor(i / width)];
    // A little larger than they are, so that no ground shines through between them.
    context.fillRect(column * cellWidth, row * cellHeight, cellWidth + 0.5, cellHeight + 0.5);
  });
}

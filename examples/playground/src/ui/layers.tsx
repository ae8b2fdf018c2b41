// The hidden layers, one lane each: their units can be added and taken away, and are shown by what they look for.

import { useRef } from "preact/hooks";
import type { UnitPictures } from "../engine/protocol.js";
import { type AnyStudio, counted } from "../engine/studio.js";
import type { LayersField } from "../settings/fields.js";
import { Canvas, type Draw } from "./canvas.js";
import { mix, type Palette, palette, type Rgb } from "./palette.js";

interface LayersProps {
  readonly studio: AnyStudio;
  readonly field: LayersField;
  /** Units of a new layer. */
  readonly fresh: number;
  readonly ends: readonly [input: string, output: string];
  /** What the small pictures mean. */
  readonly legend: string;
}

export function Layers({ studio, field, fresh, ends, legend }: LayersProps) {
  const { layers } = studio.settings.value;
  const set = (next: readonly number[]) => studio.change({ layers: next });
  const parameters = studio.overview.value?.net.parameters;
  return (
    <section class="layers" aria-label="Layers">
      <h2>
        Net <small>{parameters === undefined ? " " : `${counted(parameters)} parameters`}</small>
      </h2>
      <p class="note">
        <i class="swatch swatch-0" /> below zero, <i class="swatch swatch-1" /> above. {legend}
      </p>
      <ol>
        <li class="end">{ends[0]}</li>
        {layers.map((units, i) => (
          <li key={i}>
            <LayerHead
              name={`Layer ${i + 1}`}
              units={units}
              most={field.mostUnits}
              onUnits={(count) => set(layers.with(i, count))}
              onRemove={() => set(layers.filter((_, at) => at !== i))}
            />
            <Pictures studio={studio} layer={i} units={units} />
          </li>
        ))}
        <li class="add">
          <button type="button" disabled={layers.length >= field.mostLayers} onClick={() => set([...layers, fresh])}>
            Add a layer
          </button>
        </li>
        <li class="end">{ends[1]}</li>
      </ol>
    </section>
  );
}

function LayerHead(props: {
  readonly name: string;
  readonly units: number;
  readonly most: number;
  readonly onUnits: (count: number) => void;
  readonly onRemove: () => void;
}) {
  const { name, units, most, onUnits, onRemove } = props;
  const clamp = (count: number) => Math.max(1, Math.min(most, Math.round(count)));
  const by = units > 32 ? 16 : units > 8 ? 4 : 1;
  return (
    <div class="head">
      <span class="name">{name}</span>
      <span class="stepper">
        <button
          type="button"
          aria-label={`Fewer units in ${name.toLowerCase()}`}
          disabled={units <= 1}
          onClick={() => onUnits(clamp(units - (units > 8 ? by : 1)))}
        >
          −
        </button>
        <input
          type="number"
          min="1"
          max={most}
          value={units}
          aria-label={`Units in ${name.toLowerCase()}`}
          onChange={({ currentTarget }) => {
            const asked = Number(currentTarget.value);
            const count = clamp(Number.isFinite(asked) ? asked : units);
            // What was refused must not stay in the field.
            currentTarget.value = String(count);
            onUnits(count);
          }}
        />
        <button
          type="button"
          aria-label={`More units in ${name.toLowerCase()}`}
          disabled={units >= most}
          onClick={() => onUnits(clamp(units + by))}
        >
          +
        </button>
      </span>
      <button type="button" class="quiet" aria-label={`Remove ${name.toLowerCase()}`} onClick={onRemove}>
        Remove
      </button>
    </div>
  );
}

/** Side of a unit's picture on the page, and the gap beside it. */
const SIDE = 30;
const GAP = 4;

function Pictures({
  studio,
  layer,
  units,
}: {
  readonly studio: AnyStudio;
  readonly layer: number;
  readonly units: number;
}) {
  const shown = studio.units.value?.layers[layer];
  const draw = useRef<Draw>((context, width) => {
    const units = studio.units.value;
    context.clearRect(0, 0, width, context.canvas.height);
    if (units?.layers[layer]) drawUnits(context, units, layer, width);
  });
  if (studio.part === "digits" && layer > 0) return null;
  const { inspected } = studio;
  const count = Math.min(units, shown && studio.units.value ? shown.length / cellsOf(studio.units.value) : 0);
  const inspect = (unit: number) => {
    inspected.value = unit >= 0 && unit < count ? { layer, unit } : null;
  };
  const here = inspected.value?.layer === layer ? inspected.value.unit : null;
  return (
    <div
      class="tiles-row"
      role="slider"
      tabIndex={0}
      aria-label={`Units of layer ${layer + 1}, one by one`}
      aria-valuemin={0}
      aria-valuemax={count}
      aria-valuenow={here === null ? 0 : here + 1}
      aria-valuetext={here === null ? "none" : `unit ${here + 1}`}
      onPointerMove={({ currentTarget, clientX, clientY }) => {
        const { left, top, width } = currentTarget.getBoundingClientRect();
        const [column, row] = [clientX - left, clientY - top].map((at) => Math.floor(at / (SIDE + GAP))) as [
          number,
          number,
        ];
        const across = acrossIn(width);
        inspect(column < across && row < 2 ? row * across + column : -1);
      }}
      onPointerLeave={() => inspect(-1)}
      onBlur={() => inspect(-1)}
      onKeyDown={(event) => {
        const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        inspect(here === null ? (by > 0 ? 0 : count - 1) : here + by);
      }}
    >
      <Canvas
        draw={draw.current}
        class={units > 8 ? "units" : "units few"}
        label={shown ? "What its units look for" : "No pictures yet"}
      />
    </div>
  );
}

const cellsOf = ({ height, width }: UnitPictures): number => height * width;

/** Pictures that stand beside each other. */
const acrossIn = (room: number): number => Math.max(1, Math.floor((room + GAP) / (SIDE + GAP)));

/** One unit in the whole of a square. */
export function drawUnit(
  context: CanvasRenderingContext2D,
  room: number,
  { height, width, layers }: UnitPictures,
  { layer, unit }: { readonly layer: number; readonly unit: number },
): void {
  const cells = height * width;
  const pictures = layers[layer];
  if (pictures === undefined || unit >= pictures.length / cells) return;
  const colors = colorsFor(palette.value);
  const { image, words, context: single } = stampFor(width, height);
  for (let cell = 0; cell < cells; cell++) words[cell] = colors[pictures[unit * cells + cell] as number] as number;
  single.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = true;
  context.drawImage(single.canvas, 0, 0, room, room);
}

/** Of one unit at a time; made once for a size of pictures, and used for every frame. */
let stamp: {
  readonly image: ImageData;
  readonly words: Uint32Array;
  readonly context: OffscreenCanvasRenderingContext2D;
} | null = null;

function stampFor(width: number, height: number) {
  if (stamp?.image.width === width && stamp.image.height === height) return stamp;
  const image = new ImageData(width, height);
  const context = new OffscreenCanvas(width, height).getContext("2d") as OffscreenCanvasRenderingContext2D;
  stamp = { image, words: new Uint32Array(image.data.buffer), context };
  return stamp;
}

let ramps: { readonly palette: Palette; readonly colors: Uint32Array } | null = null;

/** Colours by value, 128 being nothing. */
function colorsFor(palette: Palette): Uint32Array {
  if (ramps?.palette === palette) return ramps.colors;
  const table = new Uint8ClampedArray(4 * 256);
  for (let i = 0; i < 256; i++) {
    const value = (i - 128) / 127;
    const color = palette.classes[value < 0 ? 0 : 1] as Rgb;
    table.set([...mix(palette.card, color, Math.min(1, Math.abs(value))), 255], 4 * i);
  }
  ramps = { palette, colors: new Uint32Array(table.buffer) };
  return ramps.colors;
}

function drawUnits(
  context: CanvasRenderingContext2D,
  { height, width, layers }: UnitPictures,
  layer: number,
  room: number,
): void {
  const pictures = layers[layer] as Uint8Array;
  const cells = height * width;
  const colors = colorsFor(palette.value);
  const { image, words, context: single } = stampFor(width, height);
  const across = acrossIn(room);
  for (let unit = 0; unit < pictures.length / cells && unit < 2 * across; unit++) {
    for (let cell = 0; cell < cells; cell++) words[cell] = colors[pictures[unit * cells + cell] as number] as number;
    single.putImageData(image, 0, 0);
    const [column, row] = [unit % across, Math.floor(unit / across)];
    context.drawImage(single.canvas, column * (SIDE + GAP), row * (SIDE + GAP), SIDE, SIDE);
  }
}

// The square with its points: what the net makes of each place, read by pointing or with the arrow keys; and where points
// of one's own are set.

import { type Signal, signal, useComputed, useSignal } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { counted, type Studio } from "../engine/studio.js";
import { addPoint, countPoints, removeLastPoint } from "../settings/ownPoints.js";
import { REACH } from "../settings/square.js";
import { type RegionSettings, regionFields } from "../settings/tables.js";
import { Canvas, type Draw } from "../ui/canvas.js";
import { Segments } from "../ui/controls.js";
import { drawUnit } from "../ui/layers.js";
import { css, palette } from "../ui/palette.js";
import { drawRegions, layPoints } from "./picture.js";
import { probabilitiesAt } from "./reading.js";

/** A place in the square, in the coordinates of the points; by keys it is shown by a cross. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly byKeys: boolean;
}

/** How far an arrow moves. */
const STRIDE = 0.05;
const ARROWS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** The class of the points that are set. */
const brush = signal(0);

export function Field({ studio }: { readonly studio: Studio<RegionSettings> }) {
  const place = useSignal<Place | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const data = studio.overview.value?.data;
  const { points } = studio.settings.value;
  const draw = useMemo<Draw>(() => (context, side) => paint(context, side, studio, place), [studio, place]);
  const full = countPoints(points) >= regionFields.points.most;
  const add = ({ x, y }: Place) => {
    const label = Math.min(brush.value, (data?.classNames.length ?? 2) - 1);
    if (!full && data) studio.setPoints(addPoint(points, { x, y, label }));
  };
  const placeOf = ({ clientX, clientY }: { readonly clientX: number; readonly clientY: number }): Place => {
    const { left, top, width, height } = (frame.current as HTMLDivElement).getBoundingClientRect();
    const along = (share: number) => REACH * Math.max(-1, Math.min(1, 2 * share - 1));
    return { x: along((clientX - left) / width), y: -along((clientY - top) / height), byKeys: false };
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { x, y } = place.value ?? { x: 0, y: 0 };
    const arrow = ARROWS[event.key];
    const clamp = (value: number) => Math.max(-REACH, Math.min(REACH, value));
    if (arrow) {
      const stride = event.shiftKey ? 4 * STRIDE : STRIDE;
      place.value = { x: clamp(x + arrow[0] * stride), y: clamp(y + arrow[1] * stride), byKeys: true };
    } else if (event.key === " " || event.key === "Enter") {
      place.value = { x, y, byKeys: true };
      add(place.value);
    } else if (event.key === "Delete" || event.key === "Backspace") studio.setPoints(removeLastPoint(points));
    else return;
    event.preventDefault();
  };
  return (
    <figure class="picture">
      <div
        ref={frame}
        class="square"
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes the keys
        tabIndex={0}
        aria-label={data ? `${data.name}: the class that the net gives each place` : "Decision regions"}
        aria-describedby="square-keys"
        onPointerMove={(event) => {
          if (event.pointerType !== "touch") place.value = placeOf(event);
        }}
        onPointerLeave={() => {
          place.value = null;
        }}
        onBlur={() => {
          place.value = null;
        }}
        onClick={(event) => {
          // A press of a key has no place.
          if (event.detail === 0) return;
          place.value = placeOf(event);
          add(place.value);
        }}
        onKeyDown={onKeyDown}
      >
        <Canvas draw={draw} label="Points on their regions" />
      </div>
      <p id="square-keys" class="hidden">
        Arrow keys move a cross that is read out, with Shift farther. Enter sets a point, Delete takes the last one
        away.
      </p>
      <figcaption>
        {data ? (
          <>
            <span class="key">
              {data.classNames.map((name, i) => (
                <span key={name}>
                  <Mark label={i} /> {name}
                </span>
              ))}
            </span>
            <span>
              {counted(data.trainCount)} to train on,{" "}
              {data.testCount > 0
                ? `${counted(data.testCount)} hollow ${data.testCount === 1 ? "one" : "ones"} to test`
                : "and to test until there are more"}
            </span>
          </>
        ) : (
          <span>Starting the worker …</span>
        )}
      </figcaption>
      <Reading studio={studio} place={place} />
      <div class="brush">
        <span>Click to add a point of</span>
        <Segments
          label="Class of new points"
          options={(data?.classNames ?? ["A", "B"]).map(
            (name, i) =>
              [
                i,
                <span key={name} class="name">
                  <Mark label={i} /> {name}
                </span>,
              ] as const,
          )}
          value={Math.min(brush.value, (data?.classNames.length ?? 2) - 1)}
          onChange={(label) => {
            brush.value = label;
          }}
        />
        <button type="button" disabled={points === ""} onClick={() => studio.setPoints(removeLastPoint(points))}>
          Undo
        </button>
        <button type="button" disabled={points === ""} onClick={() => studio.setPoints("")}>
          Clear yours
        </button>
        {full && <span>There are {regionFields.points.most} of yours, which is the most.</span>}
      </div>
    </figure>
  );
}

/** What stands where the visitor points: a place, or a unit. */
function Reading({ studio, place }: { readonly studio: Studio<RegionSettings>; readonly place: Signal<Place | null> }) {
  const data = studio.overview.value?.data;
  const text = useComputed(() => {
    const unit = studio.inspected.value;
    if (unit) return `Shown large: unit ${unit.unit + 1} of layer ${unit.layer + 1}.`;
    const at = place.value;
    const picture = studio.regions.value;
    const names = studio.overview.value?.data.classNames;
    if (at === null || picture === null || !names) return "";
    const shares = probabilitiesAt(picture, at.x, at.y);
    const best = shares.indexOf(Math.max(...shares));
    const number = (value: number) => value.toFixed(2).replace("-", "−");
    return `Here (${number(at.x)}, ${number(at.y)}) the net says ${names[best]}, ${Math.round(100 * (shares[best] as number))} % sure.`;
  });
  const across = data?.axes ? `${data.axes[0]} to the right, ${data.axes[1]} up` : "";
  return (
    <p class="reading" aria-live={place.value?.byKeys ? "polite" : "off"}>
      {text.value || across || "The stronger a colour, the surer the net."}
    </p>
  );
}

function paint(
  context: CanvasRenderingContext2D,
  side: number,
  studio: Studio<RegionSettings>,
  place: Signal<Place | null>,
): void {
  const overview = studio.overview.value;
  const picture = studio.regions.value;
  const unit = studio.inspected.value;
  context.fillStyle = css(palette.value.card);
  context.fillRect(0, 0, side, side);
  if (unit && studio.units.value) drawUnit(context, side, studio.units.value, unit);
  else if (picture) drawRegions(context, side, picture, palette.value);
  if (overview) layPoints(context, side, overview.data, palette.value);
  const at = place.value;
  if (!at?.byKeys) return;
  const [x, y] = [((at.x / REACH + 1) / 2) * side, ((1 - at.y / REACH) / 2) * side];
  context.strokeStyle = css(palette.value.ink);
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(x - 9, y);
  context.lineTo(x + 9, y);
  context.moveTo(x, y - 9);
  context.lineTo(x, y + 9);
  context.stroke();
}

const MARKS = ["M6 1.5a4.5 4.5 0 1 0 .01 0z", "M2 2h8v8H2z", "M6 1l5 9H1z"];

function Mark({ label }: { readonly label: number }) {
  return (
    <svg class={`mark class-${label}`} viewBox="0 0 12 12" width="11" height="11" aria-hidden="true">
      <path d={MARKS[label] ?? MARKS[0]} fill="currentColor" />
    </svg>
  );
}

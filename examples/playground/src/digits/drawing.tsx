// The field to draw in, and what the net takes the drawing for.

import { signal } from "@preact/signals";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Studio } from "../engine/studio.js";
import type { DigitSettings } from "../settings/tables.js";
import { Canvas, type Draw } from "../ui/canvas.js";
import { inkOf } from "./ink.js";
import { blank, drawPixels, Pad, type Sheet } from "./pad.js";
import { readPicture } from "./photo.js";

export function Drawing({ studio }: { readonly studio: Studio<DigitSettings> }) {
  const sheet = useMemo(() => signal<Sheet>(blank), []);
  const image = studio.overview.value?.data.image ?? [8, 8];
  const [label, setLabel] = useState<number | null>(null);
  const { strokes, picture } = sheet.value;
  const pixels = useMemo(() => signal<Float32Array | null>(null), []);
  const give = (ink: Float32Array | null) => {
    pixels.value = ink;
    studio.draw(ink);
  };
  const send = () => {
    setLabel(null);
    give(inkOf(sheet.value.strokes, studio.overview.value?.data.image ?? [8, 8]));
  };
  const seen = useMemo<Draw>(
    () => (context, side) => {
      const [height, width] = studio.overview.value?.data.image ?? [8, 8];
      drawPixels(context, side, pixels.value, [height, width]);
    },
    [studio, pixels],
  );
  // Other data have pictures of another size.
  const size = `${image[0]} x ${image[1]}`;
  const [drawnFor, setDrawnFor] = useState(size);
  if (drawnFor !== size) {
    setDrawnFor(size);
    if (picture) sheet.value = blank;
    send();
  }
  const showExample = async () => {
    const example = await studio.example();
    if (example === undefined) return;
    sheet.value = { strokes: [], picture: example.pixels };
    setLabel(example.label);
    give(example.pixels);
  };
  const dropped = studio.picture.value;
  useEffect(() => {
    if (dropped === null) return;
    studio.picture.value = null;
    readPicture(dropped, studio.overview.value?.data.image ?? [8, 8]).then(
      (ink) => {
        sheet.value = { strokes: [], picture: ink };
        setLabel(null);
        give(ink);
      },
      (error) => studio.fail(error),
    );
  }, [dropped]);
  return (
    <div class="drawing">
      <div class="paper">
        <Pad sheet={sheet} image={image} onChange={send} />
        <p id="pad-keys" class="hidden">
          Arrow keys move the pen, with Shift farther. Space puts it down and lifts it. Delete clears the field.
        </p>
        <div class="row">
          <button
            type="button"
            disabled={strokes.length === 0 && !picture}
            onClick={() => {
              sheet.value = blank;
              send();
            }}
          >
            Clear
          </button>
          <button type="button" disabled={studio.lost.value} onClick={showExample}>
            Test digit
          </button>
          <Canvas draw={seen} class="seen" label="The drawing as the net sees it" />
        </div>
      </div>
      <Probabilities studio={studio} label={label} />
    </div>
  );
}

function Probabilities({ studio, label }: { readonly studio: Studio<DigitSettings>; readonly label: number | null }) {
  const names = studio.overview.value?.data.classNames ?? Array.from({ length: 10 }, (_, i) => String(i));
  const probabilities = studio.probabilities.value;
  const best = probabilities ? probabilities.indexOf(Math.max(...probabilities)) : -1;
  const sure = best >= 0 ? Math.round(100 * (probabilities?.[best] as number)) : 0;
  return (
    <div class="answer">
      <p class="verdict">
        {best < 0 ? (
          <>
            <strong aria-live="polite">?</strong>
            <span>Draw a digit in the field.</span>
          </>
        ) : (
          <>
            <strong aria-live="polite">{names[best]}</strong>
            <span>
              {sure} % sure{label !== null && (label === best ? ", and right" : `, but it is a ${label}`)}
            </span>
          </>
        )}
      </p>
      <ul class="bars">
        {names.map((name, i) => {
          const share = probabilities?.[i] ?? 0;
          return (
            <li key={name} class={i === best ? "best" : ""}>
              <span>{name}</span>
              <span class="track">
                <span class="bar" style={{ transform: `scaleX(${share})` }} />
              </span>
              <span class="share">{probabilities ? `${(100 * share).toFixed(0)} %` : ""}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

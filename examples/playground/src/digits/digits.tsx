// Digits: draw one, and see what a net makes of it while it learns beside.

import { signal } from "@preact/signals";
import { useMemo, useState } from "preact/hooks";
import { counted, type Studio } from "../engine/studio.js";
import { type DigitSettings, digitFields } from "../settings/tables.js";
import { Canvas, type Draw } from "../ui/canvas.js";
import { FieldControl } from "../ui/controls.js";
import { AccuracyChart, GradientChart, LossChart } from "../ui/curves.js";
import { FileButton, Files } from "../ui/files.js";
import { Layers } from "../ui/layers.js";
import { NoticeBar } from "../ui/notice.js";
import { Source } from "../ui/source.js";
import { Speed, Standing, Transport } from "../ui/transport.js";
import { Confusion } from "./confusion.js";
import { inkOf } from "./ink.js";
import { blank, drawPixels, Pad, type Sheet } from "./pad.js";

const TRAINING = ["optimizer", "rate", "batch", "testShare", "seed"] as const;
const NET = ["activation", "initializer", "batchNorm", "dropout", "l1", "l2"] as const;

export function Digits({ studio }: { readonly studio: Studio<DigitSettings> }) {
  const settings = studio.settings.value;
  const controls = (names: readonly (keyof typeof digitFields)[]) =>
    names.map((name) => (
      <FieldControl
        key={name}
        fields={digitFields}
        name={name}
        settings={settings}
        onChange={(changes) => studio.change(changes)}
      />
    ));
  return (
    <div class="part digits">
      <section class="stage" aria-label="Draw a digit">
        <Speed studio={studio} />
        <Drawing studio={studio} />
        <Transport studio={studio} />
        <Standing studio={studio} />
        <Files studio={studio} />
        <Confusion studio={studio} />
        <NoticeBar notice={studio.notice} busy={studio.busy.value} />
      </section>
      <section class="side data" aria-label="Data">
        <ImageData studio={studio} />
        <Source studio={studio} />
      </section>
      <div class="wide">
        <Layers studio={studio} field={digitFields.layers} fresh={64} ends={[inputsOf(studio), "10 classes"]} />
        <LossChart studio={studio} />
        <AccuracyChart studio={studio} />
        <GradientChart studio={studio} />
      </div>
      <section class="side training" aria-label="Training and units">
        <h2>Training</h2>
        <div class="fields">{controls(TRAINING)}</div>
        <h2>Units</h2>
        <div class="fields">{controls(NET)}</div>
      </section>
    </div>
  );
}

function inputsOf(studio: Studio<DigitSettings>): string {
  const [height, width] = studio.overview.value?.data.image ?? [8, 8];
  return `${height * width} inputs: ${height} × ${width} pixels`;
}

function Drawing({ studio }: { readonly studio: Studio<DigitSettings> }) {
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

function ImageData({ studio }: { readonly studio: Studio<DigitSettings> }) {
  const [over, setOver] = useState(false);
  const [address, setAddress] = useState("");
  const data = studio.overview.value?.data;
  const disabled = studio.lost.value || studio.busy.value !== null;
  const use = (files: readonly File[]) => files.length > 0 && void studio.useImages({ files });
  const own = data !== undefined && data.name !== "Digits";
  return (
    <>
      <h2>Data</h2>
      <p class="facts">
        <b>{data?.name ?? "Digits"}</b>
        {data ? ` ${counted(data.trainCount)} to train on, ${counted(data.testCount)} to test` : " "}
      </p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: what can be dropped can be chosen by the button, too */}
      <div
        class={`drop ${over ? "over" : ""}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          use([...(event.dataTransfer?.files ?? [])]);
        }}
      >
        <p>
          Train on <b>MNIST</b>: drop its IDX files (.gz or not) or mnist.npz here, or
        </p>
        <FileButton
          label="Choose files"
          accept=".gz,.npz,.idx,.idx3-ubyte,.idx1-ubyte,*/*"
          multiple
          disabled={disabled}
          onFiles={use}
        />
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (address.trim()) void studio.useImages({ url: address.trim() });
          }}
        >
          <input
            type="text"
            inputMode="url"
            placeholder="or a folder's address"
            aria-label="Address of a folder with the four files of MNIST"
            value={address}
            onInput={({ currentTarget }) => setAddress(currentTarget.value)}
          />
          <button type="submit" disabled={disabled || address.trim() === ""}>
            Fetch
          </button>
        </form>
        {own && (
          <button type="button" class="quiet" disabled={disabled} onClick={() => studio.useImages(null)}>
            Back to the embedded digits
          </button>
        )}
      </div>
    </>
  );
}

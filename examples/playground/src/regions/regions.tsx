// Decision regions: what a net makes of a square with points in it, while it learns.

import { useRef } from "preact/hooks";
import { counted, type Studio } from "../engine/studio.js";
import { type RegionSettings, regionFields } from "../settings/tables.js";
import { Canvas, type Draw } from "../ui/canvas.js";
import { FieldControls, Segments } from "../ui/controls.js";
import { AccuracyChart, GradientChart, LossChart } from "../ui/curves.js";
import { Files } from "../ui/files.js";
import { Layers } from "../ui/layers.js";
import { NoticeBar } from "../ui/notice.js";
import { css, palette } from "../ui/palette.js";
import { Source } from "../ui/source.js";
import { Speed, Standing, Transport } from "../ui/transport.js";
import { drawRegions, layPoints } from "./picture.js";

const DATA = ["count", "noise", "testShare", "batch"] as const;
const NET = ["activation", "initializer", "batchNorm", "dropout", "l1", "l2"] as const;
const TRAINING = ["optimizer", "rate", "seed"] as const;

export function Regions({ studio }: { readonly studio: Studio<RegionSettings> }) {
  const settings = studio.settings.value;
  const shared = {
    fields: regionFields,
    settings,
    onChange: (changes: Partial<RegionSettings>) => studio.change(changes),
    disabled: (name: string) => name === "count" && settings.data === "iris",
  };
  return (
    <div class="part regions">
      <section class="stage" aria-label="Decision regions">
        <Speed studio={studio} />
        <Picture studio={studio} />
        <Transport studio={studio} />
        <Standing studio={studio} />
        <Files studio={studio} />
        <NoticeBar notice={studio.notice} busy={studio.busy.value} />
      </section>
      <section class="side data" aria-label="Data">
        <h2>Data</h2>
        <Segments
          label="Data"
          tiles
          options={shapes}
          value={settings.data}
          onChange={(data) => studio.change({ data })}
        />
        <FieldControls names={DATA} {...shared} />
        <Source studio={studio} />
      </section>
      <div class="wide">
        <Layers
          studio={studio}
          field={regionFields.layers}
          fresh={8}
          ends={["2 inputs: across and up", `${studio.overview.value?.data.classNames.length ?? 2} classes`]}
        />
        <LossChart studio={studio} />
        <AccuracyChart studio={studio} />
        <GradientChart studio={studio} />
      </div>
      <section class="side training" aria-label="Training and units">
        <h2>Training</h2>
        <FieldControls names={TRAINING} {...shared} />
        <h2>Units</h2>
        <FieldControls names={NET} {...shared} />
      </section>
    </div>
  );
}

/** Each set of points as a small picture. */
const outlines: Readonly<Record<RegionSettings["data"], readonly [a: string, b: string]>> = {
  spirals: ["M12 12c2-3 6 0 4 4s-10 3-11-3", "M12 12c-2 3-6 0-4-4s10-3 11 3"],
  moons: ["M3 13a6 6 0 0 1 12 0", "M9 11a6 6 0 0 0 12 0"],
  circles: ["M12 3a9 9 0 1 0 .01 0z", "M12 8.5a3.5 3.5 0 1 0 .01 0z"],
  xor: ["M14 10l6-6M4 20l6-6", "M4 4l6 6M14 14l6 6"],
  iris: ["M4 19l3-2", "M10 14l9-9"],
};
const shapes = Object.entries(regionFields.data.options).map(([key, name]) => {
  const data = key as RegionSettings["data"];
  const [a, b] = outlines[data];
  const tile = (
    <>
      <svg
        viewBox="0 0 24 24"
        width="26"
        height="26"
        aria-hidden="true"
        fill="none"
        stroke-width="2.5"
        stroke-linecap="round"
      >
        <path class="class-0" stroke="currentColor" d={a} />
        <path class="class-1" stroke="currentColor" d={b} />
      </svg>
      {name}
    </>
  );
  return [data, tile] as const;
});

function Picture({ studio }: { readonly studio: Studio<RegionSettings> }) {
  const data = studio.overview.value?.data;
  const draw = useRef<Draw>((context, width) => {
    const overview = studio.overview.value;
    const picture = studio.regions.value;
    context.fillStyle = css(palette.value.card);
    context.fillRect(0, 0, width, width);
    if (picture) drawRegions(context, width, picture, palette.value);
    if (overview) layPoints(context, width, overview.data, palette.value);
  });
  return (
    <figure class="picture">
      <Canvas
        draw={draw.current}
        label={data ? `${data.name}: the class that the net gives each place` : "Decision regions"}
      />
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
              {counted(data.trainCount)} to train on, {counted(data.testCount)} hollow ones to test
            </span>
          </>
        ) : (
          <span>Starting the worker …</span>
        )}
      </figcaption>
    </figure>
  );
}

const MARKS = ["M6 1.5a4.5 4.5 0 1 0 .01 0z", "M2 2h8v8H2z", "M6 1l5 9H1z"];

function Mark({ label }: { readonly label: number }) {
  return (
    <svg class={`mark class-${label}`} viewBox="0 0 12 12" width="11" height="11" aria-hidden="true">
      <path d={MARKS[label] ?? MARKS[0]} fill="currentColor" />
    </svg>
  );
}

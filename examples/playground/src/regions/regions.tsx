// Decision regions: what a net makes of a square with points in it, while it learns.

import type { Studio } from "../engine/studio.js";
import { type RegionSettings, regionFields } from "../settings/tables.js";
import { FieldControls, Segments } from "../ui/controls.js";
import { Curves } from "../ui/curves.js";
import { Files } from "../ui/files.js";
import { Layers } from "../ui/layers.js";
import { NoticeBar } from "../ui/notice.js";
import { Source } from "../ui/source.js";
import { Speed, Standing, Transport, tipFor } from "../ui/transport.js";
import { Field } from "./field.js";

const GOAL = "A net of small units is to learn which places belong to which class, from the points in the square.";
const TIPS = {
  before: "Press Train and watch: the ground takes the colour of the class that the net gives each place.",
  playing:
    "Each step looks at a few filled points and moves the border a little. Try other data, fewer units, another rate.",
  paused: "Point at the square, a tile or a curve to read it. Replay slowly starts over with the same first steps.",
};

const DATA = ["count", "noise", "testShare", "batch"] as const;
const NET = ["activation", "initializer", "batchNorm", "dropout", "l1", "l2"] as const;
const TRAINING = ["optimizer", "rate", "seed"] as const;

export function Regions({ studio }: { readonly studio: Studio<RegionSettings> }) {
  const settings = studio.settings.value;
  const shared = {
    fields: regionFields,
    settings,
    onChange: (changes: Partial<RegionSettings>) => studio.change(changes),
    disabled: (name: string) =>
      (name === "count" && settings.data === "iris") ||
      (settings.data === "own" && (name === "count" || name === "noise" || name === "testShare")),
  };
  return (
    <div class="part regions">
      <section class="stage" aria-label="Decision regions">
        <Speed studio={studio} goal={GOAL} />
        <Transport studio={studio} />
        <NoticeBar notice={studio.notice} busy={studio.busy.value} tip={tipFor(studio, TIPS)} />
        <Field studio={studio} />
        <Standing studio={studio} />
        <Files studio={studio} />
      </section>
      <section class="side data" aria-label="Data">
        <h2>Data</h2>
        <Segments
          label="Data"
          tiles
          options={shapes}
          value={settings.data}
          onChange={(data) => studio.change({ data, points: "" })}
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
          legend="Each tile is the square as one unit answers it; point at one to see it large."
        />
        <div class="curves">
          <Curves studio={studio} />
        </div>
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
  own: ["M7 8.5v7M3.5 12h7", "M17 8.5v7M13.5 12h7"],
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

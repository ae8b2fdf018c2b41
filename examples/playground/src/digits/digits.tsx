// Digits: draw one, and see what a net makes of it while it learns beside.

import type { Studio } from "../engine/studio.js";
import { type DigitSettings, digitFields } from "../settings/tables.js";
import { FieldControls } from "../ui/controls.js";
import { Curves } from "../ui/curves.js";
import { Files } from "../ui/files.js";
import { Layers } from "../ui/layers.js";
import { NoticeBar } from "../ui/notice.js";
import { Source } from "../ui/source.js";
import { Speed, Standing, Transport, tipFor } from "../ui/transport.js";
import { Confusion } from "./confusion.js";
import { Drawing } from "./drawing.js";
import { Images } from "./images.js";

const TRAINING = ["optimizer", "rate", "batch", "testShare", "seed"] as const;
const NET = ["activation", "initializer", "batchNorm", "dropout", "l1", "l2"] as const;

const GOAL = "A net is to learn to read handwritten digits, from pictures that people have labelled.";
const TIPS = {
  before: "Press Train, then draw a digit in the field: the net says what it takes it for.",
  playing: "Draw a digit in the field while the net learns, or drop a picture of one, and see it become sure.",
  paused: "Draw, or press Test digit for one that the net has never seen. The table below shows what it confuses.",
};

export function Digits({ studio }: { readonly studio: Studio<DigitSettings> }) {
  const settings = studio.settings.value;
  const shared = {
    fields: digitFields,
    settings,
    onChange: (changes: Partial<DigitSettings>) => studio.change(changes),
  };
  return (
    <div class="part digits">
      <section class="stage" aria-label="Draw a digit">
        <Speed studio={studio} goal={GOAL} />
        <Transport studio={studio} />
        <NoticeBar notice={studio.notice} busy={studio.busy.value} tip={tipFor(studio, TIPS)} />
        <Drawing studio={studio} />
        <Standing studio={studio} />
        <Files studio={studio} />
        <Confusion studio={studio} />
      </section>
      <section class="side data" aria-label="Data">
        <Images studio={studio} />
        <Source studio={studio} />
      </section>
      <div class="wide">
        <Layers
          studio={studio}
          field={digitFields.layers}
          fresh={64}
          ends={[inputsOf(studio), "10 classes"]}
          legend="Each tile is a unit of the first layer: how it weighs the pixels."
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

function inputsOf(studio: Studio<DigitSettings>): string {
  const [height, width] = studio.overview.value?.data.image ?? [8, 8];
  return `${height * width} inputs: ${height} × ${width} pixels`;
}

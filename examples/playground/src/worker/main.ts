// The worker's program: a net in training, and what the page may ask of it. Parts that not every visitor uses are loaded
// when they are asked for.

import { createBirpc } from "birpc";
import { diagnose, init } from "lanewise";
import type { Frame, Overview, Setup, WorkerFunctions } from "../engine/protocol.js";
import { transferables } from "../engine/transfer.js";
import { type Examples, embeddedDigits, pointExamples } from "./examples.js";
import { type HistoryRecord, readRecords } from "./history.js";
import { partOf, settingsFor } from "./loading.js";
import { TrainingLoop } from "./loop.js";
import { denseLayers, makeModel, PlaygroundError, parametersOf } from "./net.js";
import { firstWeights, RegionPainter } from "./pictures.js";
import { Trainer } from "./trainer.js";

/** What stands on the page now. */
interface Scene {
  readonly setup: Setup;
  readonly loop: TrainingLoop;
  readonly painter: RegionPainter | null;
}

/** Steps that a file may tell of: with them, examples can still be counted exactly. */
const MOST_STEPS = 1e12;

let scene: Scene | null = null;
/** Pictures that the visitor gave; null for the embedded digits. */
let images: Examples | null = null;
let drawing: Float32Array | null = null;
/** What the last frame showed. */
let shown = { steps: -1, record: -1, drawing: null as Float32Array | null };
const engine = init();

function current(): Scene {
  if (scene === null) throw new PlaygroundError("There is no net yet.");
  return scene;
}

const trainerOf = () => current().loop.trainer;

function examplesFor(setup: Setup): Examples {
  return setup.part === "regions" ? pointExamples(setup.settings) : (images ?? embeddedDigits(setup.settings));
}

/** A model from a file, and where its training stands. */
interface Loaded {
  readonly model: Trainer["model"];
  readonly steps: number;
  readonly records: readonly HistoryRecord[];
}

async function stage(setup: Setup, loaded?: Loaded): Promise<Overview> {
  await engine;
  const examples = examplesFor(setup);
  const { classNames } = examples.overview;
  const trainer = new Trainer(
    loaded?.model ?? makeModel(examples.features, classNames.length, setup.settings),
    examples,
    setup.settings,
  );
  if (loaded) trainer.resume(loaded.steps, loaded.records);
  // What could be refused has been: only now the old one goes.
  const limit = scene?.loop.limit ?? 0;
  await scene?.loop.pause();
  const loop = new TrainingLoop(trainer);
  loop.limit = limit;
  await trainer.record(async () => {});
  const painter = setup.part === "regions" ? new RegionPainter(trainer.model) : null;
  if (drawing && drawing.length !== examples.features) drawing = null;
  scene = { setup, loop, painter };
  shown = { steps: -1, record: -1, drawing: null };
  return overviewOf(trainer);
}

function overviewOf({ model, examples, settings }: Trainer): Overview {
  // A copy, since it is moved to the page.
  return {
    data: structuredClone(examples.overview),
    net: { layers: settings.layers, parameters: parametersOf(model) },
  };
}

function classify(trainer: Trainer): Float32Array | null {
  if (drawing === null) return null;
  const { input, session } = trainer.model;
  return session.run(trainer.probabilities, [[input, drawing]]).data as Float32Array;
}

const functions: WorkerFunctions = {
  async host() {
    await engine;
    const { build, reason, supported } = diagnose();
    return { build: build as string, reason, supported };
  },
  setup: (setup) => stage(setup),
  async replacePoints(settings) {
    const { loop, painter } = current();
    const examples = pointExamples(settings);
    await loop.still(() => loop.trainer.replace(examples, settings));
    scene = { setup: { part: "regions", settings }, loop, painter };
    return structuredClone(examples.overview);
  },
  adjustRate: (rate) => {
    trainerOf().rate = rate;
  },
  limitPace: (limit) => {
    current().loop.limit = limit;
  },
  play: () => current().loop.play(),
  pause: () => current().loop.pause(),
  step: () => current().loop.step(),
  async frame({ curves, all = false }): Promise<Frame> {
    const { loop, painter } = current();
    const { trainer } = loop;
    const { steps, history, epoch } = trainer;
    const { image } = trainer.examples.overview;
    const record = history.records.at(-1)?.step ?? -1;
    const moved = all || steps !== shown.steps;
    const recorded = (curves && record !== shown.record) || all;
    const drawn = moved || drawing !== shown.drawing;
    const frame: Frame = {
      playing: loop.playing,
      step: steps,
      epoch,
      pace: loop.pace,
      stopped: loop.stopped,
      settled: loop.settled,
      regions: moved && painter ? painter.regions() : null,
      units: moved ? (painter ? painter.units() : recorded && image ? firstWeights(trainer.model, image) : null) : null,
      history: recorded ? history.columns() : null,
      confusion: recorded && image ? trainer.confusion.slice() : null,
      probabilities: drawn ? classify(trainer) : null,
    };
    shown = { steps, record: recorded ? record : shown.record, drawing };
    return frame;
  },
  draw: (pixels) => {
    if (pixels !== null && pixels.length !== trainerOf().examples.features) return;
    drawing = pixels;
  },
  example: () => {
    const { test, features, overview } = trainerOf().examples;
    if (overview.image === null) throw new PlaygroundError("Only pictures can be drawn.");
    const row = Math.floor(Math.random() * test.y.length);
    return { pixels: test.x.slice(row * features, (row + 1) * features), label: test.y[row] as number };
  },
  async useImages(given) {
    const { imagesFromAddress, imagesFromFiles } = await import("./images.js");
    images = await ("url" in given
      ? imagesFromAddress(given.url)
      : imagesFromFiles(given, current().setup.settings.seed));
    return structuredClone(images.overview);
  },
  async useEmbedded() {
    images = null;
  },
  keep: async () => trainerOf().keep(),
  async restore(kept) {
    const { loop } = current();
    await loop.pause();
    loop.trainer.restore(kept);
    shown = { steps: -1, record: -1, drawing: null };
  },
  async save(format) {
    const { saveEvents, saveLayersModel, saveModel } = await import("./files.js");
    const { setup, loop } = current();
    const writers = { lanewise: saveModel, tfjs: saveLayersModel, tensorboard: saveEvents };
    return await loop.still(() => writers[format](setup.part, loop.trainer));
  },
  async load(files) {
    await engine;
    const { readModel } = await import("./files.js");
    const { model, told } = readModel(files);
    const { setup } = current();
    const home = partOf(model, told.part);
    if (home !== setup.part) return { elsewhere: home };
    const { settings, remark } = settingsFor(setup, trainerOf().examples, model, told.settings);
    const steps = Number.isInteger(told.steps) ? Math.max(0, Math.min(MOST_STEPS, told.steps as number)) : 0;
    const records = readRecords(told.records, denseLayers(model).length, steps);
    const overview = await stage({ ...setup, settings } as Setup, { model, steps, records: records ?? [] });
    return { overview, settings, steps, remark };
  },
  async race() {
    const { nextRound } = await import("./race/race.js");
    return nextRound();
  },
};

const channel = createBirpc<Record<string, never>, WorkerFunctions>(functions, {
  post: (message) => self.postMessage(message, { transfer: transferables(message) }),
  on: (listen) => self.addEventListener("message", ({ data }) => listen(data)),
});
export type Channel = typeof channel;

// Which settings a model from a file stands for. What shapes the net is read from the net itself; the rest is what the
// file says, as far as the tables allow it. Whatever it is, page and worker have the same settings afterwards.

import type { Model, Node } from "lanewise";
import type { Setup } from "../engine/protocol.js";
import { type Field, type Fields, mergeSettings, readField, type Settings, writeField } from "../settings/fields.js";
import { digitFields, type NetSettings, type RegionSettings, regionFields } from "../settings/tables.js";
import { type Examples, pointExamples } from "./examples.js";
import { PlaygroundError } from "./net.js";

/** What the options of layers say, as far as settings can. */
interface Traits {
  readonly kind: string;
  readonly activation?: unknown;
  readonly rate?: unknown;
  readonly units?: unknown;
  readonly kernelRegularizer?: {
    readonly config?: { readonly options: { readonly l1?: number; readonly l2?: number } };
  };
}

const KNOWN = ["Dense", "Activation", "BatchNormalization", "Dropout"];

/** The part that a model belongs to: that of which its file tells, else the one with as many inputs. */
export function partOf(model: Model, told: unknown): Setup["part"] {
  const [inputs] = extents(model);
  if (told === "regions" || told === "digits") return told;
  return inputs === 2 ? "regions" : "digits";
}

export function settingsFor(
  setup: Setup,
  examples: Examples,
  model: Model,
  told: Readonly<Record<string, unknown>>,
): { readonly settings: Setup["settings"]; readonly remark: string } {
  const [inputs, classes] = extents(model);
  const { found, remark } = settingsOf(model);
  if (setup.part === "digits") {
    const [features, expected] = [examples.features, examples.overview.classNames.length];
    if (inputs !== features || classes !== expected) {
      throw new PlaygroundError(
        `The model takes ${counted(inputs, "number")} and tells ${counted(classes, "class", "classes")} apart; ` +
          `the pictures here have ${features} pixels and ${expected} classes. Give the pictures it was trained on first, under Data.`,
      );
    }
    return { settings: merge(digitFields, setup.settings, told, found), remark };
  }
  const settings = merge(regionFields, setup.settings, told, found);
  const fitting = dataFor(settings, classes);
  if (inputs !== 2 || fitting === null) {
    throw new PlaygroundError(
      `The model takes ${counted(inputs, "number")} and tells ${counted(classes, "class", "classes")} apart; ` +
        "here it must take two numbers, across and up, and tell two classes apart, or three as on Iris.",
    );
  }
  return { settings: { ...settings, data: fitting }, remark };
}

/** The data of the settings, or other ones with as many classes; null where there are none. */
function dataFor(settings: RegionSettings, classes: number): RegionSettings["data"] | null {
  const candidates = [settings.data, "spirals", "iris"] as const;
  const fits = (data: RegionSettings["data"]) =>
    pointExamples({ ...settings, data, points: "" }).overview.classNames.length === classes;
  return candidates.find(fits) ?? null;
}

/** Numbers that go in and come out of a model with one input and one output. */
function extents(model: Model): readonly [inputs: number, outputs: number] {
  const { input, output } = model as { input: Partial<Node>; output: Partial<Node> };
  const [inputs, outputs] = [input.shape, output.shape];
  if (inputs?.length !== 2 || outputs?.length !== 2) {
    throw new PlaygroundError("The model must take a list of numbers and give a list of numbers, one for each class.");
  }
  return [inputs[1] as number, outputs[1] as number];
}

function settingsOf(model: Model): { readonly found: Partial<NetSettings>; readonly remark: string } {
  const stray = model.layers.find(({ kind }) => !KNOWN.includes(kind));
  if (stray) {
    throw new PlaygroundError(
      `The model must be made of dense layers, activations, batch normalization and dropout; ${stray.name} is a ${stray.kind}.`,
    );
  }
  const traits: readonly Traits[] = model.layers.map(({ kind, options }) => ({ ...(options as Traits), kind }));
  const dense = traits.filter(({ kind }) => kind === "Dense");
  const activations = activationsOf(traits);
  const rates = traits.flatMap(({ kind, rate }) => (kind === "Dropout" && typeof rate === "number" ? [rate] : []));
  const { l1 = 0, l2 = 0 } = dense[0]?.kernelRegularizer?.config?.options ?? {};
  const mixed = new Set(activations).size > 1 || new Set(rates).size > 1;
  return {
    found: {
      layers: dense.slice(0, -1).map(({ units }) => Number(units)),
      activation: (activations[0] ?? "linear") as NetSettings["activation"],
      batchNorm: traits.some(({ kind }) => kind === "BatchNormalization"),
      dropout: rates[0] ?? 0,
      l1,
      l2,
    },
    remark: mixed ? "Its layers differ in activation or dropout, of which the panel shows the first." : "",
  };
}

/** Of the hidden units, by layer; those that stand as layers of their own count for the dense layer before. */
function activationsOf(traits: readonly Traits[]): string[] {
  const last = traits.findLastIndex(({ kind }) => kind === "Dense");
  return traits.slice(0, Math.max(0, last)).flatMap(({ kind, activation }, i, hidden) => {
    if (typeof activation !== "string" || (kind !== "Dense" && kind !== "Activation")) return [];
    // "linear" means nothing where the activation follows.
    const follows = hidden[i + 1]?.kind === "Activation" || hidden[i + 2]?.kind === "Activation";
    return activation === "linear" && kind === "Dense" && follows ? [] : [activation];
  });
}

function merge<F extends Fields>(
  fields: F,
  settings: Settings<F>,
  told: Readonly<Record<string, unknown>>,
  found: Partial<NetSettings>,
): Settings<F> {
  for (const [key, value] of Object.entries(found)) {
    const reading = readField(fields[key] as Field, writeField(fields[key] as Field, value));
    // The panel could not show it, and the next new net would be another one.
    if ("problem" in reading) throw new PlaygroundError(`The model is not one that fits this page. ${reading.problem}`);
  }
  return { ...mergeSettings(fields, settings, told), ...found } as Settings<F>;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

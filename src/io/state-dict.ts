// Weights as PyTorch names and lays them out, in both directions. Used by callers of `lanewise/io`, between a
// safetensors file of PyTorch's and a model.
//
//   torch.nn           here
//   Linear             Dense: weight [out, in] is kernel [in, out], transposed; bias. After a flatten of pictures the rows have
//                      another order: channels come last here.
//   Conv1d, Conv2d     Conv1D, Conv2D: weight [out, in, ...] is kernel [..., in, out]; bias. ConvTranspose2d likewise
//   Conv2d of groups   DepthwiseConv2D: weight [channels * multiplier, 1, ...] is depthwiseKernel [..., channels, multiplier]
//   BatchNorm          BatchNormalization: weight is gamma, bias beta, running_mean movingMean, running_var
//                      movingVariance; num_batches_tracked is left out. PyTorch's eps is 1e-5 by default.
//   LayerNorm          LayerNormalization: weight is gamma, bias beta
//   Embedding          Embedding: weight is embeddings, as it is

import { ArgumentError, checkArity, checkInteger, checkOptions, DataError, describe, isOptions } from "../errors.js";
import { formatShape, type Shape, sizeOf } from "../tensor/shape.js";
import { Tensor, type TensorData } from "../tensor/tensor.js";
import { checkModel, type HasWeights } from "./weights.js";

export interface StateDictOptions {
  /**
   * For each PyTorch module the layer it is here: `{ "0": "hidden1", "classifier.2": "outputs" }`. By default modules and
   * layers with weights correspond in order.
   */
  readonly layers?: Readonly<Record<string, string>>;
  /**
   * For layers here whose inputs are flattened pictures, the number of their channels; 1 where the order of rows is the same. By
   * default a dense layer after a convolution takes its channels, if they divide its inputs.
   */
  readonly flattened?: Readonly<Record<string, number>>;
}

/** Names here and in PyTorch, by the weight that tells the kind of a layer. */
const KINDS: readonly { readonly sign: string; readonly names: Readonly<Record<string, string>> }[] = [
  { sign: "kernel", names: { kernel: "weight", bias: "bias" } },
  { sign: "depthwiseKernel", names: { depthwiseKernel: "weight", bias: "bias" } },
  { sign: "embeddings", names: { embeddings: "weight" } },
  {
    sign: "gamma",
    names: { gamma: "weight", beta: "bias", movingMean: "running_mean", movingVariance: "running_var" },
  },
];
const LEFT_OUT = "num_batches_tracked";

/**
 * The weights of `model` from a PyTorch `state_dict`, for `model.setWeights`: names and layouts as they are here.
 *
 * Fails with DataError where a module or a tensor has no place in the model, or the model has a weight that the
 * dictionary lacks; all of them are listed.
 */
export function fromStateDict(
  stateDict: ReadonlyMap<string, Tensor>,
  model: HasWeights,
  options: StateDictOptions = {},
): Map<string, Tensor> {
  checkArity("fromStateDict", arguments.length, 3);
  const subject = "fromStateDict";
  const targets = layersOf(subject, model);
  const sources = modulesOf(subject, stateDict);
  const pairs = pairUp(subject, [...sources.keys()], [...targets.keys()], options);

  const present = model.getWeights();
  const channels = flattenedChannels(subject, present, targets, options);
  const weights = new Map<string, Tensor>();
  const wrong: string[] = [];
  const used = new Set<string>();
  for (const [module, layer] of pairs) {
    for (const [own, theirs] of Object.entries(namesOf(subject, layer, targets.get(layer) as Set<string>))) {
      const name = module === "" ? theirs : `${module}.${theirs}`;
      const value = stateDict.get(name);
      if (value === undefined) wrong.push(`${name} is missing, which is ${layer}/${own} here`);
      else {
        const { shape } = present.get(`${layer}/${own}`) as Tensor;
        const isKernel = KERNELS.has(own);
        if (isKernel && value.rank !== shape.length) {
          const needed = shape.length === 2 ? "a matrix" : `${shape.length} axes`;
          wrong.push(`${name} is ${formatShape(value.shape)}, and ${layer}/${own} needs ${needed}`);
        } else weights.set(`${layer}/${own}`, isKernel ? toHere(value, shape, channels.get(layer) ?? 1) : value);
      }
      used.add(name);
    }
  }
  const stray = [...stateDict.keys()].filter((name) => !used.has(name) && lastPart(name, ".") !== LEFT_OUT);
  wrong.push(...stray.map((name) => `${name} has no place in the model`));
  if (wrong.length > 0) throw new DataError(`${subject}: the tensors must be those of the model; ${wrong.join("; ")}.`);
  return weights;
}

/**
 * The weights of `model` as a PyTorch `state_dict`, for `encodeSafetensors(..., { format: "pt" })`: `load_state_dict` of
 * a PyTorch model takes them. Without `layers`, modules have the names of the layers, "/" written as ".".
 *
 * Fails with ArgumentError for a layer that has no counterpart in the table above.
 */
export function toStateDict(model: HasWeights, options: StateDictOptions = {}): Map<string, Tensor> {
  checkArity("toStateDict", arguments.length, 2);
  const subject = "toStateDict";
  const layers = layersOf(subject, model);
  const names = [...layers.keys()];
  const modules = options?.layers === undefined ? names.map((name) => name.replaceAll("/", ".")) : [];
  const pairs = pairUp(subject, modules, names, options);
  const weights = model.getWeights();
  const channels = flattenedChannels(subject, weights, layers, options);
  const stateDict = new Map<string, Tensor>();
  for (const [module, layer] of pairs) {
    for (const [own, theirs] of Object.entries(namesOf(subject, layer, layers.get(layer) as Set<string>))) {
      const value = weights.get(`${layer}/${own}`) as Tensor;
      const name = module === "" ? theirs : `${module}.${theirs}`;
      stateDict.set(name, KERNELS.has(own) ? toPyTorch(own, value, channels.get(layer) ?? 1) : value);
    }
  }
  return stateDict;
}

/** Modules with their layers, in the order of the model. */
function pairUp(
  subject: string,
  modules: readonly string[],
  layers: readonly string[],
  options: StateDictOptions,
): [module: string, layer: string][] {
  checkOptions(subject, options, ["layers", "flattened"]);
  if (options.layers === undefined) {
    if (modules.length !== layers.length) {
      throw new DataError(
        `${subject}: there must be as many modules as layers with weights; received ${describe(modules)} for ` +
          `${describe(layers)}. The option layers says which is which.`,
      );
    }
    return layers.map((layer, i) => [modules[i] as string, layer]);
  }
  if (!isOptions(options.layers)) {
    throw new ArgumentError(
      `${subject}: layers must be an object from the names of modules to those of layers, ${describe(layers)}; ` +
        `received ${describe(options.layers)}.`,
    );
  }
  const given = new Map(Object.entries(options.layers).map(([module, layer]) => [layer, module]));
  const unknown = [...given.keys()].filter((layer) => !layers.includes(layer));
  const missing = layers.filter((layer) => !given.has(layer));
  if (unknown.length + missing.length > 0) {
    throw new ArgumentError(
      `${subject}: layers must name each layer with weights once, ${describe(layers)}; ` +
        `received ${describe(Object.values(options.layers))}.`,
    );
  }
  return layers.map((layer) => [given.get(layer) as string, layer]);
}

/** The weights of one layer with PyTorch's names for them. */
function namesOf(subject: string, layer: string, weights: ReadonlySet<string>): Record<string, string> {
  const kind =
    KINDS.find(({ sign }) => weights.has(sign)) ?? KINDS.find(({ names }) => weights.has("beta") && names.beta);
  const entries = [...weights].map((own) => [own, kind?.names[own]] as const);
  const strange = entries.find(([, theirs]) => theirs === undefined);
  if (strange) {
    throw new ArgumentError(
      `${subject}: PyTorch has no layer like ${layer}, whose weights are ${[...weights].join(", ")}.`,
    );
  }
  return Object.fromEntries(entries) as Record<string, string>;
}

/** The names of a layer's weights by the name of the layer. */
function layersOf(subject: string, model: HasWeights): Map<string, Set<string>> {
  checkModel(model, subject);
  return grouped(model.getWeights().keys(), "/");
}

function modulesOf(subject: string, stateDict: unknown): Map<string, Set<string>> {
  if (!(stateDict instanceof Map) || [...stateDict.values()].some((value) => !(value instanceof Tensor))) {
    throw new ArgumentError(
      `${subject}: the state dict must be a Map of tensors by name, as decodeSafetensors gives; received ${describe(stateDict)}.`,
    );
  }
  return grouped(stateDict.keys(), ".");
}

function grouped(names: Iterable<string>, separator: string): Map<string, Set<string>> {
  const groups = new Map<string, Set<string>>();
  for (const name of names) {
    const group = name.slice(0, Math.max(name.lastIndexOf(separator), 0));
    const members = groups.get(group) ?? new Set();
    groups.set(group, members.add(lastPart(name, separator)));
  }
  return groups;
}

function lastPart(name: string, separator: string): string {
  return name.slice(name.lastIndexOf(separator) + 1);
}

/** Weights that lie otherwise in PyTorch. */
const KERNELS: ReadonlySet<string> = new Set(["kernel", "depthwiseKernel"]);

/** Dense layers whose inputs are flattened pictures, with the number of channels. */
function flattenedChannels(
  subject: string,
  weights: ReadonlyMap<string, Tensor>,
  layers: ReadonlyMap<string, ReadonlySet<string>>,
  { flattened = {} }: StateDictOptions,
): Map<string, number> {
  checkOptions(`${subject}: flattened`, flattened, [...layers.keys()]);
  const channels = new Map<string, number>();
  let last = 1;
  for (const [layer, names] of layers) {
    const kernel = weights.get(`${layer}/kernel`) ?? weights.get(`${layer}/depthwiseKernel`);
    if (kernel && kernel.rank > 2) {
      const [inputs, outputs] = kernel.shape.slice(-2) as [number, number];
      const bias = weights.get(`${layer}/bias`);
      last = bias?.size ?? (names.has("depthwiseKernel") ? inputs * outputs : outputs);
      continue;
    }
    if (kernel === undefined) {
      if (names.has("embeddings")) last = 1;
      continue;
    }
    const [inputs] = kernel.shape as [number];
    const given = flattened[layer];
    if (given !== undefined) checkInteger(`${subject}: flattened ${layer}`, given, 1);
    if (given !== undefined && inputs % given !== 0) {
      throw new ArgumentError(
        `${subject}: flattened ${layer} must divide its ${inputs} inputs; received ${given} channels.`,
      );
    }
    channels.set(layer, given ?? (inputs % last === 0 ? last : 1));
    last = 1;
  }
  const stray = Object.keys(flattened).find((layer) => !channels.has(layer));
  if (stray !== undefined) {
    throw new ArgumentError(`${subject}: flattened must name dense layers; received ${describe(stray)}.`);
  }
  return channels;
}

/** A kernel of PyTorch's, [out, in, ...window], as it is here; `shape` is that of the weight. */
function toHere(value: Tensor, shape: Shape, channels: number): Tensor {
  const [outputs, inputs, ...window] = value.shape as readonly [number, number, ...number[]];
  // A flattened picture counts places within channels there, channels within places here.
  if (window.length === 0) {
    return new Tensor(reversed(value, outputs, channels, inputs / channels), [inputs, outputs]);
  }
  const ends = shape.slice(-2);
  const isDepthwise = inputs === 1 && sizeOf(ends) === outputs;
  return new Tensor(reversed(value, outputs, inputs, sizeOf(window)), [
    ...window,
    ...(isDepthwise ? ends : [inputs, outputs]),
  ]);
}

/** The same kernel for PyTorch. */
function toPyTorch(own: string, value: Tensor, channels: number): Tensor {
  const window = value.shape.slice(0, -2);
  const [inputs, outputs] = value.shape.slice(-2) as [number, number];
  if (window.length === 0) {
    return new Tensor(reversed(value, inputs / channels, channels, outputs), [outputs, inputs]);
  }
  const [a, o] = own === "depthwiseKernel" ? [1, inputs * outputs] : [inputs, outputs];
  return new Tensor(reversed(value, sizeOf(window), a, o), [o, a, ...window]);
}

/** The values of [first, middle, last] as [last, middle, first]. */
function reversed({ data }: Tensor, first: number, middle: number, last: number): TensorData {
  const result = data.slice();
  let from = 0;
  for (let i = 0; i < first; i++) {
    for (let j = 0; j < middle; j++) {
      for (let k = 0; k < last; k++) result[(k * middle + j) * first + i] = data[from++] as number;
    }
  }
  return result;
}

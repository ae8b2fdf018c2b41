// The layers of a model in a file, connected: the uses of each in an order in which they can be made. A model within the model
// is connected anew for each of its uses. Used by topology.ts.

import { type DataError, describe } from "../../errors.js";
import type { OpenShape } from "../../tensor/shape.js";
import type { DType } from "../../tensor/tensor.js";
import type { Architecture, Source } from "../lanewise/architecture.js";
import type { ReadLayer } from "./keras-layers.js";

export type Refuse = (message: string) => DataError;
/** A layer, the number of its node, and that of the node's result. */
export type Reference = readonly [layer: string, node: number, result: number];

/** A layer in the file, a model within it too. */
export interface FileLayer {
  readonly className: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inbound: readonly (readonly Reference[])[];
  /** What it is here; null for inputs and for models. */
  readonly own: ReadLayer | string | null;
  readonly model: FileModel | null;
  /** The name that it gets here, which no other layer has. */
  readonly unique: string;
}

export interface FileModel {
  readonly layers: ReadonlyMap<string, FileLayer>;
  readonly inputs: readonly Reference[];
  readonly outputs: readonly Reference[];
  /** Keras counts the nodes of a model within a model from 1, TensorFlow.js from 0. */
  readonly firstNode: ReadonlyMap<string, number>;
}

/** Uses of layers altogether: a file of a few bytes could ask for any number. */
const MOST_USES = 200_000;

type Connected = Pick<Architecture, "inputs" | "uses" | "inputForm" | "outputForm">;

/** A use of a layer that waits for what it takes. */
interface Use {
  readonly layer: string;
  readonly key: string;
  readonly sources: readonly string[];
}

/** Connects the layers of a model, of models within it anew for each of their uses. Values are known by keys. */
export class Wiring {
  readonly #refuse: Refuse;
  readonly #uses: Use[] = [];
  #count = 0;
  /** What a value is another name for: inputs and results of models within the model. */
  readonly #same = new Map<string, string>();

  constructor(refuse: Refuse) {
    this.#refuse = refuse;
  }

  connect(model: FileModel): Connected {
    const inputs = model.inputs.map(([name]) => inputOf(model.layers.get(name) as FileLayer, this.#refuse));
    const ends = inputs.map(({ name }) => `input ${name}`);
    const outputs = this.#instance(model, "", ends);
    const sources = new Map<string, Source>(inputs.map(({ name }) => [`input ${name}`, [name]]));
    const uses = this.#inTurn(sources);
    const sourceOf = (key: string): Source => {
      const source = sources.get(this.#end(key));
      if (source) return source;
      throw this.#refuse("output_layers must name layers of the model.");
    };
    const given = inputs.map(({ name }) => name);
    const made = outputs.map(sourceOf);
    return {
      inputs,
      uses,
      inputForm: given.length === 1 ? { one: given[0] as string } : { list: given },
      outputForm: made.length === 1 ? { one: made[0] as Source } : { list: made },
    };
  }

  /** Adds the uses of one model on values; `place` tells its keys from those of other uses. The keys of its results. */
  #instance({ layers, inputs, outputs, firstNode }: FileModel, place: string, given: readonly string[]): string[] {
    const keyOf = ([name, node, result]: Reference) => {
      if (layers.get(name)?.model === null && result !== 0) {
        throw this.#refuse(`${describe(name)} has one result; received a reference to number ${result}.`);
      }
      return `${place}${name}\n${node - (firstNode.get(name) ?? 0)}\n${result}`;
    };
    const budget = () => {
      if (++this.#count > MOST_USES) throw this.#refuse(`layers may be used ${MOST_USES} times in all.`);
    };
    budget();
    if (inputs.length !== given.length) {
      throw this.#refuse(`a model within the model takes ${inputs.length} values; received ${given.length}.`);
    }
    inputs.forEach((input, i) => {
      this.#same.set(keyOf([input[0], 0, 0]), given[i] as string);
    });
    for (const { name, unique, inbound, model, className } of layers.values()) {
      if (className === "InputLayer") continue;
      inbound.forEach((sources, node) => {
        budget();
        const keys = sources.map(keyOf);
        if (model === null) {
          this.#uses.push({ layer: unique, key: `${place}${name}\n${node}\n0`, sources: keys });
          return;
        }
        const results = this.#instance(model, `${place}${name}\n${node}\n/`, keys);
        results.forEach((key, i) => {
          this.#same.set(`${place}${name}\n${node}\n${i}`, key);
        });
      });
    }
    return outputs.map(keyOf);
  }

  /** The uses in an order in which all they take is there; adds their results to `sources`. */
  #inTurn(sources: Map<string, Source>): Architecture["uses"] {
    const waiting = new Map<string, Use[]>();
    const missing = new Map<Use, number>();
    const ready: Use[] = [];
    for (const use of this.#uses) {
      const open = new Set(use.sources.map((key) => this.#end(key)).filter((key) => !sources.has(key)));
      missing.set(use, open.size);
      if (open.size === 0) ready.push(use);
      for (const key of open) {
        const others = waiting.get(key);
        if (others) others.push(use);
        else waiting.set(key, [use]);
      }
    }
    const counts = new Map<string, number>();
    const uses: { layer: string; sources: Source[] }[] = [];
    // Grows while it is walked.
    for (const use of ready) {
      const count = counts.get(use.layer) ?? 0;
      counts.set(use.layer, count + 1);
      uses.push({ layer: use.layer, sources: use.sources.map((key) => sources.get(this.#end(key)) as Source) });
      sources.set(use.key, [use.layer, count]);
      for (const next of waiting.get(use.key) ?? []) {
        const left = (missing.get(next) as number) - 1;
        missing.set(next, left);
        if (left === 0) ready.push(next);
      }
    }
    const stuck = this.#uses.find((use) => (missing.get(use) as number) > 0);
    if (stuck === undefined) return uses;
    const lost = stuck.sources.map((key) => this.#end(key)).find((key) => !sources.has(key) && !this.#isUse(key));
    if (lost === undefined) throw this.#refuse(`the layers go round in a circle at ${describe(stuck.layer)}.`);
    throw this.#refuse(`layer ${describe(stuck.layer)} must take what others give; ${nameIn(lost)} is not there.`);
  }

  #isUse(key: string): boolean {
    return this.#uses.some((use) => use.key === key);
  }

  #end(key: string): string {
    let end = key;
    const seen = new Set<string>();
    for (let next = this.#same.get(end); next !== undefined; next = this.#same.get(end)) {
      if (seen.has(next)) throw this.#refuse("the models within the model go round in a circle.");
      seen.add(next);
      end = next;
    }
    return end;
  }
}

function nameIn(key: string): string {
  return describe(key.slice(key.lastIndexOf("/") + 1).split("\n")[0]);
}

function inputOf(
  { unique: name, config }: FileLayer,
  refuse: Refuse,
): { name: string; shape: OpenShape; dtype: DType } {
  const shape = config.batch_input_shape ?? config.batch_shape;
  const isShape =
    Array.isArray(shape) &&
    shape.length > 0 &&
    shape.slice(1).every((extent) => Number.isSafeInteger(extent) && extent > 0);
  if (!isShape) {
    throw refuse(
      `the input must have a shape [null, ...] of known extents; received ${describe(shape)} for ${describe(name)}.`,
    );
  }
  return { name, shape: [null, ...shape.slice(1)], dtype: config.dtype === "int32" ? "int32" : "float32" };
}

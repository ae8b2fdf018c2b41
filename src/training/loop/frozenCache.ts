// What frozen layers at the bottom of a model give, computed once for all examples and fed in their place.

import type { Node } from "../../ops/op.js";
import { type FrozenPart, frozenPart } from "../../plan/frozenPart.js";
import { type Shape, sizeOf } from "../../tensor/shape.js";
import { type ArrayBatches, type Column, checkHeld } from "../input/batches.js";
import { switchesOf, type Trainable } from "../model/trainable.js";
import { reportNodes } from "./tally.js";
import type { TurnClock } from "./yield.js";

/** Rows at a time while the cache is filled. */
const CHUNK = 256;

/**
 * Keeps the batches fed from a cache as long as what lies under it stays as it is: `refresh`, called before each epoch,
 * fills it when it is new or the weights under it have been set.
 */
export class FrozenCache {
  readonly #model: Trainable;
  readonly #part: FrozenPart;
  readonly #fed: readonly ArrayBatches[];
  #hash = "";

  constructor(model: Trainable, part: FrozenPart, fed: readonly ArrayBatches[]) {
    this.#model = model;
    this.#part = part;
    this.#fed = fed;
  }

  async refresh(clock: TurnClock): Promise<void> {
    const hash = this.#model.session.hash(this.#part.variables);
    if (hash === this.#hash) return;
    for (const batches of this.#fed) {
      const computed = await this.#compute(batches.inputColumns, clock);
      const { inputs } = this.#model;
      batches.replace([...computed, ...batches.inputColumns.filter(({ node }) => !inputs.includes(node))]);
    }
    this.#hash = hash;
  }

  /** A column for each end of the part, of its inputs those that are read directly. */
  async #compute(columns: readonly Column[], clock: TurnClock): Promise<readonly Column[]> {
    const { session, inputs } = this.#model;
    const given = columns.filter(({ node }) => inputs.includes(node));
    const { count } = given[0] as Column;
    const fetches = this.#part.ends.filter((node) => !inputs.includes(node));
    const made = fetches.map((node) => {
      const width = widthOf(node);
      const data = node.dtype === "int32" ? new Int32Array(count * width) : new Float32Array(count * width);
      return { node, data, count, width };
    });
    for (let from = 0; from < count; from += CHUNK) {
      const rows = Math.min(CHUNK, count - from);
      const executable = session.prepare({ fetches, feeds: inputs, batch: rows });
      for (const column of given) {
        checkHeld(column);
        const { node, data, width } = column;
        executable.input(node).set(data.subarray(from * width, (from + rows) * width));
      }
      executable.run();
      for (const { node, data, width } of made) data.set(executable.output(node).data, from * width);
      if (clock.due) await clock.give();
    }
    return [...given.filter(({ node }) => this.#part.ends.includes(node)), ...made];
  }
}

/** The cache of a model for these batches; null where nothing is frozen at the bottom, or it takes more than `limit` bytes. */
export function frozenCache(model: Trainable, fed: readonly ArrayBatches[], limit: number): FrozenCache | null {
  const { update, moreUpdates, projection, inputs } = model;
  const updates = [update, projection, ...moreUpdates()].filter((node) => node !== null);
  const nodes = (fed[0] as ArrayBatches).inputs;
  const part = frozenPart([...reportNodes(model), ...updates], [...nodes, ...switchesOf(model, nodes)], inputs);
  if (part === null) return null;
  const width = part.ends.filter((node) => !inputs.includes(node)).reduce((sum, node) => sum + widthOf(node), 0);
  const count = fed.reduce((sum, batches) => sum + batches.count, 0);
  return width * count * 4 <= limit ? new FrozenCache(model, part, fed) : null;
}

/** Numbers for each example. */
function widthOf({ shape }: Node): number {
  return sizeOf(shape.slice(1) as Shape);
}

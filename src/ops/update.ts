// Updates: ops that change variables. A run makes them last, after everything it reads, each with one kernel call per
// contiguous span of variables. Optimizers define theirs with `defineUpdate`.

import { ArgumentError, ShapeError } from "../errors.js";
import { formatShape, sameShape } from "../tensor/shape.js";
import type { Calls, Node, OpRecord } from "./op.js";

/** One contiguous run of variables, with gradients and slots at the same offsets. All fields are addresses. */
export interface UpdateSpan {
  readonly variable: number;
  readonly gradient: number;
  readonly slots: readonly number[];
  readonly size: number;
  readonly rate: number;
  readonly step: number;
}

/** What an update node carries. Its inputs are one gradient per variable, then the rate. */
export interface UpdateAttributes<H = object> {
  readonly variables: readonly Node[];
  /** For each slot of the record, one variable per variable. */
  readonly slots: readonly (readonly Node[])[];
  /** Counts the updates made, int32. */
  readonly step: Node;
  readonly hyper: H;
}

// biome-ignore lint/suspicious/noExplicitAny: records of all updates side by side; defineUpdate checks each one's own
export interface UpdateRecord<H = any> extends OpRecord {
  readonly update: {
    /** Names of the state kept per parameter. */
    readonly slots: readonly string[];
    readonly forward: (k: Calls, span: UpdateSpan, hyper: H) => void;
    /** The whole rule is w -= rate * gradient, so that an op which can `descend` may apply it by itself. */
    readonly descends?: boolean;
  };
}

export interface UpdateFunction<H> {
  /** The update node of `variables` by their `gradients`. */
  (
    variables: readonly Node[],
    gradients: readonly Node[],
    state: Pick<UpdateAttributes, "slots" | "step"> & { readonly rate: Node },
    hyper: H,
    name?: string,
  ): Node;
  readonly record: UpdateRecord<H>;
}

export function defineUpdate<H extends object>(record: {
  readonly name: string;
  readonly doc: string;
  readonly slots: readonly string[];
  readonly forward: (k: Calls, span: UpdateSpan, hyper: H) => void;
  readonly descends?: boolean;
}): UpdateFunction<H> {
  const { name, doc, slots, forward, descends = false } = record;
  const full: UpdateRecord<H> = {
    name,
    doc,
    inputs: [],
    shape: () => [],
    samples: [],
    update: { slots, forward, descends },
  };
  const apply = (
    variables: readonly Node[],
    gradients: readonly Node[],
    state: Pick<UpdateAttributes, "slots" | "step"> & { readonly rate: Node },
    hyper: H,
    nodeName?: string,
  ): Node => {
    const attributes: UpdateAttributes<H> = { variables, slots: state.slots, step: state.step, hyper };
    return state.rate.graph.apply(full, [...gradients, state.rate], attributes, nodeName);
  };
  return Object.assign(apply, { record: full });
}

/** Fails unless every gradient has the shape of its variable and all values are float32. `name` is the update's. */
export function checkUpdate(
  name: string,
  variables: readonly Node[],
  gradients: readonly Node[],
  rate: Node | null,
): void {
  for (const node of [...variables, ...gradients, ...(rate ? [rate] : [])]) {
    if (node.dtype !== "float32") {
      throw new ArgumentError(
        `${name}: variables, gradients and learning rate must be float32; ${node.name} is ${node.dtype}.`,
      );
    }
  }
  variables.forEach((variable, i) => {
    const gradient = gradients[i] as Node;
    if (!sameShape(variable.shape, gradient.shape)) {
      throw new ShapeError(
        `${name}: a gradient must have the shape of its variable; ${variable.name} is ` +
          `${formatShape(variable.shape)}, ${gradient.name} is ${formatShape(gradient.shape)}.`,
      );
    }
  });
}

/** The learning rate of an update: its last input. */
export function rateOf(update: Node): Node {
  return update.inputs[update.inputs.length - 1] as Node;
}

export function isUpdate(node: Node): boolean {
  return "update" in node.op;
}

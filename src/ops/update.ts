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
  /** 0 where there is none. */
  readonly rate: number;
  readonly step: number;
}

/** The variables behind an update, and when it is made. */
interface Keeping {
  /** For each slot of the record, one variable per variable. */
  readonly slots: readonly (readonly Node[])[];
  /** Counts the updates made, int32. */
  readonly step: Node;
  /** Before each run `rate`, a variable, takes the value for the number of updates made so far. */
  readonly schedule?: { readonly rate: Node; readonly valueAt: (step: number) => number };
  /** Updates that are made in every run that makes this one. */
  readonly companions?: readonly Node[];
  readonly accumulation?: Accumulation;
}

/** An update that is made whenever `counter`, an int32 moved on by a companion, has become a multiple of `every`. */
export interface Accumulation {
  readonly every: number;
  readonly counter: Node;
  /** Variables that are 0 after it. */
  readonly sums: readonly Node[];
}

/** What an update node carries. Its inputs are one gradient per variable, then the rate if there is one. */
export interface UpdateAttributes<H = object> extends Keeping {
  readonly variables: readonly Node[];
  readonly hyper: H;
}

/** The variables behind an update: what it counts, what it keeps per parameter, and its rate, if it has one. */
export interface UpdateState extends Keeping {
  readonly rate: Node | null;
}

// biome-ignore lint/suspicious/noExplicitAny: records of all updates side by side; defineUpdate checks each one's own
export interface UpdateRecord<H = any> extends OpRecord {
  readonly update: {
    /** The state kept per parameter: names, with the value that each begins with. */
    readonly slots: (hyper: H) => Readonly<Record<string, number>>;
    readonly forward: (k: Calls, span: UpdateSpan, hyper: H) => void;
    /** True where the whole rule is w -= rate * gradient, so that an op which can `descend` may apply it by itself. */
    readonly descends: (hyper: H) => boolean;
  };
}

export interface UpdateFunction<H> {
  /** The update node of `variables` by their `gradients`. */
  (variables: readonly Node[], gradients: readonly Node[], state: UpdateState, hyper: H, name?: string): Node;
  readonly record: UpdateRecord<H>;
}

/** An update from its rule. */
// @__NO_SIDE_EFFECTS__
export function defineUpdate<H extends object>(record: {
  readonly name: string;
  readonly doc: string;
  /** Names and first values of the state kept per parameter. Default none. */
  readonly slots?: (hyper: H) => Readonly<Record<string, number>>;
  /** The kernel call of one span; `span.slots` come in the order of `slots`. */
  readonly forward: (k: Calls, span: UpdateSpan, hyper: H) => void;
  /** True where the whole rule is w -= rate * gradient. Default: never. */
  readonly descends?: (hyper: H) => boolean;
}): UpdateFunction<H> {
  const { name, doc, slots = () => ({}), forward, descends = () => false } = record;
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
    state: UpdateState,
    hyper: H,
    nodeName?: string,
  ): Node => {
    const { rate, ...keeping } = state;
    const attributes: UpdateAttributes<H> = { variables, hyper, ...keeping };
    const inputs = rate === null ? gradients : [...gradients, rate];
    return state.step.graph.apply(full, inputs, attributes, nodeName);
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

/** The learning rate of an update: its last input, behind one gradient per variable; null where it has none. */
export function rateOf({ inputs, attributes }: Node): Node | null {
  return inputs[(attributes as UpdateAttributes).variables.length] ?? null;
}

export function isUpdate(node: Node): boolean {
  return "update" in node.op;
}

/** These updates and all that are made with them. */
export function withCompanions(updates: readonly Node[]): Node[] {
  const all = new Set<Node>();
  const visit = (update: Node): void => {
    if (all.has(update)) return;
    all.add(update);
    (update.attributes as UpdateAttributes).companions?.forEach(visit);
  };
  updates.forEach(visit);
  return [...all];
}

export interface MovingAverageHyper {
  /** Share of the old value that stays, in [0, 1]. */
  readonly momentum: number;
}

/** Keeps running statistics: no optimizer, but made like one's update, with the training step. */
export const movingAverage = defineUpdate<MovingAverageHyper>({
  name: "movingAverage",
  doc: "w += (1 - momentum) * (value - w)",
  forward: (k, { variable, gradient, size }, { momentum }) => k.movingAverage(variable, gradient, size, 1 - momentum),
});

/** Sets variables to values, exactly. */
export const assign = defineUpdate({
  name: "assign",
  doc: "w = value",
  forward: (k, { variable, gradient, size }) => k.copy(gradient, variable, size),
});

/** Changes no variable but the step. */
export const countStep = defineUpdate({ name: "countStep", doc: "step += 1", forward: () => {} });

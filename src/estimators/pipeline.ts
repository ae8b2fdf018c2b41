// Pipeline: transformers in a row and an estimator behind them, used as one estimator. So a search scales each fold by
// its own training part.

import { ArgumentError, checkArity, describe } from "../errors.js";
import { nestedParams, setNestedParams } from "./parameters/nested.js";
import { type Cloneable, clone } from "./parameters/parameterized.js";

/** A transformer, or at the end an estimator; any object with these methods. */
export interface PipelineStep extends Cloneable {
  setParams(parameters: object): unknown;
  fit(x: never, y: never): unknown;
  transform?(x: never): unknown;
}

export type NamedStep = readonly [name: string, step: PipelineStep];

/** What the last step can do. */
interface LastStep extends PipelineStep {
  predict?(x: unknown): unknown;
  predictProba?(x: unknown): unknown;
  score?(x: unknown, y: unknown): number | Promise<number>;
  evaluate?(x: unknown, y: unknown): unknown;
}

export class Pipeline {
  readonly kind = "Pipeline";
  readonly steps: readonly NamedStep[];

  /** Names and steps; all but the last must have `transform`. A name is a word without "__". */
  constructor(steps: readonly NamedStep[]) {
    checkArity("Pipeline", arguments.length, 1);
    const valid = (entry: unknown) =>
      Array.isArray(entry) && typeof entry[0] === "string" && typeof entry[1]?.fit === "function";
    if (!Array.isArray(steps) || steps.length === 0 || !steps.every(valid)) {
      throw new ArgumentError(`Pipeline: steps must be a list of [name, step]; received ${describe(steps)}.`);
    }
    const names = steps.map(([name]) => name);
    const wrong = names.find((name, i) => name === "" || name.includes("__") || names.indexOf(name) !== i);
    if (wrong !== undefined) {
      throw new ArgumentError(`Pipeline: names must be unique and without "__"; received ${describe(wrong)}.`);
    }
    const stuck = steps.slice(0, -1).find(([, step]) => typeof step.transform !== "function");
    if (stuck)
      throw new ArgumentError(`Pipeline: every step but the last must have transform(); ${stuck[0]} has none.`);
    this.steps = steps;
  }

  /** That of the last step. */
  get estimatorType(): string | undefined {
    return (this.#last as { readonly estimatorType?: string }).estimatorType;
  }

  /** The parameters of all steps: `alpha` of the step `mlp` is `mlp__alpha`. */
  getParams(): Record<string, unknown> {
    checkArity("Pipeline.getParams", arguments.length, 0);
    return nestedParams(this.steps);
  }

  /** Sets parameters by those names. Nothing changes if one of them is unknown or refused. */
  setParams(parameters: object): this {
    checkArity("Pipeline.setParams", arguments.length, 1);
    setNestedParams("Pipeline.setParams", this.steps, parameters);
    return this;
  }

  /** The same steps, with nothing learnt. */
  clone(): Pipeline {
    checkArity("Pipeline.clone", arguments.length, 0);
    return new Pipeline(this.steps.map(([name, step]) => [name, clone(step)]));
  }

  /** Fits each step on what the steps before it make of x. */
  async fit(x: unknown, y?: unknown): Promise<this> {
    checkArity("Pipeline.fit", arguments.length, 2);
    let features = x;
    for (const [, step] of this.steps.slice(0, -1)) {
      await step.fit(features as never, y as never);
      features = await step.transform?.(features as never);
    }
    await this.#last.fit(features as never, y as never);
    return this;
  }

  async predict(x: unknown): Promise<unknown> {
    checkArity("Pipeline.predict", arguments.length, 1);
    return await this.#ask("predict")(await this.#transformed(x));
  }
  async predictProba(x: unknown): Promise<unknown> {
    checkArity("Pipeline.predictProba", arguments.length, 1);
    return await this.#ask("predictProba")(await this.#transformed(x));
  }
  async score(x: unknown, y: unknown): Promise<number> {
    checkArity("Pipeline.score", arguments.length, 2);
    return (await this.#ask("score")(await this.#transformed(x), y)) as number;
  }
  async evaluate(x: unknown, y: unknown): Promise<unknown> {
    checkArity("Pipeline.evaluate", arguments.length, 2);
    return await this.#ask("evaluate")(await this.#transformed(x), y);
  }
  /** The names of the columns that come out of the last step, if that tells them. */
  getFeatureNamesOut(inputFeatures?: readonly string[]): string[] {
    checkArity("Pipeline.getFeatureNamesOut", arguments.length, 1);
    let names = inputFeatures;
    for (const [name, step] of this.steps) {
      const { getFeatureNamesOut } = step as { getFeatureNamesOut?(names?: readonly string[]): readonly string[] };
      if (typeof getFeatureNamesOut !== "function") {
        throw new ArgumentError(
          `Pipeline.getFeatureNamesOut: every step must have getFeatureNamesOut(); ${name} has none.`,
        );
      }
      names = getFeatureNamesOut.call(step, names);
    }
    return [...(names as readonly string[])];
  }
  /** What all steps make of x, where the last is a transformer too. */
  async transform(x: unknown): Promise<unknown> {
    checkArity("Pipeline.transform", arguments.length, 1);
    return await this.#ask("transform")(await this.#transformed(x));
  }

  get #last(): LastStep {
    return (this.steps[this.steps.length - 1] as NamedStep)[1] as LastStep;
  }

  #ask(method: "predict" | "predictProba" | "score" | "evaluate" | "transform"): (...args: unknown[]) => unknown {
    const call = this.#last[method] as ((...args: unknown[]) => unknown) | undefined;
    if (typeof call === "function") return call.bind(this.#last);
    throw new ArgumentError(
      `Pipeline.${method}: the last step must have ${method}(); ${describe(this.#last)} has none.`,
    );
  }

  async #transformed(x: unknown): Promise<unknown> {
    let features = x;
    for (const [, step] of this.steps.slice(0, -1)) features = await step.transform?.(features as never);
    return features;
  }
}

/** A pipeline whose steps are named after their classes: `standardScaler`, `mlpClassifier`; a second one `..._2`. */
export function pipeline(...steps: readonly PipelineStep[]): Pipeline {
  const names: string[] = [];
  for (const step of steps) {
    const kind = (step as { kind?: string })?.kind ?? step?.constructor?.name ?? "step";
    const name = kind.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]/, (start) => start.toLowerCase());
    const earlier = names.filter((other) => other.replace(/_\d+$/, "") === name).length;
    names.push(earlier === 0 ? name : `${name}_${earlier + 1}`);
  }
  return new Pipeline(steps.map((step, i) => [names[i] as string, step]));
}

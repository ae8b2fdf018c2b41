// What holds for every op of the registry, by its samples: shapes, gradients, equal builds, special values.

import { describe, expect, test } from "vitest";
import { ShapeError } from "../../src/errors.js";
import { ops } from "../../src/ops/index.js";
import type { OpRecord, Sample } from "../../src/ops/op.js";
import { resultName } from "../../src/ops/results.js";
import { bindBatch, type OpenShape, sizeOf } from "../../src/tensor/shape.js";
import { builds, isExact } from "../support/builds.js";
import { expectClose, expectSameBits } from "../support/compare-floats.js";
import { attributesOf, OpTrial, subjectOf, type Values, valuesFor } from "../support/op-trial.js";
import { randomFloats } from "../support/random-values.js";

const cases = ops.flatMap((record) =>
  record.samples.map((sample) => ({ subject: subjectOf(record, sample), record, sample })),
);

test("names are unique", () => {
  expect(new Set(ops.map(({ name }) => name)).size).toBe(ops.length);
});

test.each(ops.map((record) => [record.name, record] as const))("%s is documented and has samples", (name, record) => {
  expect(name).toMatch(/^[a-z][A-Za-z]*(6|[12]d)?[A-Za-z]*$/);
  expect(record.doc).toMatch(/^[^\n]{20,}\.$/);
  expect(record.samples.length).toBeGreaterThan(0);
  for (const sample of record.samples) {
    expect(Object.keys(sample.inputs).sort()).toEqual([...record.inputs].sort());
    const integers = record.inputs.filter((input) => record.inputTypes?.[input] === "int32");
    expect(Object.keys(sample.below ?? {}).sort()).toEqual(integers.sort());
  }
  for (const input of Object.keys(record.vjp ?? {})) {
    expect(record.inputs).toContain(input);
    expect(record.inputTypes?.[input]).toBeUndefined();
  }
  if (record.inPlace) expect(record.inputs).toContain(record.inPlace);
});

describe.each(cases)("$subject", ({ subject, record, sample }) => {
  const trials = new Map(builds.map((build) => [build, new OpTrial(record, sample, build)]));
  const values = valuesFor(record, sample);
  const first = trials.get(builds[0] as (typeof builds)[number]) as OpTrial;
  const dy = randomFloats(sizeOf(first.y.shape as number[]), 100);

  test("the shape rule gives the shape and type of the result, and the gradients have those of their inputs", () => {
    const shape = record.shape(sample.inputs, attributesOf(record, sample));
    for (const [build, trial] of trials) {
      const y = trial.run(trial.y, values);
      expect(y.shape, `${subject} ${build}`).toEqual(shape);
      expect(y.data.length, `${subject} ${build}`).toBe(sizeOf(y.shape));
      expect(y.dtype, `${subject} ${build}`).toBe(record.dtype ?? "float32");
      for (const node of trial.results) {
        const rule = record.results?.[resultName(node)];
        const result = trial.run(node, values);
        expect(result.shape, node.name).toEqual(rule?.shape(sample.inputs, attributesOf(record, sample)));
        expect(result.dtype, node.name).toBe(rule?.dtype ?? "float32");
      }
    }
    for (const [input, gradient] of Object.entries(first.gradients)) {
      expect(gradient.shape, `${subject}, gradient of ${input}`).toEqual(sample.inputs[input]);
    }
  });

  test("a batch left open gives the same shape", () => {
    const batch = first.y.shape[0];
    const inputs = Object.entries(sample.inputs);
    const opened = inputs.map(([input, shape]) => [
      input,
      shape.map((n, axis) => (axis === 0 && n === batch ? null : n)),
    ]);
    const attributes = attributesOf(record, sample);
    const open = unlessRefused(() => record.shape(Object.fromEntries(opened), attributes));
    if (open !== undefined && batch !== undefined) expect(bindBatch(open, batch as number)).toEqual(first.y.shape);
  });

  test("gradients are those of central differences", () => {
    for (const [build, trial] of trials) {
      for (const [input, gradient] of Object.entries(trial.gradients)) {
        const expected = centralDifferences(trial, values, input, dy);
        const received = trial.run(gradient, { ...values, dy }).data;
        const scale = Math.max(1, ...expected.map(Math.abs));
        expectClose(`${subject} ${build}, gradient of ${input}`, received, expected, 2e-4 * scale);
      }
    }
  });

  test("all builds agree", () => {
    compareBuilds(subject, trials, values, dy);
  });

  test("all builds agree on NaN, infinities and -0", () => {
    const floats = record.inputs.filter((input) => record.inputTypes?.[input] === undefined);
    for (const special of [Number.NaN, Infinity, -Infinity, -0]) {
      for (const input of floats) {
        const original = values[input] as Float32Array;
        const everywhere = new Float32Array(original.length).fill(special);
        const somewhere = original.map((x, i) => (i % 5 === 2 ? special : x));
        for (const changed of [everywhere, somewhere]) {
          compareBuilds(`${subject}, ${special} in ${input}`, trials, { ...values, [input]: changed }, dy);
        }
      }
    }
  });

  test("extents of 0 are taken or refused by the shape rule, and computed", () => {
    for (const extent of new Set(Object.values(sample.inputs).flat())) {
      const empty = withoutExtent(record, sample, extent);
      if (empty === undefined) continue;
      const emptyTrials = new Map(builds.map((build) => [build, new OpTrial(record, empty, build)]));
      const nothing = valuesFor(record, empty);
      const emptySubject = subjectOf(record, empty);
      const shape = record.shape(empty.inputs, attributesOf(record, empty)) as number[];
      for (const [build, trial] of emptyTrials) {
        expect(trial.run(trial.y, nothing).shape, `${emptySubject} ${build}`).toEqual(shape);
      }
      compareBuilds(emptySubject, emptyTrials, nothing, randomFloats(sizeOf(shape), 101));
    }
  });
});

/** The result and every gradient: the exact builds to the bit, relaxed closely. */
function compareBuilds(subject: string, trials: ReadonlyMap<string, OpTrial>, values: Values, dy: Float32Array): void {
  const [reference] = trials.values();
  const results = (trial: OpTrial) => [
    ...[trial.y, ...trial.results].map((node) => ({ what: node.name, data: trial.run(node, values).data })),
    ...Object.entries(trial.gradients).map(([input, gradient]) => ({
      what: `gradient of ${input}`,
      data: trial.run(gradient, { ...values, dy }).data,
    })),
  ];
  const expected = results(reference as OpTrial);
  for (const build of builds) {
    results(trials.get(build) as OpTrial).forEach(({ what, data }, i) => {
      const wanted = expected[i]?.data as Float32Array;
      const where = `${subject} ${build}, ${what}, against ${builds[0]}`;
      const scale = wanted.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 1);
      if (isExact(build)) expectSameBits(where, data, wanted);
      else expectClose(where, data, wanted, 1e-5 * scale);
    });
  }
}

/** The gradient of sum(dy * y) with respect to an input, from results in float32, added in float64. */
function centralDifferences(trial: OpTrial, values: Values, input: string, dy: Float32Array): Float64Array {
  const step = 2 ** -7;
  const x = (values[input] as Float32Array).slice();
  const objective = () => {
    const y = trial.run(trial.y, { ...values, [input]: x }).data as Float32Array;
    return y.reduce((sum, value, i) => sum + value * (dy[i] as number), 0);
  };
  return Float64Array.from(x, (value, i) => {
    x[i] = value + step;
    const [high, above] = [x[i] as number, objective()];
    x[i] = value - step;
    const [low, below] = [x[i] as number, objective()];
    x[i] = value;
    return (above - below) / (high - low);
  });
}

/** The sample with every extent of this size set to 0, in inputs and attributes; undefined where that cannot be. */
function withoutExtent(record: OpRecord, sample: Sample, extent: number): Sample | undefined {
  const shrink = (shape: readonly number[]) => shape.map((n) => (n === extent ? 0 : n));
  const inputs = Object.fromEntries(Object.entries(sample.inputs).map(([input, shape]) => [input, shrink(shape)]));
  const { attributes } = sample;
  const shape = (attributes as { shape?: number[] } | undefined)?.shape;
  const empty: Sample = { ...sample, inputs, ...(shape && { attributes: { ...attributes, shape: shrink(shape) } }) };
  // Without classes there is no label to feed.
  const impossible = Object.entries(sample.below ?? {}).some(
    ([input, below]) => below === extent && sizeOf(inputs[input] as number[]) > 0,
  );
  const accepted = unlessRefused(() => record.shape(empty.inputs, attributesOf(record, empty)));
  return impossible || accepted === undefined ? undefined : empty;
}

/** The shape, or undefined where the rule refuses the inputs. */
function unlessRefused(rule: () => OpenShape): OpenShape | undefined {
  try {
    return rule();
  } catch (error) {
    expect(error).toBeInstanceOf(ShapeError);
    return undefined;
  }
}

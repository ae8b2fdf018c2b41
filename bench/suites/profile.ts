// Where a training step spends its time: every kernel call of the step of suites/step.ts, timed one by one. The clock is
// read around each call, which costs some tens of nanoseconds; the last row is what is left of the whole step.

import type { Engine } from "../../src/index.js";
import { COURSE_NET } from "../baselines/course-net.js";
import { randomFloats, randomLabels } from "../data.js";
import { startWatch } from "../interleave.js";
import { BENCH_RATE, netGraph, optimizerOf, type Rule, trainer } from "../nets.js";
import type { PeakLoop } from "../peak/peak.js";
import type { Gear, Row } from "../report.js";
import { ratios, summarize } from "../statistics.js";
import type { Bench, Suite } from "../suite.js";

const BATCH = 50;
const WARM_UP_STEPS = 200;
/** More rounds than elsewhere: a single call is short, and a disturbed one must not count. */
const ROUNDS = 101;

export const profile: Suite = {
  name: "profile",
  title: `every kernel call of the training step of ${COURSE_NET.join("-")}, batch ${BATCH}`,
  run: async (bench) => {
    const rounds = bench.quick ? 25 : ROUNDS;
    return [...(await measure(bench, "sgd", rounds)), ...(await measure(bench, "adam", rounds))];
  },
};

interface Call {
  readonly label: string;
  readonly flops: number;
  /** Milliseconds of the last call. */
  time: number;
}

async function measure(bench: Bench, rule: Rule, rounds: number): Promise<Row[]> {
  const batch = { x: randomFloats(BATCH * 784, "step/x", 0, 1), labels: randomLabels(BATCH, "step/labels", 10) };
  const peaks = await bench.peaks();
  const builds = [...bench.engines].map(([build, engine]) => {
    const calls: Call[] = [];
    const net = netGraph(timedEngine(engine, calls), COURSE_NET, optimizerOf(rule, BENCH_RATE));
    const run = trainer(net, [batch]);
    // The first run tells which calls make a step: those before it initialised the weights.
    calls.length = 0;
    run();
    const ofStep = [...calls];
    for (let i = 0; i < (bench.quick ? 50 : WARM_UP_STEPS); i++) run();
    return {
      build,
      run,
      calls,
      ofStep,
      times: ofStep.map(() => [] as number[]),
      rest: [] as number[],
      peak: [] as number[],
    };
  });
  for (let round = 0; round < rounds; round++) {
    for (const { build, run, calls, times, rest, peak } of builds) {
      run();
      calls.length = 0;
      const start = performance.now();
      run();
      const total = performance.now() - start;
      calls.forEach(({ time }, i) => {
        times[i]?.push(time);
      });
      rest.push(total - calls.reduce((sum, { time }) => sum + time, 0));
      peak.push(peakNow(peaks.get(build) ?? []));
    }
  }
  return builds.flatMap(({ build, ofStep, times, rest, peak }) => [
    ...ofStep.map(({ label, flops }, i) => {
      const own = times[i] as number[];
      const peakFraction = ratios(
        peak.map((time) => time * flops),
        own,
      ).median;
      return row(rule, build, `${i + 1} ${label}`, own, flops > 0 ? { peakFraction } : {});
    }),
    row(rule, build, "all else", rest),
  ]);
}

function row(rule: Rule, build: Gear, label: string, times: readonly number[], more: Partial<Row> = {}): Row {
  const inMicroseconds = summarize(times.map((time) => time * 1000));
  return { suite: "profile", case: `${rule}: ${label}`, build, metric: "µs", ...inMicroseconds, ...more };
}

/** Milliseconds per floating-point operation. */
function peakNow(loops: readonly PeakLoop[]): number {
  const times = loops.map(({ run, units = 1 }) => {
    const elapsed = startWatch();
    for (let i = 0; i < 10; i++) run();
    return elapsed() / (10 * units);
  });
  return Math.min(...times);
}

/** An engine whose kernels note each call in `calls`. */
function timedEngine(engine: Engine, calls: Call[]): Engine {
  const instantiate: Engine["instantiate"] = (pages) => {
    const { kernels, memory } = engine.instantiate(pages);
    const timed = Object.entries(kernels).map(([name, kernel]) => {
      // biome-ignore lint/suspicious/noExplicitAny: kernels of any signature
      const wrapped = (...values: any[]) => {
        const start = performance.now();
        const result = (kernel as (...all: unknown[]) => unknown)(...values);
        calls.push({ ...describeCall(name, values), time: performance.now() - start });
        return result;
      };
      return [name, wrapped];
    });
    return { kernels: Object.fromEntries(timed) as typeof kernels, memory };
  };
  // All else is the engine's own.
  return Object.create(engine, { instantiate: { value: instantiate } });
}

/** Products carry their sizes, transposed operands a `t`, and count as multiply-adds. */
function describeCall(name: string, values: readonly number[]): Pick<Call, "label" | "flops"> {
  if (name !== "gemm" && name !== "gemmDescend") return { label: name, flops: 0 };
  const [m = 0, n = 0, k = 0, , rowStepA, , , rowStepB] = values;
  const a = rowStepA === 1 && k > 1 ? "t" : "";
  const b = rowStepB === 1 && n > 1 ? "t" : "";
  return { label: `${name} ${m} x ${k}${a} x ${n}${b}`, flops: 2 * m * n * k };
}

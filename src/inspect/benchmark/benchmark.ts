// How fast this device computes, in two seconds: one matrix product in plain JavaScript and in every build that the host
// supports, in turns, so that all meet the same clock and the same neighbours. For pages and services that want to know
// before they choose what to train; the benches of the project measure more, and more carefully.

import { ArgumentError, checkArity, checkNumber, checkOptions } from "../../errors.js";
import { Graph } from "../../graph/graph.js";
import { checkSignal, type HostSignal } from "../../host/signal.js";
import { matmul } from "../../ops/matmul.js";
import { Session } from "../../runtime/session.js";
import { nextTurn } from "../../training/loop/yield.js";
import { diagnose, type Measured, recordSpeed } from "../../wasm/diagnosis.js";
import { currentEngine, type Engine, otherBuilds, startEngine } from "../../wasm/engine.js";
import { addProduct } from "./product.js";

export interface BenchmarkOptions {
  /** How long to measure, above 0 and up to 3600. Default 2. */
  readonly seconds?: number;
  /** Stops after the turn in progress; `benchmark` then rejects with the signal's reason. */
  readonly signal?: HostSignal;
}

/** One way to compute, measured. */
export interface Speed {
  readonly name: Measured;
  /** Billions of multiplications and additions a second: the median of all rounds. */
  readonly gflops: number;
  /** How many times as fast as plain JavaScript. */
  readonly speedup: number;
}

export interface BenchmarkResult {
  readonly host: string;
  /** Plain JavaScript first, then the builds that this host supports, from `scalar` up; `wide` where it runs already. */
  readonly speeds: readonly Speed[];
  /** Prints as a table. */
  toString(): string;
}

/** Extent of the square matrices: as fast as large ones in the kernels, and a few milliseconds in plain JavaScript. */
const SIZE = 128;
/** Milliseconds that one contender computes before the next has its turn; pages stay responsive meanwhile. */
const TURN = 10;
/** Share of the time that is not counted: engines run code slowly first and compile it while it runs. */
const WARM_UP = 0.3;

interface Contender {
  readonly name: Measured;
  readonly run: () => void;
  /** GFLOP/s, one figure per round. */
  readonly rates: number[];
}

/**
 * Measures for about `seconds` on one thread, giving the event loop a turn every 10 ms. The engine that `init` started
 * stays as it is; `diagnose` tells the figures from then on.
 * Fails with ArgumentError for wrong options, with the signal's reason where it aborts.
 */
export async function benchmark(options: BenchmarkOptions = {}): Promise<BenchmarkResult> {
  checkArity("benchmark", arguments.length, 1);
  checkOptions("benchmark", options, ["seconds", "signal"]);
  const { seconds = 2, signal } = options;
  checkNumber("benchmark: seconds", seconds, 0, 3600);
  if (seconds === 0) throw new ArgumentError("benchmark: seconds must be above 0; received 0.");
  checkSignal("benchmark", signal);
  const { host, supported } = diagnose();
  const contenders: Contender[] = [{ name: "javascript", run: plainProduct(), rates: [] }];
  for (const build of supported) {
    contenders.push({ name: build, run: kernelProduct(await startEngine({ build }, otherBuilds)), rates: [] });
  }
  const running = currentEngine();
  if (running?.build === "wide") contenders.push({ name: "wide", run: kernelProduct(running), rates: [] });
  await takeTurns(contenders, seconds * 1000, signal);

  const rates = contenders.map(({ rates }) => median(rates));
  const speeds = contenders.map(({ name }, i): Speed => {
    const gflops = rates[i] as number;
    return { name, gflops, speedup: gflops / (rates[0] as number) };
  });
  recordSpeed(Object.fromEntries(speeds.map(({ name, gflops }) => [name, gflops])));
  return { host, speeds, toString: () => table(host, speeds) };
}

/** Rounds until the time is up, at least one that counts. */
async function takeTurns(contenders: readonly Contender[], time: number, signal: HostSignal | undefined) {
  const start = performance.now();
  let counted = 0;
  while (counted === 0 || performance.now() - start < time) {
    const counts = performance.now() - start >= time * WARM_UP;
    for (const { run, rates } of contenders) {
      const rate = turn(run);
      if (counts) rates.push(rate);
      await nextTurn();
      signal?.throwIfAborted();
    }
    if (counts) counted++;
  }
}

/** GFLOP/s of some milliseconds of calls. */
function turn(run: () => void): number {
  const start = performance.now();
  let calls = 0;
  let elapsed = 0;
  while (elapsed < TURN) {
    run();
    calls++;
    elapsed = performance.now() - start;
  }
  return (calls * 2 * SIZE ** 3) / (elapsed * 1e6);
}

/** The middle value; of an even number the upper of the two. */
function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

/** Numbers in [-1, 1) that are no round ones. */
function matrix(seed: number): Float32Array {
  return Float32Array.from({ length: SIZE * SIZE }, (_, i) => ((i * 0.618034 + seed) % 2) - 1);
}

function plainProduct(): () => void {
  const [a, b, y] = [matrix(0), matrix(0.5), new Float32Array(SIZE * SIZE)];
  return () => {
    y.fill(0);
    addProduct(a, b, y, [SIZE, SIZE, SIZE]);
  };
}

function kernelProduct(engine: Engine): () => void {
  const graph = new Graph();
  const a = graph.placeholder("a", [SIZE, SIZE]);
  const b = graph.placeholder("b", [SIZE, SIZE]);
  const executable = new Session(graph, { engine }).prepare({ fetches: [matmul(a, b)], feeds: [a, b] });
  executable.input(a).set(matrix(0));
  executable.input(b).set(matrix(0.5));
  return () => executable.run();
}

function table(host: string, speeds: readonly Speed[]): string {
  const lines = speeds.map(({ name, gflops, speedup }) => {
    const rate = gflops.toPrecision(3).padStart(7);
    return `${name.padEnd(12)} ${rate} GFLOP/s  ${`${speedup.toPrecision(3)} x`.padStart(8)}`;
  });
  return [`product of ${SIZE} x ${SIZE} matrices, one thread, on ${host}`, ...lines].join("\n");
}

// Front door of `lanewise/benchmark`: re-exports only.

export type { Measured } from "../../wasm/diagnosis.js";
export { type BenchmarkOptions, type BenchmarkResult, benchmark, type Speed } from "./benchmark.js";

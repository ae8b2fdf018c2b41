// Front door of `lanewise/benchmark`: re-exports only.

export { type BenchmarkOptions, type BenchmarkResult, benchmark, type Speed } from "./benchmark.js";

// Front door of `lanewise/simd`: all of `lanewise`, with the simd build alone.

export * from "./index.js";
export { initSimd as init } from "./wasm/engine.js";

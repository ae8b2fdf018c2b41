import { defineConfig } from "vitest/config";

// Node 20 and 21 know relaxed SIMD only behind a flag; later ones have it switched on.
const major = Number(process.versions.node.split(".")[0]);
const execArgv = major < 22 ? ["--experimental-wasm-relaxed-simd"] : [];

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    pool: "forks",
    execArgv,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});

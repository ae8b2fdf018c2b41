import { defineConfig } from "vitest/config";

// Node 20 and 21 know relaxed SIMD only behind a flag; later ones have it switched on.
const major = Number(process.versions.node.split(".")[0]);
const execArgv = major < 22 ? ["--experimental-wasm-relaxed-simd"] : [];

const shared = { pool: "forks", testTimeout: 60_000, hookTimeout: 120_000 } as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: "node",
          include: ["test/**/*.test.ts"],
          exclude: ["test/browser/**", "test/dropin/**"],
          execArgv,
        },
      },
      {
        test: {
          ...shared,
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          globalSetup: "test/browser/driver/announce.ts",
          // One after the other, when the machine has nothing else to do.
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...shared,
          // Bundlers take their time on a busy machine.
          testTimeout: 180_000,
          hookTimeout: 180_000,
          name: "dropin",
          include: ["test/dropin/*.test.ts"],
          globalSetup: "test/dropin/announce.ts",
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});

import { defineConfig } from "vitest/config";

// Node 20 and 21 know relaxed SIMD only behind a flag; later ones have it switched on.
const major = Number(process.versions.node.split(".")[0]);
const execArgv = major < 22 ? ["--experimental-wasm-relaxed-simd"] : [];

const shared = { pool: "forks", testTimeout: 60_000, hookTimeout: 120_000 } as const;

/** Tests of pages that look at the pace of something: turns of the event loop, smooth pictures, races, memory. */
const paced = ["engine", "memory", "turns", "playground/race"].map((name) => `test/browser/${name}.test.ts`);

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
          // All of them: by default one is left to vitest itself, which has next to nothing to do.
          maxWorkers: "100%",
        },
      },
      {
        test: {
          ...shared,
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          exclude: paced,
          globalSetup: "test/browser/driver/prepare.ts",
          // Two at a time: most of what they do is wait for a page.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...shared,
          name: "browser-paced",
          include: paced,
          globalSetup: "test/browser/driver/prepare.ts",
          // One after the other, when the machine has nothing else to do.
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
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
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});

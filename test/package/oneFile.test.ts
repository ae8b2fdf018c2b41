// A page, a service worker or an extension that bundles into one file: with `lanewise/simd` it carries one build.

import path from "node:path";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import { dense, init, sequential, sgd, weightsHash } from "../../src/index.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What the program leaves in `globalThis.result`, a promise. */
const program = `
  import { dense, diagnose, init, sequential, sgd, weightsHash } from "lanewise";
  globalThis.result = (async () => {
    const refused = {};
    for (const options of [{ build: "scalar" }, { wide: true }]) {
      await init(options).catch((error) => { refused[JSON.stringify(options)] = error.name + ": " + error.message; });
    }
    await init();
    const model = sequential([dense({ units: 8, activation: "relu" }), dense({ units: 3 })], { inputShape: [4], seed: 7 });
    model.compile({ optimizer: sgd({ learningRate: 0.1 }), loss: "sparseCategoricalCrossentropy" });
    const x = [[1, 2, 3, 4], [4, 3, 2, 1], [0, 1, 0, 1]];
    await model.fit(x, [0, 1, 2], { epochs: 3, batchSize: 2 });
    return { refused, hash: weightsHash(model), predicted: [...model.predict(x).data], diagnosis: diagnose() };
  })();`;

interface Result {
  readonly refused: Readonly<Record<string, string>>;
  readonly hash: string;
  readonly predicted: readonly number[];
}

async function oneFile(door: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: root },
    alias: { lanewise: path.join(root, door) },
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2022",
    external: ["node:*"],
    logLevel: "error",
    logOverride: { "ignored-bare-import": "silent" },
  });
  return outputFiles[0]?.text ?? "";
}

describe("a bundle of one file", () => {
  const bundles: Record<string, string> = {};
  beforeAll(async () => {
    bundles.one = await oneFile("dist/simd.js");
    bundles.all = await oneFile("dist/index.js");
  });

  test("holds one build in place of four", () => {
    const [one, all] = [bundles.one, bundles.all].map((text = "") => gzipSync(text, { level: 9 }).length);
    // Scalar, relaxed and wide are 23, 31 and 33 KB.
    expect((all as number) - (one as number)).toBeGreaterThan(80_000);
    expect(bundles.one).not.toMatch(/\bimport\(/);
  });

  test("trains with the bits of the package, and says which builds it lacks", async () => {
    const context = vm.createContext({ performance, setTimeout, clearTimeout, setImmediate, console });
    vm.runInContext(bundles.one ?? "", context);
    const { refused, hash, predicted } = await (context as { result: Promise<Result> }).result;

    await init();
    const model = sequential([dense({ units: 8, activation: "relu" }), dense({ units: 3 })], {
      inputShape: [4],
      seed: 7,
    });
    model.compile({ optimizer: sgd({ learningRate: 0.1 }), loss: "sparseCategoricalCrossentropy" });
    const x = [
      [1, 2, 3, 4],
      [4, 3, 2, 1],
      [0, 1, 0, 1],
    ];
    await model.fit(x, [0, 1, 2], { epochs: 3, batchSize: 2 });
    expect(hash).toBe(weightsHash(model));
    expect([...predicted]).toEqual([...model.predict(x).data]);

    expect(refused['{"build":"scalar"}']).toBe(
      'StateError: init: "lanewise/simd" holds the simd build alone; this needs the scalar build; use init of "lanewise".',
    );
    expect(refused['{"wide":true}']).toMatch(/^StateError: init: "lanewise\/simd" holds the simd build alone/);
  });
});

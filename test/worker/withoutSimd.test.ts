// A host without SIMD, where nothing has been started: what starts kernels for a worker finds the scalar build.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { classifier, lanewise, models } from "./built.js";

const dist = new URL("../../dist/", import.meta.url).href;

/** The probes for instructions are small modules; all others are what they are. */
const withoutSimd = `
  const { validate } = WebAssembly;
  WebAssembly.validate = (module) => module.length > 200 && validate(module);`;

async function printed(program: string): Promise<string> {
  const script = `${withoutSimd}\n${program}`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
  return stdout.trim();
}

test("a model is opened in a worker", async () => {
  const model = classifier();
  const bytes = Buffer.from(models.modelToBytes(model)).toString("base64");
  const hash = await printed(`
    const { modelInWorker } = await import("${dist}worker/index.js");
    const model = await modelInWorker(Buffer.from("${bytes}", "base64"));
    console.log(await model.weightsHash());
    await model.close();`);
  expect(hash).toBe(lanewise.weightsHash(model));
});

test("a search runs in workers", async () => {
  const best = await printed(`
    const { GridSearchCV, Perceptron } = await import("${dist}estimators.js");
    const x = Array.from({ length: 12 }, (_, i) => [i % 2, i / 12]);
    const search = new GridSearchCV(new Perceptron(), { alpha: [0.1] }, { cv: 2, workers: 1 });
    await search.fit(x, x.map(([side]) => side));
    console.log(JSON.stringify(search.bestParams));`);
  expect(best).toBe('{"alpha":0.1}');
});

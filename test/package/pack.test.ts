// What npm would publish, installed in an empty folder: a JavaScript and a strict TypeScript program train and predict.

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installPackage } from "../support/installed-package.js";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const windows = process.platform === "win32";

let folder: string;
let packed: readonly string[];
beforeAll(async () => {
  ({ folder, packed } = await installPackage());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the package", () => {
  test("holds what package.json names, and no sources", () => {
    for (const entry of manifest.files as string[]) {
      expect(packed.some((file) => file === entry || file.startsWith(`${entry}/`))).toBe(true);
    }
    const tops = new Set(packed.map((file) => file.split("/")[0]));
    expect([...tops].filter((top) => ![...manifest.files, "package.json"].includes(top))).toEqual([]);
  });

  test("has every file that exports and bin point at", () => {
    const targets = [
      ...Object.values(manifest.exports).flatMap((entry) =>
        typeof entry === "string" ? [entry] : Object.values(entry as Record<string, string>),
      ),
      ...(Object.values(manifest.bin) as string[]),
    ].map((target) => target.replace(/^\.\//, ""));
    const modules = ["scalar", "simd", "relaxed"];
    const files = targets.flatMap((target) =>
      target.includes("*") ? modules.map((name) => target.replace("*", name)) : [target],
    );
    expect(files.length).toBeGreaterThan(8);
    expect(files.filter((file) => !packed.includes(file))).toEqual([]);
  });

  test("has source maps with their sources, which are nowhere else in it", async () => {
    const maps = packed.filter((file) => file.endsWith(".js.map"));
    expect(maps.length).toBeGreaterThan(20);
    for (const file of maps) {
      const map = JSON.parse(readFileSync(path.join(folder, "node_modules/lanewise", file), "utf8"));
      expect(map.sources.length, file).toBeGreaterThan(0);
      expect(map.sourcesContent.length, file).toBe(map.sources.length);
      expect(
        map.sourcesContent.every((text: string | null) => text !== null && text.length > 0),
        file,
      ).toBe(true);
    }
  });

  test("brings its command", async () => {
    const command = path.join(folder, "node_modules", ".bin", windows ? "lanewise.cmd" : "lanewise");
    const { stdout } = await run(command, ["--version"], { cwd: folder, shell: windows });
    expect(stdout.trim()).toBe(manifest.version);
  });
});

const javascript = `
import { readFile } from "node:fs/promises";
import { dense, diagnose, init, sequential, weightsHash } from "lanewise";
import { iris } from "lanewise/datasets";
import { weightsFromBytes, weightsToBytes } from "lanewise/io";

// Every build, and a module that has been compiled ahead of time.
const hashes = [];
const bytes = await readFile(new URL(import.meta.resolve("lanewise/wasm/simd.wasm")));
for (const options of [{ build: "scalar" }, { build: "simd" }, { build: "simd", module: await WebAssembly.compile(bytes) }]) {
  await init(options);
  const { train, test } = iris();
  const model = sequential([dense({ units: 16, activation: "relu" }), dense({ units: 3 })], { seed: 1 });
  model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
  await model.fit(train.x, train.y, { epochs: 5 });
  if (model.predict(test.x).shape.join() !== "30,3") throw new Error("wrong shape");
  weightsFromBytes(model, weightsToBytes(model));
  hashes.push(weightsHash(model));
}
if (new Set(hashes).size !== 1) throw new Error(\`the builds differ: \${hashes}\`);
console.log(\`\${diagnose().build} \${hashes[0]}\`);
`;

const typescript = `
import {
  adam, ArgumentError, dense, type FitOptions, gradients, Graph, type History, init, initializers, matmul, mean,
  type Model, type NestedNumbers, type Node, sequential, Session, sgd, type Tensor, tensor, weightsHash,
} from "lanewise";
import { type Dataset, iris } from "lanewise/datasets";
import { type HasWeights, weightsFromBytes, weightsToBytes } from "lanewise/io";

declare const console: { log(text: string): void };

await init({ build: "simd" });
const data: Dataset = iris({ testFraction: 0.2 });
const model: Model = sequential(
  [dense({ units: 16, activation: "relu", kernelInitializer: "heNormal" }), dense({ units: 3 })],
  { seed: 1, inputShape: [4] },
);
model.compile({ optimizer: adam({ learningRate: 0.01 }), loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
const options: FitOptions = {
  epochs: 5,
  validationData: [data.test.x, data.test.y],
  onStep: ({ step, metrics }) => void [step.toFixed(), metrics.loss],
};
const history: History = await model.fit(data.train.x, data.train.y, options);
const last: number | undefined = history.valAccuracy?.[4];
const output: Tensor = model.predict([[5.1, 3.5, 1.4, 0.2]]);
const nested: NestedNumbers = output.toArray();
const saved: HasWeights = model;
const bytes: Uint8Array = weightsToBytes(saved);
weightsFromBytes(saved, bytes);

const graph = new Graph({ seed: 1 });
const x = graph.placeholder("x", [null, 2]);
const w = graph.variable("w", initializers.zeros(), { shape: [2, 1] });
const loss: Node = mean(matmul(x, w));
const [dw] = gradients(loss, [w]);
const update = sgd({ learningRate: 0.5 }).minimize(loss);
const session = new Session(graph);
const one: Tensor = session.run(loss, { x: [[1, 2]] });
const several: Tensor[] = session.run([dw as Node, loss, update], [[x, tensor([[1, 2]])]]);

// @ts-expect-error: the activation is misspelt
try { dense({ units: 1, activation: "rleu" }); } catch (error) { if (!(error instanceof ArgumentError)) throw error; }
// @ts-expect-error: the optimizer is misspelt
try { model.compile({ optimizer: "sdg", loss: "sparseCategoricalCrossentropy" }); } catch {}
// @ts-expect-error: the option is misspelt
void (() => model.fit(data.train.x, data.train.y, { epoch: 5 }));

if (last === undefined || !Array.isArray(nested) || one.item() !== 0 || several.length !== 3) throw new Error("wrong");
console.log(\`trained \${weightsHash(model).length}\`);
`;

test("a JavaScript program trains and predicts", async () => {
  const file = path.join(folder, "program.js");
  await writeFile(file, javascript);
  const { stdout } = await run(process.execPath, [file], { cwd: folder });
  expect(stdout).toMatch(/^simd [0-9a-f]{16}\n$/);
});

test.each([
  ["without the types of any host", ["ES2022"], []],
  ["for Node", ["ES2022"], ["node"]],
  ["for pages", ["ES2022", "DOM"], []],
])("a strict TypeScript program compiles %s, trains and predicts", async (name, lib, types) => {
  const project = path.join(folder, name.replaceAll(/\W/g, "-"));
  await mkdir(project);
  await writeFile(path.join(project, "program.ts"), typescript);
  const compilerOptions = {
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    target: "ES2022",
    module: "NodeNext",
    moduleResolution: "NodeNext",
    lib,
    types,
    typeRoots: [path.join(root, "node_modules/@types")],
    skipLibCheck: false,
    outDir: "out",
    rootDir: ".",
  };
  await writeFile(path.join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
  const tsc = path.join(root, "node_modules/typescript/bin/tsc");
  const compiled = await run(process.execPath, [tsc, "-p", project]).catch((error) => error);
  expect(compiled.stdout).toBe("");
  const { stdout } = await run(process.execPath, [path.join(project, "out/program.js")], { cwd: project });
  expect(stdout).toBe("trained 16\n");
});

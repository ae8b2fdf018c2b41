// The published types under a strict compiler: declarations of a user's program can name whatever the package gives it,
// without the types of any host and without the packages of pictures.

import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { exports } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
  exports: Record<string, string | { default: string }>;
};
/** Entry points that can be imported here: the programs of workers begin to listen. */
const entries = Object.entries(exports).filter(
  ([name, target]) => typeof target === "object" && name !== "./estimators/worker" && name !== "./worker/host",
) as [string, { default: string }][];
const isClass = (value: unknown) =>
  typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value));

let folder: string;
beforeAll(() => {
  if (!existsSync(path.join(root, "dist/types/index.d.ts")))
    throw new Error("dist/ is missing; build it with `npm run build`.");
  folder = mkdtempSync(path.join(tmpdir(), "lanewise-types-"));
  const installed = path.join(folder, "node_modules/lanewise");
  mkdirSync(path.join(installed, "dist"), { recursive: true });
  cpSync(path.join(root, "package.json"), path.join(installed, "package.json"));
  cpSync(path.join(root, "dist/types"), path.join(installed, "dist/types"), { recursive: true });
  writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the compiler says of the files. */
async function compile(name: string, files: Record<string, string>, options: object): Promise<string> {
  const project = path.join(folder, name);
  mkdirSync(project);
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(project, file), text);
  const strict = { strict: true, noUncheckedIndexedAccess: true, declaration: true, skipLibCheck: false };
  const compilerOptions = { ...strict, target: "es2022", lib: ["es2022"], types: [], outDir: "out", ...options };
  writeFileSync(path.join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: Object.keys(files) }));
  const tsc = path.join(root, "node_modules/typescript/bin/tsc");
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, "-p", project]).catch((error) => error);
  return stdout;
}

/** A program that exports whatever the package gives: functions, what they return, what classes hold. */
async function everything(): Promise<string> {
  const lines: string[] = [];
  for (const [i, [name, { default: file }]] of entries.entries()) {
    const module = `M${i}`;
    lines.push(`import * as ${module} from "lanewise${name.slice(1)}";`, `export const all${i} = { ...${module} };`);
    const visit = (path: string, values: object): void => {
      for (const [key, value] of Object.entries(values)) {
        const at = `${path}.${key}`;
        const of = `export const v${lines.length} =`;
        if (isClass(value)) lines.push(`${of} { ...(null! as InstanceType<typeof ${at}>) };`);
        else if (typeof value === "function")
          lines.push(`${of} (null! as typeof ${at})(...(null! as Parameters<typeof ${at}>));`);
        else if ((value as { [Symbol.toStringTag]?: string } | null)?.[Symbol.toStringTag] === "Module")
          visit(at, value);
      }
    };
    visit(module, (await import(new URL(file, new URL("../../", import.meta.url)).href)) as object);
  }
  return lines
    .join("\n")
    .replaceAll("(...(null! as [never, never, never, never]))", "(...(null! as never[] as never))");
}

/** What newcomers write. */
const user = `
import { callbacks, dense, earlyStopping, relu, sequential, sum, Session, Graph, tensor } from "lanewise";
import { MLPClassifier, pipeline, StandardScaler } from "lanewise/estimators";
import { learningCurves } from "lanewise/plot";
import { modelInWorker } from "lanewise/worker";
export const cb = earlyStopping({ patience: 1 });
export const act = relu;
export const total = sum;
export const history = callbacks.history();
export const model = sequential([dense({ units: 3 })], { inputShape: [2] });
export const recipe = model.recipe;
export const layer = model.layers[0];
export const state = model.getState();
export const prepared = model.session.prepare({ fetches: [model.output], feeds: [model.input], batch: 1 });
export const step = (x: number[][], y: number[]) => model.trainOnBatch(x, y, { sampleWeight: [1] });
export const fit = (signal: AbortSignal_) => model.fit([[1, 2]], [1], { yieldEvery: 2, queue: true, signal: signal as never });
export const fitted = async () => (await model.fit([[1, 2]], [1])).loss.length;
export const tested = async (): Promise<number> => (await model.evaluate([[1, 2]], [1])).loss + step([[1, 2]], [1]).loss;
export const far = async (): Promise<number> => (await (await there).evaluate([[1, 2]], [1])).loss;
export const plan = new Session(new Graph()).run;
export const there = modelInWorker(model);
export const pipe = pipeline(new StandardScaler(), new MLPClassifier());
export const picture = learningCurves({ loss: [1] });
export const values = tensor([[1]]);
interface AbortSignal_ { readonly aborted: boolean }
`;

test.each([
  ["node16", { module: "node16", moduleResolution: "node16" }],
  ["nodenext", { module: "nodenext", moduleResolution: "nodenext" }],
  ["bundler", { module: "esnext", moduleResolution: "bundler" }],
])("declarations of programs compile: %s", async (name, options) => {
  expect(await compile(name, { "user.ts": user }, options)).toBe("");
});

test("whatever the package gives can be named in a declaration", async () => {
  const said = await compile("everything", { "everything.ts": await everything() }, { module: "nodenext" });
  // Of some overloads there are no parameters to pass; that says nothing of what they return.
  expect(said.split("\n").filter((line) => line !== "" && !line.includes("error TS2488"))).toEqual([]);
}, 60_000);

test("the programs of the README are TypeScript as they stand", async () => {
  const programs = readFileSync(path.join(root, "README.md"), "utf8").matchAll(/```js\n([\s\S]*?)```/g);
  const files = Object.fromEntries([...programs].map(([, text], i) => [`readme${i}.ts`, text as string]));
  expect(Object.keys(files).length).toBeGreaterThan(1);
  const options = { module: "nodenext", noUncheckedIndexedAccess: false, lib: ["es2022", "dom"] };
  expect(await compile("readme", files, options)).toBe("");
});

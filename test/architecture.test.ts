// The house of docs/ARCHITECTURE.md holds: imports point down, pointers and WebAssembly stay on their floors, files have
// telling names and sizes. The rules are functions over a path -> text table, so that they are tried on made-up houses
// as well: a rule that finds nothing anywhere would pass for a good one. Over 400 lines, since each rule is read with its
// trials.

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));

/** From the ground up. What stands on one floor does not import its neighbours, but for those in `sideways`. */
const floors: readonly (readonly string[])[] = [
  ["names"],
  ["errors"],
  ["host"],
  ["wasm"],
  ["tensor"],
  ["ops"],
  ["graph"],
  ["plan"],
  ["runtime"],
  ["inspect"],
  ["nn/description"],
  [
    "nn/layers",
    "nn/losses",
    "nn/optimizers",
    "nn/initializers",
    "nn/schedules",
    "nn/metrics",
    "data/pipeline",
    "estimators/parameters",
    "estimators/samples",
  ],
  ["nn/registry"],
  ["training", "estimators/scores", "estimators/preprocessing", "estimators/splits"],
  ["io", "inspect/benchmark"],
  ["data/datasets", "models", "estimators/search"],
  ["estimators", "worker"],
  ["index"],
  ["node", "simd"],
  ["cli", "plot"],
];
const sideways = [["nn/layers", "nn/initializers"]];
/** Whose view is narrower than the floors below. */
const mayImportOnly: Readonly<Record<string, readonly string[]>> = {
  io: ["errors", "names", "tensor"],
  "data/datasets": ["errors", "names", "host", "tensor", "io"],
};
/** What users can import, and so the only doors that the command line and plots go through; checks are shared by all. */
const frontDoors = [
  "data/datasets/index",
  "errors",
  "estimators/index",
  "index",
  "inspect/benchmark/index",
  "io/index",
  "models/index",
  "worker/index",
].map((door) => `src/${door}.ts`);
/** Rooms in which an address in linear memory or a kernel may be seen; optimizers get theirs in the spans of an update. */
const roomsWithPointers = ["wasm", "tensor", "ops", "plan", "runtime", "inspect"];

type Files = ReadonlyMap<string, string>;

function readFiles(folders: readonly string[]): Files {
  const files = new Map<string, string>();
  const visit = (folder: string): void => {
    for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const below = `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!["generated", "node_modules"].includes(entry.name)) visit(below);
      } else if (/\.(ts|mts|mjs|js)$/.test(entry.name)) files.set(below, readFileSync(path.join(root, below), "utf8"));
    }
  };
  for (const folder of folders) visit(folder);
  return files;
}

/** `src/plan/place.ts` stands in the room `plan`, `src/nn/layers/dense.ts` in `nn/layers`, `src/errors.ts` in `errors`. */
function roomOf(file: string): string {
  const [, room = "", inner = ""] = file.split("/");
  const nested = `${room}/${inner}`.replace(/\.ts$/, "");
  return floorOf(nested) < 0 ? room.replace(/\.ts$/, "") : nested;
}

function floorOf(room: string): number {
  return floors.findIndex((floor) => floor.includes(room));
}

/** Code without comments. Comment lines begin with //, /* or *, which the formatter sees to. */
function withoutComments(text: string): string {
  return text
    .split("\n")
    .filter((line) => !/^\s*(\/\/|\/\*|\*)/.test(line))
    .join("\n");
}

const staticImport =
  /^(?:import|export)\s+(?:type\s+)?(?:\*(?:\s+as\s+[\w$]+)?|\{[^}]*\}|[\w$]+(?:\s*,\s*\{[^}]*\})?)\s+from\s+"([^"]+)"|^import\s+"([^"]+)"/gm;
const dynamicImport = /\bimport\(\s*(?:"([^"]+)")?/g;

/** What a file imports, as written; "?" for an import whose target only the run decides. */
function importsOf(text: string): string[] {
  const code = withoutComments(text);
  return [
    ...[...code.matchAll(staticImport)].map(([, from, bare]) => (from ?? bare) as string),
    ...[...code.matchAll(dynamicImport)].map(([, target]) => target ?? "?"),
  ];
}

/** The same of what is there when modules are loaded: no types, no imports that are made later. */
function valueImportsOf(text: string): string[] {
  const isType = (statement: string) =>
    /^(?:import|export)\s+type\b/.test(statement) ||
    /^(?:import|export)\s+\{\s*(?:type\s[^,}]*(?:,\s*)?)+\}/.test(statement);
  return [...withoutComments(text).matchAll(staticImport)]
    .filter(([statement]) => !isType(statement))
    .map(([, from, bare]) => (from ?? bare) as string);
}

/** The file an import names; undefined for packages. */
function resolve(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  return path.posix.join(path.posix.dirname(file), specifier).replace(/\.js$/, ".ts");
}

/** Every import that does not point down. */
function upwardImports(files: Files): string[] {
  const wrong: string[] = [];
  for (const [file, text] of files) {
    const room = roomOf(file);
    if (floorOf(room) < 0) {
      wrong.push(`${file}: ${room} stands on no floor`);
      continue;
    }
    for (const specifier of importsOf(text)) {
      const target = resolve(file, specifier);
      if (target === undefined) continue;
      const targetRoom = roomOf(target);
      if (!target.startsWith("src/")) wrong.push(`${file} imports ${target}, which is outside src`);
      else if (targetRoom === room) continue;
      else if (room === "cli" || room === "plot") {
        if (!frontDoors.includes(target)) wrong.push(`${file} imports ${target}, which users cannot`);
      } else if (mayImportOnly[room] && !mayImportOnly[room].includes(targetRoom)) {
        wrong.push(`${file} imports ${target}; ${room} may import ${mayImportOnly[room].join(" and ")} only`);
      } else if (floorOf(targetRoom) > floorOf(room)) wrong.push(`${file} imports ${target}, which is above it`);
      else if (
        floorOf(targetRoom) === floorOf(room) &&
        !sideways.some(([from, to]) => from === room && to === targetRoom)
      ) {
        wrong.push(`${file} imports ${target}, its neighbour`);
      }
    }
  }
  return wrong;
}

/** Files that need each other's values: which of them is loaded first decides what the other sees. Each cycle once. */
function valueCycles(files: Files): string[] {
  const cycles: string[] = [];
  const state = new Map<string, "open" | "done">();
  const path: string[] = [];
  const visit = (file: string): void => {
    state.set(file, "open");
    path.push(file);
    for (const specifier of valueImportsOf(files.get(file) as string)) {
      const target = resolve(file, specifier);
      if (target === undefined || !files.has(target)) continue;
      if (state.get(target) === "open") cycles.push([...path.slice(path.indexOf(target)), target].join(" → "));
      else if (!state.has(target)) visit(target);
    }
    path.pop();
    state.set(file, "done");
  };
  for (const file of files.keys()) if (!state.has(file)) visit(file);
  return cycles;
}

/** What a bundle of the entry would ask its host for: packages, node: modules, imports only the run decides. */
function foreignImports(files: Files, entry: string): string[] {
  const wrong: string[] = [];
  const seen = new Set<string>();
  const stack = [entry];
  for (let file = stack.pop(); file !== undefined; file = stack.pop()) {
    if (seen.has(file) || file.includes("/generated/")) continue;
    seen.add(file);
    const text = files.get(file);
    if (text === undefined) {
      wrong.push(`${file} is imported and missing`);
      continue;
    }
    // wide.ts is loaded on request and on Node only, where it sets a flag of V8.
    if (file === "src/wasm/wide.ts") continue;
    if (/\brequire\(|getBuiltinModule/.test(withoutComments(text))) wrong.push(`${file} requires a module`);
    for (const specifier of importsOf(text)) {
      const target = resolve(file, specifier);
      if (target === undefined) wrong.push(`${file} imports ${specifier}`);
      else stack.push(target);
    }
  }
  return wrong;
}

/** Names of WebAssembly above src/wasm, and of addresses above the graph. */
function escapedPointers(files: Files): string[] {
  const wrong: string[] = [];
  for (const [file, text] of files) {
    const room = roomOf(file);
    if (room !== "wasm" && /WebAssembly/.test(text)) wrong.push(`${file} speaks of WebAssembly`);
    if (room === "wasm" || room === "errors") continue;
    for (const specifier of importsOf(text)) {
      const target = resolve(file, specifier);
      if (/^src\/wasm\/(?!(engine|diagnosis|spatial)\.ts$)/.test(target ?? "")) wrong.push(`${file} imports ${target}`);
      if (target === "src/tensor/memory.ts" && !["plan", "runtime"].includes(room))
        wrong.push(`${file} imports ${target}`);
    }
    if (roomsWithPointers.includes(room)) continue;
    const found = withoutComments(text).match(/\bptr\b|\bKernels\b|\.kernels\b|\baddressOf\b|\.arena\b/);
    if (found) wrong.push(`${file} speaks of ${found[0]}`);
  }
  return wrong;
}

/** Names that say nothing, as whole words of a folder's or a file's name. */
function emptyNames(files: Files): string[] {
  const empty = /^(utils?|utilit(y|ies)|helpers?|common|managers?|misc|stuff)$/i;
  const words = (name: string) => name.split(/[-_.]|(?<=[a-z])(?=[A-Z])/);
  return [...files.keys()].filter((file) =>
    file
      .replace(/\.\w+$/, "")
      .split("/")
      .some((part) => words(part).some((word) => empty.test(word))),
  );
}

/** Files past 400 lines whose head comment does not say why. */
function longFiles(files: Files): string[] {
  return [...files].flatMap(([file, text]) => {
    const lines = text.trimEnd().split("\n");
    const end = lines.findIndex((line) => !line.startsWith("//"));
    const head = lines.slice(0, end).join("\n");
    return lines.length > 400 && !/400 lines/.test(head) ? [`${file} has ${lines.length} lines`] : [];
  });
}

/** Files of src and assembly that do not begin by saying what lives in them. */
function headlessFiles(files: Files): string[] {
  return [...files].filter(([, text]) => !text.replace(/^#!.*\n/, "").startsWith("// ")).map(([file]) => file);
}

/**
 * Features and instructions outside lane.ts: a feature may only pick the register a loop runs on (the choice names
 * `v128`, or a method of `lane` that is for vectors only), or, in gemm/tile.ts, the size of the tile.
 */
function leakedFeatures(files: Files): string[] {
  const wrong: string[] = [];
  for (const [file, text] of files) {
    if (file === "assembly/lane.ts") continue;
    const code = withoutComments(text);
    for (const [name] of code.matchAll(/\b(?:v128|[fi](?:8|16|32|64)x\d+)\.\w+|\brelaxed_\w+/g)) {
      wrong.push(`${file} names the instruction ${name}`);
    }
    for (const { index, 0: feature } of code.matchAll(/\bASC_FEATURE_\w+/g)) {
      const before = code.slice(0, index);
      const after = code.slice(index + feature.length);
      if (file === "assembly/gemm/tile.ts") {
        if (!/(?:const \w+: i32 =|return) $/.test(before) || !/^ \? \d+ : \d+;/.test(after)) {
          wrong.push(`${file} uses ${feature} for more than a size`);
        }
        continue;
      }
      const asCondition = before.endsWith("if (") && after.startsWith(")");
      const asChoice = /^ \? /.test(after);
      const governed = asCondition ? governedBy(after.slice(1)) : asChoice ? (after.split(":")[0] as string) : "";
      if (feature !== "ASC_FEATURE_SIMD" || !/<v128\b|\blane\.transpose4\(/.test(governed)) {
        wrong.push(`${file} uses ${feature} for more than the choice of a register`);
      }
    }
  }
  return wrong;
}

/** The statement or block that follows a condition. */
function governedBy(code: string): string {
  const text = code.trimStart();
  if (!text.startsWith("{")) return text.slice(0, text.indexOf(";"));
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "{") depth++;
    if (text[i] === "}" && --depth === 0) return text.slice(0, i);
  }
  return text;
}

const source = readFiles(["src"]);
const kernels = readFiles(["assembly"]);
const everything = readFiles(["assembly", "src", "test", "bench", "scripts", "examples"]);

describe("the house", () => {
  test("every room of src stands on a floor, and every floor is built", () => {
    const rooms = new Set([...source.keys()].map(roomOf));
    expect([...rooms].sort()).toEqual(floors.flat().sort());
  });

  test("imports are found and resolve", () => {
    const imports = [...source].flatMap(([file, text]) => importsOf(text).map((specifier) => resolve(file, specifier)));
    const internal = imports.filter((target) => target !== undefined);
    expect(internal.length).toBeGreaterThan(100);
    const missing = internal.filter((target) => !source.has(target) && !target.includes("/generated/"));
    expect(missing).toEqual([]);
  });

  test("imports point down", () => {
    expect(upwardImports(source)).toEqual([]);
  });

  test("no two files need each other's values", () => {
    expect(valueCycles(source)).toEqual([]);
  });

  test("kernels import nothing but each other", () => {
    const imports = [...kernels].flatMap(([file, text]) => {
      const specifiers = [...text.matchAll(/from "([^"]+)"/g)].map(([, specifier]) => specifier as string);
      return specifiers.map((specifier) => `${path.posix.join(path.posix.dirname(file), specifier)}.ts`);
    });
    expect(imports.length).toBeGreaterThan(10);
    expect(imports.filter((target) => !kernels.has(target) && !target.includes("/generated/"))).toEqual([]);
  });

  test("the core imports no package and no module of Node", () => {
    expect(foreignImports(source, "src/index.ts")).toEqual([]);
  });

  test("WebAssembly and addresses stay on their floors", () => {
    expect(escapedPointers(source)).toEqual([]);
  });

  test("features pick registers, and only lane.ts names instructions", () => {
    expect(leakedFeatures(kernels)).toEqual([]);
  });

  test("names of files say something", () => {
    expect(emptyNames(everything)).toEqual([]);
  });

  test("files say what they hold, and past 400 lines why they are long", () => {
    expect(headlessFiles(new Map([...source, ...kernels]))).toEqual([]);
    expect(longFiles(everything)).toEqual([]);
  });
});

describe("the rules find what they are for", () => {
  const house = (...entries: [string, string][]): Files => new Map(entries);

  test("imports of every form", () => {
    const text = [
      'import a from "./a.js";',
      'import { b, type B } from "./b.js";',
      'import {\n  c,\n} from "./c.js";',
      'import type { D } from "./d.js";',
      'import * as e from "./e.js";',
      'import "./f.js";',
      'export * from "./g.js";',
      'export { h } from "./h.js";',
      'export * as i from "./i.js";',
      'import j, { type J } from "./j.js";',
      'const k = await import("./k.js");',
      "const l = await import(name);",
      '// import { m } from "./m.js";',
    ].join("\n");
    expect(importsOf(text).map((specifier) => specifier.replace(/^\.\/|\.js$/g, ""))).toEqual([..."abcdefghijk", "?"]);
  });

  test.each([
    ["src/ops/a.ts", "../plan/plan.js", "src/ops/a.ts imports src/plan/plan.ts, which is above it"],
    ["src/errors.ts", "./tensor/shape.js", "src/errors.ts imports src/tensor/shape.ts, which is above it"],
    ["src/nn/losses/a.ts", "../layers/b.js", "src/nn/losses/a.ts imports src/nn/layers/b.ts, its neighbour"],
    [
      "src/nn/initializers/a.ts",
      "../layers/b.js",
      "src/nn/initializers/a.ts imports src/nn/layers/b.ts, its neighbour",
    ],
    [
      "src/io/a.ts",
      "../graph/b.js",
      "src/io/a.ts imports src/graph/b.ts; io may import errors and names and tensor only",
    ],
    [
      "src/data/datasets/a.ts",
      "../../graph/b.js",
      "src/data/datasets/a.ts imports src/graph/b.ts; data/datasets may import errors and names and host and tensor and io only",
    ],
    ["src/cli/a.ts", "../graph/graph.js", "src/cli/a.ts imports src/graph/graph.ts, which users cannot"],
    ["src/training/a.ts", "../index.js", "src/training/a.ts imports src/index.ts, which is above it"],
    ["src/training/a.ts", "../../test/b.js", "src/training/a.ts imports test/b.ts, which is outside src"],
    ["src/attic/a.ts", "../errors.js", "src/attic/a.ts: attic stands on no floor"],
  ])("%s importing %s", (file, specifier, message) => {
    expect(upwardImports(house([file, `import { x } from "${specifier}";`]))).toEqual([message]);
  });

  test("and let pass what is allowed", () => {
    const allowed = house(
      ["src/nn/layers/a.ts", 'import { x } from "../initializers/index.js";'],
      ["src/cli/a.ts", 'import { x } from "../index.js";\nimport { y } from "commander";\nimport { z } from "./b.js";'],
      ["src/training/a.ts", 'import { x } from "../errors.js";\nimport { y } from "./b.js";'],
    );
    expect(upwardImports(allowed)).toEqual([]);
  });

  test("cycles of values, whatever form the imports have", () => {
    const files = house(
      ["src/ops/a.ts", 'import { b } from "./b.js";'],
      ["src/ops/b.ts", 'import { type C, c } from "./c.js";\nimport { d } from "../tensor/d.js";'],
      ["src/ops/c.ts", 'export * from "./a.js";\nimport "./c.js";'],
      ["src/tensor/d.ts", ""],
      ["src/wasm/a.ts", 'export {\n  type B,\n  b,\n} from "./b.js";'],
      ["src/wasm/b.ts", 'import "./a.js";'],
    );
    expect(valueCycles(files)).toEqual([
      "src/ops/a.ts → src/ops/b.ts → src/ops/c.ts → src/ops/a.ts",
      "src/ops/c.ts → src/ops/c.ts",
      "src/wasm/a.ts → src/wasm/b.ts → src/wasm/a.ts",
    ]);
  });

  test("and no cycle where only types go round, or a module is loaded later", () => {
    const files = house(
      ["src/ops/a.ts", 'import type { B } from "./b.js";'],
      ["src/ops/b.ts", 'import { type A, type A2 } from "./a.js";\nimport { c } from "./c.js";'],
      [
        "src/ops/c.ts",
        'export type { B } from "./b.js";\nexport {\n  type B2,\n} from "./b.js";\nawait import("./b.js");',
      ],
      ["src/ops/d.ts", 'import { a } from "./a.js";\nimport { c } from "./c.js";\n// import { d } from "./d.js";'],
    );
    expect(valueCycles(files)).toEqual([]);
  });

  test("packages and modules of Node under the core", () => {
    const files = house(
      ["src/index.ts", 'export { x } from "./deep.js";'],
      ["src/deep.ts", 'import fs from "node:fs";\nimport { y } from "left-pad";\nawait import(name);'],
    );
    expect(foreignImports(files, "src/index.ts")).toEqual([
      "src/deep.ts imports node:fs",
      "src/deep.ts imports left-pad",
      "src/deep.ts imports ?",
    ]);
  });

  test("WebAssembly and addresses above their floors", () => {
    const files = house(
      ["src/tensor/a.ts", "// a WebAssembly.Memory"],
      ["src/ops/a.ts", 'import { k } from "../wasm/generated/kernels.js";'],
      ["src/nn/layers/a.ts", "k.relu(x.ptr);"],
      ["src/training/a.ts", 'import { LinearMemory } from "../tensor/memory.js";'],
      ["src/ops/b.ts", "k.relu(x.ptr);"],
    );
    expect(escapedPointers(files)).toEqual([
      "src/tensor/a.ts speaks of WebAssembly",
      "src/ops/a.ts imports src/wasm/generated/kernels.ts",
      "src/nn/layers/a.ts speaks of ptr",
      "src/training/a.ts imports src/tensor/memory.ts",
    ]);
  });

  test("features and instructions in kernels", () => {
    const files = house(
      ["assembly/a.ts", "if (ASC_FEATURE_SIMD) sumOn<v128>(x);\nelse sumOn<f32>(x);"],
      ["assembly/b.ts", "if (ASC_FEATURE_SIMD) {\n  for (;;) lane.store<v128>(x, y);\n}"],
      ["assembly/c.ts", "const s = ASC_FEATURE_SIMD ? sum<v128>(x) : sum<f32>(x);"],
      ["assembly/gemm/tile.ts", "export const MR: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 5;"],
      ["assembly/d.ts", "if (ASC_FEATURE_RELAXED_SIMD) sumOn<v128>(x);"],
      ["assembly/e.ts", "if (ASC_FEATURE_SIMD) y += 1;\nsumOn<v128>(x);"],
      ["assembly/f.ts", "if (n > 4 && ASC_FEATURE_SIMD) sumOn<v128>(x);"],
      ["assembly/g.ts", "y = f32x4.add(x, y);"],
    );
    const register = "for more than the choice of a register";
    expect(leakedFeatures(files)).toEqual([
      `assembly/d.ts uses ASC_FEATURE_RELAXED_SIMD ${register}`,
      `assembly/e.ts uses ASC_FEATURE_SIMD ${register}`,
      `assembly/f.ts uses ASC_FEATURE_SIMD ${register}`,
      "assembly/g.ts names the instruction f32x4.add",
    ]);
  });

  test("names and sizes", () => {
    const long = `${"x;\n".repeat(401)}`;
    const files = house(
      ["src/graph/utils.ts", "// a"],
      ["src/helpers/a.ts", "// a"],
      ["src/a/shapeUtils.ts", "// a"],
      ["src/a/session-manager.ts", "// a"],
      ["src/a/commonplace.ts", long],
      ["src/a/why.ts", `// Over 400 lines, since a grammar is one table.\n${long}`],
    );
    expect(emptyNames(files)).toEqual([...files.keys()].slice(0, 4));
    expect(longFiles(files)).toEqual(["src/a/commonplace.ts has 401 lines"]);
    expect(headlessFiles(files)).toEqual(["src/a/commonplace.ts"]);
  });
});

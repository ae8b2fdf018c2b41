// What the modules of the four builds are made of: one interface, no state of their own, and only the instructions of their
// build. The core stands alone; the spatial module calls some of its kernels.

import { readFileSync } from "node:fs";
import binaryen from "assemblyscript/binaryen";
import { describe, expect, test } from "vitest";
import * as relaxed from "../../src/wasm/generated/relaxed.js";
import * as scalar from "../../src/wasm/generated/scalar.js";
import { text as simd } from "../../src/wasm/generated/simd.js";
import { spatial as simdSpatial } from "../../src/wasm/generated/spatial.js";
import * as wide from "../../src/wasm/generated/wide.js";
import { decode } from "../../src/wasm/text.js";
import { builds } from "../support/builds.js";

const projectFile = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url));

const texts = { scalar, simd: { text: simd, spatial: simdSpatial }, relaxed, wide };
const modules = Object.entries(texts).flatMap(([build, { text: core, spatial }]) =>
  [
    { family: "core", file: build, embedded: core },
    { family: "spatial", file: `spatial-${build}`, embedded: spatial },
  ].map(({ family, file, embedded }) => {
    const bytes = Buffer.from(decode(embedded));
    const text = binaryen.readBinary(bytes).emitText();
    return { build, family, file, bytes, text };
  }),
);

const source = projectFile("src/wasm/generated/kernels.ts").toString();
/** Name and number of parameters of every kernel, as TypeScript sees them. */
const kernels = [...source.matchAll(/^ {2}(\w+)\((.*)\): \w+;$/gm)].map(
  ([, name = "", parameters = ""]) => [name, parameters === "" ? 0 : parameters.split(",").length] as const,
);

/** Instructions on vectors, and those of relaxed SIMD among them. */
const vectorInstructions = (text: string) => text.match(/\bv128\b|\b[if]\d+x\d+\.\w+/g) ?? [];
const relaxedInstructions = (text: string) => text.match(/\b[if]\d+x\d+\.relaxed_\w+/g) ?? [];

/** Where the constants of a module lie: those of both fit below what kernels are given. */
const constants = { core: [0, 640], spatial: [640, 1024] } as const;

describe.each(modules)("$file", ({ build, family, file, bytes, text }) => {
  test("the file and what is embedded are the same", () => {
    expect(bytes.equals(projectFile(`build/wasm/${file}.wasm`))).toBe(true);
  });

  test.runIf((builds as readonly string[]).includes(build))("exports the kernels of the interface and no more", () => {
    const module = new WebAssembly.Module(bytes);
    const exported = WebAssembly.Module.exports(module);
    const other = modules.find((each) => each.build === build && each.family !== family)?.bytes as Buffer;
    const ofOther = WebAssembly.Module.exports(new WebAssembly.Module(Uint8Array.from(other))).map(({ name }) => name);
    const names = exported.map(({ name }) => name);
    expect([...names, ...ofOther].sort()).toEqual(kernels.map(([name]) => name).sort());
    expect(new Set(exported.map(({ kind }) => kind))).toEqual(new Set(["function"]));
    const memory = new WebAssembly.Memory({ initial: 1 });
    const core = Object.fromEntries(ofOther.map((name) => [name, () => {}]));
    const instance = new WebAssembly.Instance(module, { env: { memory, abort: () => {} }, core });
    for (const [name, parameters] of kernels.filter(([each]) => names.includes(each))) {
      expect((instance.exports[name] as () => void).length, name).toBe(parameters);
    }
  });

  test.runIf((builds as readonly string[]).includes(build))("imports its memory and nothing it could keep", () => {
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes));
    expect(imports.filter(({ kind }) => kind === "memory")).toEqual([
      { module: "env", name: "memory", kind: "memory" },
    ]);
    const others = imports.filter(({ kind }) => kind !== "memory");
    expect(others.every(({ kind }) => kind === "function")).toBe(true);
    const ofCore = others.filter(({ module, name }) => module === "core" || name !== "abort");
    if (family === "core") expect(ofCore).toEqual([]);
    else expect(ofCore.filter(({ name }) => !kernels.some(([each]) => each === name))).toEqual([]);
  });

  test("has no mutable global, and data only in its share of the bytes that no kernel is given", () => {
    const [first, end] = constants[family as keyof typeof constants];
    for (const [, at] of text.matchAll(/\(data \$\S+ \(i32\.const (\d+)\)/g)) {
      expect(Number(at)).toBeGreaterThanOrEqual(first);
      expect(Number(at)).toBeLessThan(end);
    }
    expect(text.match(/\(data\b/g)?.length ?? 0).toBe([...text.matchAll(/\(data \$\S+ \(i32\.const \d+\)/g)].length);
    expect(text.match(/\(global \S+ \(mut\b/g)).toBeNull();
    expect(text.match(/\(start\b/g)).toBeNull();
  });

  test("has the instructions of its build", () => {
    const vectors = vectorInstructions(text).length;
    const relaxedOnes = relaxedInstructions(text).length;
    if (build === "scalar") expect(vectorInstructions(text)).toEqual([]);
    else if (family === "core") expect(vectors).toBeGreaterThan(100);
    if (build === "relaxed" && family === "core") expect(relaxedOnes).toBeGreaterThan(10);
    else if (build !== "relaxed") expect(relaxedInstructions(text)).toEqual([]);
  });
});

// What the four modules are made of: one interface, no state of their own, and only the instructions of their build.

import { readFileSync } from "node:fs";
import binaryen from "assemblyscript/binaryen";
import { describe, expect, test } from "vitest";
import { text as relaxed } from "../../src/wasm/generated/relaxed.js";
import { text as scalar } from "../../src/wasm/generated/scalar.js";
import { text as simd } from "../../src/wasm/generated/simd.js";
import { text as wide } from "../../src/wasm/generated/wide.js";
import { decode } from "../../src/wasm/text.js";
import { builds } from "../support/builds.js";

const projectFile = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url));

const modules = Object.entries({ scalar, simd, relaxed, wide }).map(([build, embedded]) => {
  const bytes = Buffer.from(decode(embedded));
  const text = binaryen.readBinary(bytes).emitText();
  return { build, bytes, text };
});

const source = projectFile("src/wasm/generated/kernels.ts").toString();
/** Name and number of parameters of every kernel, as TypeScript sees them. */
const kernels = [...source.matchAll(/^ {2}(\w+)\((.*)\): \w+;$/gm)].map(
  ([, name = "", parameters = ""]) => [name, parameters === "" ? 0 : parameters.split(",").length] as const,
);

/** Instructions on vectors, and those of relaxed SIMD among them. */
const vectorInstructions = (text: string) => text.match(/\bv128\b|\b[if]\d+x\d+\.\w+/g) ?? [];
const relaxedInstructions = (text: string) => text.match(/\b[if]\d+x\d+\.relaxed_\w+/g) ?? [];

describe.each(modules)("$build", ({ build, bytes, text }) => {
  test("the file and what is embedded are the same", () => {
    expect(bytes.equals(projectFile(`build/wasm/${build}.wasm`))).toBe(true);
  });

  test.runIf((builds as readonly string[]).includes(build))("exports the kernels of the interface and no more", () => {
    const module = new WebAssembly.Module(bytes);
    const exported = WebAssembly.Module.exports(module);
    expect(exported.map(({ name }) => name).sort()).toEqual(kernels.map(([name]) => name).sort());
    expect(new Set(exported.map(({ kind }) => kind))).toEqual(new Set(["function"]));
    const memory = new WebAssembly.Memory({ initial: 1 });
    const instance = new WebAssembly.Instance(module, { env: { memory, abort: () => {} } });
    for (const [name, parameters] of kernels) {
      expect((instance.exports[name] as () => void).length, name).toBe(parameters);
    }
  });

  test.runIf((builds as readonly string[]).includes(build))("imports its memory and nothing it could keep", () => {
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes));
    expect(imports.filter(({ kind }) => kind === "memory")).toEqual([
      { module: "env", name: "memory", kind: "memory" },
    ]);
    const others = imports.filter(({ kind }) => kind !== "memory");
    expect(others.every(({ name, kind }) => name === "abort" && kind === "function")).toBe(true);
  });

  test("has no mutable global, and data only in the bytes that no kernel is given", () => {
    for (const [, at] of text.matchAll(/\(data \$\S+ \(i32\.const (\d+)\)/g)) expect(Number(at)).toBeLessThan(1024);
    expect(text.match(/\(data\b/g)?.length ?? 0).toBe([...text.matchAll(/\(data \$\S+ \(i32\.const \d+\)/g)].length);
    expect(text.match(/\(global \S+ \(mut\b/g)).toBeNull();
    expect(text.match(/\(start\b/g)).toBeNull();
  });

  test("has the instructions of its build", () => {
    const vectors = vectorInstructions(text).length;
    const relaxedOnes = relaxedInstructions(text).length;
    if (build === "scalar") expect(vectorInstructions(text)).toEqual([]);
    else expect(vectors).toBeGreaterThan(100);
    if (build === "relaxed") expect(relaxedOnes).toBeGreaterThan(10);
    else expect(relaxedInstructions(text)).toEqual([]);
  });
});

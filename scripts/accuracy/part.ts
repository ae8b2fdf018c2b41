// Sweeps the ranges that its parent sends, one after the other, in a process of its own.

import { readFileSync } from "node:fs";
import { type Range, sweepRange } from "./sweep.js";

const modules = new Map<string, WebAssembly.Module>();

process.on("message", ({ file, ...range }: Omit<Range, "module"> & { file: string }) => {
  const module = modules.get(file) ?? new WebAssembly.Module(new Uint8Array(readFileSync(file)));
  modules.set(file, module);
  process.send?.(sweepRange({ ...range, module }));
});

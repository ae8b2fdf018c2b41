// The entry points of the package and what stands behind them, from `exports` in package.json.

import { readFileSync } from "node:fs";
import type { Table } from "./kinds.js";
import {
  benchmarkTable,
  datasetsTable,
  modelsTable,
  plotTable,
  tensorboardTable,
  workerTable,
} from "./samples/doors.js";
import { estimatorsTable } from "./samples/estimators.js";
import { front } from "./samples/front.js";
import { csvTable, ioTable, npzTable, pngTable } from "./samples/io.js";

const root = new URL("../../", import.meta.url);
const { exports } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));

/** Entry points that a person imports nothing from. */
const started: Readonly<Record<string, string>> = {
  "./worker/host": "the file of a worker",
  "./estimators/worker": "the file of a worker",
  "./wasm/*.wasm": "modules",
  "./package.json": "not code",
};

const samples: Readonly<Record<string, Table>> = {
  ".": front,
  "./benchmark": benchmarkTable,
  "./datasets": datasetsTable,
  "./estimators": estimatorsTable,
  "./io": ioTable,
  "./io/csv": csvTable,
  "./io/npz": npzTable,
  "./io/png": pngTable,
  "./io/tensorboard": tensorboardTable,
  "./models": modelsTable,
  "./plot": plotTable,
  "./simd": front,
  "./worker": workerTable,
};

export interface Door {
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly table: Table | undefined;
}

export const doors: readonly Door[] = await Promise.all(
  Object.entries(exports as Record<string, { types: string }>)
    .filter(([name]) => !(name in started))
    .map(async ([name, { types }]) => {
      const source = types.replace("./dist/types/", "src/").replace(/\.d\.ts$/, ".ts");
      return {
        name: name.replace(/^\.\/?/, "lanewise/").replace(/\/$/, ""),
        values: await import(new URL(source, root).href),
        table: samples[name],
      };
    }),
);

// The figures in docs/ARCHITECTURE.md are those of the running code: the course's net is trained for a step, with every
// kernel call written down.

import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { dense, init, type Model, type OptimizerName, sequential } from "../../src/index.js";
import { Engine, type Kernels } from "../../src/wasm/engine.js";

const page = readFileSync(new URL("../../docs/ARCHITECTURE.md", import.meta.url), "utf8");
/** However its lines are broken. */
const prose = page.replaceAll(/\s+/g, " ");
const BATCH = 50;

interface Call {
  readonly kernel: string;
  readonly args: readonly number[];
}

interface Trace {
  readonly model: Model;
  readonly calls: readonly Call[];
}

/** An engine whose kernels write their calls down. */
class TracingEngine extends Engine {
  readonly calls: Call[] = [];
  readonly #engine: Engine;

  constructor(engine: Engine) {
    super(engine.build, "tracing", null as never);
    this.#engine = engine;
  }

  override instantiate(pages?: number) {
    const { kernels, memory } = this.#engine.instantiate(pages);
    const traced = Object.entries(kernels).map(([kernel, call]) => [
      kernel,
      (...args: number[]) => {
        this.calls.push({ kernel, args });
        return (call as (...args: number[]) => unknown)(...args);
      },
    ]);
    return { kernels: Object.fromEntries(traced) as Kernels, memory };
  }
}

/** The calls of the second step: the first makes the plan. */
async function trace(optimizer: OptimizerName): Promise<Trace> {
  const engine = new TracingEngine(await init());
  const model = sequential(
    [dense({ units: 300, activation: "relu" }), dense({ units: 100, activation: "relu" }), dense({ units: 10 })],
    { inputShape: [784], engine },
  );
  model.compile({ optimizer, loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
  const x = new Float32Array(BATCH * 784).fill(0.5);
  const y = new Int32Array(BATCH).map((_, i) => i % 10);
  await model.fit(x, y, { batchSize: BATCH });
  engine.calls.length = 0;
  await model.fit(x, y, { batchSize: BATCH });
  return { model, calls: engine.calls };
}

/** The arguments of a kernel that are sizes, in the order of the page. */
const sizes: Readonly<Record<string, readonly number[]>> = {
  gemm: [0, 1, 2],
  gemmDescend: [0, 1, 2],
  sparseSoftmaxCrossEntropy: [3, 4],
  sparseSoftmaxCrossEntropyGradient: [4, 5],

  argmax: [2, 3],
  equal: [3],
  spread: [3],
  fill: [1],
  affine: [2],
  sums: [2, 3, 4],
  reluGradient: [3],
  sgdUpdate: [2],
  increment: [],
};

let sgd: Trace;
let adam: Trace;
beforeAll(async () => {
  sgd = await trace("sgd");
  adam = await trace("adam");
});

describe("docs/ARCHITECTURE.md", () => {
  test("lists the kernel calls of a step", () => {
    const [, block = ""] = page.match(/^```calls\n(.*?)^```$/ms) ?? [];
    const listed = block.trimEnd().split("\n");
    const made = sgd.calls.map(({ kernel, args }, i) => {
      const values = (sizes[kernel] as readonly number[]).map((at) => args[at]);
      return `${String(i + 1).padStart(2)}  ${kernel}${values.length > 0 ? ` [${values.join(", ")}]` : ""}`;
    });
    console.log(made.join("\n"));
    expect(listed.map((line) => line.replace(/^( ?\d+ {2}\w+( \[[\d, ]+\])?).*$/, "$1"))).toEqual(made);
    expect(prose).toContain(`**${made.length} kernel calls**`);
  });

  test("counts parameters, operations and nodes", () => {
    const parameters = sgd.model.variables.reduce(
      (sum, { shape }) => sum + shape.reduce<number>((a, b) => a * (b ?? 0), 1),
      0,
    );
    expect(prose).toContain(`${number(parameters)} parameters`);
    const products = sgd.calls.filter(({ kernel }) => kernel === "gemm" || kernel === "gemmDescend");
    const operations = products.reduce((sum, { args: [m = 0, n = 0, k = 0] }) => sum + 2 * m * n * k, 0);
    expect(prose).toContain(`${(operations / 1e6).toFixed(1)} million floating-point operations`);

    const nodes = sgd.model.graph.nodes();
    const count = (wanted: RegExp) => nodes.filter(({ name }) => wanted.test(name)).length;
    expect(prose).toContain(`This model has ${nodes.length}: ${count(/^(input|dense)/)} for the net`);
    expect(prose).toContain(
      `${count(/^(loss|accuracy)\//)} for loss and accuracy, ${count(/^gradients\//)} for the gradients`,
    );
    expect(prose).toContain(`${count(/^sgd\//)} for the optimizer`);
  });

  test("draws the memory where it is", () => {
    const of = (kernel: string) => adam.calls.find((call) => call.kernel === kernel)?.args as readonly number[];
    const [variables, gradients, m, v, , words] = of("adamUpdate") as [number, number, number, number, number, number];
    const workspace = of("gemm")[12] as number;
    const drawn = [...page.matchAll(/^ *([\d,]+) [┌├]/gm)].map(([, at = ""]) => at);
    const permanent = variables + words * 4;
    expect(drawn).toEqual([0, variables, permanent, m, v, gradients, workspace].map(number));
    expect([...page.matchAll(/│ .* ([\d,]+) {3}│/g)].map(([, bytes]) => bytes)).toEqual(
      Array(4).fill(number(words * 4)),
    );
  });

  test("names the sizes of tiles and blocks", async () => {
    const source = readFileSync(new URL("../../assembly/gemm/tile.ts", import.meta.url), "utf8");
    const constant = (name: string) => Number(source.match(new RegExp(`const ${name}: i32 = (\\d+);`))?.[1]);
    expect(prose).toContain(`\`KC_IN_PLACE\` = ${constant("KC_IN_PLACE")}.`);
    for (const name of ["KC", "MC", "NC"]) expect(prose).toContain(`- \`${name}\` = ${constant(name)},`);
    const { kernels } = (await init({ build: "simd" })).instantiate();
    expect(prose).toContain(`${kernels.tileRows()} × ${kernels.tileColumns()} (scalar`);
    const scalar = (await init({ build: "scalar" })).instantiate().kernels;
    expect(prose).toContain(`(scalar ${scalar.tileRows()} × ${scalar.tileColumns()}, relaxed`);

    const [m, n, k] = [BATCH, 300, 784];
    // Call 1 reads its weights in place.
    const blocks = Math.ceil(k / constant("KC_IN_PLACE"));
    const down = Math.ceil(m / kernels.tileRows());
    const wide = Math.floor(n / kernels.tileColumns());
    const across = wide + Math.ceil((n % kernels.tileColumns()) / 4);
    expect(prose).toContain(
      `${number(blocks * down * across)} times: ${blocks} blocks of k, ${down} tiles down, ${across} across`,
    );
  });
});

function number(value: number): string {
  return value.toLocaleString("en-US");
}

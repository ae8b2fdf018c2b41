// Every program of the gallery runs in its quick mode against the built package and shows what its topic is about; the
// gallery puts program, output and pictures on one page.

import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = path.join(root, "examples/course");
const programs = readdirSync(folder).sort();
const scratch = mkdtempSync(path.join(tmpdir(), "lanewise-course-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const numbers = (output: string, pattern: RegExp) => [...output.matchAll(pattern)].map(([, value]) => Number(value));

/** What each topic must show, and the files it leaves. Bounds, not records: quick trainings are short. */
const promises: Readonly<Record<number, { shows: (output: string) => void; files?: readonly string[] }>> = {
  1: {
    shows: (output) => {
      expect(output).toContain("accuracy   1\n");
      expect(output).toContain("[2, 0.5] is setosa: true");
    },
  },
  2: { shows: (output) => expect(output).toMatch(/^x1 = -\(/), files: ["decision-boundary.svg"] },
  3: {
    shows: (output) => {
      const worst = numbers(output, /derivatives ([\d.]+)/g);
      expect(worst).toHaveLength(7);
      expect(Math.max(...worst)).toBeLessThan(0.001);
    },
    files: ["elu", "leakyRelu", "relu", "sigmoid", "silu", "step", "tanh"].map((name) => `${name}.svg`),
  },
  4: {
    shows: (output) => expect(numbers(output, / = ([\d.]+)/g).map(Math.round)).toEqual([0, 1, 1, 0, 0, 1, 1, 0]),
    files: ["xor-logistic.svg", "xor-step.svg"],
  },
  5: {
    shows: (output) => {
      expect(numbers(output, /^accuracy ([\d.]+)/gm)[0]).toBeGreaterThan(0.93);
      expect(output).toContain("macro avg");
    },
    files: ["confusion.svg"],
  },
  6: { shows: (output) => expect(output).toContain("dnn/hidden1/weights  [784,300]"), files: ["graph.svg"] },
  7: { shows: (output) => expect(output).toContain("loss 2000.0000  naive Infinity") },
  8: { shows: (output) => expect(output).toContain("y = 2.000 x + 1.000") },
  9: { shows: (output) => expect(numbers(output, /accuracy ([\d.]+)/g)).toEqual([0.5, 0.75, 0.75]) },
  10: {
    shows: (output) => {
      const accuracy = numbers(output, /test ([\d.]+)/g);
      expect(accuracy).toHaveLength(3);
      expect(accuracy[2]).toBeGreaterThan(0.85);
    },
    files: ["accuracy.svg"],
  },
  11: {
    shows: (output) => {
      const [predicted, actual] = [...output.matchAll(/^(?:predicted|actual) +([\d ]+)$/gm)].map(([, list]) =>
        list?.split(" "),
      );
      expect(actual).toHaveLength(20);
      expect(predicted?.filter((digit, i) => digit === actual?.[i]).length).toBeGreaterThan(14);
      expect(output).toContain("/^hidden/: restored");
      expect(output).toContain("/^outputs/: as initialised");
    },
    files: ["predictions.svg", "session.safetensors"],
  },
  12: { shows: (output) => expect(numbers(output, /accuracy ([\d.]+)/g)[4]).toBeGreaterThan(0.8), files: ["tf_logs"] },
  13: { shows: (output) => expect(output).toMatch(/outputs\/kernel +\[100,10\]\n.*\nlogits \[2,10\]: /) },
  14: {
    shows: (output) => {
      expect(output.match(/^(grid|random|halving|TPE) /gm)).toHaveLength(4);
      expect(Math.min(...numbers(output, /test ([\d.]+)/g))).toBeGreaterThan(0.85);
    },
    files: ["random-search.svg", "trials.csv"],
  },
  15: { shows: (output) => expect(Math.min(...numbers(output, /test ([\d.]+)/g))).toBeGreaterThan(0.85) },
  16: {
    shows: (output) => {
      const [logistic, relu, normalized] = numbers(output, /: ([\d.e+-]+)/g) as [number, number, number];
      expect(logistic).toBeLessThan(1e-3);
      for (const ratio of [relu, normalized]) expect(ratio > 0.1 && ratio < 10, String(ratio)).toBe(true);
    },
    files: ["gradients.svg"],
  },
  17: { shows: (output) => expect(numbers(output, /accuracy ([\d.]+)/g)).toHaveLength(4) },
  18: {
    shows: (output) => {
      const pairs = [...output.matchAll(/deviation ([\d.]+), by the formula ([\d.]+)/g)];
      expect(pairs).toHaveLength(5);
      for (const [, measured, formula] of pairs) expect(Number(measured) / Number(formula)).toBeCloseTo(1, 1);
    },
    files: ["initial-weights.svg"],
  },
  19: {
    shows: (output) => {
      expect(numbers(output, /accuracy [\d.]+ ([\d.]+)/g)[0]).toBeGreaterThan(0.9);
      expect(output).toContain("movingMean");
    },
    files: ["curves.svg"],
  },
  20: {
    shows: (output) => {
      const [none, l1] = numbers(output, /below 0\.01: (\d+)/g) as [number, number];
      expect(l1).toBeGreaterThan(5 * none);
    },
    files: ["weights.svg"],
  },
  21: {
    shows: (output) => {
      const [none, byValue, byNorm, all] = numbers(output, /gradient ([\d.]+)/g) as [number, number, number, number];
      expect(none).toBeGreaterThan(byValue);
      expect(byNorm).toBeCloseTo(0.1, 3);
      expect(all).toBeLessThanOrEqual(0.1);
      const [[, before, after] = []] = [...output.matchAll(/loss ([\d.]+) -> ([\d.]+)/g)];
      expect(Number(after)).toBeLessThan(Number(before) / 2);
    },
  },
  22: {
    shows: (output) => {
      const [scratch, reused] = numbers(output, /accuracy ([\d.]+)/g) as [number, number];
      expect(reused).toBeGreaterThan(scratch + 0.02);
    },
  },
  23: { shows: (output) => expect(output).toContain("hidden1 and hidden2 unchanged\nhidden3 and hidden4 changed") },
  24: { shows: (output) => expect(output).toContain("same weights, bit for bit: true") },
  25: {
    shows: (output) => {
      const [head, , all] = numbers(output, /accuracy ([\d.]+)/g) as [number, number, number];
      expect(all).toBeGreaterThan(head);
    },
  },
  26: {
    shows: (output) => {
      const [trained, imported] = numbers(output, /accuracy ([\d.]+)/g);
      expect(imported).toBe(trained);
    },
    files: ["digits.safetensors"],
  },
  27: {
    shows: (output) => {
      const [[, scratch, reused] = []] = [...output.matchAll(/mean: +from scratch ([\d.]+), pre-trained ([\d.]+)/g)];
      expect(Number(reused)).toBeGreaterThan(Number(scratch) + 0.01);
    },
  },
  28: { shows: (output) => expect(numbers(output, /accuracy ([\d.]+)/g)).toHaveLength(11), files: ["optimizers.svg"] },
  29: { shows: (output) => expect(output.match(/^dropout /gm)).toHaveLength(3) },
  30: {
    shows: (output) => {
      const [upright = 0, augmented = 0] = numbers(output, /, ([\d.]+) turned/g);
      expect(augmented - upright).toBeGreaterThan(0.1);
    },
    files: ["augmented.svg"],
  },
  31: {
    shows: (output) => {
      const [dense = [], convolutional = []] = [...output.matchAll(/(\d+) weights, .* by a pixel ([\d.]+)/g)];
      expect(Number(convolutional[1])).toBeLessThan(Number(dense[1]) / 2);
      expect(Number(convolutional[2])).toBeGreaterThan(Number(dense[2]) + 0.05);
    },
    files: ["feature-maps.svg", "filters.svg"],
  },
  32: {
    // How much faster is a matter of the machine and its load.
    shows: (output) => expect(output.match(/GFLOP\/s$/gm)).toHaveLength(3),
  },
};

test("every topic has its program, and its promise", () => {
  const topics = Array.from({ length: 32 }, (_, i) => i + 1);
  expect(programs.map((name) => Number(name.slice(0, 2)))).toEqual(topics);
  expect(Object.keys(promises).map(Number)).toEqual(topics);
});

describe("programs", () => {
  test.each(programs)("%s keeps its promise", async (name) => {
    const cwd = path.join(scratch, path.basename(name, ".mjs"));
    await run("mkdir", [cwd]);
    const env: NodeJS.ProcessEnv = { ...process.env };
    delete env.MNIST_DIR;
    const { stdout, stderr } = await run(process.execPath, [path.join(folder, name), "--quick"], {
      cwd,
      env,
      timeout: 60_000,
    });
    expect(stderr).toBe("");
    const promise = promises[Number(name.slice(0, 2))];
    promise?.shows(stdout);
    expect(readdirSync(cwd).sort()).toEqual([...(promise?.files ?? [])].sort());
  });

  test.each(programs)("%s is short, says what it shows, and imports public entries only", (name) => {
    const source = readFileSync(path.join(folder, name), "utf8");
    expect(source).toMatch(new RegExp(`^(// .+\n)+//   node examples/course/${name}\n\n`));
    expect(source.split("\n").length).toBeLessThan(65);
    const imports = [...source.matchAll(/from "([^"]+)"/g)].map(([, specifier = ""]) => specifier);
    expect(imports.filter((from) => !/^(lanewise(\/[a-z/]+)?|node:fs\/promises)$/.test(from))).toEqual([]);
  });
});

describe("the gallery", () => {
  test("is one page with index, output, picture and program, and nothing from elsewhere", async () => {
    await run(process.execPath, [path.join(root, "scripts/gallery.mjs"), "--quick", "--only", "1,2"], { cwd: scratch });
    const page = readFileSync(path.join(root, "build/gallery/index.html"), "utf8");
    expect(page).toContain("x1 = -(");
    expect(page).toContain("import { Perceptron } from");
    const [, words = "", data = ""] =
      page.match(/<img alt="([^"]+)" width="\d+" height="\d+" [^>]*src="data:image\/svg\+xml;base64,([^"]+)"/) ?? [];
    expect(Buffer.from(data, "base64").toString()).toContain(">setosa<");
    expect(words).toContain("A straight line parts the plane into two regions");
    // In the index: a thumbnail where there is a picture, else the first lines of what was printed.
    const cards = [...page.matchAll(/<a class="card" href="#topic-(\d+)">(.*?)<\/a>/gs)];
    expect(cards.map(([, number]) => number)).toEqual(["1", "2"]);
    expect(cards[0]?.[2]).toMatch(/<code aria-hidden="true">coef .*A perceptron on iris/s);
    expect(cards[1]?.[2]).toMatch(/<img alt="" src="data:image\/png;base64,.*Its decision boundary/s);
    // Sources are folded.
    expect(page.match(/<details>/g)).toHaveLength(2);
    expect(page).not.toMatch(/(?:src|href)="(?!data:|#)/);
    expect(page).not.toContain("<script");
    expect(readdirSync(path.join(root, "build/gallery/02-decision-boundary")).sort()).toEqual([
      "decision-boundary.png",
      "decision-boundary.svg",
    ]);
  });

  interface Topics {
    readonly topics: Readonly<Record<number, { title: string; pictures?: Record<string, string> }>>;
    readonly describe: (number: number, name: string) => string;
  }
  const load = async (name: string) => await import(path.join(root, "scripts/gallery", name));

  test("has a title for each of the 32 topics, and words for each picture", async () => {
    const { topics, describe: wordsOf } = (await load("topics.mjs")) as Topics;
    expect(Object.keys(topics).map(Number)).toEqual(Array.from({ length: 32 }, (_, i) => i + 1));
    for (const [number, { files = [] }] of Object.entries(promises)) {
      for (const name of files.filter((file) => file.endsWith(".svg"))) {
        const words = wordsOf(Number(number), name);
        expect(words.split(" ").length, name).toBeGreaterThan(10);
      }
    }
    expect(() => wordsOf(1, "unknown.svg")).toThrow("topic 1 must say what unknown.svg shows");
  });
});

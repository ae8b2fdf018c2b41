// The README's programs run as printed, on the built package, and say what the README says they do.

import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));

interface Example {
  /** Of the opening fence, as editors count. */
  readonly line: number;
  readonly language: "js" | "ts";
  readonly code: string;
  /** The lines of a text block that follows directly. */
  readonly output: readonly string[] | null;
}

/** The js and ts blocks of a Markdown text, each with the text block behind it. */
function examplesOf(markdown: string): Example[] {
  const blocks = [...markdown.matchAll(/^```(\w*)[^\n]*\n([\s\S]*?)^```$/gm)].map((match) => ({
    language: match[1] as string,
    code: match[2] as string,
    start: match.index,
    end: match.index + match[0].length,
  }));
  return blocks.flatMap(({ language, code, start, end }, i) => {
    if (language !== "js" && language !== "ts") return [];
    const next = blocks[i + 1];
    const follows = next?.language === "text" && markdown.slice(end, next.start).trim() === "";
    const output = follows ? next.code.trimEnd().split("\n") : null;
    return [{ line: markdown.slice(0, start).split("\n").length, language, code, output }];
  });
}

/** A line without what differs from machine to machine: times, and digits behind a decimal point. */
function steady(line: string): string {
  return line
    .trimEnd()
    .replace(/\b\d+(\.\d+)? ?(ms|s|min)\b/g, "<time>")
    .replace(/(\d)\.\d+/g, "$1.<digits>");
}

// Inside the project, so that "lanewise" means the project itself, by the exports of its package.json.
let folder: string;
beforeAll(async () => {
  if (!existsSync(path.join(root, "dist/index.js"))) {
    throw new Error("dist/ is missing; build it with `npm run build`.");
  }
  await mkdir(path.join(root, "build"), { recursive: true });
  folder = await mkdtemp(path.join(root, "build/readme-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const examples = examplesOf(readFileSync(path.join(root, "README.md"), "utf8"));

test("there are programs to run", () => {
  expect(examples.length).toBeGreaterThan(0);
});

describe("README.md", () => {
  test.each(examples)("the program of line $line", async ({ line, language, code, output }) => {
    const file = path.join(folder, `line-${line}.${language}`);
    await writeFile(file, code);
    // execFile fails where the exit code is not 0, and shows what the program has written to stderr.
    const loader = language === "ts" ? ["--import", "tsx"] : [];
    const { stdout } = await run(process.execPath, [...loader, file], { cwd: folder });
    if (output === null) return;
    expect(stdout.trimEnd().split("\n").map(steady)).toEqual(output.map(steady));
  });
});

describe("the reader of this test", () => {
  test("finds programs and what they print", () => {
    const markdown =
      "a\n```js\none();\n```\n\n```text\n1\n2\n```\n```ts\ntwo();\n```\nso:\n```text\n3\n```\n```sh\nx\n```\n";
    expect(examplesOf(markdown)).toEqual([
      { line: 2, language: "js", code: "one();\n", output: ["1", "2"] },
      { line: 10, language: "ts", code: "two();\n", output: null },
    ]);
  });

  test("passes over times and digits only", () => {
    expect(steady("test accuracy 97.53 % after 1.25 s, 30 ms a step ")).toBe(
      "test accuracy 97.<digits> % after <time>, <time> a step",
    );
    expect(steady("dense (Dense)  [null, 300]      235,500")).toBe("dense (Dense)  [null, 300]      235,500");
  });
});

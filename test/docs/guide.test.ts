// Every program in docs/guide.md runs as printed, against the built package, and prints what stands below it.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { runProgram } from "../examples/run-program.js";

const guide = readFileSync(new URL("../../docs/guide.md", import.meta.url), "utf8");
/** Inside the package, so that `lanewise` is the package itself. */
const folder = new URL("../../build/guide/", import.meta.url);

interface Program {
  readonly heading: string;
  readonly code: string;
  readonly output: string;
}

/** The fenced js blocks, each with the text block that follows it. */
function programsOf(markdown: string): Program[] {
  const programs: Program[] = [];
  for (const section of markdown.split(/^## /m).slice(1)) {
    const heading = section.slice(0, section.indexOf("\n"));
    for (const [, code = "", output = ""] of section.matchAll(/^```js\n(.*?)^```\n\n```text\n(.*?)^```$/gms)) {
      programs.push({ heading, code, output });
    }
  }
  return programs;
}

const programs = programsOf(guide);

test("every program is followed by its output", () => {
  expect(programs.length).toBeGreaterThan(8);
  expect(guide.match(/^```js$/gm)).toHaveLength(programs.length);
});

test("every heading is in the list at the top, and its link leads there", () => {
  const headings = [...guide.matchAll(/^## (.*)$/gm)].map(([, heading = ""]) => heading);
  const links = [...guide.matchAll(/^- \[(.*)\]\(#(.*)\)$/gm)].map(([, text, target]) => ({ text, target }));
  const anchor = (heading: string) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w -]/g, "")
      .replaceAll(" ", "-");
  expect(links).toEqual(headings.map((text) => ({ text, target: anchor(text) })));
});

describe("programs", () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });

  test.each(programs.map((program, i) => ({ ...program, number: i + 1 })))("$number: $heading", async (program) => {
    const file = new URL(`program-${program.number}.mjs`, folder);
    writeFileSync(file, program.code);
    expect(await runProgram(file)).toBe(program.output);
  });
});

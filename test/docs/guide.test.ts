// Every program in docs/guide.md and docs/coming-from runs as printed, against the built package, and prints what stands
// below it.

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
function programsOf(markdown: string, sections = markdown.split(/^## /m).slice(1)): Program[] {
  const programs: Program[] = [];
  for (const section of sections) {
    const heading = section.slice(0, section.indexOf("\n"));
    for (const [, code = "", output = ""] of section.matchAll(/^```js\n(.*?)^```\n\n```text\n(.*?)^```$/gms)) {
      programs.push({ heading, code, output });
    }
  }
  return programs;
}

const programs = programsOf(guide);
const comingFrom = new URL("../../docs/coming-from/", import.meta.url);
const others = readdirSync(comingFrom)
  .filter((file) => file !== "README.md")
  .map((file) => ({ file, text: readFileSync(new URL(file, comingFrom), "utf8") }));

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

test("each section stands on one page of the site", async () => {
  const { guidePages } = (await import(new URL("../../site/guide-pages.mjs", import.meta.url).href)) as {
    guidePages: readonly { readonly sections: readonly string[] }[];
  };
  const headings = [...guide.matchAll(/^## (.*)$/gm)].map(([, heading = ""]) => heading);
  expect(guidePages.flatMap(({ sections }) => sections).sort()).toEqual(headings.sort());
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

describe("programs of who comes from another library", () => {
  test.each(others)("$file has one, after that of the other library", async ({ file, text }) => {
    const [program, ...more] = programsOf(text, [text]);
    expect(more).toEqual([]);
    expect(text).toMatch(/^```(?:python|javascript)\n[\s\S]*^```js\n/m);
    const module = new URL(`from-${file}.mjs`, folder);
    writeFileSync(module, program?.code ?? "");
    expect(await runProgram(module)).toBe(program?.output);
  });

  test("each is in the list", () => {
    const list = readFileSync(new URL("README.md", comingFrom), "utf8");
    expect([...list.matchAll(/\]\((.*\.md)\)/g)].map(([, file]) => file).sort()).toEqual(
      others.map(({ file }) => file).sort(),
    );
  });
});

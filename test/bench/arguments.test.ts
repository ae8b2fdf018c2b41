import { describe, expect, test } from "vitest";
import { parseArguments, usage } from "../../bench/arguments.js";
import { suites } from "../../bench/suites/index.js";

const known = ["peak", "gemm", "step"];

describe("parseArguments", () => {
  test("without arguments: all suites, in full, no file", () => {
    expect(parseArguments([], known)).toEqual({
      suites: known,
      quick: false,
      json: null,
      html: null,
      markdown: null,
      help: false,
    });
  });
  test("suites run in the order of the house, each once", () => {
    const { suites: chosen } = parseArguments(["--suite", "step", "--suite", "peak", "--suite=step"], known);
    expect(chosen).toEqual(["peak", "step"]);
  });
  test("--quick, the files and --help", () => {
    const files = ["--json", "out.json", "--html", "out.html", "--markdown", "out.md"];
    expect(parseArguments(["--quick", ...files, "--help"], known)).toEqual({
      suites: known,
      quick: true,
      json: "out.json",
      html: "out.html",
      markdown: "out.md",
      help: true,
    });
  });
  test("an unknown suite is refused with the known ones", () => {
    expect(() => parseArguments(["--suite", "conv"], known)).toThrow(
      "--suite must be one of peak, gemm, step; received conv.",
    );
  });
  test.each([[["--fast"]], [["peak"]], [["--json"]]])("%j is refused", (argv) => {
    expect(() => parseArguments(argv, known)).toThrow();
  });
});

test("usage lists every suite with its title", () => {
  const text = usage(suites);
  for (const { name, title } of suites) expect(text).toMatch(new RegExp(`^ {2}${name} +${title.slice(0, 20)}`, "m"));
});

test("suites have names of their own", () => {
  expect(new Set(suites.map(({ name }) => name)).size).toBe(suites.length);
});

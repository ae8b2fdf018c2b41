// The command line of the benches.

import { parseArgs } from "node:util";

export interface Arguments {
  /** In the order of the house, each once. */
  readonly suites: readonly string[];
  readonly quick: boolean;
  readonly json: string | null;
  readonly html: string | null;
  readonly markdown: string | null;
  readonly help: boolean;
}

/** Fails with an Error whose message is for the person at the terminal. */
export function parseArguments(argv: readonly string[], known: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      suite: { type: "string", multiple: true },
      quick: { type: "boolean", default: false },
      json: { type: "string" },
      html: { type: "string" },
      markdown: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const unknown = values.suite?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`--suite must be one of ${known.join(", ")}; received ${unknown}.`);
  const suites = values.suite ? known.filter((name) => values.suite?.includes(name)) : known;
  const { quick, json = null, html = null, markdown = null, help } = values;
  return { suites, quick, json, html, markdown, help };
}

export function usage(suites: readonly { readonly name: string; readonly title: string }[]): string {
  return `npm run bench -- [--suite NAME]... [--quick] [--json FILE] [--html FILE] [--markdown FILE]

  --suite NAME      one suite; may be given several times (default all)
  --quick           fewer and shorter rounds: a look, not a measurement
  --json FILE       writes { host, rows } as well
  --html FILE       writes one page with charts and tables
  --markdown FILE   writes the tables as docs/BENCHMARKS.md has them, those of bench/peers/results.json at the end

Suites:
${suites.map(({ name, title }) => `  ${name.padEnd(12)} ${title}`).join("\n")}`;
}

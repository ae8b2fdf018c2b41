// Writes docs/ops.md from the op records, so that it lists every op there is and says of each what the record says.
//   node scripts/generate-docs.mjs            writes the page
//   node scripts/generate-docs.mjs --check    fails where the page on disk is another
// The records are TypeScript: they are bundled first, for which the kernels must have been built (npm run build).

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const page = new URL("../docs/ops.md", import.meta.url);

/** The records, and those of them whose functions the front door exports. */
async function loadOps() {
  const outfile = fileURLToPath(new URL("../build/docs/ops.mjs", import.meta.url));
  await build({
    stdin: {
      contents: 'export { ops } from "./src/ops/index.js"; export * as front from "./src/index.js";',
      resolveDir: root,
      loader: "ts",
    },
    bundle: true,
    format: "esm",
    platform: "neutral",
    outfile,
    logLevel: "error",
  });
  const { ops, front } = await import(pathToFileURL(outfile).href);
  const exported = new Set(Object.values(front).flatMap((value) => (value?.record ? [value.record] : [])));
  return { ops, exported };
}

/** `a [3, 4], b [4, 5] → [3, 5]`: the first sample, its result by the op's own shape rule. */
function example({ inputs, attributes, shape, samples, results = {} }) {
  const [sample] = samples;
  const filled = attributes ? attributes(sample.attributes ?? {}) : {};
  const given = inputs.map((input) => `${input} ${list(sample.inputs[input])}`);
  if (given.length === 0) given.push(`shape ${list(filled.shape)}`);
  const further = Object.entries(results).map(([name, rule]) => `, ${name} ${list(rule.shape(sample.inputs, filled))}`);
  return `${given.join(", ")} → ${list(shape(sample.inputs, filled))}${further.join("")}`;
}

function list(shape) {
  return `[${shape.join(", ")}]`;
}

/** `relu(x)`, `inTopK(predictions, labels, options)`, `randomUniform(graph, options)`. */
function signature({ name, inputs, options }) {
  const parameters = [...(inputs.length === 0 ? ["graph"] : inputs), ...(options ? ["options"] : [])];
  return `\`${name}(${parameters.join(", ")})\``;
}

/** Options with their defaults: what the record fills in where the option is left out. The seed's is the graph's. */
function options({ options: names, attributes, samples }) {
  if (!names) return "-";
  const given = samples[0].attributes ?? {};
  return names
    .map((name) => {
      const { [name]: _, ...others } = given;
      if (name === "seed") return "`seed` of the graph";
      try {
        const value = attributes(others)[name];
        return `\`${name}\` = ${typeof value === "number" ? value : JSON.stringify(value)}`;
      } catch {
        return `\`${name}\``;
      }
    })
    .join(", ");
}

function types({ inputs, inputTypes = {}, dtype = "float32", results = {} }) {
  const integers = inputs.filter((input) => inputTypes[input] === "int32");
  const further = Object.keys(results)
    .filter((name) => results[name].dtype === "int32")
    .map((name) => `\`${name}\``);
  return [...integers, ...(dtype === "int32" ? ["result"] : []), ...further].join(", ") || "-";
}

/** The inputs that a gradient passes to, and what is said of the others. */
function gradients({ inputs, inputTypes = {}, dtype, vjp = {}, stopsGradient = false }) {
  if (inputs.length === 0) return "-";
  if (stopsGradient || dtype === "int32") return "none passes";
  const refused = inputs.filter((input) => !(input in vjp) && inputTypes[input] !== "int32");
  const cells = [...Object.keys(vjp), ...(refused.length > 0 ? [`refused: ${refused.join(", ")}`] : [])];
  return cells.join(", ") || "none passes";
}

function table(ops) {
  const rows = ops.map((op) => [signature(op), op.doc, options(op), types(op), gradients(op), example(op)]);
  const header = ["Op", "What it computes", "Options", "int32", "Gradient for", "Example of shapes"];
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

function render({ ops, exported }) {
  const open = ops.filter((op) => exported.has(op));
  const inner = ops.filter((op) => !exported.has(op));
  return `# Ops

Written by \`node scripts/generate-docs.mjs\` from the records in \`src/ops\`: change those, not this page.

An op is a function of nodes: it adds a node to the graph of its inputs and computes nothing until a session runs. Every
op takes a \`name\` among its options. Values are float32 except where the column *int32* says otherwise. *Gradient for*
names the inputs that \`gradients\` passes to. *None passes*: the path ends there, as if the result were constant; so it
does in whatever is int32. *Refused*: a path through that input ends in an ArgumentError.

## To call

\`import { matmul } from "lanewise"\`

${table(open)}

## Made by gradients

Nodes of these ops appear in a graph when \`gradients\`, \`computeGradients\` or \`minimize\` has been called. They can be
fetched and fed as any other.

${table(inner)}
`;
}

const text = render(await loadOps());
if (process.argv[2] === "--check") {
  const present = await readFile(page, "utf8").catch(() => "");
  if (present !== text) {
    console.error("docs/ops.md is not what the op records say. Refresh it: node scripts/generate-docs.mjs");
    process.exit(1);
  }
} else {
  await writeFile(page, text);
  console.log("wrote docs/ops.md");
}

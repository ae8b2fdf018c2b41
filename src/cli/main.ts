#!/usr/bin/env node
// The command line `lanewise`. Stands above the front door: it imports only what a user could import.
//   exit codes: 0 done; 1 it failed; 2 wrong usage; 130 Ctrl-C, 143 SIGTERM, 141 the output was closed

import { createRequire } from "node:module";
import path from "node:path";
import { Command, CommanderError, Option } from "commander";
import { ArgumentError, diagnose, init, ShapeError } from "../index.js";
import { benchmark } from "../inspect/benchmark/index.js";
import { choices, initOptions, presetTable, type RawTrainOptions, readBuild, readTrainOptions } from "./options.js";
import { predict } from "./predict.js";
import { type Stopped, stopSignal } from "./stop.js";
import { train } from "./train.js";

const EXAMPLES = [
  ["lanewise", "train on the handwritten digits that come with the package"],
  ["lanewise --dataset iris --epochs 100", "another dataset"],
  ["lanewise --out digits.safetensors", "and keep the model"],
  ["lanewise --hidden 64 --optimizer sgd --learning-rate 0.1", "another net, another optimizer"],
  ["lanewise --dataset mnist --data-dir data/mnist", "MNIST from its four IDX files"],
  ["lanewise --build scalar --json > result.json", "one line for a script"],
] as const;

const signal = stopSignal();
process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const program = commands();
  try {
    await program.parseAsync(args, { from: "user" });
    return signal.aborted ? tellStopped("") : 0;
  } catch (error) {
    if (error instanceof CommanderError) return tellUsage(error, program);
    return tell(error);
  }
}

function commands(): Command {
  const program = new Command("lanewise")
    .description("Trains a neural network on the CPU, with SIMD kernels of its own.")
    .usage("[train] [options]\n       lanewise predict <file>\n       lanewise diagnose [--build <name>] [--measure]")
    .version(version(), "-V, --version", "show the version")
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command]", "show this help, or that of a command")
    .exitOverride()
    // tell() prints the message, in the form of all others.
    .configureOutput({ outputError: () => {} });

  const training = program
    .command("train", { isDefault: true })
    .description("train a classifier; the default command")
    .usage("[options]")
    .action((raw: RawTrainOptions) => train(readTrainOptions(raw), process, signal));
  addTrainOptions(training);

  program
    .command("predict")
    .argument("<file>", "a model that was saved by train")
    .description("show what a saved model makes of test data")
    .addOption(new Option("--data-dir <dir>", "folder with the IDX files of an image set").helpGroup("Options:"))
    .action((file: string, { dataDir }: { dataDir?: string }) =>
      predict({ file, ...(dataDir !== undefined && { dataDir }) }, process.stdout, signal),
    );

  program
    .command("diagnose")
    .description("show which builds this host supports, and which one runs and why")
    .addOption(new Option("--build <name>", "the build to start").helpGroup("Options:"))
    .addOption(new Option("--measure", "measure GFLOP/s for two seconds").helpGroup("Options:"))
    .action(async ({ build, measure = false }: { build?: string; measure?: boolean }) => {
      await init(initOptions(readBuild(build)));
      if (measure) await benchmark({ signal });
      process.stdout.write(`${diagnose()}\n`);
    });

  // The default command is what most people come for: its options are told at once.
  program.configureHelp({
    visibleOptions: (command) => [
      ...(command === program ? training.options : []),
      ...command.options.filter((option) => !option.hidden),
      command.createOption("-h, --help", "show this help"),
    ],
  });
  for (const command of [program, training]) command.addHelpText("after", helpEnd());
  return program;
}

function addTrainOptions(command: Command): void {
  const group = (heading: string, ...options: readonly (readonly [flags: string, description: string])[]) => {
    for (const [flags, description] of options) {
      command.addOption(new Option(flags, description).helpGroup(heading));
    }
  };
  group(
    "Data:",
    ["--dataset <name>", `${choices.datasets.join(", ")} (default: digits)`],
    ["--data-dir <dir>", "folder with the IDX files of an image set, .gz or not"],
    ["--data-url <url>", "address to download them from; kept in the user's cache"],
  );
  group(
    "Net:",
    ["--hidden <sizes>", "units of the hidden layers, such as 300,100; or none"],
    ["--activation <name>", `${choices.activations.join(", ")} (default: relu)`],
    ["--initializer <name>", choices.initializers.join(", ")],
  );
  group(
    "Training:",
    ["--optimizer <name>", choices.optimizers.join(", ")],
    ["--learning-rate <number>", "size of a step, greater than 0"],
    ["--batch-size <count>", "examples per step"],
    ["--epochs <count>", "passes over the training data"],
    ["--seed <integer>", "initial weights and order of examples (default: 1)"],
    ["--build <name>", `${choices.builds.join(", ")} (default: simd where the host has it; wide: Node 24 or later)`],
  );
  group(
    "Results:",
    ["--json", "print one line of JSON, and nothing else on stdout"],
    ["--out <file>", "save the model there (default: nothing is written)"],
    ["--no-compare", "do not measure the speed-up over the scalar build"],
  );
}

function helpEnd(): string {
  const examples = EXAMPLES.map(([command, meaning]) => `  ${command}\n      ${meaning}`);
  const presets = presetTable();
  const widths = (presets[0] as string[]).map((_, i) => Math.max(...presets.map((row) => (row[i] as string).length)));
  const rows = presets.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] as number)).join("  ")}`.trimEnd());
  return `\nDefaults per dataset:\n${rows.join("\n")}\n\nExamples:\n${examples.join("\n")}`;
}

/** Commander has shown help, or found something wrong in the words themselves. */
function tellUsage({ code, exitCode, message }: CommanderError, program: Command): number {
  // Help was asked for, or is the answer to `help` with an unknown word.
  if (exitCode === 0) return 0;
  if (code === "commander.help") return 2;
  const [word] = program.commands.flatMap(({ args }) => args);
  const rule =
    code === "commander.excessArguments"
      ? `${JSON.stringify(word)} is neither a command nor an option`
      : message.replace(/^error: /, "");
  say(`${rule}. Try lanewise --help.`);
  return 2;
}

/** Says what went wrong, on one line, and returns the exit code. */
function tell(error: unknown): number {
  if (signal.aborted) return tellStopped("; nothing was saved");
  if (process.env.LANEWISE_DEBUG === "1") process.stderr.write(`${(error as Error)?.stack ?? error}\n`);
  else say(`${error instanceof Error ? error.message : error}${remedyFor(error)}`);
  return error instanceof ArgumentError || error instanceof ShapeError ? 2 : 1;
}

function tellStopped(consequence: string): number {
  const { message, exitCode, quiet } = signal.reason as Stopped;
  if (!quiet) say(`${message}${consequence}`);
  return exitCode;
}

function say(message: string): void {
  process.stderr.write(`lanewise: ${message.replace(/\s*\n\s*/g, " ")}\n`);
}

/** The library cannot know how this program was started. */
function remedyFor(error: unknown): string {
  if (!(error instanceof ArgumentError && /does not support the relaxed build/.test(error.message))) return "";
  const script = path.relative("", process.argv[1] ?? "cli.js");
  return ` Use Node 22 or later, or run: node --experimental-wasm-relaxed-simd ${script} --build relaxed`;
}

function version(): string {
  // By the package's own name: the same from the bundle and from the sources.
  return (createRequire(import.meta.url)("lanewise/package.json") as { version: string }).version;
}

// SummaryWriter: events for TensorBoard, gathered in memory and written to a file where there is a folder.

import {
  ArgumentError,
  checkArity,
  checkInteger,
  checkNumber,
  checkOptions,
  describe,
  isOptions,
} from "../../errors.js";
import { checkHeld, Tensor } from "../../tensor/tensor.js";
import { arrayOf, type NumericArray } from "../arrays.js";
import { joinBytes } from "../bytes.js";
import { appendFile } from "../files.js";
import { encodePng } from "../png.js";
import { graphDef, type HasNodes } from "./graph.js";
import { histogramOf } from "./histogram.js";
import {
  emptyTensor,
  event,
  type Field,
  jsonValue,
  mapEntry,
  message,
  shownBy,
  summary,
  textTensor,
} from "./messages.js";
import { frame } from "./records.js";

export interface SummaryWriterOptions {
  /** A folder per run: TensorBoard shows the folders below the one it is given. Without it everything stays in memory. */
  readonly logdir?: string;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

/** Hyperparameters of a run by name. */
export type HyperParameters = Readonly<Record<string, number | string | boolean>>;

const VERSION = "brain.Event:2";
const SESSION_START = "_hparams_/session_start_info";
const SESSION_END = "_hparams_/session_end_info";
const EXPERIMENT = "_hparams_/experiment";
const SUCCESS = 1;
/** By type of a value: DATA_TYPE_STRING, DATA_TYPE_BOOL, DATA_TYPE_FLOAT64. */
const HPARAM_TYPES: Readonly<Record<string, number>> = { string: 1, boolean: 2, number: 3 };
/** Writers of one process that begin in one second. */
let writers = 0;

/**
 * Writes event files for TensorBoard. What is written is kept in memory until `flush` or `close` appends it to the file
 * in `logdir`; a process that is killed loses what was not flushed. In a page, and without a folder,
 * `new Blob([writer.toBytes()])` is the file; TensorBoard wants `tfevents` in its name, as `fileName` has it.
 */
export class SummaryWriter {
  /** `events.out.tfevents.<seconds>.lanewise.<number>` */
  readonly fileName: string;
  readonly #logdir: string | undefined;
  readonly #now: () => number;
  #records: Uint8Array<ArrayBuffer>[] = [];
  #flushing: Promise<void> = Promise.resolve();

  constructor(options: SummaryWriterOptions = {}) {
    checkArity("SummaryWriter", arguments.length, 1);
    checkOptions("SummaryWriter", options, ["logdir", "now"]);
    const { logdir, now = Date.now } = options;
    if (logdir !== undefined && (typeof logdir !== "string" || logdir === "")) {
      throw new ArgumentError(`SummaryWriter: logdir must be the path of a folder; received ${describe(logdir)}.`);
    }
    if (typeof now !== "function") {
      throw new ArgumentError(`SummaryWriter: now must be a function; received ${describe(now)}.`);
    }
    this.#logdir = logdir;
    this.#now = now;
    const seconds = String(Math.floor(now() / 1000)).padStart(10, "0");
    const unique = Math.floor(Math.random() * 2 ** 32)
      .toString(16)
      .padStart(8, "0");
    this.fileName = `events.out.tfevents.${seconds}.lanewise.${unique}.${writers++}`;
    this.#write(undefined, [3, "string", VERSION]);
  }

  /** One point of a curve, as float32. NaN and infinities are kept; TensorBoard leaves gaps for them. */
  scalar(tag: string, value: number, step: number): this {
    checkArity("SummaryWriter.scalar", arguments.length, 3);
    if (typeof value !== "number") {
      throw new ArgumentError(`SummaryWriter.scalar: value must be a number; received ${describe(value)}.`);
    }
    // What float32 cannot hold is infinite then; the encoder would refuse it.
    return this.#add("scalar", tag, step, [2, "float", Math.fround(value)]);
  }

  /** How values are distributed. NaN and infinities are left out; without other values nothing is written. */
  histogram(tag: string, values: Tensor | ArrayLike<number>, step: number): this {
    checkArity("SummaryWriter.histogram", arguments.length, 3);
    const data = values instanceof Tensor ? values.data : values;
    if (!(Array.isArray(data) ? data.every((each) => typeof each === "number") : ArrayBuffer.isView(data))) {
      throw new ArgumentError(
        `SummaryWriter.histogram: values must be a Tensor or numbers; received ${describe(values)}.`,
      );
    }
    if (values instanceof Tensor) checkHeld("SummaryWriter.histogram", values);
    const histogram = histogramOf(data);
    return histogram === null ? this : this.#add("histogram", tag, step, [5, "bytes", histogram]);
  }

  /** A picture [height, width] or [height, width, channels] of 1 to 4 channels, as `encodePng` takes it. */
  image(tag: string, image: Tensor | NumericArray, step: number): this {
    checkArity("SummaryWriter.image", arguments.length, 3);
    const [height, width, channels = 1] = arrayOf("SummaryWriter.image", image).shape;
    const png = encodePng(image);
    const fields: Field[] = [
      [1, "int", height],
      [2, "int", width],
      [3, "int", channels],
      [4, "bytes", png],
    ];
    return this.#add("image", tag, step, [4, "bytes", message(...fields)]);
  }

  /** A text in Markdown. */
  text(tag: string, text: string, step: number): this {
    checkArity("SummaryWriter.text", arguments.length, 3);
    if (typeof text !== "string") {
      throw new ArgumentError(`SummaryWriter.text: text must be a string; received ${describe(text)}.`);
    }
    return this.#add("text", tag, step, textTensor(text), shownBy("text"));
  }

  /**
   * The hyperparameters of this run, and the scalar tags that judge it: one row of the table in TensorBoard's HParams
   * tab. Runs are compared where they lie in folders of their own below one. Once per run.
   */
  hparams(values: HyperParameters, metrics: readonly string[] = []): this {
    checkArity("SummaryWriter.hparams", arguments.length, 2);
    const entries = Object.entries(values ?? {});
    const wrong = entries.find(([, value]) => HPARAM_TYPES[typeof value] === undefined);
    if (!isOptions(values) || wrong) {
      throw new ArgumentError(
        `SummaryWriter.hparams: values must be numbers, strings or booleans by name; received ${describe(wrong ? wrong[1] : values)}${wrong ? ` for ${wrong[0]}` : ""}.`,
      );
    }
    if (!Array.isArray(metrics) || metrics.some((tag) => typeof tag !== "string")) {
      throw new ArgumentError(`SummaryWriter.hparams: metrics must be a list of tags; received ${describe(metrics)}.`);
    }
    const seconds = this.#now() / 1000;
    const experiment = message(
      [3, "double", seconds],
      ...entries.map(
        ([name, value]): Field => [
          4,
          "bytes",
          message([1, "string", name], [4, "int", HPARAM_TYPES[typeof value] as number]),
        ],
      ),
      ...metrics.map((tag): Field => [5, "bytes", message([1, "bytes", message([2, "string", tag])])]),
    );
    const start = message(...entries.map(([name, value]) => mapEntry(1, name, jsonValue(value))), [
      5,
      "double",
      seconds,
    ]);
    const end = message([1, "int", SUCCESS], [2, "double", seconds]);
    for (const [tag, field, data] of [
      [EXPERIMENT, 2, experiment],
      [SESSION_START, 3, start],
      [SESSION_END, 4, end],
    ] as const) {
      this.#add("hparams", tag, 0, emptyTensor(), shownBy("hparams", message([field, "bytes", data])));
    }
    return this;
  }

  /** The nodes of a graph, scopes folded. */
  graph(graph: HasNodes): this {
    checkArity("SummaryWriter.graph", arguments.length, 1);
    if (typeof graph?.nodes !== "function") {
      throw new ArgumentError(`SummaryWriter.graph: it must be a Graph; received ${describe(graph)}.`);
    }
    return this.#write(0, [4, "bytes", graphDef(graph)]);
  }

  /** What has not been flushed to a file; without `logdir`, the whole file. */
  toBytes(): Uint8Array<ArrayBuffer> {
    checkArity("SummaryWriter.toBytes", arguments.length, 0);
    return joinBytes(this.#records);
  }

  /**
   * Appends what is in memory to the file, whose folders are made. Without `logdir` nothing happens.
   *
   * Fails with DataError where the file cannot be written, and then keeps what is in memory for the next time; with
   * StateError in a browser.
   */
  async flush(): Promise<void> {
    checkArity("SummaryWriter.flush", arguments.length, 0);
    const logdir = this.#logdir;
    if (logdir === undefined) return;
    const next = async () => {
      if (this.#records.length === 0) return;
      const count = this.#records.length;
      await appendFile(logdir, this.fileName, this.toBytes(), "SummaryWriter.flush");
      this.#records = this.#records.slice(count);
    };
    // One after the other, so that records stay in order; a failure is for who asked, not for who asks next.
    const done = this.#flushing.then(next);
    this.#flushing = done.catch(() => {});
    await done;
  }

  #add(method: string, tag: string, step: number, value: Field, metadata?: Uint8Array): this {
    if (typeof tag !== "string" || tag === "") {
      throw new ArgumentError(`SummaryWriter.${method}: tag must be a non-empty string; received ${describe(tag)}.`);
    }
    checkInteger(`SummaryWriter.${method}: step`, step, 0);
    return this.#write(step, summary(tag, value, metadata));
  }

  #write(step: number | undefined, what: Field): this {
    const now = this.#now();
    checkNumber("SummaryWriter: the time that now gives", now);
    this.#records.push(frame(event(now / 1000, step, what)));
    return this;
  }
}

// Event files: what another reader finds in them, record by record. TensorBoard itself is no part of the tests.

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ArgumentError, DataError } from "../../../src/errors.js";
import { dense, Graph } from "../../../src/index.js";
import { decodePng } from "../../../src/io/png.js";
import { SummaryWriter } from "../../../src/io/tensorboard.js";
import { tensor } from "../../../src/tensor/tensor.js";
import { decodeMessage, readEvents } from "./event-reader.js";

const now = () => 1_700_000_000_500;
const values = (writer: SummaryWriter) => readEvents(writer.toBytes()).flatMap((event) => event.summary?.value ?? []);

describe("a file", () => {
  test("begins with its version, in the bytes that TensorFlow writes", () => {
    const writer = new SummaryWriter({ now });
    expect(readEvents(writer.toBytes())).toEqual([{ wall_time: 1_700_000_000.5, file_version: "brain.Event:2" }]);
    // Every file of TensorFlow's begins so: a length of 24 and its checksum; then field 1 as a double, field 3 as a text.
    const bytes = writer.toBytes();
    expect(Buffer.from(bytes.subarray(0, 12)).toString("hex")).toBe("1800000000000000a37f4b22");
    expect(bytes[12]).toBe(0x09);
    expect([...bytes.subarray(21, 23)]).toEqual([0x1a, 13]);
    expect(bytes).toHaveLength(24 + 16);
  });

  test("is named as TensorBoard looks for it, apart from others", () => {
    const [a, b] = [new SummaryWriter({ now }), new SummaryWriter({ now })];
    expect(a.fileName).toMatch(/^events\.out\.tfevents\.1700000000\.lanewise\.[0-9a-f]{8}\.\d+$/);
    expect(a.fileName).not.toBe(b.fileName);
  });
});

describe("summaries", () => {
  test("scalars, zero and what is not finite among them", () => {
    const writer = new SummaryWriter({ now });
    writer
      .scalar("loss", 0.5, 1)
      .scalar("loss", 0, 2)
      .scalar("loss", Number.NaN, 3_000_000_000)
      .scalar("loss", -Infinity, 4)
      .scalar("loss", 1e300, 5); // beyond float32
    const events = readEvents(writer.toBytes()).slice(1);
    expect(events.map(({ step }) => step)).toEqual([1, 2, 3_000_000_000, 4, 5]);
    expect(events.map(({ summary }) => summary.value)).toEqual(
      [0.5, 0, Number.NaN, -Infinity, Infinity].map((value) => [{ tag: "loss", simple_value: value }]),
    );
  });

  test("histograms count every finite value once", () => {
    const writer = new SummaryWriter({ now });
    const data = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i) * 3);
    const spoiled = Float32Array.of(...data, Number.NaN, Infinity);
    writer.histogram("w", tensor(spoiled), 1);
    const { histo } = values(writer)[0];
    expect(histo.num).toBe(1000);
    expect(histo.min).toBe(Math.min(...data));
    expect(histo.max).toBe(Math.max(...data));
    expect(histo.sum).toBeCloseTo(
      data.reduce((sum, value) => sum + value, 0),
      6,
    );
    expect(histo.bucket_limit).toHaveLength(30);
    expect(histo.bucket_limit.at(-1)).toBe(histo.max);
    histo.bucket_limit.forEach((limit: number, i: number) => {
      const below = histo.bucket.slice(0, i + 1).reduce((sum: number, count: number) => sum + count, 0);
      const expected = i === 29 ? 1000 : data.filter((value) => value < limit).length;
      expect(Math.abs(below - expected)).toBeLessThanOrEqual(1); // a value on a limit, rounded
    });
  });

  test("histograms of equal values, and of none", () => {
    const writer = new SummaryWriter({ now });
    writer.histogram("same", [2, 2, 2], 1).histogram("none", [Number.NaN], 1);
    expect(values(writer)).toHaveLength(1);
    expect(values(writer)[0].histo).toMatchObject({ min: 2, max: 2, num: 3, bucket_limit: [2], bucket: [3] });
  });

  test("pictures", () => {
    const writer = new SummaryWriter({ now });
    writer.image("digit", tensor([[0, 1, 0.5]]), 7);
    const { image } = values(writer)[0];
    expect(image).toMatchObject({ height: 1, width: 3, colorspace: 1 });
    expect([...decodePng(Uint8Array.from(image.encoded_image_string)).data]).toEqual([0, 255, 128]);
  });

  test("texts", () => {
    const writer = new SummaryWriter({ now });
    writer.text("notes", "**bold** é 😀", 0);
    const [{ tensor: held, metadata }] = values(writer);
    expect(metadata.plugin_data.plugin_name).toBe("text");
    expect(held).toMatchObject({ dtype: 7, tensor_shape: { dim: [{ size: 1 }] } });
    expect(new TextDecoder().decode(Uint8Array.from(held.string_val[0]))).toBe("**bold** é 😀");
  });

  test("hyperparameters", () => {
    const writer = new SummaryWriter({ now });
    writer.hparams({ units: 100, optimizer: "adam", dropout: false, rate: 0 }, ["valAccuracy"]);
    const all = values(writer);
    expect(all.map(({ tag }) => tag)).toEqual([
      "_hparams_/experiment",
      "_hparams_/session_start_info",
      "_hparams_/session_end_info",
    ]);
    expect(all.every(({ metadata }) => metadata.plugin_data.plugin_name === "hparams")).toBe(true);
    expect(all.every(({ tensor: held }) => held.dtype === 1)).toBe(true);
    const [experiment, start, end] = all.map(({ metadata }) =>
      decodeMessage("HParamsPluginData", Uint8Array.from(metadata.plugin_data.content)),
    );
    expect(experiment.experiment).toEqual({
      time_created_secs: 1_700_000_000.5,
      hparam_infos: [
        { name: "units", type: 3 },
        { name: "optimizer", type: 1 },
        { name: "dropout", type: 2 },
        { name: "rate", type: 3 },
      ],
      metric_infos: [{ name: { tag: "valAccuracy" } }],
    });
    expect(start.session_start_info).toEqual({
      hparams: {
        units: { number_value: 100 },
        optimizer: { string_value: "adam" },
        dropout: { bool_value: false },
        rate: { number_value: 0 },
      },
      start_time_secs: 1_700_000_000.5,
    });
    expect(end.session_end_info).toEqual({ status: 1, end_time_secs: 1_700_000_000.5 });
  });

  test("the graph, with scopes, inputs and shapes", () => {
    const graph = new Graph();
    const x = graph.placeholder("x", [null, 4]);
    dense({ units: 3, name: "hidden" }).apply(x);
    const writer = new SummaryWriter({ now }).graph(graph);
    const { graph_def } = readEvents(writer.toBytes())[1];
    const { node, versions } = decodeMessage("GraphDef", Uint8Array.from(graph_def));
    expect(versions.producer).toBeGreaterThan(0);
    expect(node.map(({ name }: { name: string }) => name)).toEqual(graph.nodes().map(({ name }) => name));
    expect(node[0]).toEqual({
      name: "x",
      op: "placeholder",
      attr: {
        _output_shapes: { list: { shape: [{ dim: [{ size: -1 }, { size: 4 }] }] } },
        dtype: { type: 1 },
      },
    });
    const names = new Set(graph.nodes().map(({ name }) => name));
    const product = node.find(({ op }: { op: string }) => op === "matmul");
    expect(product.input).toEqual(["x", "hidden/kernel"]);
    for (const { name, input = [] } of node) {
      expect(name).toMatch(/^[A-Za-z0-9.][A-Za-z0-9_>./]*$/); // what NodeDef allows
      for (const from of input) expect(names).toContain(from);
    }
  });
});

describe("in a folder", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "lanewise-tensorboard-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("grows by what is flushed, in order", async () => {
    const logdir = path.join(folder, "runs", "one");
    const writer = new SummaryWriter({ logdir, now });
    writer.scalar("a", 1, 1);
    const first = writer.flush();
    writer.scalar("a", 2, 2);
    await Promise.all([first, writer.flush()]);
    await writer.scalar("a", 3, 3).flush();
    await writer.flush();
    expect(writer.toBytes()).toHaveLength(0);
    expect(await readdir(logdir)).toEqual([writer.fileName]);
    const events = readEvents(await readFile(path.join(logdir, writer.fileName)));
    expect(events.map(({ step }) => step)).toEqual([undefined, 1, 2, 3]);
  });

  test("keeps what could not be written", async () => {
    const logdir = path.join(folder, "taken");
    await writeFile(logdir, "a file");
    const writer = new SummaryWriter({ logdir, now }).scalar("a", 1, 1);
    await expect(writer.flush()).rejects.toThrow(DataError);
    expect(readEvents(writer.toBytes())).toHaveLength(2);
    await rm(logdir);
    await writer.flush();
    expect(readEvents(await readFile(path.join(logdir, writer.fileName)))).toHaveLength(2);
  });
});

test.each<[string, (writer: SummaryWriter) => unknown]>([
  ["scalar: value must be a number", (w) => w.scalar("a", "1" as never, 1)],
  ["scalar: tag must be a non-empty string", (w) => w.scalar("", 1, 1)],
  ["scalar: step must be a non-negative integer", (w) => w.scalar("a", 1, 0.5)],
  ["histogram: values must be a Tensor or numbers", (w) => w.histogram("a", null as never, 1)],
  ["text: text must be a string", (w) => w.text("a", 1 as never, 1)],
  [
    "hparams: values must be numbers, strings or booleans by name; received [] for a",
    (w) => w.hparams({ a: [] as never }),
  ],
  ["hparams: metrics must be a list of tags", (w) => w.hparams({}, "loss" as never)],
  ["graph: it must be a Graph", (w) => w.graph({} as never)],
  ["SummaryWriter: options must be", () => new SummaryWriter({ dir: "a" } as object)],
  ["logdir must be the path of a folder", () => new SummaryWriter({ logdir: "" })],
])("refuses: %s", (text, call) => {
  const writer = new SummaryWriter({ now });
  expect(() => call(writer)).toThrow(ArgumentError);
  expect(() => call(writer)).toThrow(text);
  expect(readEvents(writer.toBytes())).toHaveLength(1);
});

import { describe, expect, test } from "vitest";
import { callbacks, earlyStopping, type FitOptions } from "../../../src/index.js";
import { classifier, x, y } from "../small-classifier.js";

const { csvLogger, history, jsonLogger, progress } = callbacks;

describe("records", () => {
  test("history keeps what an aborted fit had reached", async () => {
    const record = history();
    const abort = new AbortController();
    const onStep: FitOptions["onStep"] = ({ epoch }) => {
      if (epoch === 3) abort.abort();
    };
    await expect(
      classifier().fit(x, y, { epochs: 9, onStep, signal: abort.signal, callbacks: [record] }),
    ).rejects.toThrow();
    const whole = await classifier().fit(x, y, { epochs: 2 });
    expect(record.metrics).toEqual(whole);
  });

  test("loggers write lines of CSV and JSON that say what fit returns", async () => {
    let csv = "";
    let json = "";
    const result = await classifier().fit(x, y, {
      epochs: 3,
      callbacks: [
        csvLogger({
          write: async (line) => {
            csv += line;
          },
        }),
        jsonLogger({
          write: (line) => {
            json += line;
          },
        }),
      ],
    });
    const [header, ...rows] = csv.trimEnd().split("\n");
    expect(header).toBe("epoch,loss,accuracy");
    expect(rows.map((row) => row.split(",").map(Number))).toEqual(
      [0, 1, 2].map((i) => [i + 1, result.loss?.[i], result.accuracy?.[i]]),
    );
    const objects = json
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(objects.map(({ loss }) => loss)).toEqual(result.loss);
    expect(objects[2].epoch).toBe(3);
    expect(() => csvLogger({ write: "file" as never })).toThrow(
      'csvLogger: write must be a function of a line; received "file".',
    );
  });

  test("a CSV that goes on from a state has one header", async () => {
    let csv = "";
    const log = () =>
      csvLogger({
        write: (line) => {
          csv += line;
        },
      });
    const first = classifier();
    await first.fit(x, y, { epochs: 2, callbacks: [log()] });
    const second = classifier();
    second.setState(first.getState());
    await second.fit(x, y, { epochs: 3, initialEpoch: 2, callbacks: [log()] });
    expect(
      csv
        .trimEnd()
        .split("\n")
        .map((line) => line.split(",")[0]),
    ).toEqual(["epoch", "1", "2", "3"]);
  });

  test("progress writes a line for each epoch, and for steps where told to", async () => {
    const lines: string[] = [];
    const write = (line: string) => lines.push(line);
    const stop = earlyStopping({ monitor: "loss", minDelta: 9 });
    await classifier().fit(x, y, { epochs: 12, batchSize: 10, callbacks: [progress({ write, everySteps: 2 }), stop] });
    const number = String.raw`\d+\.\d{4}`;
    expect(lines).toHaveLength(7);
    expect(lines[0]).toMatch(new RegExp(`^epoch  1/12  step 2/5  loss ${number}  accuracy ${number}  \\d+\\.\\d s$`));
    expect(lines[5]).toMatch(new RegExp(`^epoch  2/12  loss ${number}  accuracy ${number}  \\d+\\.\\d s$`));
    expect(lines[6]).toMatch(/^stopped: earlyStopping: loss has not become better for 1 epochs; best in epoch 1$/);
  });
});

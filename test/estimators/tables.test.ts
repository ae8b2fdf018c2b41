// Tables with text and gaps through ColumnTransformer, scaled targets: by hand, in pipelines, searches and files.

import { beforeAll, describe, expect, test } from "vitest";
import { ArgumentError, DataError, ShapeError, StateError } from "../../src/errors.js";
import { ColumnTransformer, makeColumnTransformer, type NamedColumns } from "../../src/estimators/columnTransformer.js";
import { MLPClassifier } from "../../src/estimators/mlp/classifier.js";
import { MLPRegressor } from "../../src/estimators/mlp/regressor.js";
import { clone } from "../../src/estimators/parameters/parameterized.js";
import { estimatorFromBytes, estimatorToBytes } from "../../src/estimators/persistence.js";
import { Pipeline, pipeline } from "../../src/estimators/pipeline.js";
import { type Columns, makeColumnSelector } from "../../src/estimators/preprocessing/columnSelection.js";
import { OneHotEncoder } from "../../src/estimators/preprocessing/oneHotEncoder.js";
import { OrdinalEncoder } from "../../src/estimators/preprocessing/ordinalEncoder.js";
import { SimpleImputer } from "../../src/estimators/preprocessing/simpleImputer.js";
import { StandardScaler } from "../../src/estimators/preprocessing/standardScaler.js";
import { GridSearchCV } from "../../src/estimators/searches.js";
import { trainTestSplit } from "../../src/estimators/splits/trainTestSplit.js";
import { TransformedTargetRegressor } from "../../src/estimators/transformedTarget.js";
import { decodeCsv } from "../../src/io/csv.js";
import { decodeSafetensors, encodeSafetensors } from "../../src/io/safetensors.js";
import { RandomStream } from "../../src/tensor/random.js";
import type { Tensor } from "../../src/tensor/tensor.js";
import { init } from "../../src/wasm/engine.js";

beforeAll(() => init());

const table = decodeCsv("age,city,size,id\n1,Rome,S,7\n,Oslo,L,8\n3,Rome,M,9\n");
const steps = (): NamedColumns[] => [
  ["numbers", pipeline(new SimpleImputer(), new StandardScaler()), ["age"]],
  ["city", new OneHotEncoder({ handleUnknown: "ignore" }), "city"],
  ["size", new OrdinalEncoder({ categories: [["S", "M", "L"]] }), ["size"]],
];
const deviation = Math.sqrt(2 / 3);
const expected = [
  [-1 / deviation, 0, 1, 0],
  [0, 1, 0, 2],
  [1 / deviation, 0, 1, 1],
].map((row) => row.map(Math.fround));

describe("ColumnTransformer", () => {
  test("numbers with gaps, text and ranks side by side, from CSV as it is", async () => {
    const columns = new ColumnTransformer(steps());
    const made = (await columns.fitTransform(table)) as Tensor;
    expect(made.toArray()).toEqual(expected);
    expect(columns.getFeatureNamesOut()).toEqual(["numbers__age", "city__city_Oslo", "city__city_Rome", "size__size"]);
    // Columns are found by name, further ones do not matter, and unknown text is ignored as asked for.
    const other = (await columns.transform(decodeCsv("size,city,more,age\nL,Paris,x,2\n"))) as Tensor;
    expect(other.toArray()).toEqual([[0, 0, 0, 2]]);
    const records = [{ age: 3, city: "Rome", size: "M", id: 9 }];
    expect(((await columns.transform(records)) as Tensor).toArray()).toEqual([expected[2]]);
    const rows = (await columns.transform([[3, "Rome", "M", 9]])) as Tensor;
    expect(rows.toArray()).toEqual([expected[2]]);
  });

  test("the remainder is dropped, kept, or transformed", async () => {
    const kept = new ColumnTransformer([["city", new OneHotEncoder(), "city"]], { remainder: "passthrough" });
    const made = (await kept.fitTransform(table)) as { rows: unknown[][]; columns: string[] };
    expect(made.columns).toEqual([
      "city__city_Oslo",
      "city__city_Rome",
      "remainder__age",
      "remainder__size",
      "remainder__id",
    ]);
    expect(made.rows[0]).toEqual([0, 1, 1, "S", 7]);
    expect(made.rows[1]?.[2]).toBeNaN();
    const brief = new ColumnTransformer(
      [
        ["city", new OneHotEncoder(), "city"],
        ["none", "drop", ["age", "size"]],
      ],
      { remainder: new StandardScaler(), verboseFeatureNamesOut: false },
    );
    const scaled = (await brief.fitTransform(table)) as Tensor;
    expect(scaled.toArray()).toEqual(
      [
        [0, 1, -1 / deviation],
        [1, 0, 0],
        [0, 1, 1 / deviation],
      ].map((row) => row.map(Math.fround)),
    );
    expect(brief.getFeatureNamesOut()).toEqual(["city_Oslo", "city_Rome", "id"]);
  });

  const numbers = [
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ];
  test.each<[Columns, number[]]>([
    [1, [2]],
    [-1, [4]],
    [
      [2, 0],
      [3, 1],
    ],
    [{ start: 1, stop: 3 }, [2, 3]],
    [{ start: -2 }, [3, 4]],
    [{ stop: -3 }, [1]],
    [
      [true, false, false, true],
      [1, 4],
    ],
    [makeColumnSelector({ pattern: "^x[13]$" }), [2, 4]],
    [makeColumnSelector({ dtypeInclude: "number" }), [1, 2, 3, 4]],
  ])("columns %j", async (columns, first) => {
    const chosen = await new ColumnTransformer([["a", "passthrough", columns]]).fitTransform(numbers);
    expect(((chosen as Tensor).toArray() as number[][])[0]).toEqual(first);
  });

  test("ranges of names hold both ends; selectors tell text from numbers", async () => {
    const between = new ColumnTransformer([["a", "passthrough", { start: "city", stop: "size" }]]);
    expect(((await between.fitTransform(table)) as unknown as { rows: unknown[][] }).rows[0]).toEqual(["Rome", "S"]);
    const text = new ColumnTransformer([["a", new OrdinalEncoder(), makeColumnSelector({ dtypeInclude: "string" })]]);
    await text.fit(table);
    expect(text.getFeatureNamesOut()).toEqual(["a__city", "a__size"]);
    const rest = new ColumnTransformer([
      ["a", "passthrough", makeColumnSelector({ dtypeExclude: ["string"], pattern: /I/i })],
    ]);
    await rest.fit(table);
    expect(rest.getFeatureNamesOut()).toEqual(["a__id"]);
  });

  test("makeColumnTransformer names steps after their classes", async () => {
    const made = makeColumnTransformer(
      [new OneHotEncoder(), ["city"]],
      [new OneHotEncoder(), ["size"]],
      ["passthrough", "id"],
    );
    expect(made.transformers.map(([name]) => name)).toEqual(["oneHotEncoder", "oneHotEncoder_2", "passthrough"]);
    expect(((await made.fitTransform(table)) as Tensor).shape).toEqual([3, 6]);
  });

  test("parameters by name, and clones that have learnt nothing", async () => {
    const columns = await new ColumnTransformer(steps()).fit(table);
    columns.setParams({ numbers__simpleImputer__strategy: "median", city__drop: "first", remainder: "passthrough" });
    expect(columns.getParams()).toMatchObject({
      numbers__simpleImputer__strategy: "median",
      city__drop: "first",
      remainder: "passthrough",
    });
    const copy = clone(columns);
    expect(copy.getParams()).toEqual(columns.getParams());
    await expect(copy.transform(table)).rejects.toThrow(StateError);
    expect(() => columns.setParams({ city__drop: null, numbers__standardScaler__withMean: 3 })).toThrow(ArgumentError);
    expect(columns.getParams().city__drop).toBe("first");
  });

  test.each([
    [() => new ColumnTransformer([]), /must be a list of \[name, step, columns\]/],
    [() => new ColumnTransformer([["a", new OneHotEncoder()]] as never), /each entry must be \[name, step, columns\]/],
    [
      () => new ColumnTransformer([["a", new MLPClassifier() as never, 0]]),
      /must be a transformer, "passthrough" or "drop"/,
    ],
    [() => new ColumnTransformer([["a__b", "drop", 0]]), /names must be unique text without "__"/],
    [
      () => new ColumnTransformer([["a", "drop", {} as never]], { remainder: "keep" as "drop" }),
      /remainder must be a transformer/,
    ],
    [() => new ColumnTransformer([["a", "drop", 0]], { reminder: "drop" } as object), /did you mean "remainder"\?/],
    [() => new ColumnTransformer([["a", "drop", 1.5]]), /columns must be numbers, names, flags/],
    [() => makeColumnSelector({ dtypeInclude: "numbr" as "number" }), /did you mean "number"\?/],
    [() => makeColumnSelector({ pattern: "(" }), /pattern must be an expression/],
    [() => new ColumnTransformer(steps()).setParams({ city__dorp: "first" }), /did you mean "city__drop"\?/],
  ])("refusal %#", (call, message) => {
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(message);
  });

  test("columns that are not there, then or now", async () => {
    const learn = (columns: Columns) => new ColumnTransformer([["a", "passthrough", columns]]).fit(table);
    await expect(learn("agee")).rejects.toThrow(/a name, one of \["age", .*received "agee"; did you mean "age"/);
    await expect(learn(4)).rejects.toThrow(/in \[-4, 4\); received 4/);
    await expect(learn([true])).rejects.toThrow(/a mask must have 4 flags; received 1/);
    const columns = await new ColumnTransformer(steps()).fit(table);
    await expect(columns.transform(decodeCsv("age\n1\n"))).rejects.toThrow(/x must have the column "city"/);
    await expect(columns.transform([[1, 2]])).rejects.toThrow(ShapeError);
    await expect(columns.transform(decodeCsv("age,city,size,id\nold,Rome,S,1\n"))).rejects.toThrow(
      /received "old" in row 0, column "age"/,
    );
  });
});

/** Dear in Oslo, cheap in Rome, dearer with size; some ages are missing. */
function houses(count: number) {
  const random = new RandomStream(4, "test");
  const rows = Array.from({ length: count }, () => [
    random.uniform() < 0.2 ? "" : String(Math.round(100 * random.uniform())),
    random.uniform() < 0.5 ? "Rome" : "Oslo",
    ["S", "M", "L"][random.below(3)] as string,
    "7",
  ]);
  const price = rows.map(([, city, size]) => (city === "Oslo" ? 2e6 : 1e6) + 1e5 * "SML".indexOf(size as string));
  return { table: { columns: table.columns, rows }, price, dear: price.map((one) => (one > 1.5e6 ? "dear" : "cheap")) };
}

const quick = { hiddenUnits: [8], epochs: 60, learningRate: 0.02, batchSize: 20 } as const;

describe("in pipelines", () => {
  test("a table is split, searched, learnt from, saved and loaded", async () => {
    const { table: x, dear } = houses(120);
    const { xTrain, xTest, yTrain, yTest } = trainTestSplit(x, dear, { testSize: 0.25, stratify: dear });
    const whole = new Pipeline([
      ["columns", new ColumnTransformer(steps())],
      ["mlp", new MLPClassifier(quick)],
    ]);
    const grid = { columns__numbers__simpleImputer__strategy: ["mean", "median"], mlp__maxIter: [20, 60] };
    const search = await new GridSearchCV(whole, grid, { cv: 3 }).fit(xTrain, yTrain);
    expect(search.bestScore).toBeGreaterThan(0.95);
    const best = search.bestEstimator;
    expect(await best.score(xTest, yTest)).toBe(1);
    const copy = estimatorFromBytes(estimatorToBytes(best)) as Pipeline;
    expect(copy.getParams().columns__numbers__simpleImputer__strategy).toBe(
      best.getParams().columns__numbers__simpleImputer__strategy,
    );
    expect(await copy.predict(xTest)).toEqual(await best.predict(xTest));
    const first = (copy.steps[0] as unknown as [string, ColumnTransformer])[1];
    expect(first.getFeatureNamesOut()).toEqual(["numbers__age", "city__city_Oslo", "city__city_Rome", "size__size"]);
  });

  test("damaged files of them end in DataError", async () => {
    const fitted = await new ColumnTransformer(steps(), { remainder: "passthrough" }).fit(table);
    const target = await new TransformedTargetRegressor({
      regressor: new MLPRegressor(quick),
      transformer: new StandardScaler(),
    }).fit([[1], [2]], [1, 2]);
    const changes: [string | RegExp, string][] = [
      ['"width":4', '"width":1'],
      ['"width":4', '"width":null'],
      ['"names":["age"', '"names":[3'],
      ['"columns":[[0],[1],[2],[3]]', '"columns":[[0],[1],[2]]'],
      ['"columns":[[0],[1],[2],[3]]', '"columns":[[0],[1],[2],[4]]'],
      ['"step":"passthrough"', '"step":"pass"'],
      [',"columns":"city"', ',"columns":{"dtypeInclude":5}'],
      ['"statistics":[2]', '"statistics":[[]]'],
      ['"statistics":[2]', '"statistics":[]'],
      ['"indicators":[0]', '"indicators":[5]'],
      ['"state":[["Oslo","Rome"]]', '"state":[["Rome","Oslo"]]'],
      ['"state":[["Oslo","Rome"]]', '"state":[[{}]]'],
      ['"state":[["S","M","L"]]', '"state":[["S","M"]]'],
      ['"strategy":"mean"', '"strategy":3'],
      ['"outputs":1}', '"outputs":0}'],
      ['"name":"regressor"', '"name":"regresor"'],
    ];
    for (const [from, to] of changes) {
      const wrong = [fitted, target].flatMap((estimator) => {
        const { tensors, metadata } = decodeSafetensors(estimatorToBytes(estimator));
        const json = metadata.estimator as string;
        const text = json.replace(from, to);
        return text === json ? [] : [encodeSafetensors(tensors, { ...metadata, estimator: text })];
      });
      expect(wrong, String(from)).toHaveLength(1);
      expect(() => estimatorFromBytes(wrong[0] as Uint8Array), to).toThrow(DataError);
    }
  });
});

describe("TransformedTargetRegressor", () => {
  test("learns targets in a unit of their own and predicts in that", async () => {
    const { table: x, price } = houses(120);
    const regressor = pipeline(new ColumnTransformer(steps()), new MLPRegressor(quick));
    const whole = await new TransformedTargetRegressor({ regressor, transformer: new StandardScaler() }).fit(x, price);
    expect(await whole.score(x, price)).toBeGreaterThan(0.98);
    const predicted = await whole.predict(x);
    expect(predicted.shape).toEqual([120]);
    expect(predicted.data.every((one) => one > 5e5 && one < 3e6)).toBe(true);
    const copy = estimatorFromBytes(estimatorToBytes(whole)) as TransformedTargetRegressor;
    expect(await copy.predict(x)).toEqual(predicted);
    const search = new GridSearchCV(whole, { regressor__mlpRegressor__alpha: [0, 0.01] }, { cv: 3 });
    expect((await search.fit(x, price)).bestScore).toBeGreaterThan(0.9);
  });

  test("is by hand what its parts are, with several outputs too", async () => {
    const x = [[0], [1], [2], [3]];
    for (const y of [
      [10, 20, 30, 40],
      [
        [10, 1],
        [20, 2],
        [30, 4],
        [40, 3],
      ],
    ]) {
      const whole = new TransformedTargetRegressor({
        regressor: new MLPRegressor(quick),
        transformer: new StandardScaler(),
      });
      await whole.fit(x, y as number[]);
      const scaler = new StandardScaler().fit(y as number[]);
      const byHand = await new MLPRegressor(quick).fit(x, scaler.transform(y as number[]));
      expect([...(await whole.predict(x)).data]).toEqual([...scaler.inverseTransform(byHand.predict(x)).data]);
    }
  });

  test("refusals", async () => {
    const regressor = new MLPRegressor(quick);
    expect(() => new TransformedTargetRegressor({} as never)).toThrow(
      /regressor must have fit\(\); received undefined/,
    );
    expect(
      () => new TransformedTargetRegressor({ regressor, transformer: new OneHotEncoder() as never }),
    ).not.toThrow();
    expect(() => new TransformedTargetRegressor({ regressor, transformer: {} as never })).toThrow(
      /transformer must have fit/,
    );
    expect(() => new TransformedTargetRegressor({ regressor, scaler: 1 } as never)).toThrow(ArgumentError);
    await expect(new TransformedTargetRegressor({ regressor }).predict([[1]])).rejects.toThrow(StateError);
    const whole = new TransformedTargetRegressor({ regressor, transformer: new StandardScaler() });
    const before = whole.getParams();
    expect(() => whole.setParams({ regressor__alpha: 1, transformer__withMean: 1 })).toThrow(ArgumentError);
    expect(() => whole.setParams({ regressor__alhpa: 1 })).toThrow(/did you mean "regressor__alpha"\?/);
    expect(whole.getParams()).toEqual(before);
    const plain = await new TransformedTargetRegressor({ regressor }).fit([[1], [2]], [1, 2]);
    expect((await plain.predict([[1]])).shape).toEqual([1]);
  });
});

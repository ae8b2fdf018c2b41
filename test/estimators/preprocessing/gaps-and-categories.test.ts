// SimpleImputer, OrdinalEncoder and OneHotEncoder of text: the examples in scikit-learn's documentation, and by hand.

import { describe, expect, test, vi } from "vitest";
import { ArgumentError, ShapeError, StateError } from "../../../src/errors.js";
import { clone } from "../../../src/estimators/parameters/parameterized.js";
import { MinMaxScaler } from "../../../src/estimators/preprocessing/minMaxScaler.js";
import { OneHotEncoder } from "../../../src/estimators/preprocessing/oneHotEncoder.js";
import { OrdinalEncoder } from "../../../src/estimators/preprocessing/ordinalEncoder.js";
import { SimpleImputer } from "../../../src/estimators/preprocessing/simpleImputer.js";
import { StandardScaler } from "../../../src/estimators/preprocessing/standardScaler.js";
import type { NamedTable } from "../../../src/estimators/samples/rows.js";
import type { TableLike } from "../../../src/estimators/samples/table.js";
import { decodeCsv } from "../../../src/io/csv.js";
import { Tensor, tensor } from "../../../src/tensor/tensor.js";

const gap = Number.NaN;
const rows = (made: Tensor | NamedTable) => (made instanceof Tensor ? made.toArray() : made.rows);

describe("SimpleImputer", () => {
  test("the example of scikit-learn", () => {
    const imputer = new SimpleImputer({ strategy: "mean" }).fit([
      [7, 2, 3],
      [4, gap, 6],
      [10, 5, 9],
    ]);
    const made = imputer.transform([
      [gap, 2, 3],
      [4, gap, 6],
      [10, gap, 9],
    ]);
    expect(rows(made)).toEqual([
      [7, 2, 3],
      [4, 3.5, 6],
      [10, 3.5, 9],
    ]);
    expect(imputer.statistics).toEqual([7, 3.5, 6]);
  });

  test.each([
    ["median", [[1], [10], [gap], [2]], [2], [[1], [10], [2], [2]]],
    ["median", [[1], [10], [null]], [5.5], [[1], [10], [5.5]]],
    ["mostFrequent", [[3], [1], [3], [1], [gap]], [1], [[3], [1], [3], [1], [1]]],
    ["most_frequent", [["b"], ["a"], [null], ["a"], ["b"]], ["a"], [["b"], ["a"], ["a"], ["a"], ["b"]]],
    ["mostFrequent", [["b"], [""], ["b"], ["a"]], ["b"], [["b"], ["b"], ["b"], ["a"]]],
    ["constant", [["b"], [undefined]], ["missing_value"], [["b"], ["missing_value"]]],
    ["constant", [[2], [gap]], [0], [[2], [0]]],
    ["mean", [["1.5"], [" "], ["2.5"]], [2], [[1.5], [2], [2.5]]],
  ])("%s of %j", (strategy, x, statistics, filled) => {
    const imputer = new SimpleImputer({ strategy: strategy as "mean" }).fit(x as TableLike);
    expect(imputer.statistics).toEqual(statistics);
    expect(rows(imputer.transform(x as TableLike))).toEqual(filled);
  });

  test("a value of one's own, a filling of one's own", () => {
    const other = new SimpleImputer({ missingValues: -1, strategy: "constant", fillValue: 5 });
    expect(rows(other.fitTransform([[-1], [2]]))).toEqual([[5], [2]]);
    const unknown = new SimpleImputer({ missingValues: "?", strategy: "mostFrequent" });
    expect(rows(unknown.fitTransform([["?"], ["a"], ["a"], ["b"]]))).toEqual([["a"], ["a"], ["a"], ["b"]]);
  });

  test("indicators stand for the columns that had gaps in fit", () => {
    const imputer = new SimpleImputer({ addIndicator: true }).fit([
      [1, 2, gap],
      [3, 4, 6],
    ]);
    expect(rows(imputer.transform([[gap, 5, 7]]))).toEqual([[2, 5, 7, 0]]);
    expect(rows(imputer.transform([[1, 5, gap]]))).toEqual([[1, 5, 6, 1]]);
    expect(imputer.getFeatureNamesOut(["a", "b", "c"])).toEqual(["a", "b", "c", "missingindicator_c"]);
  });

  test("a column of gaps only is left out with a warning, or kept on request", () => {
    const said = vi.spyOn(console, "warn").mockImplementation(() => {});
    const x = [
      [1, gap],
      [3, gap],
    ];
    const imputer = new SimpleImputer().fit(x);
    expect(rows(imputer.transform(x))).toEqual([[1], [3]]);
    expect(imputer.getFeatureNamesOut()).toEqual(["x0"]);
    expect(said).toHaveBeenCalledWith("SimpleImputer.fit: column 1 has gaps only and is left out.");
    said.mockRestore();
    expect(rows(new SimpleImputer({ keepEmptyFeatures: true }).fitTransform(x))).toEqual([
      [1, 0],
      [3, 0],
    ]);
  });

  test.each([
    [
      () => new SimpleImputer().fit([["a"], ["b"]]),
      ArgumentError,
      /strategy "mean" needs finite numbers; column 0 holds "a"/,
    ],
    [() => new SimpleImputer({ strategy: "modus" as "mean" }), ArgumentError, /strategy must be one of/],
    [() => new SimpleImputer({ add_indicator: true } as object), ArgumentError, /did you mean "addIndicator"\?/],
    [() => new SimpleImputer().transform([[1]]), StateError, /call fit\(\) first/],
    [
      () => new SimpleImputer().fit([[1, 2]]).transform([[1]]),
      ShapeError,
      /every row must have 2 columns; row 0 has 1/,
    ],
    [
      () => new SimpleImputer().fit([[1]]).transform([["x"]]),
      ArgumentError,
      /must hold finite numbers and gaps; received "x"/,
    ],
    [
      () => new SimpleImputer().fit([[{}]] as never),
      ArgumentError,
      /a cell must be a number, text, true, false or null/,
    ],
    [() => new SimpleImputer().fit([]), ArgumentError, /at least one sample/],
    [() => new SimpleImputer().fit(5 as never), ArgumentError, /x must be a table/],
  ])("refusal %#", (call, kind, message) => {
    expect(call).toThrow(kind);
    expect(call).toThrow(message);
  });
});

describe("OrdinalEncoder", () => {
  test("the examples of scikit-learn", () => {
    const x = [
      ["Male", 1],
      ["Female", 3],
      ["Female", 2],
    ];
    const encoder = new OrdinalEncoder().fit(x);
    expect(encoder.categories).toEqual([
      ["Female", "Male"],
      [1, 2, 3],
    ]);
    const codes = encoder.transform([
      ["Female", 3],
      ["Male", 1],
    ]);
    expect(codes.toArray()).toEqual([
      [0, 2],
      [1, 0],
    ]);
    expect(
      encoder.inverseTransform([
        [1, 0],
        [0, 1],
      ]),
    ).toEqual([
      ["Male", 1],
      ["Female", 2],
    ]);
    const holed = [
      ["Male", 1],
      ["Female", 3],
      ["Female", gap],
    ];
    expect(new OrdinalEncoder().fitTransform(holed).toArray()).toEqual([
      [1, 0],
      [0, 1],
      [0, gap],
    ]);
    expect(new OrdinalEncoder({ encodedMissingValue: -1 }).fitTransform(holed).toArray()).toEqual([
      [1, 0],
      [0, 1],
      [0, -1],
    ]);
  });

  test("an order of one's own, and unknown categories", () => {
    const sizes = new OrdinalEncoder({ categories: [["small", "medium", "large"]] }).fit([["large"], ["small"]]);
    expect(sizes.transform([["large"], ["medium"]]).toArray()).toEqual([[2], [1]]);
    const lenient = new OrdinalEncoder({ handleUnknown: "useEncodedValue", unknownValue: -1 }).fit([["a"], ["b"]]);
    expect(lenient.transform([["c"], ["b"]]).toArray()).toEqual([[-1], [1]]);
    expect(lenient.inverseTransform([[-1], [0]])).toEqual([[null], ["a"]]);
    expect(clone(lenient).getParams()).toEqual(lenient.getParams());
  });

  test.each([
    [() => new OrdinalEncoder().fit([["a"]]).transform([["b"]]), /must be among \["a"\]; received "b" in row 0/],
    [() => new OrdinalEncoder({ handleUnknown: "useEncodedValue" }), /unknownValue must be a number or NaN/],
    [() => new OrdinalEncoder({ unknownValue: -1 }), /unknownValue is only for handleUnknown/],
    [
      () => new OrdinalEncoder({ handleUnknown: "use_encoded_value" as never, unknownValue: 1 }).fit([["a"], ["b"]]),
      /unknownValue must not be the code of a category, in \[0, 2\); received 1/,
    ],
    [() => new OrdinalEncoder({ categories: [["a", "a"]] }), /a list of different values for each column/],
    [() => new OrdinalEncoder({ categories: [["a"]] }).fit([["b"]]), /must be among \["a"\]; received "b"/],
    [() => new OrdinalEncoder().fit([["a"], [1]]), /labels must be all numbers, all strings/],
    [() => new OrdinalEncoder().fit([["a"]]).inverseTransform([[1]]), /codes of column 0 must be integers in \[0, 1\)/],
  ])("refusal %#", (call, message) => {
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(message);
  });
});

describe("OneHotEncoder", () => {
  test("the examples of scikit-learn", () => {
    const x = [
      ["Male", 1],
      ["Female", 3],
      ["Female", 2],
    ];
    const encoder = new OneHotEncoder({ handleUnknown: "ignore" }).fit(x);
    const encoded = encoder.transform([
      ["Female", 1],
      ["Male", 4],
    ]);
    expect(encoded.toArray()).toEqual([
      [1, 0, 1, 0, 0],
      [0, 1, 0, 0, 0],
    ]);
    expect(
      encoder.inverseTransform([
        [0, 1, 1, 0, 0],
        [0, 0, 0, 1, 0],
      ]),
    ).toEqual([
      ["Male", 1],
      [null, 2],
    ]);
    expect(encoder.getFeatureNamesOut(["gender", "group"])).toEqual([
      "gender_Female",
      "gender_Male",
      "group_1",
      "group_2",
      "group_3",
    ]);
    const pairs = new OneHotEncoder({ drop: "if_binary" as "ifBinary" }).fit(x);
    expect(
      pairs
        .transform([
          ["Female", 1],
          ["Male", 2],
        ])
        .toArray(),
    ).toEqual([
      [0, 1, 0, 0],
      [1, 0, 1, 0],
    ]);
    expect(pairs.inverseTransform([[0, 0, 0, 1]])).toEqual([["Female", 3]]);
    expect(pairs.getFeatureNamesOut()).toEqual(["x0_Male", "x1_1", "x1_2", "x1_3"]);
  });

  test("a gap is a category of its own, the last", () => {
    const encoder = new OneHotEncoder().fit([["b"], [null], ["a"]]);
    expect(encoder.categories).toEqual([["a", "b", null]]);
    expect(encoder.transform([[null], [gap]]).toArray()).toEqual([
      [0, 0, 1],
      [0, 0, 1],
    ]);
    expect(encoder.getFeatureNamesOut(["c"])).toEqual(["c_a", "c_b", "c_nan"]);
  });

  test("categories that are given keep their order", () => {
    const encoder = new OneHotEncoder({ categories: [["z", "a"]] }).fit([["a"]]);
    expect(encoder.transform([["a"]]).toArray()).toEqual([[0, 1]]);
  });
});

describe("a table from CSV", () => {
  const table = decodeCsv("a,b\n1,10\n3,30\n");

  test("feeds scalers, if its cells are numbers", () => {
    expect(new StandardScaler().fitTransform(table).toArray()).toEqual([
      [-1, -1],
      [1, 1],
    ]);
    expect(() => new StandardScaler().fit(decodeCsv("a\n1\nx\n"))).toThrow(/received "x" in row 1, column "a"/);
    expect(() => new StandardScaler().fit(decodeCsv("a,b\n1,2\n,3\n"))).toThrow(/received "" in row 1, column "a"/);
  });

  test("so do records", () => {
    const encoder = new OneHotEncoder().fit([{ city: "Rome" }, { city: "Oslo" }]);
    expect(encoder.transform([{ city: "Rome" }]).toArray()).toEqual([[0, 1]]);
    expect(() => encoder.fit([{ city: "Rome" }, { town: "Oslo" }])).toThrow(
      /all records must have the keys of the first/,
    );
  });
});

describe("a single column", () => {
  test.each([[[1, 3]], [Float32Array.of(1, 3)], [tensor([1, 3])], [BigInt64Array.of(1n, 3n)]])(
    "as a list of any kind, %#",
    (y) => {
      const scaler = new StandardScaler().fit(y as never);
      expect(scaler.mean).toEqual([2]);
      const z = scaler.transform(y as never);
      expect([z.shape, [...z.data]]).toEqual([[2], [-1, 1]]);
      expect([...scaler.inverseTransform(z).data]).toEqual([1, 3]);
      expect(new MinMaxScaler().fitTransform(y as never).shape).toEqual([2]);
    },
  );

  test("is no row of several", () => {
    expect(() => new StandardScaler().fit([[1, 2]]).transform([1, 2])).toThrow(
      /x must have 2 features, as in fit\(\); received 1/,
    );
    expect(() => new StandardScaler().fit(["a"] as never)).toThrow(ArgumentError);
    expect(() => new StandardScaler().fit([] as never)).toThrow(ArgumentError);
  });
});

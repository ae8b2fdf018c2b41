// Writes tfjs-models.json: small models that TensorFlow.js made, their files, an input each and the output there.
// Run it where the three packages are installed: npm i @tensorflow/tfjs-{core,layers,backend-cpu}@4.22.0

import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import "@tensorflow/tfjs-backend-cpu";

await tf.setBackend("cpu");
const L = tfl.layers;
const seq = (...l) => {
  const m = tfl.sequential();
  for (const x of l) m.add(x);
  return m;
};
const d = (o = {}) =>
  L.dense({
    units: 3,
    kernelInitializer: tfl.initializers.randomNormal({ seed: 7, stddev: 1 }),
    biasInitializer: tfl.initializers.randomNormal({ seed: 8, stddev: 1 }),
    ...o,
  });
const x23 = [
  [-4, 0.5],
  [-0.3, 2],
  [7, -1],
];
const out = [];
const save = async (name, model, x, extra = {}) => {
  let art;
  await model.save(
    {
      save: async (a) => {
        art = a;
        return { modelArtifactsInfo: {} };
      },
    },
    extra,
  );
  const y = model.predict(
    Array.isArray(x[0]) && Array.isArray(x[0][0]) && extra.multi ? x.map((v) => tf.tensor(v)) : tf.tensor(x),
  );
  const { weightData, weightSpecs, ...rest } = art;
  const bytes = Buffer.from(tf.io.CompositeArrayBuffer ? tf.io.CompositeArrayBuffer.join(weightData) : weightData);
  const json = { ...rest, weightsManifest: [{ paths: ["w.bin"], weights: weightSpecs }] };
  out.push({
    name,
    json,
    weights: bytes.toString("base64"),
    input: x,
    output: (Array.isArray(y) ? y[0] : y).arraySync(),
  });
};
for (const a of [
  "elu",
  "selu",
  "relu",
  "relu6",
  "linear",
  "sigmoid",
  "hardSigmoid",
  "softplus",
  "softsign",
  "tanh",
  "softmax",
  "logSoftmax",
  "gelu",
  "gelu_new",
  "swish",
  "mish",
]) {
  try {
    await save(`activation ${a}`, seq(d({ activation: a, inputShape: [2] })), x23);
  } catch (e) {
    console.error(a, e.message);
  }
}
try {
  await save("leakyReLU", seq(d({ inputShape: [2] }), L.leakyReLU({ alpha: 0.3 })), x23);
} catch (e) {
  console.error(e.message.slice(0, 200));
}
try {
  await save("leakyReLU default", seq(d({ inputShape: [2] }), L.leakyReLU()), x23);
} catch (e) {
  console.error(e.message.slice(0, 200));
}
try {
  await save("elu layer", seq(d({ inputShape: [2] }), L.elu()), x23);
} catch (e) {
  console.error(e.message.slice(0, 200));
}
try {
  await save("relu layer", seq(d({ inputShape: [2] }), L.reLU({ maxValue: 1.5 })), x23);
} catch (e) {
  console.error(e.message.slice(0, 200));
}
try {
  await save("thresholded", seq(d({ inputShape: [2] }), L.thresholdedReLU({ theta: 0.7 })), x23);
} catch (e) {
  console.error(e.message.slice(0, 200));
}
try {
  await save(
    "prelu",
    seq(d({ inputShape: [2] }), L.prelu({ alphaInitializer: tfl.initializers.randomNormal({ seed: 3, stddev: 1 }) })),
    x23,
  );
} catch (e) {
  console.error(e.message.slice(0, 200));
}
try {
  await save(
    "prelu shared",
    seq(
      d({ units: 6, inputShape: [2] }),
      L.reshape({ targetShape: [2, 3] }),
      L.prelu({ sharedAxes: [1], alphaInitializer: tfl.initializers.randomNormal({ seed: 3, stddev: 1 }) }),
    ),
    x23,
  );
} catch (e) {
  console.error(e.message.slice(0, 200));
}
try {
  await save(
    "softmax axis",
    seq(d({ units: 6, inputShape: [2] }), L.reshape({ targetShape: [2, 3] }), L.softmax({ axis: 1 })),
    x23,
  );
} catch (e) {
  console.error(e.message.slice(0, 200));
}
try {
  await save("batchNorm without beta", seq(d({ inputShape: [2] }), L.batchNormalization({ center: false })), x23);
} catch (e) {
  console.error(e.message.slice(0, 200));
}
try {
  await save("batchNorm bare", seq(d({ inputShape: [2] }), L.batchNormalization({ center: false, scale: false })), x23);
} catch (e) {
  console.error(e.message.slice(0, 200));
}
try {
  await save("layerNorm bare", seq(d({ inputShape: [2] }), L.layerNormalization({ center: false, scale: false })), x23);
} catch (e) {
  console.error(e.message.slice(0, 200));
}
{
  const m = seq(d({ inputShape: [2], units: 4, activation: "relu" }), d({ units: 1 }));
  m.compile({ optimizer: tf.train.adam(0.01), loss: "meanSquaredError", metrics: ["mae"] });
  await m.fit(tf.tensor(x23), tf.tensor([[1], [2], [3]]), { epochs: 2, verbose: 0 });
  await save("optimizer", m, x23, { includeOptimizer: true });
  const mom = seq(d({ inputShape: [2], units: 1 }));
  mom.compile({ optimizer: tf.train.momentum(0.1, 0.9), loss: "meanSquaredError" });
  await mom.fit(tf.tensor(x23), tf.tensor([[1], [2], [3]]), { epochs: 2, verbose: 0 });
  await save("optimizer momentum", mom, x23, { includeOptimizer: true });
}
{
  const base = seq(d({ inputShape: [2], units: 4, activation: "relu" }));
  const head = seq(d({ inputShape: [4], units: 2 }));
  await save("nested sequential", seq(base, head), x23);
}
{
  const base = seq(d({ inputShape: [2], units: 4, activation: "relu" }), d({ units: 2, activation: "tanh" }));
  const i = tfl.input({ shape: [2] });
  const a = base.apply(i);
  const b = base.apply(a);
  const m = tfl.model({ inputs: i, outputs: L.add().apply([a, b]) });
  await save("model used twice", m, x23);
}
{
  const i = tfl.input({ shape: [2] });
  const h = d().apply(i);
  const inner = tfl.model({ inputs: i, outputs: [h, d({ units: 3 }).apply(h)] });
  const j = tfl.input({ shape: [2] });
  const [p, q] = inner.apply(j);
  await save("nested with two results", tfl.model({ inputs: j, outputs: L.concatenate().apply([q, p]) }), x23);
}
// layers of dense nets
const i2 = () => tfl.input({ shape: [2] });
for (const [n, f] of [
  ["multiply", L.multiply],
  ["average", L.average],
  ["maximum", L.maximum],
  ["minimum", L.minimum],
  ["add", L.add],
]) {
  const i = i2();
  const m = tfl.model({ inputs: i, outputs: f().apply([d().apply(i), d().apply(i), d().apply(i)]) });
  await save(n, m, x23);
}
for (const o of [{ axes: -1 }, { axes: 1, normalize: true }]) {
  const i = i2();
  try {
    await save(
      `dot ${JSON.stringify(o)}`,
      tfl.model({ inputs: i, outputs: L.dot(o).apply([d().apply(i), d().apply(i)]) }),
      x23,
    );
  } catch (e) {
    console.error("dot", e.message);
  }
}
{
  const i = i2();
  const a = L.reshape({ targetShape: [3, 2] }).apply(d({ units: 6 }).apply(i)),
    b = L.reshape({ targetShape: [3, 4] }).apply(d({ units: 12 }).apply(i));
  try {
    await save("dot 3d", tfl.model({ inputs: i, outputs: L.dot({ axes: [1, 1] }).apply([a, b]) }), x23);
  } catch (e) {
    console.error("dot3", e.message);
  }
}
try {
  await save("repeatVector", seq(d({ inputShape: [2] }), L.repeatVector({ n: 2 })), x23);
} catch (e) {
  console.error(e.message.slice(0, 200));
}
try {
  await save(
    "permute",
    seq(d({ units: 6, inputShape: [2] }), L.reshape({ targetShape: [2, 3] }), L.permute({ dims: [2, 1] })),
    x23,
  );
} catch (e) {
  console.error(e.message.slice(0, 200));
}
try {
  await save("flatten", seq(d({ units: 6, inputShape: [2] }), L.reshape({ targetShape: [2, 3] }), L.flatten()), x23);
} catch (e) {
  console.error(e.message.slice(0, 200));
}
try {
  await save(
    "globalAveragePooling1d",
    seq(d({ units: 6, inputShape: [2] }), L.reshape({ targetShape: [2, 3] }), L.globalAveragePooling1d({})),
    x23,
  );
} catch (e) {
  console.error(e.message.slice(0, 200));
}
try {
  await save(
    "globalMaxPooling1d",
    seq(d({ units: 6, inputShape: [2] }), L.reshape({ targetShape: [2, 3] }), L.globalMaxPooling1d({})),
    x23,
  );
} catch (e) {
  console.error(e.message.slice(0, 200));
}
try {
  await save(
    "timeDistributed",
    seq(
      d({ units: 6, inputShape: [2] }),
      L.reshape({ targetShape: [3, 2] }),
      L.timeDistributed({ layer: d({ units: 4, activation: "relu" }) }),
    ),
    x23,
  );
} catch (e) {
  console.error(e.message.slice(0, 200));
}
try {
  await save(
    "dense of rank 3",
    seq(d({ units: 6, inputShape: [2] }), L.reshape({ targetShape: [3, 2] }), d({ units: 4, activation: "relu" })),
    x23,
  );
} catch (e) {
  console.error(e.message.slice(0, 200));
}
try {
  await save(
    "noise",
    seq(
      d({ inputShape: [2] }),
      L.gaussianDropout({ rate: 0.3 }),
      L.alphaDropout({ rate: 0.2 }),
      L.gaussianNoise({ stddev: 0.5 }),
      L.dropout({ rate: 0.1 }),
    ),
    x23,
  );
} catch (e) {
  console.error(e.message.slice(0, 200));
}
try {
  await save("masking", seq(L.masking({ maskValue: 2, inputShape: [2, 2] }), L.flatten()), [
    [
      [2, 2],
      [2, 1],
    ],
    [
      [0, 2],
      [2, 2],
    ],
  ]);
} catch (e) {
  console.error(e.message.slice(0, 200));
}
try {
  await save("embedding", seq(L.embedding({ inputDim: 5, outputDim: 3, inputLength: 2 }), L.flatten()), [
    [0, 4],
    [2, 2],
  ]);
} catch (e) {
  console.error(e.message.slice(0, 200));
}
try {
  await save("rescaling", seq(L.rescaling({ scale: 0.5, offset: -1, inputShape: [2] }), d()), x23);
} catch (e) {
  console.error(e.message.slice(0, 200));
}
try {
  await save(
    "activityRegularization",
    seq(
      d({
        inputShape: [2],
        kernelConstraint: tfl.constraints.minMaxNorm({ minValue: 0.5, maxValue: 1, rate: 0.9, axis: 0 }),
        kernelRegularizer: "l1l2",
      }),
    ),
    x23,
  );
} catch (e) {
  console.error(e.message.slice(0, 200));
}
try {
  await save(
    "categoryEncoding",
    seq(L.categoryEncoding({ numTokens: 5, outputMode: "multiHot", inputShape: [2] }), d()),
    [
      [0, 4],
      [2, 2],
    ],
  );
} catch (e) {
  console.error("cat", e.message);
}

import fs from "node:fs";

fs.writeFileSync(new URL("tfjs-models.json", import.meta.url), JSON.stringify(out));
console.log(out.length, JSON.stringify(out).length, out.map((o) => o.name).join("; "));

// Writes tfjs-pictures.json: small nets over pictures and sequences that TensorFlow.js made, their files, an input each and the
// output there. Run it where the three packages are installed: npm i @tensorflow/tfjs-{core,layers,backend-cpu}@4.22.0

import { writeFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import "@tensorflow/tfjs-backend-cpu";

await tf.setBackend("cpu");
const L = tfl.layers;
const normal = (seed) => tfl.initializers.randomNormal({ seed, stddev: 0.5 });
const weights = { kernelInitializer: normal(7), biasInitializer: normal(8) };
const depthwise = { depthwiseInitializer: normal(9), biasInitializer: normal(8) };
const picture = (h, w, c) => tf.randomNormal([2, h, w, c], 0, 1, "float32", 5);
const sequence = (n, c) => tf.randomNormal([2, n, c], 0, 1, "float32", 6);
const made = [];

async function save(name, x, ...layers) {
  const model = tfl.sequential();
  for (const layer of layers) model.add(layer);
  await keep(name, x, model);
}

async function keep(name, x, model) {
  let artifacts;
  await model.save({
    save: async (given) => {
      artifacts = given;
      return { modelArtifactsInfo: {} };
    },
  });
  const { weightData, weightSpecs, ...json } = artifacts;
  const bytes = Buffer.from(tf.io.CompositeArrayBuffer.join(weightData));
  made.push({
    name,
    json: { ...json, weightsManifest: [{ paths: ["w.bin"], weights: weightSpecs }] },
    weights: bytes.toString("base64"),
    input: round(x.arraySync()),
    output: round(model.predict(x).arraySync()),
  });
}

/** Floats need no more than nine digits. */
const round = (value) => (Array.isArray(value) ? value.map(round) : Number(Math.fround(value).toPrecision(9)));

const of = (h, w, c) => ({ inputShape: [h, w, c] });
for (const padding of ["valid", "same"]) {
  await save(
    `maxPooling2d ${padding}`,
    picture(5, 6, 2),
    L.maxPooling2d({ ...of(5, 6, 2), poolSize: [3, 2], strides: 2, padding }),
  );
  await save(
    `averagePooling2d ${padding}`,
    picture(5, 6, 2),
    L.averagePooling2d({ ...of(5, 6, 2), poolSize: 3, strides: [2, 1], padding }),
  );
  await save(`maxPooling1d ${padding}`, sequence(7, 3), L.maxPooling1d({ inputShape: [7, 3], poolSize: 2, padding }));
  await save(
    `averagePooling1d ${padding}`,
    sequence(7, 3),
    L.averagePooling1d({ inputShape: [7, 3], poolSize: 3, strides: 2, padding }),
  );
  await save(
    `conv2d ${padding}`,
    picture(5, 6, 2),
    L.conv2d({ ...of(5, 6, 2), ...weights, filters: 3, kernelSize: [3, 2], strides: 2, padding, activation: "relu" }),
  );
  await save(
    `conv1d ${padding}`,
    sequence(7, 3),
    L.conv1d({ inputShape: [7, 3], ...weights, filters: 4, kernelSize: 3, strides: 2, padding }),
  );
  await save(
    `conv2dTranspose ${padding}`,
    picture(3, 4, 2),
    L.conv2dTranspose({ ...of(3, 4, 2), ...weights, filters: 3, kernelSize: 3, strides: 2, padding }),
  );
  await save(
    `depthwiseConv2d ${padding}`,
    picture(5, 6, 2),
    L.depthwiseConv2d({ ...of(5, 6, 2), ...depthwise, kernelSize: 3, depthMultiplier: 2, padding }),
  );
  await save(
    `separableConv2d ${padding}`,
    picture(5, 6, 2),
    L.separableConv2d({
      ...of(5, 6, 2),
      ...depthwise,
      pointwiseInitializer: normal(10),
      filters: 3,
      kernelSize: 3,
      padding,
    }),
  );
}
await save(
  "conv2d dilated",
  picture(6, 6, 2),
  L.conv2d({ ...of(6, 6, 2), ...weights, filters: 3, kernelSize: 2, dilationRate: 2, useBias: false }),
);
await save(
  "conv1d dilated",
  sequence(7, 3),
  L.conv1d({ inputShape: [7, 3], ...weights, filters: 2, kernelSize: 3, dilationRate: 2 }),
);
await save(
  "conv2dTranspose short",
  picture(3, 4, 2),
  L.conv2dTranspose({ ...of(3, 4, 2), ...weights, filters: 2, kernelSize: 2, strides: 3, useBias: false }),
);
await save("globalAveragePooling2d", picture(3, 4, 2), L.globalAveragePooling2d({ ...of(3, 4, 2) }));
await save("globalMaxPooling2d", picture(3, 4, 2), L.globalMaxPooling2d({ ...of(3, 4, 2) }));
await save("upSampling2d", picture(3, 4, 2), L.upSampling2d({ ...of(3, 4, 2), size: [2, 3] }));
await save(
  "upSampling2d bilinear",
  picture(3, 4, 2),
  L.upSampling2d({ ...of(3, 4, 2), size: [2, 3], interpolation: "bilinear" }),
);
await save(
  "zeroPadding2d",
  picture(3, 4, 2),
  L.zeroPadding2d({
    ...of(3, 4, 2),
    padding: [
      [1, 0],
      [2, 3],
    ],
  }),
);
await save("zeroPadding2d by default", picture(3, 4, 2), L.zeroPadding2d({ ...of(3, 4, 2) }));
await save(
  "cropping2d",
  picture(4, 5, 2),
  L.cropping2D({
    ...of(4, 5, 2),
    cropping: [
      [1, 0],
      [0, 2],
    ],
  }),
);
await save("spatialDropout1d", sequence(4, 3), L.spatialDropout1d({ inputShape: [4, 3], rate: 0.5 }));
await save(
  "a small net",
  picture(8, 8, 1),
  L.conv2d({ ...of(8, 8, 1), ...weights, filters: 4, kernelSize: 3, activation: "relu", padding: "same" }),
  L.batchNormalization(),
  L.maxPooling2d({ poolSize: 2 }),
  L.conv2d({ ...weights, filters: 4, kernelSize: 3, activation: "relu" }),
  L.flatten(),
  L.dense({ units: 3, activation: "softmax", ...weights }),
);
const input = tfl.input({ shape: [6, 6, 2] });
const convolve = (options) => L.conv2d({ ...weights, filters: 2, padding: "same", ...options });
const branches = [
  convolve({ kernelSize: 1, activation: "relu" }).apply(input),
  convolve({ kernelSize: 3 }).apply(L.maxPooling2d({ poolSize: 3, strides: 1, padding: "same" }).apply(input)),
  L.add().apply([input, convolve({ kernelSize: 3 }).apply(input)]),
];
const joined = L.concatenate().apply(branches);
await keep(
  "inception and residual",
  picture(6, 6, 2),
  tfl.model({ inputs: input, outputs: L.globalAveragePooling2d({}).apply(joined) }),
);

writeFileSync(new URL("tfjs-pictures.json", import.meta.url), `${JSON.stringify(made)}\n`);
console.log(`${made.length} models`);

// One net trained in the scalar and in the SIMD build: the same weights to the last bit, in a fraction of the time.
//   node examples/simd-versus-scalar.mjs

import { dense, diagnose, init, sequential, weightsHash } from "lanewise";
import { digits } from "lanewise/datasets";

const { train } = digits();
const examples = train.y.size;
const EPOCHS = 10;

const results = [];
for (const build of ["scalar", "simd"]) {
  const engine = await init({ build });
  const model = net(engine);
  model.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
  await model.fit(train.x, train.y, { batchSize: 50 }); // the first epoch warms up: the host still compiles
  const start = performance.now();
  await model.fit(train.x, train.y, { batchSize: 50, epochs: EPOCHS });
  const seconds = (performance.now() - start) / 1000;
  results.push({ build, seconds, hash: weightsHash(model) });
}

console.log(`${diagnose()}\n`);
console.log("build    examples/s  weights hash");
for (const { build, seconds, hash } of results) {
  console.log(`${build.padEnd(7)} ${((examples * EPOCHS) / seconds).toFixed(0).padStart(11)}  ${hash}`);
}
const [scalar, simd] = results;
console.log(`\nsame bits: ${scalar.hash === simd.hash ? "yes" : "no"}`);
console.log(`speed-up:  ${(scalar.seconds / simd.seconds).toFixed(1)} x`);

function net(engine) {
  return sequential(
    [dense({ units: 300, activation: "relu" }), dense({ units: 100, activation: "relu" }), dense({ units: 10 })],
    { inputShape: [64], seed: 1, engine },
  );
}

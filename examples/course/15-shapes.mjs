// Depth, width, funnels and stretch pants: nets of about the same size, each stopped when it gets no better.
//   node examples/course/15-shapes.mjs

import { init } from "lanewise";
import { digits } from "lanewise/datasets";
import { MLPClassifier } from "lanewise/estimators";

await init();
const { train, test } = digits();
const epochs = process.argv.includes("--quick") ? 20 : 200;
const shapes = { shallow: [64], deep: [40, 40, 40], funnel: [52, 32, 16], "stretch pants": [200, 200] };
for (const [name, hiddenUnits] of Object.entries(shapes)) {
  // The weights with the best score on the held-out tenth are kept, whatever ends the training.
  const net = new MLPClassifier({ hiddenUnits, epochs, batchSize: 50, earlyStopping: true });
  await net.fit(train.x, train.y);
  const weights = Object.values(net.weights).reduce((sum, { size }) => sum + size, 0);
  const accuracy = net.score(test.x, test.y).toFixed(3);
  console.log(
    `${name.padEnd(14)} [${hiddenUnits}]  ${weights} weights  stopped after ${net.nIter} epochs  test ${accuracy}`,
  );
}

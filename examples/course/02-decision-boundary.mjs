// The perceptron's decision: two regions, the line between them, and the irises it learned from.
//   node examples/course/02-decision-boundary.mjs

import { writeFile } from "node:fs/promises";
import { iris } from "lanewise/datasets";
import { Perceptron } from "lanewise/estimators";
import { decisionRegions } from "lanewise/plot";

const { train } = iris({ testFraction: 0 });
const x = train.x.toArray().map(([, , length, width]) => [length, width]);
const y = Array.from(train.y.data, (label) => label === 0);
const perceptron = new Perceptron({ randomState: 42 }).fit(x, y);
const [[w0, w1], [b]] = [perceptron.coef[0], perceptron.intercept];

const svg = await decisionRegions((points) => perceptron.predict(points), {
  x,
  y,
  classNames: ["not setosa", "setosa"],
  line: { weights: [w0, w1], intercept: b },
  xDomain: [0, 5],
  yDomain: [0, 2],
  xLabel: "petal length (cm)",
  yLabel: "petal width (cm)",
  title: "A perceptron on iris",
});
await writeFile("decision-boundary.svg", svg);
console.log(`x1 = -(${w0.toFixed(2)} x0 + ${b.toFixed(2)}) / ${w1.toFixed(2)}`);

// A perceptron tells setosa from the other irises by the length and the width of the petals.
//   node examples/course/01-perceptron.mjs

import { iris } from "lanewise/datasets";
import { Perceptron } from "lanewise/estimators";

const { train } = iris({ testFraction: 0 });
const petals = train.x.toArray().map(([, , length, width]) => [length, width]);
const setosa = Array.from(train.y.data, (label) => label === 0);

const perceptron = new Perceptron({ randomState: 42 }).fit(petals, setosa);

console.log(`coef       ${perceptron.coef[0].map((w) => w.toFixed(2)).join(" ")}`);
console.log(`intercept  ${perceptron.intercept[0].toFixed(2)}`);
console.log(`epochs     ${perceptron.nIter}`);
console.log(`accuracy   ${perceptron.score(petals, setosa)}`);
console.log(`[2, 0.5] is setosa: ${perceptron.predict([[2, 0.5]])[0]}`);

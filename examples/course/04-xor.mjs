// XOR out of two hidden units: with steps, as McCulloch and Pitts had it, and with logistic units.
//   node examples/course/04-xor.mjs

import { writeFile } from "node:fs/promises";
import { contours } from "lanewise/plot";

const activations = {
  step: (z) => Number(z >= 0),
  logistic: (z) => 1 / (1 + Math.exp(-4 * z)),
};
const corners = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];

for (const [name, f] of Object.entries(activations)) {
  // (a or b) and not (a and b)
  const xor = (a, b) => f(-f(a + b - 1.5) + f(a + b - 0.5) - 0.5);
  for (const [a, b] of corners) console.log(`${name.padEnd(8)} ${a} xor ${b} = ${xor(a, b).toFixed(3)}`);
  const options = { x: corners, y: [0, 1, 1, 0], xDomain: [-0.5, 1.5], yDomain: [-0.5, 1.5], title: `XOR, ${name}` };
  await writeFile(`xor-${name}.svg`, await contours(xor, options));
}

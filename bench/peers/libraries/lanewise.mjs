// Lanewise, once for every build: prepared runs on the graph, as the other libraries are called as low as their users can.

import { readFileSync } from "node:fs";
import { elu, exp, gelu, matmul, sigmoid, softmax, tanh } from "../../../src/index.ts";
import { netGraph, optimizerOf } from "../../nets.ts";
import { prepareOp } from "../../op.ts";

const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));

const functions = { sigmoid, tanh, exp, elu: (x) => elu(x), gelu, softmax: (x) => softmax(x) };

/** `engines`: build to engine. */
export async function start(engines) {
  return [...engines].map(([build, engine]) => libraryOf(build, engine));
}

function libraryOf(build, engine) {
  return {
    name: `Lanewise ${build}`,
    version,
    product(a, b, [m, k, n]) {
      const inputs = { a: { shape: [m, k], values: a }, b: { shape: [k, n], values: b } };
      const { run, result } = prepareOp(engine, inputs, (left, right) => matmul(left, right));
      return { run, read: result };
    },
    map(name, x, shape) {
      const { run, result } = prepareOp(engine, { x: { shape, values: x } }, functions[name]);
      return { run, read: result };
    },
    async predictor(layers, batch) {
      const { session, x, logits } = netOf(engine, layers, optimizerOf("sgd", 0));
      const executable = session.prepare({ fetches: [logits], feeds: [x], batch });
      return (values) => {
        executable.input(x).set(values);
        executable.run();
        return executable.output(logits).data;
      };
    },
    async trainer(layers, rule, rate, batch) {
      const { session, x, labels, update, variables } = netOf(engine, layers, optimizerOf(rule, rate));
      const executable = session.prepare({ fetches: [update], feeds: [x, labels], batch });
      return {
        step(values, targets) {
          executable.input(x).set(values);
          executable.input(labels).set(targets);
          executable.run();
        },
        weights: () => session.run(variables).map(({ data }) => data),
      };
    },
  };
}

function netOf(engine, layers, optimizer) {
  const sizes = [layers[0].kernel.length / layers[0].bias.length, ...layers.map(({ bias }) => bias.length)];
  const net = netGraph(engine, sizes, optimizer);
  const values = layers.flatMap(({ kernel, bias }) => [kernel, bias]);
  net.session.set(net.variables.map((variable, i) => [variable, values[i]]));
  return net;
}

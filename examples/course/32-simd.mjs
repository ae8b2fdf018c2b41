// It is all matrix multiplication: plain JavaScript, scalar and SIMD builds on this machine.
//   node examples/course/32-simd.mjs

import { Graph, init, matmul, Session } from "lanewise";

const n = process.argv.includes("--quick") ? 128 : 384;
const [a, b] = [1, 2].map((seed) => Float32Array.from({ length: n * n }, (_, i) => Math.sin(seed + i)));

function plain() {
  const c = new Float32Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const x = a[i * n + k];
      for (let j = 0; j < n; j++) c[i * n + j] += x * b[k * n + j];
    }
  }
  return c;
}

async function compiled(build) {
  const graph = new Graph();
  const [A, B] = ["A", "B"].map((name) => graph.placeholder(name, [n, n]));
  const C = matmul(A, B);
  const session = new Session(graph, { engine: await init({ build }) });
  return () => session.run(C, { A: a, B: b }).data;
}

const variants = { "plain JavaScript": plain, scalar: await compiled("scalar"), simd: await compiled("simd") };
for (const [name, multiply] of Object.entries(variants)) {
  let best = Infinity;
  for (let i = 0; i < 10; i++) {
    const start = performance.now();
    multiply();
    best = Math.min(best, performance.now() - start);
  }
  console.log(
    `${name.padEnd(16)} ${best.toFixed(2).padStart(8)} ms  ${((2 * n ** 3) / best / 1e6).toFixed(1).padStart(6)} GFLOP/s`,
  );
}

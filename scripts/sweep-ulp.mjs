// The error of every transcendental function over all 2^32 float32, in units in the last place, against float64.
//   node scripts/sweep-ulp.mjs              all functions, some minutes each
//   node scripts/sweep-ulp.mjs exp tanh     these only
//   --stride N  every N-th float only       --threads N       --build NAME
// Results are kept in build/accuracy.json; docs/accuracy.md is written from them (then `biome check --write docs`).
// The reference errs by 1e-15 or so itself, a millionth of a unit. Where it lies so close to the middle between two
// floats that this could turn the rounding (1e-10 relative), the value counts as doubtful in the column of correct roundings.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

/** For each function: the inputs it is made for, the reference, where its formula changes. */
const functions = {
  exp: { exact: Math.exp, seams: [88.72283, 89, -87.33655, -103.97208, -104, 0, ...reductions(1)] },
  expm1: { exact: Math.expm1, high: 88, seams: [-18, 0, ...reductions(1)] },
  log: { exact: Math.log, seams: [1, Math.SQRT2, Math.SQRT1_2, 2 ** -126, 2 ** -149] },
  log1p: { exact: Math.log1p, low: 0, high: 1, seams: [0, 1] },
  logistic: { exact: logistic, seams: [-104, -87.33655, 0, 17.33, 40, ...reductions(1)] },
  tanh: { exact: Math.tanh, seams: [0, 9.0109, 10, ...reductions(0.5)] },
  erf: { exact: erf, seams: [0, 0.93, -0.93, 3.9192, 4] },
};

/** Where x / ln 2 is a half: there exp goes over to the next power of two. */
function reductions(scale) {
  return Array.from({ length: 60 }, (_, i) => (i - 30 + 0.5) * Math.LN2 * scale);
}

function logistic(x) {
  const e = Math.exp(-Math.abs(x));
  return x < 0 ? e / (1 + e) : 1 / (1 + e);
}

// erf after fdlibm s_erf.c (Sun Microsystems 1993), whose error is below one unit of float64.
const ERF_SMALL = [
  [0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442, -2.3763016656650163e-5],
  [1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 0.00013249473800432164, -3.960228278775368e-6],
];
const ERF_NEAR_ONE = [
  [
    -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175, -0.11089469428239668,
    0.035478304325618236, -0.002166375594868791,
  ],
  [
    1, 0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164, 0.01363708391202905,
    0.011984499846799107,
  ],
];
const ERFC_MIDDLE = [
  [
    -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006, -162.39666946257347,
    -184.60509290671104, -81.2874355063066, -9.814329344169145,
  ],
  [
    1, 19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679, 429.00814002756783,
    108.63500554177944, 6.570249770319282, -0.0604244152148581,
  ],
];
const ERFC_FAR = [
  [
    -0.0098649429247001, -0.799283237680523, -17.757954917754752, -160.63638485582192, -637.5664433683896,
    -1025.0951316110772, -483.5191916086514,
  ],
  [
    1, 30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955, 2553.0504064331644,
    474.52854120695537, -22.44095244658582,
  ],
];

function quotient([p, q], x) {
  let numerator = 0;
  let denominator = 0;
  for (let i = p.length - 1; i >= 0; i--) numerator = numerator * x + p[i];
  for (let i = q.length - 1; i >= 0; i--) denominator = denominator * x + q[i];
  return numerator / denominator;
}

function erf(x) {
  const a = Math.abs(x);
  if (a < 0.84375) return a < 1e-300 ? x : x + x * quotient(ERF_SMALL, x * x);
  let y;
  if (a < 1.25) y = 0.8450629115104675 + quotient(ERF_NEAR_ONE, a - 1);
  else if (a >= 6) y = 1;
  else {
    const high = Math.fround(a);
    const ratio = quotient(a < 1 / 0.35 ? ERFC_MIDDLE : ERFC_FAR, 1 / (a * a));
    y = 1 - (Math.exp(-high * high - 0.5625) * Math.exp((high - a) * (high + a) + ratio)) / a;
  }
  return x < 0 ? -y : y;
}

const CHUNK = 1 << 16;

/** The module that the tests compile, with one span function per entry of `functions`. */
async function compile(build) {
  const { default: asc } = await import("assemblyscript/asc");
  const baseDir = fileURLToPath(new URL("..", import.meta.url));
  let wasm;
  const options = ["test/assembly/fixtures/math.ts", "--baseDir", baseDir, "--target", build, "--outFile", "out.wasm"];
  const { error, stderr } = await asc.main(options, {
    writeFile: (name, contents) => {
      if (name.endsWith(".wasm")) wasm = contents;
    },
  });
  if (error) throw new Error(String(stderr));
  return WebAssembly.compile(wasm);
}

/** Loads the module into a memory with room for one chunk of inputs and one of results. */
function load(module) {
  const memory = new WebAssembly.Memory({ initial: 16 });
  const abort = () => {
    throw new Error("a kernel aborted");
  };
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort } });
  const from = 65536;
  const to = from + 4 * CHUNK;
  return {
    exports,
    from,
    to,
    bits: new Uint32Array(memory.buffer, from, CHUNK),
    y: new Float32Array(memory.buffer, to, CHUNK),
  };
}

/** The bit patterns first, first + stride, ... below `end` (all floats are [0, 2^32)). */
function sweepRange({ module, name, first, end, stride }) {
  const { exact, low = -Infinity, high = Infinity } = functions[name];
  const { exports, from, to, bits, y } = load(module);
  const x = new Float32Array(bits.buffer, from, CHUNK);
  const kernel = exports[name];
  const float = new Float32Array(1);
  const result = { worst: 0, at: 0, count: 0, correct: 0, doubtful: 0, wrongSpecial: 0, wrongAt: 0 };
  for (let start = first; start < end; start += CHUNK * stride) {
    const n = Math.min(CHUNK, Math.ceil((end - start) / stride));
    for (let i = 0; i < n; i++) bits[i] = start + i * stride;
    kernel(from, to, (n + 3) & ~3);
    for (let i = 0; i < n; i++) {
      const value = x[i];
      if (value < low || value > high) continue;
      const reference = exact(value);
      const received = y[i];
      result.count++;
      float[0] = reference;
      const rounded = float[0];
      if (received === rounded) {
        result.correct++;
        // The error of a correctly rounded result is at most a half: nothing to find.
        if (received !== 0) continue;
      }
      if (!Number.isFinite(rounded) || !Number.isFinite(received)) {
        const both = Number.isNaN(rounded) && Number.isNaN(received);
        if (both) result.correct++;
        else if (received !== rounded) {
          result.wrongSpecial++;
          result.wrongAt = value;
        }
        continue;
      }
      const exponent = Math.max(-126, Math.floor(Math.log2(Math.abs(reference) || 2 ** -140)));
      let unit = 2 ** (exponent - 23);
      if (Math.abs(reference) < 2 ** exponent) unit = Math.max(unit / 2, 2 ** -149);
      const error = Math.abs(received - reference) / unit;
      if (received !== rounded && Math.abs(error - 0.5) * unit < 1e-10 * Math.abs(reference)) result.doubtful++;
      if (error > result.worst) {
        result.worst = error;
        result.at = value;
      }
    }
  }
  return result;
}

const special = [
  NaN,
  Infinity,
  -Infinity,
  0,
  -0,
  2 ** -149,
  -(2 ** -149),
  3.4028234663852886e38,
  -3.4028234663852886e38,
];

/** Special values, and steps down of an increasing function within 2,000 floats of its seams. */
function inspect(module, name) {
  const { low = -Infinity, high = Infinity, seams } = functions[name];
  const { exports, from, to, bits, y } = load(module);
  const x = new Float32Array(bits.buffer, from, CHUNK);
  const values = special.filter((value) => !(value < low || value > high) && !(low === 0 && Object.is(value, -0)));
  x.set(values);
  exports[name](from, to, 16);
  const shown = values.map((value, i) => `${show(value)} → ${show(y[i])}`).join(", ");
  let down = 0;
  let deepest = 0;
  for (const seam of seams) {
    const reach = 2000;
    x[0] = seam;
    const middle = bits[0] | 0;
    const n = 2 * reach;
    for (let i = 0; i < n; i++) bits[i] = middle - reach + i;
    exports[name](from, to, n);
    for (let i = 1; i < n; i++) {
      const backwards = x[i] < x[i - 1];
      const [before, after] = backwards ? [y[i], y[i - 1]] : [y[i - 1], y[i]];
      if (x[i] < low || x[i] > high || x[i - 1] < low || x[i - 1] > high || Math.sign(x[i]) !== Math.sign(x[i - 1]))
        continue;
      if (!(after < before)) continue;
      down++;
      const unit = 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(before)))) - 23);
      deepest = Math.max(deepest, (before - after) / unit);
    }
  }
  const monotone = down === 0 ? "rising" : `${down} of ${seams.length * 4000} steps fall, by ${deepest} ULP at most`;
  return { shown, monotone };
}

function show(value) {
  if (Object.is(value, -0)) return "-0";
  return String(Number.isFinite(value) ? Number(value.toPrecision(8)) : value);
}

async function sweep(module, name, { threads, stride }) {
  // Many small ranges, since some, such as those of NaN, are done in no time.
  const parts = 64;
  const size = 2 ** 32 / parts;
  let next = 0;
  const results = [];
  const work = async () => {
    for (;;) {
      const part = next++;
      if (part >= parts) return;
      const task = { module, name, first: part * size + ((part * 7919) % stride), end: (part + 1) * size, stride };
      results.push(
        await new Promise((resolve, reject) => {
          const worker = new Worker(fileURLToPath(import.meta.url), { workerData: task });
          worker.once("message", resolve);
          worker.once("error", reject);
        }),
      );
    }
  };
  await Promise.all(Array.from({ length: threads }, work));
  return results.reduce((a, b) => ({
    worst: Math.max(a.worst, b.worst),
    at: b.worst > a.worst ? b.at : a.at,
    count: a.count + b.count,
    correct: a.correct + b.correct,
    doubtful: a.doubtful + b.doubtful,
    wrongSpecial: a.wrongSpecial + b.wrongSpecial,
    wrongAt: b.wrongSpecial ? b.wrongAt : a.wrongAt,
  }));
}

async function main() {
  const chosen = [];
  const options = { stride: 1, threads: availableParallelism(), build: "simd" };
  const given = process.argv.slice(2);
  for (let i = 0; i < given.length; i++) {
    const name = given[i].replace(/^--/, "");
    if (given[i].startsWith("--") && name in options) {
      options[name] = name === "build" ? given[++i] : Number(given[++i]);
    } else if (name in functions) chosen.push(name);
    else throw new Error(`sweep-ulp: there is no function or option ${given[i]}.`);
  }
  const module = await compile(options.build);
  await mkdir(new URL("../build/", import.meta.url), { recursive: true });
  const known = new URL("../build/accuracy.json", import.meta.url);
  for (const name of chosen.length > 0 ? chosen : Object.keys(functions)) {
    const start = performance.now();
    const result = { ...(await sweep(module, name, options)), ...inspect(module, name), stride: options.stride };
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    console.log(`${name}: ${result.worst.toFixed(4)} ULP at ${result.at}, ${result.count} floats, ${seconds} s`);
    console.log(`    ${result.wrongSpecial} wrong infinities or NaN; ${result.monotone}; ${result.shown}`);
    const rows = JSON.parse(await readFile(known, "utf8").catch(() => "{}"));
    await writeFile(known, JSON.stringify({ ...rows, [name]: result }));
    await writeFile(new URL("../docs/accuracy.md", import.meta.url), page({ ...rows, [name]: result }));
  }
}

function page(rows) {
  const names = Object.keys(functions).filter((name) => name in rows);
  const errors = names.map((name) => {
    const { low = -Infinity, high = Infinity } = functions[name];
    const { stride, count, worst, at, correct, doubtful, monotone } = rows[name];
    const range = low === -Infinity && high === Infinity ? "all" : `[${show(low)}, ${show(high)}]`;
    const tried = `${count.toLocaleString("en-US")}${stride === 1 ? ", all" : ", a sample"}`;
    const share = ((100 * correct) / count).toFixed(2);
    return `| ${name} | ${range} | ${tried} | **${worst.toFixed(3)}** | ${at} | ${share} % | ${doubtful} | ${monotone} |`;
  });
  const values = names.map((name) => `| ${name} | ${rows[name].shown} | ${rows[name].wrongSpecial} |`);
  return `# Accuracy of the transcendental functions

Written by \`node scripts/sweep-ulp.mjs\`: float32 inputs, all 2^32 or a sample as stated, in the simd build (the scalar
build has the same bits), against float64. Errors are in units in the last place of the exact result (ULP); what is
correctly rounded errs by 0.5 at most.

| function | inputs | tried | largest error, ULP | at | correctly rounded | doubtful | around seams |
| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |
${errors.join("\n")}

Doubtful are results so close to the middle between two floats that the float64 reference could not tell which is right.
Seams are the places where a formula or a reduction changes; 2,000 floats on both sides of each were compared with their
neighbours.

| function | special values | wrong infinities or NaN |
| --- | --- | ---: |
${values.join("\n")}

expm1 and log1p are made for the inputs stated: ELU, SELU and tanh, and softplus, use them within. tanh and erf are odd to
the last bit.
`;
}

if (isMainThread) await main();
else parentPort.postMessage(sweepRange(workerData));

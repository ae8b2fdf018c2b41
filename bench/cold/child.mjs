// One cold start, in a process of its own: from the import of the package to the first prediction of the course's net
// with random weights. Prints milliseconds by phase as JSON.   node child.mjs <build> <url of dist/index.js>

const start = performance.now();
const [build, url] = process.argv.slice(2);
const { dense, init, sequential } = await import(url);
const imported = performance.now();
await init(build === "wide" ? { wide: true } : { build });
const started = performance.now();
const layers = [
  dense({ units: 300, activation: "relu" }),
  dense({ units: 100, activation: "relu" }),
  dense({ units: 10 }),
];
const model = sequential(layers, { inputShape: [784], seed: 1 });
const built = performance.now();
const { data } = model.predict(new Float32Array(784).fill(0.5));
const end = performance.now();

if (data.length !== 10 || !data.every(Number.isFinite)) throw new Error("the first prediction must be ten numbers");
console.log(
  JSON.stringify({
    import: imported - start,
    init: started - imported,
    "build the model": built - started,
    "first prediction": end - built,
    "from import to first prediction": end - start,
  }),
);

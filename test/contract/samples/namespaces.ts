// Sample calls of layers, losses, metrics and the other namespaces of the front door. One line for each.
// It is longer than 400 lines because every layer, loss and metric has its sample.

import * as lanewise from "../../../src/index.js";
import {
  call,
  callback,
  exempt,
  flag,
  instead,
  integer,
  maker,
  nullable,
  number,
  optional,
  options,
  positive,
  type Table,
  text,
  value,
  word,
} from "../kinds.js";
import {
  activation,
  constraint,
  denseLayer,
  earlyStopping,
  initializer,
  labels,
  layer,
  monitor,
  node,
  regularizer,
  session,
} from "./fixtures.js";

const { metrics, schedules } = lanewise;

const scaled = maker("Initializer", options({ gain: positive(2) }));

const decay = options(
  { initialLearningRate: positive(0.1), decaySteps: positive(10), decayRate: positive(0.5), staircase: flag() },
  ["initialLearningRate", "decaySteps", "decayRate"],
);
const schedule = value(() => schedules.constant(0.1), "function");
const windowed = {
  kernelSize: integer(2),
  strides: integer(1),
  padding: word("same"),
  dilationRate: integer(1),
  activation,
  useBias: flag(),
  biasInitializer: initializer,
  biasRegularizer: regularizer,
  activityRegularizer: regularizer,
  biasConstraint: constraint,
  ...layer,
};
const kernelled = {
  filters: integer(2),
  kernelInitializer: initializer,
  kernelRegularizer: regularizer,
  kernelConstraint: constraint,
  ...windowed,
};
const depthwise = {
  depthMultiplier: integer(2),
  depthwiseInitializer: initializer,
  depthwiseRegularizer: regularizer,
  depthwiseConstraint: constraint,
  ...windowed,
};
const pooling = { poolSize: integer(2), strides: nullable(integer(1)), padding: word("same"), ...layer };
const everySteps = nullable(integer(2));

const seeded = { seed: integer(1), ...layer };
/** A number or a pair. */
const factor = value(0.1);
const valueRange = value(() => [0, 1]);
const warp = { fillMode: word("constant"), fillValue: number(0), interpolation: word("nearest"), ...seeded };

export const namespaces: Table = {
  constraints: {
    maxNorm: maker("Constraint", optional(positive(1)), options({ axis: integer(0) })),
    minMaxNorm: maker(
      "Constraint",
      options({ min: positive(0.5), max: positive(1), rate: positive(0.5), axis: integer(0) }),
    ),
    nonNeg: maker("Constraint"),
    unitNorm: maker("Constraint", options({ axis: integer(0) })),
  },
  regularizers: {
    l1: maker("Regularizer", optional(positive(0.1))),
    l1l2: maker("Regularizer", options({ l1: positive(0.1), l2: positive(0.1) })),
    l2: maker("Regularizer", optional(positive(0.1))),
  },
  initializers: {
    constant: maker("Initializer", number(1)),
    getInitializer: exempt("for layers: subject and name"),
    glorotNormal: scaled,
    glorotUniform: scaled,
    heNormal: scaled,
    heUniform: scaled,
    lecunNormal: scaled,
    lecunUniform: scaled,
    ones: maker("Initializer"),
    orthogonal: scaled,
    randomNormal: maker("Initializer", options({ mean: number(0), stddev: positive(1) })),
    randomUniform: maker("Initializer", options({ low: number(-2), high: number(1) })),
    truncatedNormal: maker("Initializer", options({ mean: number(0), stddev: positive(1) })),
    varianceScaling: maker(
      "Initializer",
      options({ scale: positive(1), mode: word("fanIn"), distribution: word("uniform") }),
    ),
    zeros: maker("Initializer"),
  },
  schedules: {
    constant: maker("Schedule", positive(0.1)),
    cosineDecay: maker(
      "Schedule",
      options({ initialLearningRate: positive(0.1), decaySteps: positive(10), alpha: positive(0.1) }, [
        "initialLearningRate",
        "decaySteps",
      ]),
    ),
    cosineDecayRestarts: maker(
      "Schedule",
      options(
        {
          initialLearningRate: positive(0.1),
          firstDecaySteps: positive(10),
          tMul: positive(2),
          mMul: positive(1),
          alpha: positive(0.1),
        },
        ["initialLearningRate", "firstDecaySteps"],
      ),
    ),
    exponentialDecay: maker("Schedule", decay),
    inverseTimeDecay: maker("Schedule", decay),
    learningRateRangeTest: call(
      options(
        {
          train: callback(() => 1),
          session: value(() => session),
          from: positive(0.001),
          to: positive(1),
          steps: integer(3),
          smoothing: positive(0.5),
          stopFactor: positive(4),
        },
        ["train"],
      ),
    ),
    oneCycle: maker(
      "Schedule",
      options(
        {
          maxLearningRate: positive(0.1),
          totalSteps: positive(10),
          risingFraction: positive(0.3),
          divFactor: positive(25),
          finalDivFactor: positive(100),
          annealing: word("linear"),
          threePhase: flag(),
        },
        ["maxLearningRate", "totalSteps"],
      ),
    ),
    piecewiseConstant: maker(
      "Schedule",
      options({ boundaries: value(() => [3]), values: value(() => [0.1, 0.01]) }, ["boundaries", "values"]),
    ),
    polynomialDecay: maker(
      "Schedule",
      options(
        {
          initialLearningRate: positive(0.1),
          decaySteps: positive(10),
          endLearningRate: positive(0.01),
          power: positive(2),
          cycle: flag(),
        },
        ["initialLearningRate", "decaySteps"],
      ),
    ),
    reduceOnPlateau: call(
      options(
        {
          learningRate: positive(0.1),
          factor: positive(0.5),
          patience: integer(1),
          mode: word("min"),
          minDelta: positive(0),
          relative: flag(),
          cooldown: integer(1),
          minLearningRate: positive(0),
        },
        ["learningRate"],
      ),
    ),
    warmUp: maker("Schedule", schedule, options({ steps: positive(5), startFactor: positive(0.1) }, ["steps"])),
  },
  layers: {
    activationNames: call(),
    activation: call(activation, options(layer)),
    add: call(options(layer)),
    batchNormalization: call(
      options({
        axis: integer(-1),
        momentum: positive(0.9),
        epsilon: positive(0.1),
        center: flag(),
        scale: flag(),
        ...layer,
      }),
    ),
    concatenate: call(options({ axis: integer(-1), ...layer })),
    defineLayer: call(
      options(
        {
          kind: text("Own"),
          options: value({ name: "own" }, "{}"),
          result: callback((given: lanewise.Node) => given),
          inputType: word("float32"),
          weights: callback(() => ({})),
          regularizers: value({}, "{}"),
          constraints: value({}, "{}"),
          activityRegularizer: regularizer,
        },
        ["kind", "options", "result"],
      ),
    ),
    dense: denseLayer,
    dropout: call(options({ rate: positive(0.5), ...layer })),
    embedding: call(
      options(
        {
          inputDim: integer(3),
          outputDim: integer(2),
          embeddingsInitializer: initializer,
          embeddingsRegularizer: regularizer,
          embeddingsConstraint: constraint,
          ...layer,
        },
        ["inputDim", "outputDim"],
      ),
    ),
    flatten: call(options(layer)),
    gaussianNoise: call(options({ stddev: positive(0.5), ...layer }, ["stddev"])),
    lambda: call(
      callback((given: lanewise.Node) => given),
      options(layer),
    ),
    layerNormalization: call(options({ epsilon: positive(0.1), center: flag(), scale: flag(), ...layer })),
    prelu: call(
      options({
        alphaInitializer: initializer,
        alphaRegularizer: regularizer,
        alphaConstraint: constraint,
        sharedAxes: value(() => [1], "[]"),
        ...layer,
      }),
    ),
    relu: call(
      options({ maxValue: nullable(positive(6)), negativeSlope: positive(0.1), threshold: positive(1), ...layer }),
    ),
    leakyRelu: call(instead(options({ alpha: positive(0.1), ...layer }), ["alpha"], "negativeSlope", positive(0.1))),
    elu: call(options({ alpha: positive(0.5), ...layer })),
    thresholdedRelu: call(options({ theta: positive(0.5), ...layer })),
    softmax: call(options({ axis: integer(-1), ...layer })),
    hardSigmoid: call(options({ slope: positive(0.2), ...layer })),
    average: call(options(layer)),
    maximum: call(options(layer)),
    minimum: call(options(layer)),
    multiply: call(options(layer)),
    subtract: call(options(layer)),
    dot: call(options({ axes: integer(1), normalize: flag(), ...layer }, ["axes"])),
    alphaDropout: call(options({ rate: positive(0.5), ...layer })),
    gaussianDropout: call(options({ rate: positive(0.5), ...layer })),
    repeatVector: call(options({ n: integer(2), ...layer }, ["n"])),
    permute: call(options({ dims: value(() => [2, 1], "[]"), ...layer }, ["dims"])),
    globalAveragePooling1d: call(options({ keepDims: flag(), ...layer })),
    globalMaxPooling1d: call(options({ keepDims: flag(), ...layer })),
    conv1d: call(options({ groups: integer(1), ...kernelled }, ["filters", "kernelSize"])),
    conv2d: call(options({ groups: integer(1), ...kernelled }, ["filters", "kernelSize"])),
    conv2dTranspose: call(options({ outputPadding: nullable(value(0)), ...kernelled }, ["filters", "kernelSize"])),
    depthwiseConv2d: call(options(depthwise, ["kernelSize"])),
    separableConv2d: call(
      options(
        {
          filters: integer(2),
          pointwiseInitializer: initializer,
          pointwiseRegularizer: regularizer,
          pointwiseConstraint: constraint,
          ...depthwise,
        },
        ["filters", "kernelSize"],
      ),
    ),
    averagePooling1d: call(options(pooling)),
    averagePooling2d: call(options(pooling)),
    maxPooling1d: call(options(pooling)),
    maxPooling2d: call(options(pooling)),
    globalAveragePooling2d: call(options({ keepDims: flag(), ...layer })),
    globalMaxPooling2d: call(options({ keepDims: flag(), ...layer })),
    upSampling2d: call(
      options({ size: integer(2), interpolation: word("bilinear"), coordinates: word("asymmetric"), ...layer }),
    ),
    zeroPadding2d: call(options({ padding: integer(1), ...layer })),
    cropping2d: call(options({ cropping: integer(1), ...layer })),
    spatialDropout1d: call(options({ rate: positive(0.5), ...layer })),
    spatialDropout2d: call(options({ rate: positive(0.5), ...layer })),
    masking: call(options({ maskValue: number(0), ...layer })),
    timeDistributed: call(
      value(() => lanewise.layers.flatten()),
      options(layer),
    ),
    rescaling: call(options({ scale: number(0.5), offset: number(1), ...layer }, ["scale"])),
    activityRegularization: call(options({ l1: positive(0.1), l2: positive(0.1), ...layer })),
    normalization: call(options({ mean: number(0), variance: positive(1), ...layer })),
    categoryEncoding: call(options({ numTokens: integer(3), outputMode: word("count"), ...layer }, ["numTokens"])),
    discretization: call(
      options({ binBoundaries: value(() => [0, 1]), outputMode: word("int"), ...layer }, ["binBoundaries"]),
    ),
    randomRotation: call(options({ factor, ...warp }, ["factor"])),
    randomTranslation: call(options({ heightFactor: factor, widthFactor: factor, ...warp })),
    randomZoom: call(options({ heightFactor: factor, widthFactor: factor, ...warp }, ["heightFactor"])),
    randomShear: call(options({ xFactor: factor, yFactor: factor, ...warp })),
    randomFlip: call(options({ mode: word("horizontal"), ...seeded })),
    randomCrop: call(options({ height: integer(1), width: integer(1), ...seeded }, ["height", "width"])),
    randomBrightness: call(options({ factor, valueRange, ...seeded }, ["factor"])),
    randomContrast: call(options({ factor, valueRange, ...seeded }, ["factor"])),
    randomGaussianNoise: call(options({ stddev: positive(0.1), valueRange, ...seeded }, ["stddev"])),
    randomCutout: call(options({ heightFactor: factor, widthFactor: factor, fillValue: number(0), ...seeded })),
    reshape: call(options({ shape: value(() => [2, 1], "[]"), ...layer }, ["shape"])),
  },
  dense: denseLayer,
  losses: {
    binaryCrossentropy: call(options({ labelSmoothing: positive(0.1), positiveWeight: positive(2) })),
    categoricalCrossentropy: call(options({ labelSmoothing: positive(0.1) })),
    categoricalHinge: call(),
    contrastive: call(options({ margin: positive(1) })),
    defineLoss: call(
      options(
        {
          name: text("own"),
          losses: callback((output: lanewise.Node) => lanewise.mean(output, { axis: 1 })),
          labelType: word("float32"),
          labelShape: callback((given: unknown) => given),
          checkLabels: callback(),
        },
        ["name", "losses"],
      ),
      optional(value({}, "{}")),
    ),
    euclideanDistance: call(node(), node(), options({ epsilon: positive(0.1) })),
    getLoss: call(word("meanSquaredError")),
    hinge: call(),
    huber: call(options({ delta: positive(1) })),
    klDivergence: call(),
    meanAbsoluteError: call(),
    meanSquaredError: call(),
    sparseCategoricalCrossentropy: call(options({ labelSmoothing: positive(0.1) })),
    squaredHinge: call(),
    triplet: call(options({ margin: positive(1), squared: flag() })),
    weightsByClass: call(
      node(labels),
      value(() => [1, 2]),
    ),
  },
  metrics: {
    accuracy: call(),
    categoricalAccuracy: call(),
    auc: call(),
    binaryAccuracy: call(options({ threshold: number(0.5) })),
    confusionMatrix: call(options({ threshold: number(0.5) })),
    f1: call(options({ threshold: number(0.5), average: word("macro") })),
    getMetric: call(word("accuracy")),
    logLoss: call(),
    meanAbsoluteError: call(),
    meanSquaredError: call(),
    meter: call(
      value(() => metrics.accuracy()),
      node(),
      node(labels),
    ),
    precision: call(options({ threshold: number(0.5), average: word("macro") })),
    r2: call(),
    recall: call(options({ threshold: number(0.5), average: word("macro") })),
    topKAccuracy: call(options({ k: integer(1) })),
  },
  callbacks: {
    advice: call(options({ write: callback(), print: flag() })),
    NonFiniteError: exempt("thrown, not made"),
    checkpoint: call(
      instead(
        options({ save: callback(), everySteps, bestOnly: flag(), ...monitor }, ["save"]),
        ["everySteps"],
        "everyEpochs",
        everySteps,
      ),
    ),
    csvLogger: call(options({ write: callback() }, ["write"])),
    earlyStopping,
    history: call(),
    jsonLogger: call(options({ write: callback() }, ["write"])),
    layerStatistics: call(options({ everySteps, slope: number(0), onStatistics: callback() })),
    learningRate: call(schedule, options({ per: word("step") })),
    pausable: call(),
    progress: call(options({ write: callback(), everySteps })),
    reduceOnPlateau: call(
      options({
        monitor: text("loss"),
        factor: positive(0.5),
        patience: integer(1),
        mode: word("min"),
        minDelta: positive(0),
        relative: flag(),
        cooldown: integer(1),
        minLearningRate: positive(0),
      }),
    ),
    stopOnNaN: call(options({ everySteps: integer(2) })),
  },
};

// The topics of the course by number: a short title for the index, and what its pictures show, for those who cannot see
// them and for search.

/** @type {Readonly<Record<number, { title: string, pictures?: Readonly<Record<string, string>>, coloured?: boolean }>>} */
export const topics = {
  1: { title: "A perceptron on iris" },
  2: {
    title: "Its decision boundary",
    pictures: {
      "decision-boundary":
        "Petal length against petal width of 150 irises. A straight line parts the plane into two regions: setosa, with short and narrow petals, lies alone in the lower left one.",
    },
  },
  3: {
    title: "Activation functions",
    pictures: {
      elu: "ELU and its derivative: below zero the curve bends towards minus one, above it is a straight line; the derivative grows from 0 to 1.",
      leakyRelu:
        "Leaky ReLU and its derivative: a line with a small slope below zero and slope 1 above; the derivative jumps at zero.",
      relu: "ReLU and its derivative: zero below zero, a line of slope 1 above; the derivative is a step from 0 to 1.",
      sigmoid: "The logistic function and its derivative: an S from 0 to 1, and a bell that is a quarter high at zero.",
      silu: "SiLU and its derivative: a dip to about minus 0.3 below zero, nearly a straight line above; the derivative overshoots 1 a little.",
      step: "The step function and its derivative: 0 below zero, 1 above; the derivative is 0 wherever there is one.",
      tanh: "The hyperbolic tangent and its derivative: an S from minus 1 to 1, and a bell of height 1 at zero.",
    },
  },
  4: {
    title: "XOR from two hidden units",
    coloured: true,
    pictures: {
      "xor-logistic":
        "XOR over the unit square with logistic units: a smooth ridge of high values runs between two low corners, through the corners where one input is 1.",
      "xor-step":
        "XOR over the unit square with step units: a sharp band of ones between two regions of zeros, bounded by two parallel lines.",
    },
  },
  5: {
    title: "A classifier in a few lines",
    pictures: {
      confusion:
        "Confusion matrix of the ten digits, true class by row, predicted class by column: nearly all counts stand on the diagonal.",
    },
  },
  6: {
    title: "The same net by hand",
    pictures: {
      graph:
        "The graph of the net from the input at the top through hidden layer 1 and 2 to the outputs, each layer a matmul, a bias and an activation in its scope.",
    },
  },
  7: { title: "The loss" },
  8: { title: "Gradient descent" },
  9: { title: "Among the k best" },
  10: {
    title: "Twenty epochs in a session",
    pictures: {
      accuracy:
        "Accuracy after each epoch, for the batches and for the test set: both rise fast within the first epochs and then slowly.",
    },
  },
  11: {
    title: "Save and restore",
    pictures: {
      predictions:
        "The first twenty test digits as small grey pictures, each with the digit that the restored net takes it for.",
    },
  },
  12: { title: "Summaries for TensorBoard" },
  13: { title: "Layers" },
  14: {
    title: "Search for hyperparameters",
    pictures: {
      "random-search":
        "Twenty random trials, each a line across the axes of its parameters to its score; the lines of good trials bundle at some values and spread over others.",
    },
  },
  15: { title: "Deep, wide, funnel, stretch pants" },
  16: {
    title: "Vanishing gradients",
    pictures: {
      gradients:
        "Size of the gradient by layer on a logarithmic axis: with logistic units it falls by orders of magnitude towards the input, with ReLU and with batch normalization it stays level.",
    },
  },
  17: { title: "Leaky units and ELU" },
  18: {
    title: "Initial weights",
    pictures: {
      "initial-weights":
        "Histograms of initial weights by initializer: uniform ones are flat between two bounds, normal ones are bells, cut off at two deviations.",
    },
  },
  19: {
    title: "Batch normalization",
    pictures: {
      curves:
        "Training and validation accuracy over epochs with batch normalization: both rise within the first epochs and stay close together.",
    },
  },
  20: {
    title: "L1 and L2 penalties",
    pictures: {
      weights:
        "Histograms of trained weights: without a penalty they spread widely, with L2 they draw together, with L1 most stand in a spike at zero.",
    },
  },
  21: { title: "Exploding gradients, clipped" },
  22: { title: "Layers that were trained before" },
  23: { title: "Frozen layers" },
  24: { title: "Frozen layers, computed once" },
  25: { title: "A new head, unfrozen step by step" },
  26: { title: "A model made elsewhere" },
  27: { title: "Pre-training on another task" },
  28: {
    title: "Optimizers side by side",
    pictures: {
      optimizers:
        "Loss over epochs on a logarithmic axis, a curve for each of eleven optimizers from the same weights: plain gradient descent falls slowest.",
    },
  },
  29: { title: "Dropout and early stopping" },
  30: {
    title: "Data augmentation",
    pictures: {
      augmented:
        "Two digits, each five times in a row as grey pictures: every epoch shows the same digit turned a little to one side or the other.",
    },
  },
  31: {
    title: "Convolutional nets",
    pictures: {
      filters:
        "The eight filters of the first layer, three by three weights each, red above zero and blue below: some change from side to side, some from top to bottom.",
      "feature-maps":
        "What the eight filters make of one digit: grey maps of its shape in which some show its left edge, some its right, some the ends of strokes.",
    },
  },
  32: { title: "SIMD against scalar" },
};

/** "decision-boundary.svg" of topic 2 in words. Fails for a picture that nobody has described. */
export function describe(number, name) {
  const words = topics[number]?.pictures?.[name.replace(/\.svg$/, "")];
  if (words === undefined) throw new Error(`gallery: topic ${number} must say what ${name} shows, in topics.mjs.`);
  return words;
}

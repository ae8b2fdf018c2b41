// Which page of the site holds which sections of docs/guide.md: one page for each kind of reader. A section that stands
// nowhere, or a name that is no section, stops the build.

/** @type {readonly { readonly page: string, readonly title: string, readonly sections: readonly string[] }[]} */
export const guidePages = [
  {
    page: "start",
    title: "Start",
    sections: [
      "Train a model",
      "Use data of your own",
      "Choose layers",
      "Learn from pictures",
      "Handle errors",
      "Choose a build",
    ],
  },
  {
    page: "data",
    title: "Data",
    sections: [
      "Get a dataset",
      "Feed data from anywhere",
      "Weigh examples and classes",
      "Read and write arrays, tables and pictures",
      "Use estimators",
    ],
  },
  {
    page: "training",
    title: "Training",
    sections: [
      "Watch a training, and act on it",
      "Choose a loss, weigh examples, measure",
      "Set the learning rate",
      "Train upper layers on frozen ones",
      "Search for parameters",
      "Stop and go on",
      "Interrupt a training and go on",
      "Watch a training in TensorBoard",
      "Get the same result again",
      "Draw pictures",
    ],
  },
  {
    page: "graph",
    title: "Graph",
    sections: [
      "Join several inputs and outputs",
      "Reuse layers of a trained model",
      "Build a graph by hand",
      "Change the gradients before they are applied",
      "Feed and fetch any node",
      "See what a graph is and what a run costs",
      "Use ops and activations of your own",
    ],
  },
  {
    page: "files",
    title: "Files",
    sections: ["Save and load", "Whole models in files, and models of TensorFlow.js", "Weights from PyTorch, and back"],
  },
  {
    page: "pages-and-services",
    title: "Pages and services",
    sections: [
      "Put it in a page",
      "Train in a worker",
      "Stay responsive, show progress, stop early",
      "Measure the device",
      "Know what memory is used",
    ],
  },
];

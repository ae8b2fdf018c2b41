import brain from "brain.js";

const net = new brain.NeuralNetwork({ inputSize: 784, hiddenLayers: [300, 100], outputSize: 10, activation: "relu" });
net.initialize();
export const train = (examples) => net.train(examples, { iterations: 1 });
export const predict = (x) => net.run(x);

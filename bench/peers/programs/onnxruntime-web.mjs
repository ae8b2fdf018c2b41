import * as ort from "onnxruntime-web/wasm";

// It only predicts; the model comes from a file.
ort.env.wasm.numThreads = 1;
const session = await ort.InferenceSession.create(globalThis.MODEL ?? "/model.onnx", { executionProviders: ["wasm"] });
export const predict = async (x) => (await session.run({ x: new ort.Tensor("float32", x, [1, 784]) })).y.data;

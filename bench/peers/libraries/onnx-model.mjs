// A small ONNX model as bytes: just the fields of onnx.proto that float32 graphs without attributes need.
// see: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto

const FLOAT = 1;
const IR_VERSION = 8;
/** The first with Gelu. */
const OPSET = 20;

/** `inputs`, `outputs`: name to shape; `constants`: name to shape and values; `nodes`: operator, inputs, outputs. */
export function encodeModel({ inputs, outputs, constants, nodes }) {
  const graph = [
    ...nodes.map(({ operator, inputs, outputs }) =>
      message(1, [...inputs.map((name) => text(1, name)), ...outputs.map((name) => text(2, name)), text(4, operator)]),
    ),
    text(2, "graph"),
    ...Object.entries(constants).map(([name, { shape, values }]) =>
      message(5, [
        ...shape.map((extent) => integer(1, extent)),
        integer(2, FLOAT),
        text(8, name),
        bytes(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
      ]),
    ),
    ...Object.entries(inputs).map(([name, shape]) => message(11, valueInfo(name, shape))),
    ...Object.entries(outputs).map(([name, shape]) => message(12, valueInfo(name, shape))),
  ];
  return joined([integer(1, IR_VERSION), message(7, graph), message(8, [text(1, ""), integer(2, OPSET)])]);
}

/** Dense layers with ReLU between, from x to y: Gemm and Relu, as exporters write them; runtimes fuse the two. */
export function encodeDense(layers, batch) {
  const constants = {};
  const nodes = [];
  let from = "x";
  layers.forEach(({ kernel, bias }, l) => {
    const units = bias.length;
    constants[`w${l}`] = { shape: [kernel.length / units, units], values: kernel };
    constants[`b${l}`] = { shape: [units], values: bias };
    const last = l === layers.length - 1;
    const to = last ? "y" : `z${l}`;
    nodes.push({ operator: "Gemm", inputs: [from, `w${l}`, `b${l}`], outputs: [to] });
    if (!last) nodes.push({ operator: "Relu", inputs: [to], outputs: [`h${l}`] });
    from = `h${l}`;
  });
  const inputs = layers[0].kernel.length / layers[0].bias.length;
  const outputs = { y: [batch, layers.at(-1).bias.length] };
  return encodeModel({ inputs: { x: [batch, inputs] }, outputs, constants, nodes });
}

function valueInfo(name, shape) {
  const extents = shape.map((extent) => message(1, [integer(1, extent)]));
  return [text(1, name), message(2, [message(1, [integer(1, FLOAT), message(2, extents)])])];
}

// Protocol buffers: a key of field number and wire type, then a varint (0) or a length and as many bytes (2).

function integer(field, value) {
  return joined([varint(8 * field), varint(value)]);
}

function bytes(field, value) {
  return joined([varint(8 * field + 2), varint(value.length), value]);
}

function message(field, parts) {
  return bytes(field, joined(parts));
}

function text(field, value) {
  return bytes(field, new TextEncoder().encode(value));
}

function varint(value) {
  const digits = [];
  for (; value > 127; value = Math.floor(value / 128)) digits.push((value % 128) + 128);
  return Uint8Array.of(...digits, value);
}

function joined(parts) {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

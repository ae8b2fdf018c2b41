// What a net makes of the square that the points lie in, cell by cell; and what single units look for.

import type { Model, Node } from "lanewise";
import type { RegionPicture, UnitPictures } from "../engine/protocol.js";
import { REACH } from "../settings/square.js";
import { denseLayers, hiddenNodes, parametersOf } from "./net.js";

/** Pixels of a unit's picture. */
const UNIT_SIZE = 24;
/** Units of a layer that are shown. */
const MOST_UNITS = 32;
/** Multiplications that a picture may take, so that sixty fit into a second beside the training. */
const WORK = 2e7;

export class RegionPainter {
  readonly #model: Model;
  readonly #logits: Node;
  readonly #size: number;

  constructor(model: Model) {
    this.#model = model;
    // Smooth where probabilities are steps; a model from a file may end in a softmax, and they are under it.
    const { output } = model;
    this.#logits = output.op.name === "softmax" ? (output.inputs[0] as Node) : output;
    const affordable = Math.sqrt(WORK / parametersOf(model));
    this.#size = Math.max(48, Math.min(112, 16 * Math.floor(affordable / 16)));
  }

  regions(): RegionPicture {
    const size = this.#size;
    const { input, session } = this.#model;
    const executable = session.prepare({ fetches: [this.#logits], feeds: [input], batch: size * size });
    fillGrid(executable.input(input), size);
    executable.run();
    const { data, shape } = executable.output(this.#logits);
    const count = shape[1] as number;
    const logits = Array.from({ length: count }, () => new Float32Array(size * size));
    logits.forEach((cells, c) => {
      for (let cell = 0; cell < cells.length; cell++) cells[cell] = data[cell * count + c] as number;
    });
    return { size, logits };
  }

  units(): UnitPictures | null {
    const { input, session } = this.#model;
    const hidden = hiddenNodes(this.#model);
    if (hidden.length === 0) return null;
    const executable = session.prepare({ fetches: hidden, feeds: [input], batch: UNIT_SIZE ** 2 });
    fillGrid(executable.input(input), UNIT_SIZE);
    executable.run();
    const layers = hidden.map((node) => {
      const { data, shape } = executable.output(node);
      const units = shape[1] as number;
      return unitPictures(
        Math.min(units, MOST_UNITS),
        UNIT_SIZE ** 2,
        (unit, cell) => data[cell * units + unit] as number,
      );
    });
    return { height: UNIT_SIZE, width: UNIT_SIZE, layers };
  }
}

/** The weights of the first units, each in the shape of the pictures that the net is shown. */
export function firstWeights(model: Model, [height, width]: readonly [number, number]): UnitPictures | null {
  const [first, second] = denseLayers(model);
  const kernel = first?.variables[0];
  if (kernel === undefined || second === undefined) return null;
  const { data, shape } = model.session.get(kernel);
  const units = shape[1] as number;
  const layer = unitPictures(
    Math.min(units, MOST_UNITS),
    height * width,
    (unit, cell) => data[cell * units + unit] as number,
  );
  return { height, width, layers: [layer] };
}

/** 0 in the middle, 128; the largest value of a unit, whatever its sign, at an end. */
function unitPictures(units: number, cells: number, at: (unit: number, cell: number) => number): Uint8Array {
  const pictures = new Uint8Array(units * cells);
  for (let unit = 0; unit < units; unit++) {
    let largest = 1e-6;
    for (let cell = 0; cell < cells; cell++) largest = Math.max(largest, Math.abs(at(unit, cell)));
    for (let cell = 0; cell < cells; cell++) {
      pictures[unit * cells + cell] = 128 + (127 * at(unit, cell)) / largest;
    }
  }
  return pictures;
}

/** A lattice over the square from edge to edge, x to the right and y up, row by row from the top. */
function fillGrid(x: { [at: number]: number }, size: number): void {
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const at = 2 * (row * size + column);
      x[at] = REACH * ((2 * column) / (size - 1) - 1);
      x[at + 1] = -REACH * ((2 * row) / (size - 1) - 1);
    }
  }
}

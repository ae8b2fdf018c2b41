// Plays a plan on a memory that knows who wrote each stretch last.

import { expect } from "vitest";
import type { Node } from "../../src/ops/op.js";
import type { UpdateAttributes } from "../../src/ops/update.js";
import { stepInputs } from "../../src/plan/fuse.js";
import type { Plan, PlanRequest } from "../../src/plan/plan.js";
import { bindBatch, sizeOf } from "../../src/tensor/shape.js";

/** Fails where a step, an update or a fetch would read what another has overwritten. */
export function play(request: PlanRequest, { steps, updates, places, arenaBytes, snapshots }: Plan): void {
  const written: { range: Range; owner: Node }[] = [];
  const rangeOf = (node: Node): Range | undefined => {
    const place = places.get(node);
    if (place === undefined) return undefined;
    const from = place.storage.offset + place.shift;
    return { from, to: from + wordsOf(node, request.batch) * 4 };
  };
  const overlap = (a: Range, b: Range) => a.from < b.to && b.from < a.to;
  const isResident = (node: Node) => ["variable", "constant"].includes(node.op.name) && !request.feeds.includes(node);

  const writeAt = (range: Range, owner: Node) => {
    if (range.from < 0 || range.to > arenaBytes) expect.fail(`${owner.name} lies outside the arena`);
    for (let i = written.length - 1; i >= 0; i--)
      if (overlap((written[i] as { range: Range }).range, range)) written.splice(i, 1);
    if (range.to > range.from) written.push({ range, owner });
  };
  const write = (node: Node) => {
    const range = rangeOf(node);
    if (range === undefined) expect.fail(`${node.name} has no place`);
    writeAt(range as Range, node);
  };
  const readAt = (range: Range, owner: Node, reader: string) => {
    const found = written.some((each) => each.owner === owner && each.range.from === range.from);
    if (range.to > range.from && !found) expect.fail(`${reader} finds ${owner.name} overwritten`);
  };
  const read = (node: Node, reader: string) => {
    if (isResident(node)) return;
    const range = rangeOf(node);
    if (range === undefined) expect.fail(`${node.name}, which ${reader} reads, has no place`);
    readAt(range as Range, node, reader);
  };

  for (const node of request.feeds) write(node);
  for (const step of steps) {
    const { node, output } = step;
    const target = rangeOf(output) as Range;
    for (const input of stepInputs(step)) {
      read(input, output.name);
      const source = isResident(input) ? undefined : rangeOf(input);
      if (source === undefined || !overlap(source, target)) continue;
      const mayOverwrite =
        node.op.inPlace !== undefined && node.inputs[node.op.inputs.indexOf(node.op.inPlace)] === input;
      if (!mayOverwrite || source.from !== target.from || source.to !== target.to) {
        expect.fail(`${output.name} overwrites its input ${input.name} while it runs`);
      }
    }
    for (const made of step.makes) write(made);
  }
  for (const node of snapshots) write(node);
  for (const { node, spans } of updates) {
    for (const { block, copies } of spans) {
      for (const { from, shift, words } of copies) {
        read(from, node.name);
        const at = block.storage.offset + block.shift + shift;
        writeAt({ from: at, to: at + words * 4 }, from);
      }
    }
  }
  const changed = new Set(updates.flatMap(({ node }) => (node.attributes as UpdateAttributes).variables));
  for (const { node, rateCopy } of updates) {
    const rate = node.inputs[node.inputs.length - 1] as Node;
    expect(rateCopy !== null).toBe(changed.has(rate) && !request.feeds.includes(rate));
    if (rateCopy) writeAt({ from: rateCopy.storage.offset, to: rateCopy.storage.offset + 4 }, rate);
  }
  for (const { node, rateCopy, descents, spans } of updates) {
    for (const { step } of descents) {
      for (const input of stepInputs(step)) {
        if (input.op.name === "variable")
          expect.fail(`${step.output.name} reads ${input.name} when it may have changed`);
        read(input, step.output.name);
      }
      if (places.has(step.output)) expect.fail(`${step.output.name} is used up as it is made and needs no place`);
    }
    const updated = [...descents.map(({ variable }) => variable), ...spans.flatMap(({ span }) => span.variables)];
    expect(new Set(updated)).toEqual(new Set((node.attributes as UpdateAttributes).variables));
    expect(updated).toHaveLength(new Set(updated).size);
    for (const { span, block } of spans) {
      const { variables } = node.attributes as UpdateAttributes;
      span.variables.forEach((variable, i) => {
        const gradient = node.inputs[variables.indexOf(variable)] as Node;
        const from = block.storage.offset + block.shift + (span.offsets[i] as number) * 4;
        readAt({ from, to: from + wordsOf(variable, null) * 4 }, gradient, node.name);
      });
    }
    const rate = node.inputs[node.inputs.length - 1] as Node;
    if (rateCopy) readAt({ from: rateCopy.storage.offset, to: rateCopy.storage.offset + 4 }, rate, node.name);
    else read(rate, node.name);
  }
  for (const node of request.fetches) {
    if ("update" in node.op) continue;
    const snapshot = snapshots.includes(node);
    if (snapshot || !isResident(node)) readAt(rangeOf(node) as Range, node, "the caller");
  }
}

/** The bytes a value takes in the arena. */
interface Range {
  readonly from: number;
  readonly to: number;
}

const wordsOf = (node: Node, batch: number | null) => sizeOf(bindBatch(node.shape, batch ?? 0));

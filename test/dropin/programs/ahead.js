// A service on a host that compiles its modules ahead and no bytes later: answers with what came of both.

import { diagnose, init } from "lanewise";
import scalar from "lanewise/wasm/scalar.wasm";
import simd from "lanewise/wasm/simd.wasm";
import { goldenTrainings, trainGolden } from "./golden-trainings.js";

async function train(options) {
  return (await trainGolden(goldenTrainings[0], await init(options))).trained;
}

export default {
  async fetch() {
    const { name, message } = await init().catch((error) => error);
    const trained = { simd: await train({ module: simd }), scalar: await train({ module: scalar }) };
    return Response.json({ refusal: { name, message }, trained, host: diagnose().host, build: diagnose().build });
  },
};

// The register-only multiply-add peak, loop by loop. The best median of a build is its peak.

import { interleave } from "../interleave.js";
import { peakLoops } from "../peak/peak.js";
import type { Row } from "../report.js";
import { summarize } from "../statistics.js";
import type { Suite } from "../suite.js";

export const peak: Suite = {
  name: "peak",
  title: "multiply-add in registers only, by shape of the loop; the best of a build is its peak",
  run: async ({ engines, timing }) => {
    const loops = await Promise.all(
      [...engines.keys()].map(async (build) => (await peakLoops(build)).map((loop) => ({ ...loop, build }))),
    );
    const cases = loops.flat();
    const timings = await interleave(cases, { ...timing, slice: 2, warmUp: 40 });
    const rows = cases.map(({ build, shape }, i): Row => {
      const rates = (timings[i]?.rounds ?? []).map((time) => 1 / time);
      return { suite: "peak", case: shape, build, metric: "GFLOP/s", ...summarize(rates) };
    });
    const best = [...engines.keys()].map((build) => {
      const own = rows.filter((row) => row.build === build);
      return { ...own.reduce((a, b) => (b.median > a.median ? b : a)), case: "the best" };
    });
    return [...rows, ...best];
  },
};

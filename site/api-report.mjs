// The public API as text, site/api/<door>.api.md: a change of what users can call is seen in a diff.
//   npm run api                          writes the reports, from dist/types (npm run build)
//   node site/api-report.mjs --check     fails when one on disk is another (npm run release asks)

import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Extractor, ExtractorConfig } from "@microsoft/api-extractor";

const root = fileURLToPath(new URL("..", import.meta.url));
const check = process.argv.includes("--check");
const folder = path.join(root, "site/api");
mkdirSync(folder, { recursive: true });
mkdirSync(path.join(root, "build/api"), { recursive: true });
const { exports } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));

let failed = false;
for (const [door, { types }] of Object.entries(exports)) {
  if (types === undefined) continue;
  const name = door === "." ? "lanewise" : `lanewise-${door.slice(2).replaceAll("/", "-")}`;
  const configuration = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: path.join(root, "package.json"),
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: path.join(root, types),
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: "ES2022",
            module: "NodeNext",
            moduleResolution: "NodeNext",
            lib: ["ES2023", "DOM"],
            types: ["node"],
            skipLibCheck: true,
          },
          include: ["dist/types"],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: folder,
        reportTempFolder: path.join(root, "build/api"),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: "none" } },
        extractorMessageReporting: { default: { logLevel: "none" } },
        tsdocMessageReporting: { default: { logLevel: "none" } },
      },
    },
  });
  const { apiReportChanged } = Extractor.invoke(configuration, {
    localBuild: !check,
    // What it would say of files that are new or differ is said below.
    messageCallback: (message) => {
      message.handled = true;
    },
  });
  if (apiReportChanged) {
    console.log(`${check ? "differs from what is there" : "written"}: site/api/${name}.api.md`);
    failed ||= check;
  }
}
if (failed) process.exit(1);

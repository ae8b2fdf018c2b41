// A static server on this machine for pages of tests, with headers of one's choice.

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import sirv from "sirv";

const root = fileURLToPath(new URL("../../../", import.meta.url));

export interface SiteOptions {
  /** What is served where, "/" or "/below/": folders, from the project's root if they are relative. The first that has a file wins. */
  readonly folders?: Readonly<Record<string, string>>;
  /** Single files by their paths: "/index.html". They win over folders. */
  readonly files?: Readonly<Record<string, string>>;
  /** Sent with every answer, for example a Content-Security-Policy. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Site {
  readonly origin: string;
  /** The address of a path. */
  url(pathname: string): string;
  close(): Promise<void>;
}

const HTML = "text/html; charset=utf-8";
const types: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  json: "application/json",
};

/**
 * Serves files. A module that is asked for as .js and exists as .ts is stripped of its types, so programs of tests can be
 * written like tests.
 */
export async function serve({ folders = {}, files = {}, headers = {} }: SiteOptions): Promise<Site> {
  const mounts = Object.entries(folders).map(([below, folder]) => {
    const full = path.resolve(root, folder);
    return { below, folder: full, serveFile: sirv(full, { dev: true, dotfiles: true }) };
  });
  const server = createServer(async (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const { pathname } = new URL(request.url as string, "http://localhost");
    const file = files[pathname];
    if (file !== undefined) return answer(response, pathname, file);
    // Browsers ask for it unbidden.
    if (pathname === "/favicon.ico") return void response.writeHead(204).end();
    const url = request.url as string;
    const next = async (i: number): Promise<void> => {
      const mount = mounts[i];
      if (mount === undefined) return void response.writeHead(404).end("not found");
      if (!pathname.startsWith(mount.below)) return next(i + 1);
      const source = path.join(mount.folder, pathname.slice(mount.below.length)).replace(/\.js$/, ".ts");
      if (pathname.endsWith(".js") && existsSync(source)) {
        const { code } = await transform(await readFile(source, "utf8"), { loader: "ts", sourcefile: source });
        return answer(response, pathname, code);
      }
      request.url = url.slice(mount.below.length - 1);
      mount.serveFile(request, response, () => void next(i + 1));
    };
    await next(0);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    url: (pathname) => new URL(pathname, origin).href,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(response: ServerResponse, pathname: string, content: string): void {
  response.setHeader("content-type", types[pathname.split(".").pop() as string] ?? HTML);
  response.end(content);
}

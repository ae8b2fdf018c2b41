// Where downloaded files are kept: on disk in Node, in the Cache API in browsers.

import { DataError } from "../../errors.js";
import { type Bytes, sha256 } from "./checksum.js";
import { reasonOf } from "./file-source.js";
import { nodeModules } from "./node.js";

export interface FileCache {
  /** The file as it was stored, unchecked; undefined where there is none. */
  read(): Promise<Bytes | undefined>;
  write(bytes: Bytes): Promise<void>;
}

export interface CachedFile {
  /** The dataset; its folder in the cache. */
  readonly subject: string;
  /** The address of the file is `<base>/<name>`. */
  readonly base: string;
  readonly name: string;
  /** Whether a checksum tells the content. If not, only the address does. */
  readonly verified: boolean;
}

/** The place of one file; undefined where this host has no place for it. */
export async function openCache(file: CachedFile, cacheDir: string | undefined): Promise<FileCache | undefined> {
  const node = nodeModules();
  if (node !== undefined) return diskCache(node, file, cacheDir);
  return globalThis.caches === undefined ? undefined : browserCache(`${file.base}/${file.name}`);
}

type Node = NonNullable<ReturnType<typeof nodeModules>>;

async function diskCache(
  { fs, os, path }: Node,
  { subject, base, name, verified }: CachedFile,
  cacheDir: string | undefined,
): Promise<FileCache> {
  // A verified file is the same from everywhere; of the others, each address has a folder.
  const address = verified ? [] : [(await sha256(subject, new TextEncoder().encode(base))).slice(0, 16)];
  const target = path.resolve(cacheDir ?? defaultDirectory({ os, path }), subject, ...address, name);
  return {
    async read() {
      try {
        return (await fs.stat(target)).isFile() ? await fs.readFile(target) : undefined;
      } catch {
        return undefined;
      }
    },

    // Written beside its place and moved there: other processes see the whole file or none.
    async write(bytes) {
      const temporary = `${target}.${globalThis.crypto.randomUUID()}.tmp`;
      try {
        await fs.mkdir(path.dirname(target), { recursive: true });
        await fs.writeFile(temporary, bytes);
        await fs.rename(temporary, target);
      } catch (cause) {
        await fs.rm(temporary, { force: true }).catch(() => undefined);
        // A default nobody asked for must not fail where the home folder is read-only.
        if (cacheDir === undefined) return;
        throw new DataError(
          `${subject}: cacheDir must be writable; ${target} received ${reasonOf(cause)}. Pass another folder, or false.`,
          { cause },
        );
      }
    },
  };
}

function defaultDirectory({ os, path }: Pick<Node, "os" | "path">): string {
  const { XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = process.env;
  // The XDG base directory specification: a relative path is to be ignored.
  if (xdg !== undefined && path.isAbsolute(xdg)) return path.join(xdg, "lanewise");
  if (process.platform === "win32" && local) return path.join(local, "lanewise", "cache");
  if (process.platform === "darwin") return path.join(os.homedir(), "Library", "Caches", "lanewise");
  return path.join(os.homedir(), ".cache", "lanewise");
}

function browserCache(url: string): FileCache {
  return {
    async read() {
      try {
        const stored = await (await caches.open("lanewise")).match(url);
        return stored && new Uint8Array(await stored.arrayBuffer());
      } catch {
        return undefined;
      }
    },

    async write(bytes) {
      try {
        await (await caches.open("lanewise")).put(url, new Response(bytes));
      } catch {
        // Over the quota, or a private window: the next visit downloads again.
      }
    },
  };
}

// What a file is, by its first bytes and its name: the page takes it where it belongs, and when it belongs nowhere, the
// page says what it is.

export type FileKind =
  /** A model of Lanewise, or weights without their net. */
  | "safetensors"
  /** model.json of TensorFlow.js. */
  | "json"
  /** The weights beside it. */
  | "bin"
  /** A folder with model.json in a zip file. */
  | "zippedModel"
  /** Arrays of pictures and labels, in an archive, IDX, or gzip, which IDX files of MNIST come in. */
  | "npz"
  | "idx"
  | "gzip"
  /** A photograph or drawing. */
  | "picture"
  /** Something else; `foreign` has a word for it. */
  | "other";

/** Which of them are models, and which are pictures to train on. */
export const isModel = (kind: FileKind): boolean => ["safetensors", "json", "bin", "zippedModel"].includes(kind);
export const isPictureSet = (kind: FileKind): boolean => ["npz", "idx", "gzip"].includes(kind);

export function kindOf(name: string, bytes: Uint8Array): FileKind {
  if (bytes.length === 0) return "other";
  if (/\.(png|jpe?g|gif|webp|bmp|avif|heic|svg|tiff?)$/i.test(name) || isPicture(bytes)) return "picture";
  if (begins(bytes, 0x50, 0x4b)) {
    if (holdsName(bytes, "model.json")) return "zippedModel";
    return /\.npz$/i.test(name) || holdsName(bytes, ".npy") ? "npz" : "other";
  }
  if (begins(bytes, 0x1f, 0x8b)) return "gzip";
  if (/\.safetensors$/i.test(name) || bytes[8] === 0x7b) return "safetensors";
  if (/\.json$/i.test(name)) return "json";
  if (/\.bin$/i.test(name)) return "bin";
  return begins(bytes, 0, 0) && (bytes[2] as number) >= 8 ? "idx" : "other";
}

/** What a file is that cannot be used, in words: "a picture"; null where it might be anything. */
export function foreign(name: string, bytes: Uint8Array): string | null {
  if (bytes.length === 0) return "empty";
  if (kindOf(name, bytes) === "picture") return "a picture";
  if (begins(bytes, 0x25, 0x50, 0x44, 0x46)) return "a PDF document";
  if (begins(bytes, 0x89, 0x48, 0x44, 0x46)) return "a file of Keras or HDF5";
  if (/\.keras$/i.test(name)) return "a file of Keras";
  if (/\.(pt|pth|pkl|ckpt)$/i.test(name)) return "a file of PyTorch or Python";
  if (/\.onnx$/i.test(name)) return "an ONNX file";
  if (/tfevents/.test(name)) return "curves for TensorBoard";
  if (/\.csv$/i.test(name)) return "a table";
  if (/\.(txt|md|html?)$/i.test(name)) return "a text";
  return null;
}

function isPicture(bytes: Uint8Array): boolean {
  return (
    begins(bytes, 0x89, 0x50, 0x4e, 0x47) ||
    begins(bytes, 0xff, 0xd8, 0xff) ||
    begins(bytes, 0x47, 0x49, 0x46, 0x38) ||
    (begins(bytes, 0x52, 0x49, 0x46, 0x46) && bytes[8] === 0x57 && bytes[9] === 0x45)
  );
}

const begins = (bytes: Uint8Array, ...expected: readonly number[]) => expected.every((byte, i) => bytes[i] === byte);

/** Whether a zip file names such a file: in the directory at its end, or where that was cut off, at its beginning. */
function holdsName(bytes: Uint8Array, name: string): boolean {
  // One character for each byte; a directory of some hundred files fits.
  const text = (part: Uint8Array) => new TextDecoder("latin1").decode(part);
  const end = text(bytes.subarray(-65_536));
  return end.slice(end.indexOf("PK\u0001\u0002")).includes(name) || text(bytes.subarray(0, 256)).includes(name);
}

// MNIST and Fashion-MNIST, from IDX files in a folder or from a server. Neither is part of the package.

import { checkArity } from "../../errors.js";
import type { Dataset } from "./dataset.js";
import { type IdxDatasetOptions, type IdxDatasetRecord, idxDataset } from "./idx-dataset.js";

const MNIST: IdxDatasetRecord = {
  name: "mnist",
  classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  source:
    "Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits (1998); no formal licence, " +
    "generally redistributed under CC BY-SA 3.0",
  image: [28, 28],
  counts: { train: 60_000, test: 10_000 },
  checksums: {
    "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
  },
};

const FASHION_MNIST: IdxDatasetRecord = {
  name: "fashion-mnist",
  classNames: [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
  ],
  source: "H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST (2017), https://github.com/zalandoresearch/fashion-mnist, MIT",
  image: [28, 28],
  counts: { train: 60_000, test: 10_000 },
  checksums: {},
};

/**
 * MNIST: 60000 training and 10000 test images of handwritten digits; x `[count, 784]` in [0, 1], y in [0, 10).
 *
 * Reads `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte`,
 * from `dir` compressed or not, from `url` as `.gz` files whose SHA-256 must be that of the original distribution.
 *
 * @throws ArgumentError for options that do not fit together or are malformed.
 * @throws DataError for a file that is missing, truncated, corrupt, not the published one, or no such array.
 */
export async function mnist(options: IdxDatasetOptions): Promise<Dataset> {
  checkArity("mnist", arguments.length, 1);
  return idxDataset(MNIST, options);
}

/**
 * Fashion-MNIST: 60000 training and 10000 test images of clothing in the format, and under the file names, of MNIST;
 * x `[count, 784]` in [0, 1], y in [0, 10). No checksums are built in: pass `checksums` to verify the files.
 *
 * @throws ArgumentError for options that do not fit together or are malformed.
 * @throws DataError for a file that is missing, truncated, corrupt, or no such array.
 */
export async function fashionMnist(options: IdxDatasetOptions): Promise<Dataset> {
  checkArity("fashionMnist", arguments.length, 1);
  return idxDataset(FASHION_MNIST, options);
}

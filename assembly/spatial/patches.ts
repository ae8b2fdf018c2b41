// Where the patches of a convolution lie. An image is [height, width, channels]; a patch, what one output pixel reads of it, is
// runs of contiguous floats. Two tables of 32-bit words, in bytes, say where: patches[i] for pixel i of all outputs, runs[r] for
// a run within any patch. They are offsets, so that they hold wherever the images lie.
//
//   patch i, run r:  images + patches[i] + runs[r]

/** patches[(b * height + y) * width + x] = b * imageStep + y * rowStep + x * pixelStep, in bytes. */
export function patchTable(
  patches: usize,
  batch: i32,
  height: i32,
  width: i32,
  imageStep: i32,
  rowStep: i32,
  pixelStep: i32,
): void {
  for (let b = 0; b < batch; b++) {
    let row = b * imageStep;
    for (let y = 0; y < height; y++) {
      let at = row;
      for (const end = patches + (width << 2); patches !== end; patches += 4) {
        store<i32>(patches, at);
        at += pixelStep;
      }
      row += rowStep;
    }
  }
}

/** runs[i] = (i / inner) * outerStep + (i % inner) * innerStep, in bytes: taps of a kernel row by row. */
export function runTable(runs: usize, count: i32, inner: i32, outerStep: i32, innerStep: i32): void {
  for (let i = 0; i < count; i++) store<i32>(runs + (i << 2), (i / inner) * outerStep + (i % inner) * innerStep);
}

/**
 * Images with a border: out[b, top + y, left + x] = x[b, y, x], and zeros around. Rows of out are outWidth pixels, pixels of
 * outPixel floats, of which the first `channels` are written.
 */
export function padImages(
  x: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  out: usize,
  outHeight: i32,
  outWidth: i32,
  outPixel: i32,
  top: i32,
  left: i32,
): void {
  const pixel = channels << 2;
  const outStep = outPixel << 2;
  const outRow = outWidth * outStep;
  const row = width * pixel;
  const dense = outPixel === channels;
  const before = top * outRow + left * outStep;
  const between = (outWidth - width) * outStep;
  const after = (outWidth - width - left) * outStep + (outHeight - height - top) * outRow;
  for (; batch > 0; batch--) {
    memory.fill(out, 0, before);
    out += before;
    for (let y = height; y > 0; y--) {
      if (dense) memory.copy(out, x, row);
      else copyPixels(x, pixel, out, outStep, width);
      x += row;
      out += width * outStep;
      // The end of a row and the begin of the next lie side by side.
      const zeros = y > 1 ? between : after;
      memory.fill(out, 0, zeros);
      out += zeros;
    }
  }
}

function copyPixels(x: usize, pixel: i32, out: usize, outStep: i32, count: i32): void {
  for (; count > 0; count--) {
    memory.copy(out, x, pixel);
    x += pixel;
    out += outStep;
  }
}

/** What lies inside the border: y[b, i, j] = x[b, top + i, left + j]. */
export function cropImages(
  x: usize,
  batch: i32,
  xHeight: i32,
  xWidth: i32,
  channels: i32,
  y: usize,
  height: i32,
  width: i32,
  top: i32,
  left: i32,
): void {
  const xRow = (xWidth * channels) << 2;
  const row = (width * channels) << 2;
  const image = xHeight * xRow;
  x += top * xRow + ((left * channels) << 2);
  for (; batch > 0; batch--) {
    let from = x;
    for (let i = height; i > 0; i--) {
      memory.copy(y, from, row);
      from += xRow;
      y += row;
    }
    x += image;
  }
}

// The canonical sum of assembly/reduce.ts in plain JavaScript: partial sum j takes the elements j, j + 8, j + 16, ...,
// then lane.total8 adds the eight: ((0+4) + (2+6)) + ((1+5) + (3+7)). Every addition is rounded to float32.

const { fround } = Math;

export function canonicalSum(x: ArrayLike<number>): number {
  const p = new Float32Array(8);
  for (let i = 0; i < x.length; i++) p[i % 8] = (p[i % 8] as number) + (x[i] as number);
  const pair = (j: number) => fround((p[j] as number) + (p[j + 4] as number));
  return fround(fround(pair(0) + pair(2)) + fround(pair(1) + pair(3)));
}

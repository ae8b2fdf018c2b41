// Arithmetic on one register of f32 lanes: V is f32 (one lane) or v128 (four lanes).
// The only file that names a vector instruction; the compiler removes the branches not taken.
// Used by every kernel that runs in several builds. Over 400 lines, since no other file may name one.

export abstract class lane {
  /** Lanes in one register. */
  @inline static count<V>(): i32 {
    return <i32>(sizeof<V>() / sizeof<f32>());
  }

  @inline static splat<V>(x: f32): V {
    if (!isVector<V>()) return x as V;
    else return f32x4.splat(x) as V;
  }

  // Memory. Addresses need no alignment.

  @inline static load<V>(p: usize, offset: usize = 0): V {
    if (!isVector<V>()) return f32.load(p + offset) as V;
    else return v128.load(p + offset) as V;
  }

  @inline static store<V>(p: usize, x: V, offset: usize = 0): void {
    if (!isVector<V>()) f32.store(p + offset, x);
    else v128.store(p + offset, x);
  }

  /**
   * Every lane is the f32 number `i` (a constant, 0 to 5) from p on. One line for each i, since an instruction carries
   * its offset only where that is written as a literal, and no pass moves one there later.
   */
  @inline static loadSplat<V>(p: usize, i: i32): V {
    if (!isVector<V>()) return f32.load(p + (i << 2)) as V;
    if (i === 1) return v128.load32_splat(p, 4) as V;
    if (i === 2) return v128.load32_splat(p, 8) as V;
    if (i === 3) return v128.load32_splat(p, 12) as V;
    if (i === 4) return v128.load32_splat(p, 16) as V;
    if (i === 5) return v128.load32_splat(p, 20) as V;
    return v128.load32_splat(p) as V;
  }

  /** Entry i of a table of 32-bit constants, in every lane. */
  @inline static constant<V>(table: usize, i: i32): V {
    return lane.loadSplat<V>(table + (i << 2), 0);
  }

  /** The first n lanes, 0 < n < count; the others are `fill`. */
  @inline static loadPart<V>(p: usize, n: i32, fill: f32): V {
    if (!isVector<V>()) return fill as V;
    else {
      let x = f32x4.splat(fill);
      x = v128.load_lane<f32>(p, x, 0);
      if (n > 1) x = v128.load_lane<f32>(p, x, 1, 4);
      if (n > 2) x = v128.load_lane<f32>(p, x, 2, 8);
      return x as V;
    }
  }

  /** Writes the first n lanes, 0 < n < count, and touches nothing behind them. */
  @inline static storePart<V>(p: usize, x: V, n: i32): void {
    if (isVector<V>()) {
      v128.store_lane<f32>(p, x, 0);
      if (n > 1) v128.store_lane<f32>(p, x, 1, 4);
      if (n > 2) v128.store_lane<f32>(p, x, 2, 8);
    }
  }

  /** The first n lanes, of any n: all where there are enough, none below 1; the others are `fill`. */
  static loadUpTo<V>(p: usize, n: i32, fill: f32): V {
    if (n >= lane.count<V>()) return lane.load<V>(p);
    return n > 0 ? lane.loadPart<V>(p, n, fill) : lane.splat<V>(fill);
  }

  /** Writes the first n lanes, of any n, and touches nothing behind them. */
  static storeUpTo<V>(p: usize, x: V, n: i32): void {
    if (n >= lane.count<V>()) lane.store<V>(p, x);
    else if (n > 0) lane.storePart<V>(p, x, n);
  }

  /** Turns the 4 x 4 block at `from` (rows `fromStep` bytes apart) into rows `toStep` bytes apart. Vectors only. */
  @inline static transpose4(from: usize, fromStep: usize, to: usize, toStep: usize): void {
    const r0 = v128.load(from);
    const r1 = v128.load(from + fromStep);
    const r2 = v128.load(from + 2 * fromStep);
    const r3 = v128.load(from + 3 * fromStep);
    const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
    const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f64>(low01, low23, 0, 2));
    v128.store(to + toStep, v128.shuffle<f64>(low01, low23, 1, 3));
    v128.store(to + 2 * toStep, v128.shuffle<f64>(high01, high23, 0, 2));
    v128.store(to + 3 * toStep, v128.shuffle<f64>(high01, high23, 1, 3));
  }

  // Arithmetic.

  @inline static add<V>(a: V, b: V): V {
    if (!isVector<V>()) return a + b;
    else return f32x4.add(a, b);
  }

  @inline static sub<V>(a: V, b: V): V {
    if (!isVector<V>()) return a - b;
    else return f32x4.sub(a, b);
  }

  @inline static mul<V>(a: V, b: V): V {
    if (!isVector<V>()) return a * b;
    else return f32x4.mul(a, b);
  }

  @inline static div<V>(a: V, b: V): V {
    if (!isVector<V>()) return a / b;
    else return f32x4.div(a, b);
  }

  @inline static sqrt<V>(a: V): V {
    if (!isVector<V>()) return f32.sqrt(a) as V;
    else return f32x4.sqrt(a);
  }

  @inline static abs<V>(a: V): V {
    if (!isVector<V>()) return f32.abs(a as f32) as V;
    else return f32x4.abs(a);
  }

  /** The largest whole number that is not above a. */
  @inline static floor<V>(a: V): V {
    if (!isVector<V>()) return f32.floor(a as f32) as V;
    else return f32x4.floor(a);
  }

  /** a * b + c; one rounding in the relaxed build, two in the others. */
  @inline static fma<V>(a: V, b: V, c: V): V {
    if (!isVector<V>()) return a * b + c;
    else if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
    else return f32x4.add(f32x4.mul(a, b), c);
  }

  // Choice. One instruction each on x64, where f32x4.min and max carry repairs for NaN.

  /** b > a ? b : a: keeps a where either is NaN. */
  @inline static raise<V>(a: V, b: V): V {
    if (!isVector<V>()) return select<V>(b, a, b > a);
    else return f32x4.pmax(a, b);
  }

  /** b < a ? b : a: keeps a where either is NaN. */
  @inline static lower<V>(a: V, b: V): V {
    if (!isVector<V>()) return select<V>(b, a, b < a);
    else return f32x4.pmin(a, b);
  }

  /** The larger; NaN where either is NaN, and +0 is larger than -0. */
  @inline static maximum<V>(a: V, b: V): V {
    if (!isVector<V>()) return max<f32>(a as f32, b as f32) as V;
    else return f32x4.max(a, b);
  }

  /** The smaller; NaN where either is NaN, and -0 is smaller than +0. */
  @inline static minimum<V>(a: V, b: V): V {
    if (!isVector<V>()) return min<f32>(a as f32, b as f32) as V;
    else return f32x4.min(a, b);
  }

  /** x >= y ? a : b, lane by lane; b where either is NaN. */
  @inline static whereAtLeast<V>(x: V, y: V, a: V, b: V): V {
    if (!isVector<V>()) return select<V>(a, b, x >= y);
    else return v128.bitselect(a, b, f32x4.ge(x, y));
  }

  /** x > y ? a : b, lane by lane; b where either is NaN. */
  @inline static whereGreater<V>(x: V, y: V, a: V, b: V): V {
    if (!isVector<V>()) return select<V>(a, b, x > y);
    else return v128.bitselect(a, b, f32x4.gt(x, y));
  }

  /** x > y ? a : 0, lane by lane; 0 where either is NaN. */
  @inline static onlyGreater<V>(x: V, y: V, a: V): V {
    if (!isVector<V>()) return select<V>(a, 0 as V, x > y);
    else return v128.and(a, f32x4.gt(x, y));
  }

  /** a where the sign bit of x is set, else b. */
  @inline static whereNegative<V>(x: V, a: V, b: V): V {
    if (!isVector<V>()) return select<V>(a, b, reinterpret<i32>(x) < 0);
    else return v128.bitselect(a, b, i32x4.shr_s(x, 31));
  }

  /** a where x is NaN, else b. */
  @inline static whereNaN<V>(x: V, a: V, b: V): V {
    if (!isVector<V>()) return select<V>(a, b, isNaN<V>(x));
    else return v128.bitselect(a, b, f32x4.ne(x, x));
  }

  /** All bits where x is NaN, itself a NaN; else none. */
  @inline static maskNaN<V>(x: V): V {
    if (!isVector<V>()) return reinterpret<f32>(select<i32>(-1, 0, isNaN<V>(x))) as V;
    else return f32x4.ne(x, x) as V;
  }

  /** All bits where a and b are equal; else none. */
  @inline static maskEqual<V>(a: V, b: V): V {
    if (!isVector<V>()) return reinterpret<f32>(select<i32>(-1, 0, a === b)) as V;
    else return f32x4.eq(a, b) as V;
  }

  // Bits of the floats as 32-bit integers.

  @inline static bitsSub<V>(a: V, b: V): V {
    if (!isVector<V>()) return reinterpret<f32>(reinterpret<i32>(a) - reinterpret<i32>(b)) as V;
    else return i32x4.sub(a, b);
  }

  @inline static bitsShiftLeft<V>(a: V, n: i32): V {
    if (!isVector<V>()) return reinterpret<f32>(reinterpret<i32>(a) << n) as V;
    else return i32x4.shl(a, n);
  }

  /** Arithmetic shift: the sign comes in from the left. */
  @inline static bitsShiftRight<V>(a: V, n: i32): V {
    if (!isVector<V>()) return reinterpret<f32>(reinterpret<i32>(a) >> n) as V;
    else return i32x4.shr_s(a, n);
  }

  @inline static bitsAnd<V>(a: V, b: i32): V {
    if (!isVector<V>()) return reinterpret<f32>(reinterpret<i32>(a) & b) as V;
    else return v128.and(a, i32x4.splat(b));
  }

  @inline static andBits<V>(a: V, b: V): V {
    if (!isVector<V>()) return reinterpret<f32>(reinterpret<i32>(a) & reinterpret<i32>(b)) as V;
    else return v128.and(a, b);
  }

  /** The bits of a that b has not. */
  @inline static andNotBits<V>(a: V, b: V): V {
    if (!isVector<V>()) return reinterpret<f32>(reinterpret<i32>(a) & ~reinterpret<i32>(b)) as V;
    else return v128.andnot(a, b);
  }

  @inline static xorBits<V>(a: V, b: V): V {
    if (!isVector<V>()) return reinterpret<f32>(reinterpret<i32>(a) ^ reinterpret<i32>(b)) as V;
    else return v128.xor(a, b);
  }

  @inline static orBits<V>(a: V, b: V): V {
    if (!isVector<V>()) return reinterpret<f32>(reinterpret<i32>(a) | reinterpret<i32>(b)) as V;
    else return v128.or(a, b);
  }

  /** The integer in the bits as a float. */
  @inline static bitsToFloat<V>(a: V): V {
    if (!isVector<V>()) return (<f32>reinterpret<i32>(a)) as V;
    else return f32x4.convert_i32x4_s(a);
  }

  // 32-bit integers: here V is i32 or v128.

  @inline static splatInteger<V>(x: i32): V {
    if (!isVector<V>()) return x as V;
    else return i32x4.splat(x) as V;
  }

  /** 0 in a single lane; 0, 1, 2, 3 in four. */
  @inline static countUp<V>(): V {
    if (!isVector<V>()) return 0 as V;
    else return i32x4(0, 1, 2, 3) as V;
  }

  @inline static addIntegers<V>(a: V, b: V): V {
    if (!isVector<V>()) return a + b;
    else return i32x4.add(a, b);
  }

  @inline static xor<V>(a: V, b: V): V {
    if (!isVector<V>()) return a ^ b;
    else return v128.xor(a, b);
  }

  /** Low words of the products of unsigned words. */
  @inline static mulLow<V>(a: V, b: V): V {
    if (!isVector<V>()) return a * b;
    else return i32x4.mul(a, b);
  }

  /** High words of the products of unsigned words. */
  @inline static mulHigh<V>(a: V, b: V): V {
    if (!isVector<V>()) return (<i32>((<u64>(<u32>a) * <u64>(<u32>b)) >> 32)) as V;
    else {
      return v128.shuffle<i32>(i64x2.extmul_low_i32x4_u(a, b), i64x2.extmul_high_i32x4_u(a, b), 1, 3, 5, 7);
    }
  }

  @inline static storeIntegers<V>(p: usize, x: V): void {
    if (!isVector<V>()) i32.store(p, x);
    else v128.store(p, x);
  }

  // Reading at places of their own. Vectors only.

  /** Whole numbers as integers. */
  @inline static toIntegers<V>(a: V): V {
    return i32x4.trunc_sat_f32x4_s(a) as V;
  }

  /** Two neighbours at each of two places, those in lanes 0 and 1 of `at`, in floats from p. */
  @inline static pairsLow<V>(p: usize, at: V): V {
    const one = v128.load_zero<u64>(p + (i32x4.extract_lane(at, 0) << 2));
    return v128.load_lane<u64>(p + (i32x4.extract_lane(at, 1) << 2), one, 1) as V;
  }

  /** The same of lanes 2 and 3. */
  @inline static pairsHigh<V>(p: usize, at: V): V {
    const one = v128.load_zero<u64>(p + (i32x4.extract_lane(at, 2) << 2));
    return v128.load_lane<u64>(p + (i32x4.extract_lane(at, 3) << 2), one, 1) as V;
  }

  /** Lanes 0 and 2 of both. */
  @inline static evens<V>(a: V, b: V): V {
    return v128.shuffle<f32>(a, b, 0, 2, 4, 6) as V;
  }

  /** Lanes 1 and 3 of both. */
  @inline static odds<V>(a: V, b: V): V {
    return v128.shuffle<f32>(a, b, 1, 3, 5, 7) as V;
  }

  // Across lanes.

  /**
   * The canonical tree over eight partial results, p0 .. p7 as single lanes or p0, p1 as two vectors:
   * ((0+4) + (2+6)) + ((1+5) + (3+7)).
   */
  @inline static total8<V>(p0: V, p1: V, p2: V, p3: V, p4: V, p5: V, p6: V, p7: V): f32 {
    if (!isVector<V>()) return (p0 + p4 + (p2 + p6) + (p1 + p5 + (p3 + p7))) as f32;
    else {
      const four = f32x4.add(p0, p1);
      const two = f32x4.add(four, v128.shuffle<f32>(four, four, 2, 3, 2, 3));
      return f32x4.extract_lane(two, 0) + f32x4.extract_lane(two, 1);
    }
  }

  /** The upper half of the lanes in the place of the lower. Vectors only. */
  @inline static upperHalf<V>(a: V): V {
    return v128.shuffle<f32>(a, a, 2, 3, 2, 3) as V;
  }

  @inline static first<V>(a: V): f32 {
    if (!isVector<V>()) return a as f32;
    else return f32x4.extract_lane(a, 0);
  }

  /** Vectors only. */
  @inline static second<V>(a: V): f32 {
    return f32x4.extract_lane(a, 1);
  }

  /** The largest lane; NaN lanes may be lost. */
  @inline static largest<V>(a: V): f32 {
    if (!isVector<V>()) return a as f32;
    else {
      const two = f32x4.pmax(a, v128.shuffle<f32>(a, a, 2, 3, 2, 3));
      const x = f32x4.extract_lane(two, 0);
      const y = f32x4.extract_lane(two, 1);
      return select<f32>(y, x, y > x);
    }
  }

  // Registers of f64 beside those of f32: W is f64 or v128.

  @inline static zeroDoubles<W>(): W {
    if (!isVector<W>()) return (<f64>0) as W;
    else return f64x2.splat(0) as W;
  }

  @inline static addDoubles<W>(a: W, b: W): W {
    if (!isVector<W>()) return ((a as f64) + (b as f64)) as W;
    else return f64x2.add(a as v128, b as v128) as W;
  }

  @inline static mulDoubles<W>(a: W, b: W): W {
    if (!isVector<W>()) return ((a as f64) * (b as f64)) as W;
    else return f64x2.mul(a as v128, b as v128) as W;
  }

  /** The first half of the lanes in f64; of one lane that one. */
  @inline static lowDoubles<V, W>(x: V): W {
    if (!isVector<V>()) return (<f64>(x as f32)) as W;
    else return f64x2.promote_low_f32x4(x as v128) as W;
  }

  /** The second half of the lanes in f64. Vectors only. */
  @inline static highDoubles<V, W>(x: V): W {
    if (!isVector<V>()) return (<f64>0) as W;
    else return f64x2.promote_low_f32x4(i32x4.shuffle(x as v128, x as v128, 2, 3, 2, 3)) as W;
  }

  /** Both halves divided and rounded to f32. */
  @inline static roundDoubles<V, W>(low: W, high: W, divisor: f64): V {
    if (!isVector<V>()) return (<f32>((low as f64) / divisor)) as V;
    else {
      const by = f64x2.splat(divisor);
      const a = f32x4.demote_f64x2_zero(f64x2.div(low as v128, by));
      const b = f32x4.demote_f64x2_zero(f64x2.div(high as v128, by));
      return i32x4.shuffle(a, b, 0, 1, 4, 5) as V;
    }
  }

  /** The sum of two lanes. Vectors only. */
  @inline static totalDoubles<W>(a: W): f64 {
    if (!isVector<W>()) return a as f64;
    else return f64x2.extract_lane(a as v128, 0) + f64x2.extract_lane(a as v128, 1);
  }
}

// Arithmetic on one register of f32 lanes: V is f32 (one lane) or v128 (four lanes).
// The only file that names a vector instruction; the compiler removes the branches not taken.
// Used by every kernel that runs in several builds.

export abstract class lane {
  /** Lanes in one register. */
  @inline static count<V>(): i32 {
    return <i32>(sizeof<V>() / sizeof<f32>());
  }

  @inline static splat<V>(x: f32): V {
    if (!isVector<V>()) return x as V;
    else return f32x4.splat(x) as V;
  }

  @inline static load<V>(p: usize, offset: usize = 0): V {
    if (!isVector<V>()) return f32.load(p + offset) as V;
    else return v128.load(p + offset) as V;
  }
  @inline static mul<V>(a: V, b: V): V {
    if (!isVector<V>()) return a * b;
    else return f32x4.mul(a, b);
  }
  @inline static add<V>(a: V, b: V): V {
    if (!isVector<V>()) return a + b;
    else return f32x4.add(a, b);
  }
  @inline static store<V>(p: usize, x: V): void {
    if (!isVector<V>()) f32.store(p, x);
    else v128.store(p, x);
  }

  /** Every lane is the f32 at p. */
  @inline static loadSplat<V>(p: usize): V {
    if (!isVector<V>()) return f32.load(p) as V;
    else return v128.load32_splat(p) as V;
  }

  /** a * b + c; one rounding in the relaxed build, two in the others. */
  @inline static fma<V>(a: V, b: V, c: V): V {
    if (!isVector<V>()) return a * b + c;
    else if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
    else return f32x4.add(f32x4.mul(a, b), c);
  }
}

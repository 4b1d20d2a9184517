//! Vectors of lanes: one small trait over the machine's vector instructions, and plain `f64`.
//!
//! Every operation works element by element and rounds once, so all back ends give the same bits.
//! A fused multiply-add is one operation of its own, which the plain form rounds once, too; nothing is fused unasked.

use std::sync::OnceLock;

/// A kind of vector. Methods are what the machine does in one instruction or a few.
///
/// The methods of a back end may be called only inside a function compiled for its features;
/// [`dispatch`] is the only place that names the back ends.
pub(crate) trait Simd: Copy {
    /// `N` numbers.
    type V: Copy;
    /// `N` truths.
    type M: Copy;
    /// Numbers in one vector.
    const N: usize;
    fn splat(x: f64) -> Self::V;
    /// # Safety
    /// `from` must be readable for `N` numbers.
    unsafe fn load(from: *const f64) -> Self::V;
    /// # Safety
    /// `to` must be writable for `N` numbers.
    unsafe fn store(to: *mut f64, x: Self::V);
    fn add(a: Self::V, b: Self::V) -> Self::V;
    fn sub(a: Self::V, b: Self::V) -> Self::V;
    fn mul(a: Self::V, b: Self::V) -> Self::V;
    fn div(a: Self::V, b: Self::V) -> Self::V;
    /// `a * b + c`, rounded once.
    fn mul_add(a: Self::V, b: Self::V, c: Self::V) -> Self::V;
    /// `c - a * b`, rounded once.
    fn sub_mul(c: Self::V, a: Self::V, b: Self::V) -> Self::V;
    fn sqrt(a: Self::V) -> Self::V;
    fn floor(a: Self::V) -> Self::V;
    fn ceil(a: Self::V) -> Self::V;
    fn lt(a: Self::V, b: Self::V) -> Self::M;
    fn le(a: Self::V, b: Self::V) -> Self::M;
    fn eq(a: Self::V, b: Self::V) -> Self::M;
    /// `a` where the mask is true, `b` elsewhere.
    fn select(mask: Self::M, a: Self::V, b: Self::V) -> Self::V;
    /// Sum of the bit patterns, as whole numbers.
    fn bits_add(a: Self::V, b: Self::V) -> Self::V;
    fn bits_and(a: Self::V, b: Self::V) -> Self::V;
    fn bits_or(a: Self::V, b: Self::V) -> Self::V;
    fn bits_xor(a: Self::V, b: Self::V) -> Self::V;
    /// Bit pattern moved 52 places up (into the exponent).
    fn bits_up52(a: Self::V) -> Self::V;
    /// Bit pattern moved 52 places down (out of the exponent), zeros coming in.
    fn bits_down52(a: Self::V) -> Self::V;
    /// A vector with every element's bit pattern set.
    #[inline(always)]
    fn bits(pattern: u64) -> Self::V {
        Self::splat(f64::from_bits(pattern))
    }
    #[inline(always)]
    fn neg(a: Self::V) -> Self::V {
        Self::bits_xor(a, Self::splat(-0.0))
    }
    #[inline(always)]
    fn abs(a: Self::V) -> Self::V {
        Self::bits_and(a, Self::bits(0x7fff_ffff_ffff_ffff))
    }
    /// `a` where `a < b`, else `b` (so `b` where one of them is no number).
    #[inline(always)]
    fn min(a: Self::V, b: Self::V) -> Self::V {
        Self::select(Self::lt(a, b), a, b)
    }
    /// `a` where `a > b`, else `b`.
    #[inline(always)]
    fn max(a: Self::V, b: Self::V) -> Self::V {
        Self::select(Self::lt(b, a), a, b)
    }
    /// 1 where the mask is true, 0 elsewhere.
    #[inline(always)]
    fn number(mask: Self::M) -> Self::V {
        Self::select(mask, Self::splat(1.0), Self::splat(0.0))
    }
}

/// One number at a time: the plain form.
#[derive(Clone, Copy)]
pub(crate) struct Plain;

impl Simd for Plain {
    type V = f64;
    type M = bool;
    const N: usize = 1;
    #[inline(always)]
    fn splat(x: f64) -> f64 {
        x
    }
    #[inline(always)]
    unsafe fn load(from: *const f64) -> f64 {
        // SAFETY: the caller's promise.
        unsafe { *from }
    }
    #[inline(always)]
    unsafe fn store(to: *mut f64, x: f64) {
        // SAFETY: the caller's promise.
        unsafe { *to = x }
    }
    #[inline(always)]
    fn add(a: f64, b: f64) -> f64 {
        a + b
    }
    #[inline(always)]
    fn mul_add(a: f64, b: f64, c: f64) -> f64 {
        a.mul_add(b, c)
    }
    #[inline(always)]
    fn sub_mul(c: f64, a: f64, b: f64) -> f64 {
        (-a).mul_add(b, c)
    }
    #[inline(always)]
    fn sub(a: f64, b: f64) -> f64 {
        a - b
    }
    #[inline(always)]
    fn mul(a: f64, b: f64) -> f64 {
        a * b
    }
    #[inline(always)]
    fn div(a: f64, b: f64) -> f64 {
        a / b
    }
    #[inline(always)]
    fn sqrt(a: f64) -> f64 {
        a.sqrt()
    }
    #[inline(always)]
    fn floor(a: f64) -> f64 {
        a.floor()
    }
    #[inline(always)]
    fn ceil(a: f64) -> f64 {
        a.ceil()
    }
    #[inline(always)]
    fn lt(a: f64, b: f64) -> bool {
        a < b
    }
    #[inline(always)]
    fn le(a: f64, b: f64) -> bool {
        a <= b
    }
    #[inline(always)]
    fn eq(a: f64, b: f64) -> bool {
        a == b
    }
    #[inline(always)]
    fn select(mask: bool, a: f64, b: f64) -> f64 {
        if mask { a } else { b }
    }
    #[inline(always)]
    fn bits_add(a: f64, b: f64) -> f64 {
        f64::from_bits(a.to_bits().wrapping_add(b.to_bits()))
    }
    #[inline(always)]
    fn bits_and(a: f64, b: f64) -> f64 {
        f64::from_bits(a.to_bits() & b.to_bits())
    }
    #[inline(always)]
    fn bits_or(a: f64, b: f64) -> f64 {
        f64::from_bits(a.to_bits() | b.to_bits())
    }
    #[inline(always)]
    fn bits_xor(a: f64, b: f64) -> f64 {
        f64::from_bits(a.to_bits() ^ b.to_bits())
    }
    #[inline(always)]
    fn bits_up52(a: f64) -> f64 {
        f64::from_bits(a.to_bits() << 52)
    }
    #[inline(always)]
    fn bits_down52(a: f64) -> f64 {
        f64::from_bits(a.to_bits() >> 52)
    }
}

/// Several numbers at a time, for machines whose instructions are not written out here: loads that come before the
/// stores let the compiler use what vectors there are. A step of 84 species takes 0.4 times as long as with [`Plain`].
#[derive(Clone, Copy)]
pub(crate) struct Several;

const SEVERAL: usize = 8;

macro_rules! by_number {
    ($($name:ident($($arg:ident: $type:ty),*) -> $out:ty;)*) => {
        $(#[inline(always)] fn $name($($arg: [$type; SEVERAL]),*) -> [$out; SEVERAL] {
            std::array::from_fn(|k| Plain::$name($($arg[k]),*))
        })*
    };
}

impl Simd for Several {
    type V = [f64; SEVERAL];
    type M = [bool; SEVERAL];
    const N: usize = SEVERAL;
    #[inline(always)]
    fn splat(x: f64) -> Self::V {
        [x; SEVERAL]
    }
    #[inline(always)]
    unsafe fn load(from: *const f64) -> Self::V {
        // SAFETY: the caller's promise; an array of numbers is aligned like one of them.
        unsafe { *from.cast() }
    }
    #[inline(always)]
    unsafe fn store(to: *mut f64, x: Self::V) {
        // SAFETY: as for `load`.
        unsafe { *to.cast() = x }
    }
    by_number! {
        add(a: f64, b: f64) -> f64;
        sub(a: f64, b: f64) -> f64;
        mul(a: f64, b: f64) -> f64;
        div(a: f64, b: f64) -> f64;
        mul_add(a: f64, b: f64, c: f64) -> f64;
        sub_mul(c: f64, a: f64, b: f64) -> f64;
        sqrt(a: f64) -> f64;
        floor(a: f64) -> f64;
        ceil(a: f64) -> f64;
        lt(a: f64, b: f64) -> bool;
        le(a: f64, b: f64) -> bool;
        eq(a: f64, b: f64) -> bool;
        select(mask: bool, a: f64, b: f64) -> f64;
        bits_add(a: f64, b: f64) -> f64;
        bits_and(a: f64, b: f64) -> f64;
        bits_or(a: f64, b: f64) -> f64;
        bits_xor(a: f64, b: f64) -> f64;
        bits_up52(a: f64) -> f64;
        bits_down52(a: f64) -> f64;
    }
}

#[cfg(target_arch = "x86_64")]
pub(crate) use x86::{Avx2, Avx512};

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::Simd;
    use std::arch::x86_64::*;

    /// Four lanes at a time.
    #[derive(Clone, Copy)]
    pub(crate) struct Avx2;
    /// Eight lanes at a time.
    #[derive(Clone, Copy)]
    pub(crate) struct Avx512;

    // SAFETY (this module): `dispatch` calls code of a back end only after its features were detected.
    macro_rules! wrap {
        ($($name:ident($($arg:ident: $type:ty),*) -> $out:ty = $body:expr;)*) => {
            $(#[inline(always)] fn $name($($arg: $type),*) -> $out { unsafe { $body } })*
        };
    }

    impl Simd for Avx2 {
        type V = __m256d;
        type M = __m256d;
        const N: usize = 4;
        #[inline(always)]
        unsafe fn load(from: *const f64) -> __m256d {
            unsafe { _mm256_loadu_pd(from) }
        }
        #[inline(always)]
        unsafe fn store(to: *mut f64, x: __m256d) {
            unsafe { _mm256_storeu_pd(to, x) }
        }
        wrap! {
            splat(x: f64) -> __m256d = _mm256_set1_pd(x);
            add(a: __m256d, b: __m256d) -> __m256d = _mm256_add_pd(a, b);
            sub(a: __m256d, b: __m256d) -> __m256d = _mm256_sub_pd(a, b);
            mul(a: __m256d, b: __m256d) -> __m256d = _mm256_mul_pd(a, b);
            div(a: __m256d, b: __m256d) -> __m256d = _mm256_div_pd(a, b);
            mul_add(a: __m256d, b: __m256d, c: __m256d) -> __m256d = _mm256_fmadd_pd(a, b, c);
            sub_mul(c: __m256d, a: __m256d, b: __m256d) -> __m256d = _mm256_fnmadd_pd(a, b, c);
            sqrt(a: __m256d) -> __m256d = _mm256_sqrt_pd(a);
            floor(a: __m256d) -> __m256d = _mm256_floor_pd(a);
            ceil(a: __m256d) -> __m256d = _mm256_ceil_pd(a);
            lt(a: __m256d, b: __m256d) -> __m256d = _mm256_cmp_pd::<_CMP_LT_OQ>(a, b);
            le(a: __m256d, b: __m256d) -> __m256d = _mm256_cmp_pd::<_CMP_LE_OQ>(a, b);
            eq(a: __m256d, b: __m256d) -> __m256d = _mm256_cmp_pd::<_CMP_EQ_OQ>(a, b);
            select(mask: __m256d, a: __m256d, b: __m256d) -> __m256d = _mm256_blendv_pd(b, a, mask);
            bits_add(a: __m256d, b: __m256d) -> __m256d =
                _mm256_castsi256_pd(_mm256_add_epi64(_mm256_castpd_si256(a), _mm256_castpd_si256(b)));
            bits_and(a: __m256d, b: __m256d) -> __m256d = _mm256_and_pd(a, b);
            bits_or(a: __m256d, b: __m256d) -> __m256d = _mm256_or_pd(a, b);
            bits_xor(a: __m256d, b: __m256d) -> __m256d = _mm256_xor_pd(a, b);
            bits_up52(a: __m256d) -> __m256d = _mm256_castsi256_pd(_mm256_slli_epi64::<52>(_mm256_castpd_si256(a)));
            bits_down52(a: __m256d) -> __m256d = _mm256_castsi256_pd(_mm256_srli_epi64::<52>(_mm256_castpd_si256(a)));
        }
    }

    impl Simd for Avx512 {
        type V = __m512d;
        type M = __mmask8;
        const N: usize = 8;
        #[inline(always)]
        unsafe fn load(from: *const f64) -> __m512d {
            unsafe { _mm512_loadu_pd(from) }
        }
        #[inline(always)]
        unsafe fn store(to: *mut f64, x: __m512d) {
            unsafe { _mm512_storeu_pd(to, x) }
        }
        wrap! {
            splat(x: f64) -> __m512d = _mm512_set1_pd(x);
            add(a: __m512d, b: __m512d) -> __m512d = _mm512_add_pd(a, b);
            sub(a: __m512d, b: __m512d) -> __m512d = _mm512_sub_pd(a, b);
            mul(a: __m512d, b: __m512d) -> __m512d = _mm512_mul_pd(a, b);
            div(a: __m512d, b: __m512d) -> __m512d = _mm512_div_pd(a, b);
            mul_add(a: __m512d, b: __m512d, c: __m512d) -> __m512d = _mm512_fmadd_pd(a, b, c);
            sub_mul(c: __m512d, a: __m512d, b: __m512d) -> __m512d = _mm512_fnmadd_pd(a, b, c);
            sqrt(a: __m512d) -> __m512d = _mm512_sqrt_pd(a);
            floor(a: __m512d) -> __m512d = _mm512_roundscale_pd::<0x09>(a);
            ceil(a: __m512d) -> __m512d = _mm512_roundscale_pd::<0x0a>(a);
            lt(a: __m512d, b: __m512d) -> __mmask8 = _mm512_cmp_pd_mask::<_CMP_LT_OQ>(a, b);
            le(a: __m512d, b: __m512d) -> __mmask8 = _mm512_cmp_pd_mask::<_CMP_LE_OQ>(a, b);
            eq(a: __m512d, b: __m512d) -> __mmask8 = _mm512_cmp_pd_mask::<_CMP_EQ_OQ>(a, b);
            select(mask: __mmask8, a: __m512d, b: __m512d) -> __m512d = _mm512_mask_blend_pd(mask, b, a);
            bits_add(a: __m512d, b: __m512d) -> __m512d =
                _mm512_castsi512_pd(_mm512_add_epi64(_mm512_castpd_si512(a), _mm512_castpd_si512(b)));
            bits_and(a: __m512d, b: __m512d) -> __m512d =
                _mm512_castsi512_pd(_mm512_and_si512(_mm512_castpd_si512(a), _mm512_castpd_si512(b)));
            bits_or(a: __m512d, b: __m512d) -> __m512d =
                _mm512_castsi512_pd(_mm512_or_si512(_mm512_castpd_si512(a), _mm512_castpd_si512(b)));
            bits_xor(a: __m512d, b: __m512d) -> __m512d =
                _mm512_castsi512_pd(_mm512_xor_si512(_mm512_castpd_si512(a), _mm512_castpd_si512(b)));
            bits_up52(a: __m512d) -> __m512d = _mm512_castsi512_pd(_mm512_slli_epi64::<52>(_mm512_castpd_si512(a)));
            bits_down52(a: __m512d) -> __m512d = _mm512_castsi512_pd(_mm512_srli_epi64::<52>(_mm512_castpd_si512(a)));
        }
    }
}

/// Which vector instructions are used. The results do not depend on it, only the speed does.
///
/// ```
/// use vesica_engine::Instructions;
/// assert!(Instructions::available().contains(&Instructions::Plain));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instructions {
    /// Eight lanes at a time in whatever vectors the compiler finds; runs everywhere.
    Plain,
    /// Four lanes at a time.
    Avx2,
    /// Eight lanes at a time.
    Avx512,
}

impl Instructions {
    /// The widest this machine has.
    pub fn widest() -> Self {
        static WIDEST: OnceLock<Instructions> = OnceLock::new();
        *WIDEST.get_or_init(|| Self::available().last().copied().unwrap_or(Self::Plain))
    }

    /// All this machine has, narrowest first.
    pub fn available() -> Vec<Self> {
        let mut found = vec![Self::Plain];
        #[cfg(target_arch = "x86_64")]
        {
            if has_avx2() {
                found.push(Self::Avx2);
            }
            if std::arch::is_x86_feature_detected!("avx512f") {
                found.push(Self::Avx512);
            }
        }
        found
    }
}

/// Whether this machine has AVX2, and the fused operations that all but the first such machines have.
#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma")
}

/// Work that is compiled once per back end.
pub(crate) trait Kernel {
    /// Does the work with one back end; must be `#[inline(always)]`.
    fn run<S: Simd>(self);
}

/// Runs a kernel with the given instructions (with plain ones where the machine lacks them).
pub(crate) fn dispatch<K: Kernel>(instructions: Instructions, kernel: K) {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx512f")]
        fn avx512<K: Kernel>(kernel: K) {
            kernel.run::<Avx512>()
        }
        #[target_feature(enable = "avx2,fma")]
        fn avx2<K: Kernel>(kernel: K) {
            kernel.run::<Avx2>()
        }
        match instructions {
            // SAFETY: the features were detected in the same expression.
            Instructions::Avx512 if std::arch::is_x86_feature_detected!("avx512f") => {
                return unsafe { avx512(kernel) };
            }
            Instructions::Avx2 if has_avx2() => return unsafe { avx2(kernel) },
            _ => {}
        }
    }
    let _ = instructions;
    kernel.run::<Several>()
}

//! The engine's own exp, ln, pow and their like: the same bits on every machine, one lane or many.
//!
//! Each function is written once over `Simd` (vectors of lanes) without a branch; the scalar form is its one-lane case.
//! Reductions and polynomials of exp and ln are those of FDLIBM (Sun Microsystems, 1993): less than 1 ulp.
//! The rare functions (sine and its like) are the `libm` crate's, lane by lane.

#![allow(clippy::excessive_precision, reason = "coefficients stand as published")]

use crate::simd::{Plain, Simd};

const LN2_HIGH: f64 = 6.931_471_803_691_238_164_9e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_700_0e-10;
/// 1.5 * 2^52: adding it rounds to a whole number and leaves that number in the low bits.
const ROUNDER: f64 = 6_755_399_441_055_744.0;
const MANTISSA: u64 = 0x000f_ffff_ffff_ffff;
/// Bit pattern of a number just below sqrt(1/2), where mantissas are folded.
const FOLD: u64 = 0x3fe6_a09e_0000_0000;

/// e^x.
///
/// ```
/// assert_eq!(vesica_engine::math::exp(0.0), 1.0);
/// assert!((vesica_engine::math::exp(1.0) - std::f64::consts::E).abs() < 1e-15);
/// ```
pub fn exp(x: f64) -> f64 {
    exp_v::<Plain>(x)
}

/// Natural logarithm; -inf at 0, not a number below.
///
/// ```
/// assert_eq!(vesica_engine::math::ln(1.0), 0.0);
/// assert!(vesica_engine::math::ln(-1.0).is_nan());
/// ```
pub fn ln(x: f64) -> f64 {
    ln_v::<Plain>(x)
}

/// Logarithm to base 10.
///
/// ```
/// assert!((vesica_engine::math::log10(1000.0) - 3.0).abs() < 1e-15);
/// ```
pub fn log10(x: f64) -> f64 {
    log10_v::<Plain>(x)
}

/// x^y, total: 1 for `y = 0`; 0 for `x = 0, y > 0`; 0 for `x < 0` unless `y` is a whole number.
///
/// ```
/// use vesica_engine::math::pow;
/// assert_eq!((pow(2.0, 10.0), pow(-2.0, 3.0), pow(-2.0, 0.5), pow(0.0, 0.0)), (1024.0, -8.0, 0.0, 1.0));
/// ```
pub fn pow(x: f64, y: f64) -> f64 {
    pow_v::<Plain>(x, y)
}

/// x to a small whole power by multiplication, the order of the products fixed.
///
/// ```
/// assert_eq!(vesica_engine::math::power_by_products(3.0, -2), 1.0 / 9.0);
/// ```
pub fn power_by_products(x: f64, n: i32) -> f64 {
    match n {
        0 => 1.0,
        1 => x,
        n if n < 0 => 1.0 / power_by_products(x, -n),
        n => {
            let half = power_by_products(x, n / 2);
            if n % 2 == 0 { half * half } else { half * half * x }
        }
    }
}

/// The largest whole exponent that is turned into products.
pub(crate) const LARGEST_PRODUCT_POWER: f64 = 8.0;

/// Quantile of the standard normal distribution; `p` in (0, 1). Infinite at 0 and 1.
///
/// Algorithm AS 241 (Wichura 1988, PPND16); relative error about 1e-16.
///
/// ```
/// use vesica_engine::math::normal_quantile;
/// assert_eq!(normal_quantile(0.5), 0.0);
/// assert!((normal_quantile(0.975) - 1.959963984540054).abs() < 1e-14);
/// ```
pub fn normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        return q * ratio(r, &CENTRE);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    if tail <= 0.0 {
        return if q < 0.0 { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    let r = (-ln(tail)).sqrt();
    let size = if r <= 5.0 { ratio(r - 1.6, &SHOULDER) } else { ratio(r - 5.0, &TAIL) };
    if q < 0.0 { -size } else { size }
}

fn ratio(r: f64, (above, below): &([f64; 8], [f64; 8])) -> f64 {
    let polynomial = |c: &[f64; 8]| c.iter().rev().fold(0.0, |sum, c| sum * r + c);
    polynomial(above) / polynomial(below)
}

const CENTRE: ([f64; 8], [f64; 8]) = (
    [
        3.387_132_872_796_366_608_0,
        133.141_667_891_784_377_45,
        1_971.590_950_306_551_442_7,
        13_731.693_765_509_461_125,
        45_921.953_931_549_871_457,
        67_265.770_927_008_700_853,
        33_430.575_583_588_128_105,
        2_509.080_928_730_122_672_7,
    ],
    [
        1.0,
        42.313_330_701_600_911_252,
        687.187_007_492_057_908_30,
        5_394.196_021_424_751_107_7,
        21_213.794_301_586_595_867,
        39_307.895_800_092_710_610,
        28_729.085_735_721_942_674,
        5_226.495_278_852_854_561_0,
    ],
);
const SHOULDER: ([f64; 8], [f64; 8]) = (
    [
        1.423_437_110_749_683_577_34,
        4.630_337_846_156_545_295_90,
        5.769_497_221_460_691_405_50,
        3.647_848_324_763_204_605_04,
        1.270_458_252_452_368_382_58,
        0.241_780_725_177_450_611_770,
        2.272_384_498_926_918_458_33e-2,
        7.745_450_142_783_414_076_40e-4,
    ],
    [
        1.0,
        2.053_191_626_637_758_821_87,
        1.676_384_830_183_803_849_40,
        0.689_767_334_985_100_004_550,
        0.148_103_976_427_480_074_590,
        1.519_866_656_361_645_719_66e-2,
        5.475_938_084_995_344_946_00e-4,
        1.050_750_071_644_416_843_24e-9,
    ],
);
const TAIL: ([f64; 8], [f64; 8]) = (
    [
        6.657_904_643_501_103_777_20,
        5.463_784_911_164_114_369_90,
        1.784_826_539_917_291_335_80,
        0.296_560_571_828_504_891_230,
        2.653_218_952_657_612_309_30e-2,
        1.242_660_947_388_078_438_60e-3,
        2.711_555_568_743_487_578_15e-5,
        2.010_334_399_292_288_132_65e-7,
    ],
    [
        1.0,
        0.599_832_206_555_887_937_690,
        0.136_929_880_922_735_805_310,
        1.487_536_129_085_061_485_25e-2,
        7.868_691_311_456_132_591_00e-4,
        1.846_318_317_510_054_681_80e-5,
        1.421_511_758_316_445_888_70e-7,
        2.044_263_103_389_939_785_64e-15,
    ],
);

#[inline(always)]
fn polynomial<S: Simd, const K: usize>(x: S::V, coefficients: [f64; K]) -> S::V {
    let mut sum = S::splat(coefficients[K - 1]);
    for k in (0..K - 1).rev() {
        sum = S::add(S::splat(coefficients[k]), S::mul(x, sum));
    }
    sum
}

#[inline(always)]
fn round<S: Simd>(x: S::V) -> S::V {
    S::sub(S::add(x, S::splat(ROUNDER)), S::splat(ROUNDER))
}

#[inline(always)]
fn clamp<S: Simd>(x: S::V, low: f64, high: f64) -> S::V {
    S::max(S::min(x, S::splat(high)), S::splat(low))
}

/// 2^k for a whole k between -1000 and 1000.
#[inline(always)]
fn two_to<S: Simd>(k: S::V) -> S::V {
    S::bits_add(S::bits_up52(S::add(k, S::splat(ROUNDER))), S::splat(1.0))
}

/// e^x * 2^n for a whole n; x within ±2000.
#[inline(always)]
fn exp_scaled<S: Simd>(x: S::V, n: S::V) -> S::V {
    let k = round::<S>(S::mul(x, S::splat(std::f64::consts::LOG2_E)));
    let high = S::sub(x, S::mul(k, S::splat(LN2_HIGH)));
    let low = S::mul(k, S::splat(LN2_LOW));
    let r = S::sub(high, low);
    let t = S::mul(r, r);
    let p = polynomial::<S, 5>(
        t,
        [
            1.666_666_666_666_660_190_37e-1,
            -2.777_777_777_701_559_338_42e-3,
            6.613_756_321_437_934_361_17e-5,
            -1.653_390_220_546_525_153_90e-6,
            4.138_136_797_057_238_460_39e-8,
        ],
    );
    let c = S::sub(r, S::mul(t, p));
    let tail = S::div(S::mul(r, c), S::sub(S::splat(2.0), c));
    let value = S::sub(S::splat(1.0), S::sub(S::sub(low, tail), high));
    // Two factors, since one power of two does not reach denormal results.
    let total = clamp::<S>(S::add(k, n), -1200.0, 1200.0);
    let first = round::<S>(S::mul(total, S::splat(0.5)));
    S::mul(S::mul(value, two_to::<S>(first)), two_to::<S>(S::sub(total, first)))
}

/// e^x, lanes.
#[inline(always)]
pub(crate) fn exp_v<S: Simd>(x: S::V) -> S::V {
    let value = exp_scaled::<S>(clamp::<S>(x, -800.0, 800.0), S::splat(0.0));
    S::select(S::eq(x, x), value, x)
}

/// Exponent `k` and `f` with x = 2^k (1 + f), 1 + f in [sqrt(1/2), sqrt(2)); x positive and finite.
#[inline(always)]
fn split<S: Simd>(x: S::V) -> (S::V, S::V) {
    let is_small = S::lt(x, S::splat(f64::MIN_POSITIVE));
    let scaled = S::select(is_small, S::mul(x, S::splat(18_014_398_509_481_984.0)), x);
    let shifted = S::bits_add(scaled, S::bits(1.0f64.to_bits() - FOLD));
    let exponent = S::bits_or(S::bits_down52(shifted), S::bits(0x4330_0000_0000_0000));
    let bias =
        S::select(is_small, S::splat(4_503_599_627_370_496.0 + 1077.0), S::splat(4_503_599_627_370_496.0 + 1023.0));
    let mantissa = S::bits_add(S::bits_and(shifted, S::bits(MANTISSA)), S::bits(FOLD));
    (S::sub(exponent, bias), S::sub(mantissa, S::splat(1.0)))
}

/// `(f - half square) + s * (half square + R)` in parts: `(half_square, s * (half_square + R))`.
#[inline(always)]
fn ln_parts<S: Simd>(f: S::V) -> (S::V, S::V) {
    let s = S::div(f, S::add(S::splat(2.0), f));
    let z = S::mul(s, s);
    let r = S::mul(
        z,
        polynomial::<S, 7>(
            z,
            [
                6.666_666_666_666_735_130e-1,
                3.999_999_999_940_941_908e-1,
                2.857_142_874_366_239_149e-1,
                2.222_219_843_214_978_396e-1,
                1.818_357_216_161_805_012e-1,
                1.531_383_769_920_937_332e-1,
                1.479_819_860_511_658_591e-1,
            ],
        ),
    );
    let half_square = S::mul(S::splat(0.5), S::mul(f, f));
    (half_square, S::mul(s, S::add(half_square, r)))
}

/// Natural logarithm, lanes.
#[inline(always)]
pub(crate) fn ln_v<S: Simd>(x: S::V) -> S::V {
    let (k, f) = split::<S>(x);
    let (half_square, rest) = ln_parts::<S>(f);
    let low = S::add(rest, S::mul(k, S::splat(LN2_LOW)));
    let value = S::sub(S::mul(k, S::splat(LN2_HIGH)), S::sub(S::sub(half_square, low), f));
    let value = S::select(S::eq(x, S::splat(f64::INFINITY)), x, value);
    let value = S::select(S::eq(x, S::splat(0.0)), S::splat(f64::NEG_INFINITY), value);
    let is_positive_or_zero = S::le(S::splat(0.0), x);
    S::select(is_positive_or_zero, value, S::splat(f64::NAN))
}

/// Logarithm to base 10, lanes.
#[inline(always)]
pub(crate) fn log10_v<S: Simd>(x: S::V) -> S::V {
    S::div(ln_v::<S>(x), S::splat(std::f64::consts::LN_10))
}

/// x^y, lanes. The whole part of y * log2(x) goes to the exponent, so the error grows only with |y|.
#[inline(always)]
pub(crate) fn pow_v<S: Simd>(x: S::V, y: S::V) -> S::V {
    let zero = S::splat(0.0);
    let size = S::abs(x);
    let (k, f) = split::<S>(size);
    let (half_square, rest) = ln_parts::<S>(f);
    let mantissa_ln = S::sub(f, S::sub(half_square, rest));
    let exponent = clamp::<S>(S::mul(y, k), -5000.0, 5000.0);
    let whole = round::<S>(exponent);
    let part = S::mul(S::sub(exponent, whole), S::splat(std::f64::consts::LN_2));
    let power = clamp::<S>(S::add(part, S::mul(y, mantissa_ln)), -2000.0, 2000.0);
    let value = exp_scaled::<S>(power, whole);
    let at_edge = S::select(S::lt(zero, y), S::splat(1.0), zero);
    let value = S::select(
        S::eq(size, S::splat(f64::INFINITY)),
        S::select(S::eq(at_edge, zero), zero, S::splat(f64::INFINITY)),
        value,
    );
    let value = S::select(S::eq(size, zero), S::select(S::eq(at_edge, zero), S::splat(f64::INFINITY), zero), value);
    let half = S::mul(y, S::splat(0.5));
    let is_even = S::eq(S::floor(half), half);
    let is_whole = S::eq(S::floor(y), y);
    let below = S::select(is_whole, S::select(is_even, value, S::neg(value)), zero);
    let value = S::select(S::lt(x, zero), below, value);
    let value = S::select(S::eq(x, S::splat(1.0)), S::splat(1.0), value);
    let value = S::select(S::eq(y, y), value, y);
    let value = S::select(S::eq(x, x), value, x);
    S::select(S::eq(y, zero), S::splat(1.0), value)
}

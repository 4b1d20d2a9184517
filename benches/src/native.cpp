// Generated: the right-hand side of one network over 8 lanes, and how long one call takes.
// usage: NAME INPUT SECONDS; INPUT: parameters, then amounts, 8 doubles each; prints nanoseconds a call, then changes.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>

typedef double V __attribute__((vector_size(BYTES)));
typedef long long I __attribute__((vector_size(BYTES)));
#define INLINE static inline __attribute__((always_inline))
enum { LANES = BYTES / 8 };

INLINE V get(const double *p) { V v; __builtin_memcpy(&v, p, sizeof v); return v; }
INLINE void put(double *p, V v) { __builtin_memcpy(p, &v, sizeof v); }
INLINE V splat(double x) { return x - V{}; }
INLINE I isplat(long long x) { return x - I{}; }

// exp, ln and powers as the engine has them (FDLIBM's reductions and polynomials), without a branch
#define LN2_HIGH 6.9314718036912381649e-1
#define LN2_LOW 1.9082149292705877000e-10
#define ROUNDER 6755399441055744.0
INLINE V vabs(V x) { return (V)((I)x & isplat(0x7fffffffffffffffLL)); }
INLINE V vsqrt(V x) { V r; for (int i = 0; i < LANES; i++) r[i] = __builtin_sqrt(x[i]); return r; }
INLINE V vround(V x) { return (x + ROUNDER) - ROUNDER; }
INLINE V clamp(V x, double low, double high) { x = x < splat(high) ? x : splat(high); return x > splat(low) ? x : splat(low); }
INLINE V two_to(V k) { return (V)(((I)(k + ROUNDER) << 52) + (I)splat(1.0)); }
INLINE V exp_scaled(V x, V n) {
    const V k = vround(x * 1.4426950408889634074), high = x - k * LN2_HIGH, low = k * LN2_LOW, r = high - low, t = r * r;
    const V p = 1.66666666666666019037e-1 + t * (-2.77777777770155933842e-3 + t * (6.61375632143793436117e-5
        + t * (-1.65339022054652515390e-6 + t * 4.13813679705723846039e-8)));
    const V c = r - t * p, value = 1.0 - ((low - (r * c) / (2.0 - c)) - high);
    const V total = clamp(k + n, -1200.0, 1200.0), first = vround(total * 0.5);
    return value * two_to(first) * two_to(total - first);
}
INLINE V vexp(V x) { const V value = exp_scaled(clamp(x, -800.0, 800.0), V{}); return x == x ? value : x; }
INLINE void split(V x, V &k, V &f) {
    typedef unsigned long long U __attribute__((vector_size(BYTES)));
    const V least = splat(2.2250738585072014e-308);
    const V scaled = x < least ? x * 18014398509481984.0 : x;
    const V bias = x < least ? splat(4503599627370496.0 + 1077.0) : splat(4503599627370496.0 + 1023.0);
    const I shifted = (I)scaled + (0x3ff0000000000000LL - 0x3fe6a09e00000000LL);
    k = (V)((I)((U)shifted >> 52) | isplat(0x4330000000000000LL)) - bias;
    f = (V)((shifted & isplat(0x000fffffffffffffLL)) + isplat(0x3fe6a09e00000000LL)) - 1.0;
}
INLINE void ln_parts(V f, V &half_square, V &rest) {
    const V s = f / (2.0 + f), z = s * s;
    const V r = z * (6.666666666666735130e-1 + z * (3.999999999940941908e-1 + z * (2.857142874366239149e-1 + z * (2.222219843214978396e-1
        + z * (1.818357216161805012e-1 + z * (1.531383769920937332e-1 + z * 1.479819860511658591e-1))))));
    half_square = 0.5 * f * f;
    rest = s * (half_square + r);
}
INLINE V vln(V x) {
    V k, f, half_square, rest;
    split(x, k, f);
    ln_parts(f, half_square, rest);
    V value = k * LN2_HIGH - ((half_square - (rest + k * LN2_LOW)) - f);
    value = x == splat(INFINITY) ? x : value;
    value = x == V{} ? splat(-INFINITY) : value;
    return V{} <= x ? value : splat(NAN);
}
INLINE V vfloor(V x) { V r; for (int i = 0; i < LANES; i++) r[i] = __builtin_floor(x[i]); return r; }
INLINE V vpow(V x, V y) {
    const V size = vabs(x), zero = V{};
    V k, f, half_square, rest;
    split(size, k, f);
    ln_parts(f, half_square, rest);
    const V mantissa_ln = f - (half_square - rest), exponent = clamp(y * k, -5000.0, 5000.0), whole = vround(exponent);
    const V part = (exponent - whole) * 0.69314718055994530942, power = clamp(part + y * mantissa_ln, -2000.0, 2000.0);
    V value = exp_scaled(power, whole);
    const V at_edge = zero < y ? splat(1.0) : zero;
    value = size == splat(INFINITY) ? (at_edge == zero ? zero : splat(INFINITY)) : value;
    value = size == zero ? (at_edge == zero ? splat(INFINITY) : zero) : value;
    const V half = y * 0.5;
    const V below = vfloor(y) == y ? (vfloor(half) == half ? value : -value) : zero;
    value = x < zero ? below : value;
    value = x == splat(1.0) ? splat(1.0) : value;
    value = y == y ? value : y;
    value = x == x ? value : x;
    return y == zero ? splat(1.0) : value;
}

// SIZES

static void prologue(const double *k, double *f) {
    // PROLOGUE
}

static __attribute__((noinline)) void tile(const double *__restrict y, const double *__restrict f, double t, double *__restrict d) {
    // BODY
}

int main(int, char **words) {
    alignas(64) static double k[8 * PARAMETERS + 8], y[8 * SPECIES + 8], f[8 * FIXED + 8], d[8 * SPECIES + 8];
    FILE *file = std::fopen(words[1], "rb");
    const bool is_read = std::fread(k, 8, 8 * PARAMETERS, file) == 8 * PARAMETERS
        && std::fread(y, 8, 8 * SPECIES, file) == 8 * SPECIES;
    std::fclose(file);
    if (!is_read) return 1;
    for (int first = 0; first < 8; first += LANES) prologue(k + first, f + first);
    typedef std::chrono::steady_clock Clock;
    const auto start = Clock::now();
    double least = 1e300;
    while (std::chrono::duration<double>(Clock::now() - start).count() < std::atof(words[2])) {
        const auto now = Clock::now();
        for (int i = 0; i < 1000; i++) {
            for (int first = 0; first < 8; first += LANES) tile(y + first, f + first, 0.0, d + first);
            __asm__ volatile("" ::: "memory");
        }
        const double seconds = std::chrono::duration<double>(Clock::now() - now).count();
        least = seconds < least ? seconds : least;
    }
    std::printf("%.6g\n", least * 1e6);
    for (int i = 0; i < 8 * SPECIES; i++) std::printf("%.17g\n", d[i]);
}

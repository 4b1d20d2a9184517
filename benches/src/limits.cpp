// What one core can do: operations a second with nothing loaded or stored, and bytes a second of the triad.
#include <chrono>
#include <cstdio>
#include <vector>

typedef double V __attribute__((vector_size(BYTES)));
typedef std::chrono::steady_clock Clock;

static double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// No multiply-add: the engine rounds each operation, so that every machine gives the same bits.
__attribute__((noinline, optimize("fp-contract=off"))) static void operate(V *x, int n) {
    V a0 = x[0], a1 = x[1], a2 = x[2], a3 = x[3], a4 = x[4], a5 = x[5], a6 = x[6], a7 = x[7];
    const V m = x[8], s = x[9];
    for (int i = 0; i < n; i++) {
        a0 = a0 * m; a1 = a1 + s; a2 = a2 * m; a3 = a3 + s; a4 = a4 * m; a5 = a5 + s; a6 = a6 * m; a7 = a7 + s;
    }
    x[0] = a0; x[1] = a1; x[2] = a2; x[3] = a3; x[4] = a4; x[5] = a5; x[6] = a6; x[7] = a7;
}

int main() {
    alignas(64) static V x[10];
    for (V &one : x) one = 1.0 - V{};
    double operations = 0;
    for (int i = 0; i < 20; i++) {
        const auto start = Clock::now();
        operate(x, 1000000);
        const double now = 8e6 * (BYTES / 8) / since(start);
        operations = now > operations ? now : operations;
    }
    const size_t n = 1 << 23;
    std::vector<double> a(n, 1.0), b(n, 2.0), c(n, 3.0);
    double bytes = 0;
    for (int i = 0; i < 10; i++) {
        const auto start = Clock::now();
        for (size_t k = 0; k < n; k++) a[k] = b[k] + 3.0 * c[k];
        __asm__ volatile("" : : "r"(a.data()) : "memory");
        const double now = 24.0 * n / since(start);
        bytes = now > bytes ? now : bytes;
    }
    std::printf("%g %g\n", operations, bytes);
}

//! Networks made by rule, of any size.

use std::fmt::Write as _;

/// Antimony of a ring of `n` species, each made into the next with saturation and lost
/// with help of the next: 2 `n` reactions.
pub fn ring(n: usize) -> String {
    let mut text = String::from("model ring()\n  compartment cell = 1;\n");
    for i in 0..n {
        let (next, amount, speed) = ((i + 1) % n, 10 + i % 7, 0.1 + 0.01 * (i % 13) as f64);
        let _ = writeln!(text, "  species S{i} in cell = {amount}; k{i} = {speed};");
        let _ = writeln!(text, "  S{i} -> S{next}; k{i}*S{i}/(1 + S{next}/5);");
        let _ = writeln!(text, "  S{i} -> ; 0.05*S{i}*S{next}^2/(4 + S{next}^2);");
    }
    text + "end\n"
}

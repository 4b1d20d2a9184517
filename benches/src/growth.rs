//! stub
use anyhow::Result;
use crate::Asked; use crate::outcome::Outcome;
pub fn bench(_: Asked) -> Result<Outcome> { todo!() }
/// Antimony of a network made by rule: a ring of `n` species, each made into the next with saturation and lost, 2 `n`
/// reactions.
pub fn text(n: usize) -> String {
    let mut text = String::from("model growth()\n  compartment cell = 1;\n");
    for i in 0..n {
        let next = (i + 1) % n;
        text += &format!("  species S{i} in cell = {}; k{i} = {};\n", 10 + i % 7, 0.1 + 0.01 * (i % 13) as f64);
        text += &format!("  S{i} -> S{next}; k{i}*S{i}/(1 + S{next}/5);\n  -> S{i}; 1 + 0.1*S{next}^2/(4 + S{next}^2);\n");
    }
    text + "end\n"
}

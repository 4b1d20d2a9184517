//! What the user says about a file that the file does not say itself.

use std::collections::BTreeMap;

use super::Decimal;

/// What overrules, or adds to, what stands in a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wishes {
    /// Word for the kind of the file (`--as`).
    pub kind: Option<String>,
    /// Decimal sign (`--decimal`).
    pub decimal: Option<Decimal>,
    /// Units of columns that name none, by the name of the column in lower case (`--unit concentration=uM`).
    pub units: BTreeMap<String, String>,
    /// Name of the vesicle, cell or measure that is printed (`--name`).
    pub name: Option<String>,
    /// How many times the measured sample was diluted (`--dilution`).
    pub dilution: Option<f64>,
    /// Samples that count; `*` stands for any text (`--samples`).
    pub samples: Vec<String>,
    /// Samples that others are compared with; `*` stands for any text (`--control`).
    pub controls: Vec<String>,
    /// Copies of each spike-in that were added to a sample (`--spike NAME=COPIES`).
    pub spikes: BTreeMap<String, f64>,
    /// Particles whose content went into a sample, or into a well (`--particles`).
    pub particles: Option<f64>,
    /// Volume of the sample that a particle count is multiplied by, mL (`--volume`).
    pub volume: Option<f64>,
    /// Which luciferase has the 3'UTR behind it: `firefly` or `renilla` (`--reporter`).
    pub reporter: Option<String>,
    /// `log2` when the numbers of a matrix are logarithms (`--scale`).
    pub scale: Option<String>,
    /// How many rows a long result prints (`--top`).
    pub top: Option<usize>,
    /// Reads of a merged name are shared evenly among its members (`--split`).
    pub split: bool,
}

/// Whether a name fits a pattern in which `*` stands for any text, without regard to letter case.
pub(crate) fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.trim().to_lowercase(), name.trim().to_lowercase());
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let middle: Vec<&str> = parts.collect();
    let Some((last, middle)) = middle.split_last() else { return rest.is_empty() };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, name) in [("Ctrl_*", "ctrl_1"), ("*", ""), ("a*b*c", "axxbyyc"), ("a*b*c", "abc"), ("S1", "s1 ")]
        {
            assert!(fits(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("Ctrl_*", "DOG_1"), ("S1", "S10"), ("a*b*c", "ac"), ("*x", "y"), ("ab*b", "ab")] {
            assert!(!fits(pattern, name), "{pattern} {name}");
        }
    }
}

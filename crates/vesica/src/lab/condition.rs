//! What was done to a well: which agents, in which amounts.

use vesica_model::Span;

use super::heading::folded;
use crate::quantity::{Expected, Quantity};
use crate::units::Dimension;

/// What a well, or a row of a table, got.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Condition {
    /// As the file names it: an arm, a label, or nothing.
    pub name: String,
    /// Cell line; empty where the file names none.
    pub cells: String,
    /// What was added; none in a control.
    pub agents: Vec<Agent>,
}

/// One thing that was added.
#[derive(Clone, Debug, PartialEq)]
pub struct Agent {
    /// As the file names it.
    pub name: String,
    /// How much, inside units.
    pub amount: f64,
    /// What it is measured in.
    pub dimension: Dimension,
    /// The amount as written: `5 uM`.
    pub text: String,
}

/// Words for a well without a drug.
const CONTROLS: [&str; 16] = [
    "",
    "control",
    "ctrl",
    "dmso",
    "vehicle",
    "untreated",
    "medium",
    "media",
    "none",
    "no_drug",
    "mock",
    "pbs",
    "solvent",
    "negative_control",
    "nc",
    "0",
];

/// Words for a well without cells.
const BLANKS: [&str; 6] = ["blank", "empty", "no_cells", "background", "medium_only", "b"];

/// Whether a word stands for a well without a drug.
pub(crate) fn is_control_word(word: &str) -> bool {
    CONTROLS.contains(&folded(word).as_str())
}

/// Whether a word stands for a well without cells.
pub(crate) fn is_blank_word(word: &str) -> bool {
    BLANKS.contains(&folded(word).as_str())
}

impl Condition {
    /// A condition by its name alone.
    pub fn named(name: &str) -> Self {
        Self { name: name.trim().to_owned(), ..Self::default() }
    }

    /// What is written in a well of a map: `erastin 5 uM + ferrostatin-1 1 uM`, `DMSO`.
    ///
    /// Text without an amount is a name; the words for controls are no agents.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let parts: Vec<&str> = text.split([';', '|']).flat_map(|part| part.split(" + ")).map(str::trim).collect();
        let agents: Vec<Agent> = parts.iter().filter_map(|part| agent(part)).collect();
        let without = parts.iter().filter(|part| agent(part).is_none() && !is_control_word(part)).count();
        if without > 0 {
            return Self::named(text);
        }
        Self {
            name: text.to_owned(),
            cells: String::new(),
            agents: agents.into_iter().filter(Agent::is_something).collect(),
        }
    }

    /// Whether nothing that acts was added, as far as the file says.
    pub fn is_control(&self) -> bool {
        self.agents.is_empty() && is_control_word(&self.name)
            || (!self.agents.is_empty() && !self.agents.iter().any(Agent::is_something))
            || (self.agents.is_empty() && agent(&self.name).is_some_and(|agent| !agent.is_something()))
    }

    /// For people: `erastin 5 uM`, or `control`.
    pub fn shown(&self) -> String {
        let agents: Vec<String> = self
            .agents
            .iter()
            .filter(|agent| agent.is_something())
            .map(|agent| format!("{} {}", agent.name, agent.text))
            .collect();
        let what = match (agents.is_empty(), self.is_control()) {
            (false, _) => agents.join(" + "),
            (true, true) if self.name.is_empty() => "control".to_owned(),
            (true, _) => self.name.clone(),
        };
        if self.cells.is_empty() { what } else { format!("{what}, {}", self.cells) }
    }
}

impl Agent {
    /// Whether it is more than a solvent, or nothing of something.
    pub fn is_something(&self) -> bool {
        self.amount > 0.0 && !is_control_word(&self.name)
    }
}

/// `erastin 5 uM`, `erastin 5uM`, `DMSO 0.1 %`.
fn agent(text: &str) -> Option<Agent> {
    let expected = Expected::of(Dimension::CONCENTRATION)
        .or(Dimension::PARTICLE_DENSITY)
        .or(Dimension::PARTICLES_PER_CELL)
        .or(Dimension::MASS / Dimension::VOLUME)
        .or(Dimension::NONE);
    let starts = text.match_indices(' ').map(|(at, _)| at);
    let place = Span { file: String::new(), start: 0, end: 0 };
    for at in starts {
        let (name, amount) = (text[..at].trim(), text[at..].trim());
        if name.is_empty() || !amount.starts_with(|letter: char| letter.is_ascii_digit() || letter == '.') {
            continue;
        }
        let Ok(read) = Quantity::parse_as(amount, &expected, &place) else { continue };
        let (Some(best), false) = (read.best, read.unit.text.is_empty()) else { continue };
        return Some(Agent {
            name: name.to_owned(),
            amount: best,
            dimension: read.unit.dimension,
            text: amount.to_owned(),
        });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_a_well() {
        let two = Condition::parse("erastin 5 uM + ferrostatin-1 1µM");
        assert_eq!(
            two.agents.iter().map(|agent| agent.name.as_str()).collect::<Vec<_>>(),
            ["erastin", "ferrostatin-1"]
        );
        assert_eq!(two.agents[0].dimension, Dimension::CONCENTRATION);
        assert_eq!(two.shown(), "erastin 5 uM + ferrostatin-1 1µM");
        for control in ["DMSO", "untreated", "DMSO 0.1 %", "erastin 0 uM", "", "No drug"] {
            assert!(Condition::parse(control).is_control(), "{control}");
        }
        let named = Condition::parse("erastin, no CAF");
        assert!(!named.is_control() && named.agents.is_empty());
        assert_eq!(named.shown(), "erastin, no CAF");
        assert!(is_blank_word("Blank") && !is_blank_word("DMSO"));
    }
}

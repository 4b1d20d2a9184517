//! Files that are no readings of arms, as a measure reads them: particles of samples, copies in reactions, levels of
//! genes, reads of miRNAs, light of reporters.
//!
//! What such a file calls a sample is an arm by its name, or by an entry of `arms`. Samples whose names differ in the
//! last number only (`Ctrl_1`, `Ctrl_2`) are replicates.

mod light;
mod reads;

use super::condition::Condition;
use super::copies::Copies;
use super::expression::{Expression, group};
use super::kinds::Data;
use super::particles::{Dilution, Particles};
use super::readings::{Point, Readings};
use super::wishes::Wishes;
use crate::knowledge::{Knowledge, MirnaLookup};
use crate::scenario::{Measure, MeasureData, Reading, Sampled};
use crate::units;

/// What is needed beside the file.
pub(super) struct Beside<'a> {
    pub measure: &'a Measure,
    pub knowledge: &'a Knowledge,
    /// What the scenario says of the file.
    pub data: &'a MeasureData,
    /// Whether the scenario knows a sample by this very name.
    pub knows: &'a dyn Fn(&str) -> bool,
}

impl Data {
    /// The readings in it that the measure can be compared with, with what has to be said about them.
    ///
    /// # Errors
    /// Why there are none.
    pub(super) fn compared(&self, beside: &Beside<'_>) -> Result<(Readings, Vec<String>), String> {
        match self {
            Self::Particles(particles) => particles.compared(beside),
            Self::Copies(copies) => copies.compared(beside),
            Self::Expression(expression) => expression.compared(beside),
            Self::Counts(counts) => counts.compared(beside),
            Self::Luciferase(luciferase) => luciferase.compared(beside),
            _ => Err("a file of this kind holds no readings of arms".to_owned()),
        }
    }
}

impl Beside<'_> {
    /// The condition of a sample: its own name where the scenario knows it or it says what was added, else that of its
    /// replicates.
    fn condition(&self, sample: &str) -> Condition {
        let own = Condition::parse(sample);
        if (self.knows)(sample) || !own.agents.is_empty() { own } else { Condition::parse(&group(sample)) }
    }

    /// The gene that the measure reads, and the word it reads it by.
    ///
    /// # Errors
    /// The measure reads something else, or not by an arm.
    fn gene(&self, what: &str) -> Result<(&str, &str), String> {
        let (word, gene) = match &self.measure.reading {
            Reading::Symbol { word, argument, .. } if word != "copies" => (word, argument),
            _ => return Err(self.wrong_measure(what, "mrna(GENE, CELL) / ARM")),
        };
        match &self.measure.relative_to {
            Some(_) => Ok((word, gene)),
            None => Err(format!("{what} have no unit of a cell: read them by an arm, {word}({gene}, CELL) / ARM")),
        }
    }

    /// Whether two names are of one gene.
    fn is_gene(&self, name: &str, gene: &str) -> bool {
        let (own, wanted) = (self.knowledge.gene(name), self.knowledge.gene(gene));
        name.eq_ignore_ascii_case(gene) || (own.is_some() && own == wanted)
    }

    fn wrong_measure(&self, what: &str, example: &str) -> String {
        format!("it holds {what}, which `{}` does not read: reads = \"{example}\" does", self.measure.reads)
    }
}

impl Particles {
    fn compared(&self, beside: &Beside<'_>) -> Result<(Readings, Vec<String>), String> {
        let reads_particles = match &beside.measure.reading {
            Reading::Particles => true,
            Reading::Sample(sample) => sample.what == Sampled::Particles,
            _ => false,
        };
        if !reads_particles {
            return Err(beside.wrong_measure("particles per mL", "particles(medium)"));
        }
        if self.dilution == Dilution::NotRecorded && beside.data.dilution.is_none() {
            let fix = "add dilution = \"200\" to `data`, or \"1\" if it was not";
            return Err(format!("the file does not say how far the sample was diluted; {fix}"));
        }
        let (factor, said) = self.factor(&Wishes { dilution: beside.data.dilution, ..Wishes::default() });
        let unit = units::parse("particles/mL").map_err(|_| "particles/mL is no unit".to_owned())?;
        let sample = if self.sample.trim().is_empty() { &beside.data.file } else { self.sample.trim() };
        let point = |replicate: &super::Replicate| {
            let mut point = Point::of(Condition::named(sample), None, replicate.name.clone());
            point.value = Some(unit.to_inside(replicate.concentration? * factor));
            point.dimension = Some(unit.dimension);
            Some(point)
        };
        let points: Vec<Point> = self.replicates.iter().filter_map(point).collect();
        if points.is_empty() {
            return Err("the file says no concentration".to_owned());
        }
        Ok((Readings { what: "particles".to_owned(), reads: "particles", points }, vec![said]))
    }
}

impl Copies {
    fn compared(&self, beside: &Beside<'_>) -> Result<(Readings, Vec<String>), String> {
        let wanted = match &beside.measure.reading {
            Reading::Symbol { word, argument, .. } if word == "copies" => argument,
            _ => return Err(beside.wrong_measure("copies of molecules", "copies(MOLECULE, CELL)")),
        };
        let canonical = |name: &str| match beside.knowledge.known_mirna(name) {
            Some(MirnaLookup::One(mirna)) => mirna.name.clone(),
            _ => name.to_lowercase(),
        };
        let wanted_name = canonical(wanted);
        let own: Vec<_> =
            self.reactions.iter().filter(|reaction| canonical(&reaction.molecule) == wanted_name).collect();
        if own.is_empty() {
            let mut names: Vec<&str> = self.reactions.iter().map(|reaction| reaction.molecule.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            return Err(format!("no reaction is of {wanted}; it has {}", names.join(", ")));
        }
        let is_relative = beside.measure.relative_to.is_some();
        let unit = units::parse("copies/cell").map_err(|_| "copies/cell is no unit".to_owned())?;
        let n_without = own.iter().filter(|reaction| reaction.cells.is_none()).count();
        if !is_relative && n_without == own.len() {
            let fix = "add a column input_cells, or read it by an arm: copies(MOLECULE, CELL) / ARM";
            return Err(format!("no reaction says how many cells went into it; {fix}"));
        }
        // by cells where all say it, else as they are: then each reaction has to hold as much
        let by_cells = n_without == 0 || !is_relative;
        let point = |reaction: &&super::copies::Reaction| {
            let mut point = Point::of(beside.condition(&reaction.sample), reaction.time, reaction.sample.clone());
            point.line = reaction.line;
            let per = if by_cells { reaction.cells? } else { 1.0 };
            point.value = Some(unit.to_inside(reaction.copies / per));
            point.dimension = by_cells.then_some(unit.dimension);
            Some(point)
        };
        let points: Vec<Point> = own.iter().filter_map(point).collect();
        let said = match (by_cells, n_without) {
            (true, 0) => "copies per cell, by the column of cells".to_owned(),
            (true, n) => format!("copies per cell; {n} reactions without a number of cells are not used"),
            (false, _) => "copies in a reaction: taken as of equally many cells each".to_owned(),
        };
        Ok((Readings { what: format!("copies of {wanted}"), reads: "copies", points }, vec![said]))
    }
}

impl Expression {
    fn compared(&self, beside: &Beside<'_>) -> Result<(Readings, Vec<String>), String> {
        let (_, gene) = beside.gene("levels")?;
        let Some(row) = self.matrix.names.iter().position(|name| beside.is_gene(name, gene)) else {
            return Err(format!("none of its {} names is {gene}", self.matrix.names.len()));
        };
        let point = |(sample, value): (&String, &f64)| {
            let mut point = Point::of(beside.condition(sample), None, sample.clone());
            (point.line, point.value) = (self.matrix.lines[row], Some(*value).filter(|value| !value.is_nan()));
            point.value.map(|_| point)
        };
        let points: Vec<Point> = self.matrix.samples.iter().zip(self.matrix.row(row)).filter_map(point).collect();
        let said = format!("{gene} is its row `{}`, line {}", self.matrix.names[row], self.matrix.lines[row]);
        Ok((Readings { what: format!("level of {gene}"), reads: "", points }, vec![said]))
    }
}

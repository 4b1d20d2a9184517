//! Levels of genes or proteins in samples: they become `state` of a cell, as multiples of a control.
//!
//! A matrix of genes and samples (TPM, FPKM, counts, intensities), or its logarithms to base 2 with `--scale log2`.
//! Samples are replicates of one group when their names differ in the last number only (`Ctrl_1`, `Ctrl_2`).

use serde_json::json;
use vesica_engine::math;

use super::counts::{inverse, times};
use super::heading::folded;
use super::kinds::{Data, Task};
use super::matrix::{self, Matrix};
use super::paste::{Lines, Pasted, counted, key};
use super::sheet::Sheet;
use super::spread::{Spread, spread};
use super::wishes::{Wishes, fits};
use crate::knowledge::Knowledge;

/// Levels of genes in samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// The levels, no logarithms.
    pub matrix: Matrix,
}

/// Words of control groups.
const CONTROLS: [&str; 11] =
    ["ctrl", "control", "untreated", "vehicle", "dmso", "mock", "wt", "nc", "scramble", "sictrl", "normal"];

/// Told by names and numbers, when nothing else fits.
pub(super) fn is(sheet: &Sheet) -> Option<String> {
    let layout = matrix::layout(sheet)?;
    // a table of a few rows and one column of numbers may be anything, and so may one in which names come again
    let rows = (layout.header + 1..sheet.n_rows()).filter(|row| !sheet.is_blank(*row));
    let names: Vec<_> = rows.take(200).map(|row| sheet.cell(row, layout.name)).collect();
    let n_rows = names.len();
    let n_distinct = names.iter().collect::<std::collections::HashSet<_>>().len();
    let heading = folded(&sheet.cell(layout.header, layout.name));
    let is_named =
        ["gene", "gene_id", "gene_name", "symbol", "gene_symbol", "protein", "geneid"].contains(&heading.as_str());
    let is_matrix = layout.n_samples() >= 2 && n_rows >= 5 && layout.name == 0;
    (n_distinct * 10 >= n_rows * 9 && (is_named || is_matrix)).then(|| {
        format!("its rows have names (`{}`) and numbers in each sample", sheet.cell(layout.header + 1, layout.name))
    })
}

pub(super) fn read(task: &mut Task<'_>) -> Option<Data> {
    let sheet = task.sheet;
    let Some(layout) = matrix::layout(sheet) else {
        task.no_table("gene, and one column for each sample");
        return None;
    };
    let is_logarithm = task.wishes.scale.as_deref() == Some("log2");
    let (mut matrix, n_out) =
        matrix::read(sheet, &layout, is_logarithm, |name| name.starts_with("__"), &mut task.findings);
    if is_logarithm {
        matrix.values.iter_mut().for_each(|value| *value = math::pow(2.0, *value));
    }
    task.understood.used = matrix.samples.clone();
    task.understood.kept = layout.kept.clone();
    (task.understood.rows_read, task.understood.rows_left_out) = (matrix.names.len(), n_out);
    task.understood.units = vec![
        if is_logarithm { "logarithms to base 2" } else { "levels, no logarithms (if they are: --scale log2)" }
            .to_owned(),
    ];
    if matrix.names.is_empty() {
        task.nothing("no gene has a level");
        return None;
    }
    Some(Data::Expression(Expression { matrix }))
}

/// The group of a sample: its name without the last number.
pub(super) fn group(sample: &str) -> String {
    let name = sample.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let name = name.trim_end_matches(['_', '-', '.', ' ', '#']);
    let lower = name.to_lowercase();
    let without = ["rep", "replicate", "r", "n"].iter().find_map(|word| {
        let cut = lower.strip_suffix(word)?;
        cut.ends_with(['_', '-', '.', ' ']).then(|| name[..cut.len()].trim_end_matches(['_', '-', '.', ' ']))
    });
    let name = without.unwrap_or(name);
    if name.is_empty() { sample.to_owned() } else { name.to_owned() }
}

impl Expression {
    fn groups(&self) -> Vec<(String, Vec<usize>)> {
        let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
        for (index, sample) in self.matrix.samples.iter().enumerate() {
            let name = group(sample);
            match groups.iter_mut().find(|(own, _)| *own == name) {
                Some((_, all)) => all.push(index),
                None => groups.push((name, vec![index])),
            }
        }
        groups
    }

    fn level(&self, row: usize, samples: &[usize]) -> Option<Spread> {
        let values = samples.iter().map(|sample| self.matrix.row(row)[*sample]);
        spread(&values.filter(|value| !value.is_nan()).collect::<Vec<_>>())
    }

    pub(super) fn paste(&self, wishes: &Wishes, knowledge: &Knowledge) -> Pasted {
        let groups = self.groups();
        let is_said = |(name, samples): &&(String, Vec<usize>)| {
            wishes.controls.iter().any(|pattern| {
                fits(pattern, name) || samples.iter().all(|sample| fits(pattern, &self.matrix.samples[*sample]))
            })
        };
        let is_named = |(name, _): &&(String, Vec<usize>)| {
            CONTROLS.iter().any(|word| folded(name).split('_').any(|part| part == *word))
        };
        let control = if wishes.controls.is_empty() {
            groups.iter().find(is_named).or(groups.first())
        } else {
            groups.iter().find(is_said)
        };
        let Some((control, control_samples)) = control else {
            let names: Vec<&str> = groups.iter().map(|(name, _)| name.as_str()).collect();
            let message = format!("no sample fits --control {}", wishes.controls.join(", "));
            let help = format!("groups of samples: {}", names.join(", "));
            return Pasted {
                findings: vec![vesica_model::Diagnostic::error("E84", message).help(help)],
                ..Pasted::default()
            };
        };
        let known: Vec<(usize, &str)> = self
            .matrix
            .names
            .iter()
            .enumerate()
            .filter_map(|(row, name)| {
                let is_state = |state: &str| state.eq_ignore_ascii_case(name);
                let state =
                    knowledge.cells.values().flat_map(|cell| cell.state_names()).find(|state| is_state(state))?;
                Some((row, state))
            })
            .collect();
        let mut lines = Lines::default();
        lines.comment(&format!(
            "levels as multiples of {control} ({}); {} of {} names are of a cell of the knowledge base",
            counted(control_samples.len(), "sample"),
            known.len(),
            self.matrix.names.len()
        ));
        lines.comment("a level of mRNA is not one of protein: `state` is a multiple of synthesis");
        let mut json_groups = Vec::new();
        for (name, samples) in groups.iter().filter(|(name, _)| name != control) {
            let mut genes = Vec::new();
            for (row, state) in &known {
                let (Some(level), Some(rest)) = (self.level(*row, samples), self.level(*row, control_samples)) else {
                    continue;
                };
                if rest.middle > 0.0 {
                    genes.push((*state, times(level, inverse(rest))));
                } else {
                    lines.comment(&format!("{state}: nothing in {control} to divide by"));
                }
            }
            lines.line(&format!("\n[cell.{}.state]", key(wishes.name.as_deref().unwrap_or(name))));
            if groups.len() > 2 {
                lines.comment(&format!("{name}, {}", counted(samples.len(), "sample")));
            }
            for (gene, multiple) in &genes {
                lines.text(&key(gene), &multiple.quantity(""), &format!("{name} / {control}"));
            }
            json_groups.push(json!({ "group": name, "samples": samples.len(), "state": genes.iter().map(|(gene, multiple)| json!({
                "gene": gene, "multiple": multiple.middle, "low": multiple.range.map(|range| range.0), "high": multiple.range.map(|range| range.1),
            })).collect::<Vec<_>>() }));
        }
        if groups.len() < 2 {
            lines.comment(
                "all samples are of one group: there is nothing to compare; say the control with --control NAME",
            );
        }
        Pasted {
            toml: lines.finish(),
            json: json!({ "control": control, "groups": json_groups }),
            findings: Vec::new(),
        }
    }
}

//! A dual luciferase assay beside the level of its gene: what is left of the reporter, by the arm that the measure is
//! divided by.
//!
//! A reporter stands for the 3'UTR behind it in a transfected cell, not for the gene in its own place: the file is read,
//! and that is said. Where each treatment has wells with a mutated site, those are what it does apart from the site, and
//! the reporter is divided by their mean.

use super::Beside;
use crate::lab::condition::Condition;
use crate::lab::luciferase::{Luciferase, ReporterWell};
use crate::lab::readings::{Point, Readings};

impl Luciferase {
    pub(super) fn compared(&self, beside: &Beside<'_>) -> Result<(Readings, Vec<String>), String> {
        let (_, gene) = beside.gene("readings of a reporter")?;
        let of_gene: Vec<&ReporterWell> = self.wells.iter().filter(|well| beside.is_gene(&well.gene, gene)).collect();
        let (mutant, wild): (Vec<&ReporterWell>, Vec<&ReporterWell>) = of_gene.iter().partition(|well| well.is_mutant);
        if wild.is_empty() {
            let mut genes: Vec<&str> = self.wells.iter().map(|well| well.gene.as_str()).collect();
            genes.sort_unstable();
            genes.dedup();
            return Err(format!("no construct has the 3'UTR of {gene}; it has {}", genes.join(", ")));
        }
        let mutated = |treatment: &str| {
            let of = mutant.iter().filter(|well| well.treatment.eq_ignore_ascii_case(treatment));
            let ratios: Vec<f64> = of.map(|well| well.ratio).collect();
            let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
            Some(mean).filter(|mean| *mean > 0.0)
        };
        let has_each = wild.iter().all(|well| mutated(&well.treatment).is_some());
        let point = |well: &&ReporterWell| {
            let mut point = Point::of(Condition::parse(&well.treatment), None, well.replicate.clone());
            let by = if has_each { mutated(&well.treatment) } else { None };
            (point.line, point.value) = (well.line, Some(well.ratio / by.unwrap_or(1.0)));
            point
        };
        let points = wild.iter().map(point).collect();
        let by = match (has_each, mutant.is_empty()) {
            (true, _) => "each by the mean of the mutated site with the same treatment",
            (false, true) => "no mutated site to compare with",
            (false, false) => "not by the mutated site, which some treatment lacks",
        };
        let said = vec![
            format!("the reporter of {gene}, {by}"),
            "a reporter in a transfected cell is no gene in its own place".to_owned(),
        ];
        Ok((Readings { what: format!("reporter of {gene}"), reads: "", points }, said))
    }
}

//! Small-RNA counts beside copies: how many times as many as in the arm that the measure is divided by.
//!
//! Reads are no copies, and the bias of a library between two miRNAs is large; between samples of one miRNA it cancels.
//! So a count stands beside a measure that is divided by an arm, as a share of the reads of its sample, or by the reads
//! of what was added to each sample in equal amount (`spike`).

use super::Beside;
use crate::lab::counts::{Counts, Row};
use crate::lab::readings::{Point, Readings};
use crate::scenario::{Reading, Sampled};

impl Counts {
    pub(super) fn compared(&self, beside: &Beside<'_>) -> Result<(Readings, Vec<String>), String> {
        let wanted = match &beside.measure.reading {
            Reading::Symbol { word, argument, .. } if word == "copies" => argument,
            Reading::Sample(sample) => match &sample.what {
                Sampled::Cargo(name) => name,
                _ => return Err(beside.wrong_measure("reads of miRNAs", "copies(miRNA, FLUID) / ARM")),
            },
            _ => return Err(beside.wrong_measure("reads of miRNAs", "copies(miRNA, CELL) / ARM")),
        };
        if beside.measure.relative_to.is_none() {
            return Err(format!("reads are no copies: read them by an arm, {} / ARM", beside.measure.reads));
        }
        let rows = self.rows_of(wanted)?;
        let (by, in_words) = self.divisors(beside)?;
        let point = |(sample, name): (usize, &String)| {
            let own: Vec<f64> = rows.iter().map(|row| self.matrix.row(*row)[sample]).filter(|n| !n.is_nan()).collect();
            let mut point = Point::of(beside.condition(name), None, name.clone());
            point.line = self.matrix.lines[rows[0]];
            point.value = Some(own.iter().sum::<f64>() / by[sample]).filter(|n| n.is_finite() && !own.is_empty());
            point.value.map(|_| point)
        };
        let points: Vec<Point> = self.matrix.samples.iter().enumerate().filter_map(point).collect();
        let names: Vec<String> = rows
            .iter()
            .map(|row| format!("`{}` (line {})", self.matrix.names[*row], self.matrix.lines[*row]))
            .collect();
        let said = vec![format!("{wanted} is {}", names.join(" and ")), in_words];
        Ok((Readings { what: format!("reads of {wanted}"), reads: "copies", points }, said))
    }

    /// The rows of a miRNA; isoforms and names of several releases may be several.
    fn rows_of(&self, wanted: &str) -> Result<Vec<usize>, String> {
        let of =
            |is: &dyn Fn(&Row) -> bool| (0..self.rows.len()).filter(|row| is(&self.rows[*row])).collect::<Vec<_>>();
        let rows = of(&|row| matches!(row, Row::Known(name) if name == wanted));
        if !rows.is_empty() {
            return Ok(rows);
        }
        let place = |row: usize| format!("`{}` (line {})", self.matrix.names[row], self.matrix.lines[row]);
        if let Some(row) =
            of(&|row| matches!(row, Row::Merged(names) if names.iter().any(|name| name == wanted))).first()
        {
            return Err(format!(
                "the reads of {wanted} are merged with others in {}, which nothing tells apart",
                place(*row)
            ));
        }
        if let Some(row) =
            of(&|row| matches!(row, Row::Several(names) if names.iter().any(|name| name == wanted))).first()
        {
            return Err(format!("{} does not say whether it is {wanted}; write its strand into the file", place(*row)));
        }
        let n = self.rows.iter().filter(|row| matches!(row, Row::Known(_))).count();
        Err(format!("none of its {n} known names is {wanted}"))
    }

    /// What the reads of each sample are divided by, and that in words.
    fn divisors(&self, beside: &Beside<'_>) -> Result<(Vec<f64>, String), String> {
        let samples = 0..self.matrix.samples.len();
        let Some(spike) = &beside.data.spike else {
            let by = samples.map(|sample| self.of_the_sample(sample)).collect();
            let said = "share of the reads of each sample: a change of all miRNAs together is not seen; spike = \"NAME\" \
                        divides by what was added in equal amount";
            return Ok((by, said.to_owned()));
        };
        let Some(row) = self.matrix.names.iter().position(|name| name.eq_ignore_ascii_case(spike)) else {
            let spikes = self.rows.iter().zip(&self.matrix.names).filter(|(row, _)| **row == Row::Spike);
            let spikes: Vec<&str> = spikes.map(|(_, name)| name.as_str()).collect();
            let has = if spikes.is_empty() { "no row of a spike-in".to_owned() } else { spikes.join(", ") };
            return Err(format!("no row is `{spike}`; it has {has}"));
        };
        // a sample without it can be compared with none
        let by = samples.map(|sample| Some(self.matrix.row(row)[sample]).filter(|n| *n > 0.0).unwrap_or(f64::NAN));
        Ok((by.collect(), format!("by the reads of `{spike}` (line {}) in each sample", self.matrix.lines[row])))
    }
}

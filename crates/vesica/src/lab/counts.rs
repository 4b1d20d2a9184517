//! Small-RNA counts: a matrix of miRNAs and samples, raw or per million.
//!
//! One row for each miRNA, by any name; columns of samples. Seen: five matrices of exosome studies (first cell of the
//! header empty, or an index column and `gene_id` before the samples, `SRR..` names with `.count`); what miRge 3 writes
//! (`miR.Counts.csv`: `miRNA` and the samples; `miR.RPM.csv`: the same rounded to four digits), read in its source,
//! which gives miRNAs that reads cannot tell apart one merged name; a public script that drops the first row of
//! miRge 1 and 2, which holds totals. HTSeq-like tables end in rows such as `__no_feature`.
//!
//! Reads are no copies: they become copies with a spike-in of known copies, or with digital PCR of one of the miRNAs,
//! and copies per vesicle with the number of particles besides. Without these only shares are printed.

use serde_json::json;
use vesica_engine::math;

use super::copies::Copies;
use super::kinds::{Data, Task};
use super::matrix::{self, Matrix, chosen};
use super::molecules::{is_like_a_mirna, is_spike, members};
use super::paste::{Lines, Pasted, key, quoted};
use super::sheet::Sheet;
use super::spread::{Spread, figures, spread};
use super::wishes::Wishes;
use crate::knowledge::{Knowledge, MirnaLookup};
use crate::terminal::Numbers;

/// What the numbers of a matrix are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Reads.
    Raw,
    /// Reads per million reads (RPM, CPM).
    PerMillion,
    /// Neither: normalised in a way that the file does not say.
    Other,
}

impl Scale {
    fn name(self) -> &'static str {
        match self {
            Self::Raw => "raw reads (whole numbers)",
            Self::PerMillion => "reads per million (each sample adds up to a million)",
            Self::Other => "normalised in a way that the file does not say",
        }
    }
}

/// Counts of miRNAs in samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Counts {
    /// The numbers.
    pub matrix: Matrix,
    /// What they are.
    pub scale: Scale,
    /// What each row is.
    pub rows: Vec<Row>,
}

/// What a row of counts is.
#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    /// A miRNA of the knowledge base, by its present name.
    Known(String),
    /// A name that means several miRNAs: their present names.
    Several(Vec<String>),
    /// Reads that fit several miRNAs: the members that are known.
    Merged(Vec<String>),
    /// Added to the sample on purpose.
    Spike,
    /// Nothing of the knowledge base.
    Unknown,
}

/// Told by names of miRNAs in its first column of text.
pub(super) fn is(sheet: &Sheet) -> Option<String> {
    let layout = matrix::layout(sheet)?;
    let names =
        (layout.header + 1..sheet.n_rows()).map(|row| sheet.cell(row, layout.name)).filter(|name| !name.is_empty());
    let names: Vec<_> = names.take(200).collect();
    let n = names.iter().filter(|name| is_like_a_mirna(name)).count();
    let example = names.iter().find(|name| is_like_a_mirna(name))?;
    (n * 2 > names.len()).then(|| format!("its rows have names of miRNAs (`{example}`) and numbers in each sample"))
}

/// Rows of counting programs that are no molecule.
fn is_no_molecule(name: &str) -> bool {
    let lower = name.to_lowercase();
    name.starts_with("__") || lower.ends_with("totals") || lower == "total" || lower == "unmapped"
}

pub(super) fn read(task: &mut Task<'_>) -> Option<Data> {
    let sheet = task.sheet;
    let Some(layout) = matrix::layout(sheet) else {
        task.no_table("miRNA, and one column for each sample");
        return None;
    };
    let is_logarithm = task.wishes.scale.as_deref() == Some("log2");
    let (mut matrix, n_out) = matrix::read(sheet, &layout, is_logarithm, is_no_molecule, &mut task.findings);
    if is_logarithm {
        matrix.values.iter_mut().for_each(|value| *value = math::pow(2.0, *value));
    }
    let scale = scale(&matrix);
    let rows: Vec<Row> = matrix.names.iter().map(|name| meaning(task.knowledge, name)).collect();
    let heading = |column: usize| sheet.cell(layout.header, column).into_owned();
    task.understood.used = std::iter::once(heading(layout.name))
        .filter(|name| !name.is_empty())
        .chain(matrix.samples.iter().cloned())
        .collect();
    task.understood.kept = layout.kept.clone();
    (task.understood.rows_read, task.understood.rows_left_out) = (matrix.names.len(), n_out);
    let total: f64 = (0..matrix.samples.len()).map(|sample| matrix.total(sample)).sum();
    task.understood.units = vec![scale.name().to_owned()];
    let in_all = if scale == Scale::Raw { Numbers::TERMINAL.count(total as u64) } else { figures(total) };
    let n_spikes = rows.iter().filter(|row| **row == Row::Spike).count();
    let spikes = if n_spikes > 0 { format!(", {n_spikes} of them spiked in") } else { String::new() };
    task.understood.notes.push(format!(
        "{} names{spikes}, {} samples, {in_all} in all",
        matrix.names.len(),
        matrix.samples.len()
    ));
    name_names(task, &matrix, &rows);
    if matrix.names.is_empty() || total <= 0.0 {
        task.nothing("no sample has a count");
        return None;
    }
    Some(Data::Counts(Counts { matrix, scale, rows }))
}

fn scale(matrix: &Matrix) -> Scale {
    let is_whole = matrix.values.iter().filter(|value| !value.is_nan()).all(|value| value.fract() == 0.0);
    let per_million = |sample| (matrix.total(sample) - 1e6).abs() < 1e4;
    match (is_whole, (0..matrix.samples.len()).all(per_million)) {
        (_, true) => Scale::PerMillion,
        (true, false) => Scale::Raw,
        (false, false) => Scale::Other,
    }
}

fn meaning(knowledge: &Knowledge, name: &str) -> Row {
    if is_spike(name) {
        return Row::Spike;
    }
    let all = members(name);
    if let [one] = all.as_slice() {
        return match knowledge.known_mirna(one) {
            Some(MirnaLookup::One(mirna)) => Row::Known(mirna.name.clone()),
            Some(MirnaLookup::Ambiguous(all)) => Row::Several(all.iter().map(|mirna| mirna.name.clone()).collect()),
            _ => Row::Unknown,
        };
    }
    let found: Vec<_> = all.iter().filter_map(|name| knowledge.one_mirna(name)).collect();
    match found.as_slice() {
        // one sequence under several names is one molecule
        [first, rest @ ..] if found.len() == all.len() && rest.iter().all(|other| other.sequence == first.sequence) => {
            Row::Known(first.name.clone())
        }
        found => Row::Merged(found.iter().map(|mirna| mirna.name.clone()).collect()),
    }
}

/// Names that mean nothing, or more than one thing: how many, and the first of them.
fn name_names(task: &mut Task<'_>, matrix: &Matrix, rows: &[Row]) {
    let of = |wanted: fn(&Row) -> bool| -> Vec<usize> { (0..rows.len()).filter(|row| wanted(&rows[*row])).collect() };
    let listed = |found: &[usize]| {
        let names: Vec<&str> = found.iter().take(5).map(|row| matrix.names[*row].as_str()).collect();
        format!("{}{}", names.join(", "), if found.len() > 5 { " ..." } else { "" })
    };
    let line = |task: &Task<'_>, found: &[usize]| {
        let line = matrix.lines[found[0]];
        (0..task.sheet.n_rows())
            .find(|row| task.sheet.line(*row) == line)
            .map_or_else(|| task.sheet.top(), |row| task.sheet.row_span(row))
    };
    let of_names = |n: usize| format!("{n} of {} names {}", rows.len(), if n == 1 { "is" } else { "are" });
    let unknown = of(|row| *row == Row::Unknown);
    if !unknown.is_empty() {
        let is_gone = |row: &&usize| task.knowledge.old_mirna_name(&matrix.names[**row]).is_some();
        let gone = match unknown.iter().filter(is_gone).count() {
            0 => String::new(),
            n => format!(" ({n} of them were taken out of miRBase)"),
        };
        let message = format!("{} not known{gone}: {}", of_names(unknown.len()), listed(&unknown));
        let span = line(task, &unknown);
        task.findings.push(
            "W87",
            message,
            span,
            "what is not known counts in the totals and becomes no cargo; names follow miRBase: species-miR-number-strand",
        );
    }
    let several = of(|row| matches!(row, Row::Several(_)));
    if !several.is_empty() {
        let message = format!("{} ambiguous (several miRNAs): {}", of_names(several.len()), listed(&several));
        let span = line(task, &several);
        task.findings.push(
            "W87",
            message,
            span,
            "they count in the totals and become no cargo; say the strand: -3p or -5p",
        );
    }
    let merged = of(|row| matches!(row, Row::Merged(_)));
    if !merged.is_empty() {
        let message = format!("{} merged: {}", of_names(merged.len()), listed(&merged));
        let fix = if task.wishes.split {
            "--split: their reads are shared evenly among their members, which is a guess"
        } else {
            "their reads fit several miRNAs of different sequence, and nothing says which: they count in the totals and \
             become no cargo. --split shares them evenly"
        };
        let span = line(task, &merged);
        task.findings.push("W88", message, span, fix);
    }
}

/// What counts become copies by.
enum Anchor {
    /// Nothing: shares of reads.
    Share,
    /// Copies of the spike-in in a sample.
    PerSample(String),
    /// Copies per vesicle.
    PerVesicle(String),
}

/// A molecule with its number.
struct Found {
    name: String,
    share: Spread,
    copies: Option<Spread>,
}

impl Counts {
    /// Reads of one sample without what was added to it.
    pub(super) fn of_the_sample(&self, sample: usize) -> f64 {
        let spiked = self
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| **row == Row::Spike)
            .map(|(index, _)| self.matrix.row(index)[sample]);
        self.matrix.total(sample) - spiked.filter(|value| !value.is_nan()).sum::<f64>()
    }

    /// Shares of reads of each known miRNA over the chosen samples, the largest first.
    fn shares(&self, samples: &[usize], split: bool) -> Vec<(String, Vec<f64>)> {
        let totals: Vec<f64> = samples.iter().map(|sample| self.of_the_sample(*sample)).collect();
        let mut found: Vec<(String, Vec<f64>)> = Vec::new();
        let mut places = std::collections::HashMap::new();
        for (index, row) in self.rows.iter().enumerate() {
            let names: &[String] = match row {
                Row::Known(name) => std::slice::from_ref(name),
                Row::Merged(names) if split => names,
                _ => continue,
            };
            for name in names {
                let at = *places.entry(name.clone()).or_insert_with(|| {
                    found.push((name.clone(), vec![0.0; samples.len()]));
                    found.len() - 1
                });
                for (slot, (sample, total)) in samples.iter().zip(&totals).enumerate() {
                    let value = self.matrix.row(index)[*sample];
                    found[at].1[slot] += if value.is_nan() { 0.0 } else { value / total / names.len() as f64 };
                }
            }
        }
        let middle = |shares: &[f64]| spread(shares).map_or(0.0, |found| found.middle);
        found.sort_by_cached_key(|(_, shares)| std::cmp::Reverse(middle(shares).to_bits()));
        found
    }

    /// Copies of the spike-in by its share of reads, for each sample; `None` where it has no reads.
    fn spiked(&self, samples: &[usize], wishes: &Wishes) -> Option<(Vec<Option<f64>>, String)> {
        let rows: Vec<(usize, f64, &str)> = self
            .matrix
            .names
            .iter()
            .enumerate()
            .filter_map(|(row, name)| {
                let given = wishes.spikes.iter().find(|(spike, _)| spike.eq_ignore_ascii_case(name))?;
                Some((row, *given.1, name.as_str()))
            })
            .collect();
        if rows.is_empty() {
            return None;
        }
        let factor = |sample: &usize| {
            let reads: f64 =
                rows.iter().map(|(row, ..)| self.matrix.row(*row)[*sample]).filter(|value| !value.is_nan()).sum();
            let copies: f64 = rows.iter().map(|(_, copies, _)| copies).sum();
            (reads > 0.0).then(|| copies / (reads / self.of_the_sample(*sample)))
        };
        let names: Vec<&str> = rows.iter().map(|(.., name)| *name).collect();
        Some((samples.iter().map(factor).collect(), format!("the spike-in {}", names.join(", "))))
    }

    /// What is said when samples of several groups, by their names, are taken together.
    fn pooled(&self, samples: &[usize], wishes: &Wishes) -> Option<String> {
        let mut groups: Vec<(String, usize)> = Vec::new();
        for sample in samples {
            let name = super::expression::group(&self.matrix.samples[*sample]);
            match groups.iter_mut().find(|(own, _)| *own == name) {
                Some((_, n)) => *n += 1,
                None => groups.push((name, 1)),
            }
        }
        // names that all differ, or all are alike, are no groups
        if !wishes.samples.is_empty() || groups.len() < 2 || groups.iter().any(|(_, n)| *n < 2) {
            return None;
        }
        let names: Vec<String> = groups.iter().take(8).map(|(name, n)| format!("{name} ({n})")).collect();
        let more = if groups.len() > 8 { " and others" } else { "" };
        Some(format!(
            "they look like {} groups, taken together here: {}{more}; one alone: --samples \"{}*\"",
            groups.len(),
            names.join(", "),
            groups[0].0
        ))
    }

    pub(super) fn paste(&self, wishes: &Wishes, others: &[&Data], knowledge: &Knowledge) -> Pasted {
        let samples = chosen(&self.matrix.samples, &wishes.samples);
        let mut lines = Lines::default();
        if samples.is_empty() {
            let message = format!("no sample fits {}", wishes.samples.join(", "));
            let help =
                format!("samples: {}", self.matrix.samples.iter().take(20).cloned().collect::<Vec<_>>().join(", "));
            return Pasted {
                findings: vec![vesica_model::Diagnostic::error("E84", message).help(help)],
                ..Pasted::default()
            };
        }
        let shares = self.shares(&samples, wishes.split);
        let (anchor, found) = self.anchored(&samples, shares, wishes, others);
        let n = samples.len();
        lines.comment(&format!(
            "small-RNA counts, {}; shares over {n} sample{}",
            self.scale.name(),
            if n == 1 { "" } else { "s" }
        ));
        if let Some(groups) = self.pooled(&samples, wishes) {
            lines.comment(&groups);
        }
        let top = wishes.top.unwrap_or(20);
        let vesicle = wishes.name.as_deref().unwrap_or("sample");
        match &anchor {
            Anchor::PerVesicle(by) => {
                lines.comment(&format!("copies per vesicle, by {by}"));
                lines.comment("the bias of library preparation between miRNAs is not in the ranges");
                for one in found.iter().take(top) {
                    let Some(copies) = &one.copies else { continue };
                    lines.line(&format!("\n[vesicle.{}.cargo.{}]", key(vesicle), quoted(&one.name)));
                    lines.text("copies", &copies.quantity("/vesicle"), &share_of(&one.share));
                }
            }
            Anchor::PerSample(by) => {
                lines.comment(&format!("copies in a sample, by {by}; for copies per vesicle add --particles N"));
                for one in found.iter().take(top) {
                    let Some(copies) = &one.copies else { continue };
                    lines.comment(&format!(
                        "{:<20} {} copies, {}",
                        one.name,
                        copies.quantity(""),
                        share_of(&one.share)
                    ));
                }
            }
            Anchor::Share => {
                lines.comment("only relative copies: this file says nothing of copies, and nothing of particles");
                for one in found.iter().take(top) {
                    lines.comment(&format!("{:<20} {}", one.name, share_of(&one.share)));
                }
                lines.comment("");
                lines.comment("copies per vesicle need one of:");
                lines.comment(
                    "  a spike-in:  --spike NAME=COPIES --particles N    copies of it, and particles, in a sample",
                );
                lines.comment(
                    "  digital PCR of one of these miRNAs:  --dpcr FILE  (sample, miRNA, copies, input_particles)",
                );
                lines.comment(
                    "  a particle count of the sample in place of --particles:  --nta FILE --volume \"100 uL\"",
                );
            }
        }
        if found.len() > top {
            lines.comment(&format!("{} more; --top {} prints them, --json has all", found.len() - top, found.len()));
        }
        let unit = match anchor {
            Anchor::Share => "share of reads",
            Anchor::PerSample(_) => "copies per sample",
            Anchor::PerVesicle(_) => "copies per vesicle",
        };
        let end = |spread: &Option<Spread>, high: bool| {
            spread.and_then(|found| found.range).map(|range| if high { range.1 } else { range.0 })
        };
        let json = json!({
            "scale": self.scale.name(), "samples": samples.iter().map(|s| &self.matrix.samples[*s]).collect::<Vec<_>>(),
            "totals": samples.iter().map(|s| self.matrix.total(*s)).collect::<Vec<_>>(), "unit": unit,
            "molecules": found.iter().map(|one| json!({
                "name": one.name, "share": one.share.middle, "share_low": end(&Some(one.share), false),
                "share_high": end(&Some(one.share), true), "copies": one.copies.map(|copies| copies.middle),
                "low": end(&one.copies, false), "high": end(&one.copies, true), "n": one.share.n,
                "axes": knowledge.axes_of(&one.name).len(),
            })).collect::<Vec<_>>(),
        });
        Pasted { toml: lines.finish(), json, findings: Vec::new() }
    }

    fn anchored(
        &self,
        samples: &[usize],
        shares: Vec<(String, Vec<f64>)>,
        wishes: &Wishes,
        others: &[&Data],
    ) -> (Anchor, Vec<Found>) {
        let spreads = |values: &[f64]| spread(values).unwrap_or(Spread { n: 0, middle: 0.0, range: None, cv: None });
        let dpcr = others.iter().find_map(|data| match data {
            Data::Copies(copies) => Some(copies),
            _ => None,
        });
        let particles = particles(wishes, others);
        let with = |factors: &[Option<f64>], known: Option<Spread>, per: f64| -> Vec<Found> {
            let one = |(name, values): &(String, Vec<f64>)| {
                let copies = values.iter().zip(factors).filter_map(|(share, factor)| Some(share * (*factor)? / per));
                let copies = spread(&copies.collect::<Vec<f64>>());
                let copies = copies.map(|copies| known.map_or(copies, |known| times(copies, known)));
                Found { name: name.clone(), share: spreads(values), copies }
            };
            shares.iter().map(one).collect()
        };
        if let Some((factors, by)) = self.spiked(samples, wishes) {
            return match particles {
                Some(n) => {
                    let by = format!("{by} and {} particles in a sample", figures(n));
                    (Anchor::PerVesicle(by), with(&factors, None, n))
                }
                None => (Anchor::PerSample(by), with(&factors, None, 1.0)),
            };
        }
        if let Some((factors, known, by)) = dpcr.and_then(|copies| by_copies(&shares, copies, particles)) {
            return (Anchor::PerVesicle(by), with(&factors, Some(known), 1.0));
        }
        let found = shares.into_iter().map(|(name, values)| Found { name, share: spreads(&values), copies: None });
        (Anchor::Share, found.collect())
    }
}

/// Particles that went into a sample: as said, or from a particle count and the volume.
pub(super) fn particles(wishes: &Wishes, others: &[&Data]) -> Option<f64> {
    let counted = others.iter().find_map(|data| match data {
        Data::Particles(particles) => particles.concentration(wishes),
        _ => None,
    });
    wishes.particles.or_else(|| Some(counted?.middle * wishes.volume?))
}

/// Copies per vesicle by a share of one in each sample, from the miRNAs that both files have; how well they are known,
/// as a number around 1; and their names.
fn by_copies(
    shares: &[(String, Vec<f64>)],
    copies: &Copies,
    particles: Option<f64>,
) -> Option<(Vec<Option<f64>>, Spread, String)> {
    let per_vesicle = copies.per_vesicle(particles);
    let both: Vec<(&[f64], Spread, &str)> = shares
        .iter()
        .filter_map(|(name, values)| {
            let (_, copies) = per_vesicle.iter().find(|(own, _)| own == name)?;
            (copies.middle > 0.0).then_some((values.as_slice(), *copies, name.as_str()))
        })
        .collect();
    let n_samples = both.first()?.0.len();
    let factor = |sample: usize| {
        let logs = both
            .iter()
            .map(|(values, copies, _)| (values[sample] > 0.0).then(|| math::ln(copies.middle / values[sample])));
        let logs: Option<Vec<f64>> = logs.collect();
        logs.map(|logs| math::exp(logs.iter().sum::<f64>() / logs.len() as f64))
    };
    let around_one = |copies: &Spread| copies.map(|value| value / copies.middle);
    let known = match both.as_slice() {
        [(_, one, _)] => around_one(one),
        // several that agree or not: how they differ is what is not known
        several => {
            let apart: Vec<f64> = several
                .iter()
                .filter_map(|(values, copies, _)| {
                    spread(values).filter(|share| share.middle > 0.0).map(|share| copies.middle / share.middle)
                })
                .collect();
            around_one(&spread(&apart)?)
        }
    };
    let names: Vec<&str> = both.iter().map(|(.., name)| *name).collect();
    Some(((0..n_samples).map(factor).collect(), known, format!("digital PCR of {}", names.join(", "))))
}

/// One over a number that is above zero.
pub(super) fn inverse(spread: Spread) -> Spread {
    let range = spread.range.map(|(low, high)| (1.0 / high, if low > 0.0 { 1.0 / low } else { f64::INFINITY }));
    Spread { middle: 1.0 / spread.middle, range, ..spread }
}

/// The product of two numbers; their relative errors add up as independent ones do.
pub(super) fn times(one: Spread, other: Spread) -> Spread {
    let middle = one.middle * other.middle;
    let distance = |spread: &Spread, is_high: bool| {
        let end = spread.range.map_or(spread.middle, |range| if is_high { range.1 } else { range.0 });
        if end > 0.0 && end.is_finite() && spread.middle > 0.0 {
            math::ln(end / spread.middle).abs()
        } else {
            f64::INFINITY
        }
    };
    let both = |is_high: bool| {
        let (a, b) = (distance(&one, is_high), distance(&other, is_high));
        (a * a + b * b).sqrt()
    };
    let (down, up) = (both(false), both(true));
    let range = (one.range.is_some() || other.range.is_some()).then(|| {
        let low = if down.is_finite() { middle / math::exp(down) } else { 0.0 };
        let high = if up.is_finite() { middle * math::exp(up) } else { middle };
        (low, high.max(middle))
    });
    Spread { n: one.n.min(other.n), middle, range, cv: None }
}

fn share_of(share: &Spread) -> String {
    format!("{} of reads", share.map(|value| value * 100.0).quantity("%"))
}

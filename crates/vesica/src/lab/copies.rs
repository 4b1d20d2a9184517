//! Copies of miRNAs by digital or quantitative PCR: they become copies per vesicle.
//!
//! `sample, miRNA, copies, input_particles`: one row for each reaction; `input_particles` are the particles whose
//! content is in it. A droplet reader (QX200) gives `Sample, Target, Concentration, CopiesPer20uLWell, PoissonConfMax,
//! PoissonConfMin, AcceptedDroplets` and more, its later program `Conc(copies/µL)` and `Copies/20µLWell`, `No Call`
//! where there were too few droplets (seen in public programs that read them); the particles are then said with
//! `--particles`. `input_cells` and `time [h]` are read where a measure is compared with the copies in cells.

use serde_json::json;

use super::columns::Columns;
use super::heading::Heading;
use super::kinds::{Data, Task};
use super::paste::{Lines, Pasted, counted, key, quoted};
use super::sheet::Sheet;
use super::spread::{Spread, spread};
use super::wishes::{Wishes, fits};
use crate::knowledge::MirnaLookup;
use crate::units::Dimension;

/// Copies in reactions.
#[derive(Clone, Debug, PartialEq)]
pub struct Copies {
    /// One for each reaction.
    pub reactions: Vec<Reaction>,
}

/// One reaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Reaction {
    /// Sample.
    pub sample: String,
    /// Present name of the miRNA; as written when it is not known.
    pub molecule: String,
    /// Whether the knowledge base has it.
    pub is_known: bool,
    /// Copies in the reaction.
    pub copies: f64,
    /// Particles whose content is in the reaction.
    pub particles: Option<f64>,
    /// Cells whose content is in the reaction.
    pub cells: Option<f64>,
    /// When the sample was taken, s; `None` where the file does not say.
    pub time: Option<f64>,
    /// Line in the file, from 1.
    pub line: usize,
}

const SAMPLE: [&str; 4] = ["sample", "sample_name", "sample_description_1", "name"];
const MOLECULE: [&str; 6] = ["mirna", "mir", "target", "assay", "gene", "molecule"];
const COPIES: [&str; 6] =
    ["copies", "copies_per_reaction", "copiesper20ulwell", "copies_20µlwell", "copies_20ulwell", "copies_well"];
const PER_MICROLITRE: [&str; 3] = ["conc", "concentration", "copies_µl"];
const PARTICLES: [&str; 6] =
    ["input_particles", "particles", "input_vesicles", "vesicles", "particles_input", "n_particles"];

const CELLS: [&str; 4] = ["input_cells", "cells", "n_cells", "cells_input"];
const TIME: [&str; 3] = ["time", "time_point", "timepoint"];

/// Microlitres of a reaction of the droplet reader, from the name of its column.
const REACTION: f64 = 20.0;

/// Samples without a template.
const NO_TEMPLATE: [&str; 6] = ["ntc", "no template", "water", "h2o", "blank", "nrt"];

/// Told by a header with a miRNA and copies.
pub(super) fn is(sheet: &Sheet) -> Option<String> {
    let names: Vec<String> = sheet.cells(0).map(|cell| Heading::read(&cell).name).collect();
    let has = |wanted: &[&str]| names.iter().any(|name| wanted.contains(&name.as_str()));
    let is_droplets = has(&["accepteddroplets", "accepted_droplets", "poissonconfmax"]);
    let fits = has(&MOLECULE) && (has(&COPIES) || (is_droplets && has(&PER_MICROLITRE)));
    let what = if is_droplets { "a target and droplets" } else { "a miRNA and copies" };
    fits.then(|| format!("its header has {what}"))
}

pub(super) fn read(task: &mut Task<'_>) -> Option<Data> {
    let sheet = task.sheet;
    let mut columns = Columns::at(sheet, 0, &task.wishes.units);
    let findings = &mut task.findings;
    let sample = columns.find(&SAMPLE);
    let molecule = columns.need(&MOLECULE, "name of the miRNA", findings)?;
    let whole = columns.find(&COPIES);
    let part = if whole.is_none() { columns.find(&PER_MICROLITRE) } else { None };
    let copies = whole.or(part).or_else(|| columns.need(&COPIES, "copies in a reaction", findings))?;
    let factor = if part.is_some() { REACTION } else { 1.0 };
    let particles = columns.find(&PARTICLES);
    let (cells, time) = (columns.find(&CELLS), columns.find(&TIME));
    let time_unit = time.map(|column| columns.unit(column, Dimension::TIME, "h", findings));
    let (mut reactions, mut n_out, mut n_blank, mut unknown) = (Vec::new(), 0, 0, Vec::new());
    for row in columns.rows() {
        let name = columns.text(row, Some(molecule));
        let of = columns.text(row, sample);
        if NO_TEMPLATE.iter().any(|blank| of.to_lowercase().starts_with(blank)) {
            n_blank += 1;
            continue;
        }
        let count = columns.positive(row, copies, findings);
        let input = particles.map(|column| columns.positive(row, column, findings));
        let (Some(count), false) = (count, input == Some(None)) else {
            n_out += 1;
            continue;
        };
        if input == Some(Some(0.0)) {
            let message = format!("no particle in the reaction, and {} copies", sheet.cell(row, copies));
            findings.push(
                "W85",
                message,
                sheet.span(row, particles.unwrap_or(0)),
                "the row is left out; give the particles that went in",
            );
            n_out += 1;
            continue;
        }
        let (molecule, is_known) = match task.knowledge.known_mirna(&name) {
            Some(MirnaLookup::One(mirna)) => (mirna.name.clone(), true),
            Some(MirnaLookup::Ambiguous(all)) => {
                let all: Vec<&str> = all.iter().map(|mirna| mirna.name.as_str()).collect();
                let message = format!("`{name}` means several miRNAs");
                findings.push("W87", message, sheet.span(row, molecule), format!("say which: {}", all.join(" or ")));
                (name, false)
            }
            _ => {
                if !unknown.contains(&name) {
                    unknown.push(name.clone());
                }
                (name, false)
            }
        };
        let time = time.and_then(|column| columns.positive(row, column, findings));
        reactions.push(Reaction {
            sample: of,
            molecule,
            is_known,
            copies: count * factor,
            particles: input.flatten(),
            cells: cells.and_then(|column| columns.positive(row, column, findings)).filter(|cells| *cells > 0.0),
            time: time.zip(time_unit.as_ref().and_then(Option::as_ref)).map(|(time, unit)| unit.to_inside(time)),
            line: sheet.line(row),
        });
    }
    if !unknown.is_empty() {
        let message = format!("{} not known: {}", counted(unknown.len(), "name"), unknown.join(", "));
        findings.push(
            "W87",
            message,
            sheet.span(0, molecule),
            "names follow miRBase: species-miR-number-strand; they become no cargo",
        );
    }
    let n = reactions.len();
    task.understood.units = vec![if part.is_some() {
        format!("copies/uL, times {REACTION} uL of a reaction")
    } else {
        "copies in a reaction".to_owned()
    }];
    task.columns(&columns, n, n_out);
    if n_blank > 0 {
        task.understood.notes.push(format!("{} without a template do not count", counted(n_blank, "reaction")));
    }
    if reactions.is_empty() {
        task.nothing("no reaction has copies");
        return None;
    }
    Some(Data::Copies(Copies { reactions }))
}

impl Copies {
    /// Copies per vesicle of each miRNA over its reactions, in the order of the file. `particles`: where the file has none.
    pub fn per_vesicle(&self, particles: Option<f64>) -> Vec<(String, Spread)> {
        self.chosen(particles, &[]).into_iter().map(|(name, _, found)| (name, found)).collect()
    }

    fn chosen(&self, particles: Option<f64>, samples: &[String]) -> Vec<(String, bool, Spread)> {
        let mut found: Vec<(String, bool, Vec<f64>)> = Vec::new();
        let counts =
            |reaction: &&Reaction| samples.is_empty() || samples.iter().any(|pattern| fits(pattern, &reaction.sample));
        for reaction in self.reactions.iter().filter(counts) {
            let Some(per) = reaction.particles.or(particles).filter(|per| *per > 0.0) else { continue };
            match found.iter_mut().find(|(name, ..)| *name == reaction.molecule) {
                Some((.., values)) => values.push(reaction.copies / per),
                None => found.push((reaction.molecule.clone(), reaction.is_known, vec![reaction.copies / per])),
            }
        }
        found.into_iter().filter_map(|(name, is_known, values)| Some((name, is_known, spread(&values)?))).collect()
    }

    pub(super) fn paste(&self, wishes: &Wishes, others: &[&Data]) -> Pasted {
        let vesicle = wishes.name.as_deref().unwrap_or("sample");
        let particles = super::counts::particles(wishes, others);
        let found = self.chosen(particles, &wishes.samples);
        let mut lines = Lines::default();
        lines.comment("copies per vesicle by PCR; the range is that of the mean of the reactions");
        if found.is_empty() {
            lines.comment("no reaction says how many particles went into it: add a column input_particles,");
            lines.comment("or say it: --particles 1e9, or --nta FILE --volume \"100 uL\"");
        }
        for (name, is_known, copies) in &found {
            if *is_known {
                lines.line(&format!("\n[vesicle.{}.cargo.{}]", key(vesicle), quoted(name)));
                lines.text("copies", &copies.quantity("/vesicle"), &counted(copies.n, "reaction"));
            } else {
                lines.comment(&format!(
                    "\n{name}: {}, {}; not known, so no cargo",
                    copies.quantity("/vesicle"),
                    counted(copies.n, "reaction")
                ));
            }
        }
        let json = json!({ "unit": "copies per vesicle", "molecules": found.iter().map(|(name, is_known, copies)| json!({
            "name": name, "is_known": is_known, "copies": copies.middle, "low": copies.range.map(|range| range.0),
            "high": copies.range.map(|range| range.1), "n": copies.n,
        })).collect::<Vec<_>>() });
        Pasted { toml: lines.finish(), json, findings: Vec::new() }
    }
}

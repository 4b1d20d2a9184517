//! The kinds of files, how each is told from the others, and reading one.

use vesica_model::Diagnostic;
use vesica_model::diagnostic::nearest;

use super::columns::Columns;
use super::copies::Copies;
use super::counts::Counts;
use super::expression::Expression;
use super::findings::Findings;
use super::luciferase::Luciferase;
use super::particles::Particles;
use super::paste::Pasted;
use super::readings::Readings;
use super::sheet::Sheet;
use super::understood::Understood;
use super::wells::{Map, Wells};
use super::wishes::Wishes;
use super::{
    copies, counts, curves, cytometry, doses, expression, grid, incucyte, luciferase, map, nanosight, platemap,
    readings, sizes, zetaview,
};
use crate::knowledge::Knowledge;
use crate::terminal::safe;

/// A kind of file.
pub struct Kind {
    /// The word that `--as` takes.
    pub word: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// What it was told by, `None` when it is of another kind.
    is: fn(&Sheet) -> Option<String>,
    read: fn(&mut Task<'_>) -> Option<Data>,
}

/// Every kind. The first that fits counts: what is told by a first line or a whole header comes before what is told by
/// a single column.
pub const KINDS: &[Kind] = &[
    Kind { word: "nanosight", name: "NanoSight summary", is: nanosight::is_summary, read: nanosight::read_summary },
    Kind {
        word: "nanosight-particles",
        name: "NanoSight particles",
        is: nanosight::is_particles,
        read: nanosight::read_particles,
    },
    Kind { word: "zetaview", name: "ZetaView", is: zetaview::is, read: zetaview::read },
    Kind { word: "incucyte", name: "IncuCyte export", is: incucyte::is, read: incucyte::read },
    Kind { word: "platemap", name: "IncuCyte PlateMap", is: platemap::is, read: platemap::read },
    Kind { word: "plate-grid", name: "grid of a plate", is: grid::is, read: grid::read },
    Kind { word: "plate", name: "plate dose and response", is: doses::is, read: doses::read },
    Kind { word: "time-lapse", name: "live and dead over time", is: curves::is, read: curves::read },
    Kind { word: "plate-map", name: "what was in the wells", is: map::is, read: map::read },
    Kind { word: "bodipy-cells", name: "lipid oxidation, cells", is: cytometry::is_cells, read: cytometry::read_cells },
    Kind { word: "bodipy", name: "lipid oxidation, medians", is: cytometry::is_medians, read: cytometry::read_medians },
    Kind { word: "readings", name: "readings of arms", is: readings::is, read: readings::read },
    Kind { word: "luciferase", name: "dual luciferase", is: luciferase::is, read: luciferase::read },
    Kind { word: "copies", name: "copies by PCR", is: copies::is, read: copies::read },
    Kind { word: "counts", name: "small-RNA counts", is: counts::is, read: counts::read },
    Kind { word: "sizes", name: "table of sizes (TRPS and others)", is: sizes::is, read: sizes::read },
    Kind { word: "expression", name: "levels of genes", is: expression::is, read: expression::read },
];

/// What a file holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// Sizes and numbers of particles.
    Particles(Particles),
    /// Counts of small RNAs.
    Counts(Counts),
    /// Copies by digital or quantitative PCR.
    Copies(Copies),
    /// A dual luciferase assay.
    Luciferase(Luciferase),
    /// Levels of genes.
    Expression(Expression),
    /// Readings of cells under conditions.
    Readings(Readings),
    /// Readings of wells.
    Wells(Wells),
    /// What was in wells.
    Map(Map),
}

impl Data {
    /// What it becomes: a text to paste into a scenario. `file` is its name as a scenario would say it, `others` are
    /// further files about the same sample or plate.
    pub fn paste(&self, file: &str, wishes: &Wishes, others: &[&Data], knowledge: &Knowledge) -> Pasted {
        let mut pasted = self.pasted(file, wishes, others, knowledge);
        if let (Some(reads), true) = (self.read_by(), pasted.findings.is_empty()) {
            let data =
                format!("# beside a prediction: a measure with reads = \"{reads}\" takes data = \"{}\"\n", safe(file));
            if !pasted.toml.is_empty() && !pasted.toml.ends_with('\n') {
                pasted.toml.push('\n');
            }
            pasted.toml.push_str(&data);
        }
        pasted
    }

    /// The measure that data of this kind stand beside, where `paste` prints none.
    fn read_by(&self) -> Option<&'static str> {
        match self {
            Self::Particles(_) => Some("particles(medium)"),
            Self::Counts(_) | Self::Copies(_) => Some("copies(miRNA, CELL) / ARM"),
            Self::Luciferase(_) => Some("protein(GENE, CELL) / ARM"),
            Self::Expression(_) => Some("mrna(GENE, CELL) / ARM"),
            Self::Readings(_) | Self::Wells(_) | Self::Map(_) => None,
        }
    }

    fn pasted(&self, file: &str, wishes: &Wishes, others: &[&Data], knowledge: &Knowledge) -> Pasted {
        match self {
            Self::Particles(particles) => particles.paste(wishes),
            Self::Counts(counts) => counts.paste(wishes, others, knowledge),
            Self::Copies(copies) => copies.paste(wishes, others),
            Self::Luciferase(luciferase) => luciferase.paste(wishes),
            Self::Expression(expression) => expression.paste(wishes, knowledge),
            Self::Readings(readings) => readings.paste(wishes, file, knowledge),
            Self::Wells(_) => {
                let (readings, n_without) = self.readings(others).unwrap_or_else(|| (Readings::default(), 0));
                let mut pasted = readings.paste(wishes, file, knowledge);
                pasted.findings.extend(Self::without_map(n_without));
                pasted
            }
            Self::Map(map) => map.paste(),
        }
    }

    /// The readings in it, with the map of another file, or with the dead cells of one; and how many wells the map does
    /// not have.
    pub fn readings(&self, others: &[&Data]) -> Option<(Readings, usize)> {
        let map = others.iter().find_map(|data| match data {
            Self::Map(map) => Some(map),
            _ => None,
        });
        let dead = others.iter().find_map(|data| match data {
            Self::Wells(dead) => Some(dead),
            _ => None,
        });
        match self {
            Self::Readings(readings) => Some((readings.clone(), 0)),
            Self::Wells(wells) => Some(wells.with(map, dead)),
            _ => None,
        }
    }

    /// A warning about wells that the map does not have.
    pub(crate) fn without_map(n: usize) -> Option<Diagnostic> {
        (n > 0).then(|| {
            Diagnostic::error("W80", format!("the map says nothing about {n} wells that were read"))
                .help("they are not used; write what was in them into the map")
        })
    }

    /// Two files of one experiment as one; gives both back when they are no replicates of each other.
    ///
    /// # Errors
    /// Data that cannot be joined.
    pub fn join(self, other: Self) -> Result<Self, Box<(Self, Self)>> {
        match (self, other) {
            (Self::Particles(one), Self::Particles(other)) => Ok(Self::Particles(one.join(other))),
            (Self::Readings(mut one), Self::Readings(other)) => {
                one.points.extend(other.points);
                Ok(Self::Readings(one))
            }
            (one, other) => Err(Box::new((one, other))),
        }
    }
}

/// A file, read to its end.
#[derive(Clone, Debug)]
pub struct Reading {
    /// What was understood.
    pub understood: Understood,
    /// What it holds; `None` when nothing of it can be used: the findings say why.
    pub data: Option<Data>,
    /// All that is wrong with it.
    pub findings: Vec<Diagnostic>,
    /// Its text, which the findings point into.
    pub text: String,
}

/// One file while it is read.
pub(crate) struct Task<'a> {
    pub sheet: &'a Sheet,
    pub wishes: &'a Wishes,
    pub knowledge: &'a Knowledge,
    pub findings: Findings,
    pub understood: Understood,
}

impl Task<'_> {
    /// Enters which columns were used, and how many rows.
    pub fn columns(&mut self, columns: &Columns<'_>, rows_read: usize, rows_left_out: usize) {
        (self.understood.used, self.understood.kept) = columns.used_and_kept();
        (self.understood.rows_read, self.understood.rows_left_out) = (rows_read, rows_left_out);
    }

    /// There is no such table in the file.
    pub fn no_table(&mut self, header: &str) {
        let message = format!("no header of a {} in this file", self.understood.name);
        self.findings.push("E82", message, self.sheet.top(), format!("it has the columns {header}"));
    }

    /// Nothing of the file can be used.
    pub fn nothing(&mut self, why: &str) {
        let message = format!("nothing in `{}` can be used: {why}", self.sheet.file);
        let help = "mend what the other findings name, or say what the file is: --as KIND";
        self.findings.add(Diagnostic::error("E84", message).help(help));
    }
}

/// Reads a file. Never fails: gives what was understood and everything that is wrong.
///
/// `file` is its name for messages, `bytes` what stands in it. Pure: opens nothing.
pub fn read(file: &str, bytes: &[u8], wishes: &Wishes, knowledge: &Knowledge) -> Reading {
    let mut findings = Findings::default();
    let nothing = |found: Diagnostic, text: String| Reading {
        understood: Understood { file: file.to_owned(), ..Understood::default() },
        data: None,
        findings: vec![found],
        text,
    };
    let sheet = match Sheet::read(file, bytes, wishes.decimal, &mut findings) {
        Ok(sheet) => sheet,
        // the text, for a finding that points into it
        Err(found) => return nothing(found, super::decode(file, bytes).map(|(text, _)| text).unwrap_or_default()),
    };
    let (kind, because) = match recognise(&sheet, wishes) {
        Ok(found) => found,
        Err(found) => return nothing(found, sheet.text),
    };
    let understood = Understood::of(&sheet, kind.word, kind.name, &because);
    let mut task = Task { sheet: &sheet, wishes, knowledge, findings, understood };
    let data = (kind.read)(&mut task);
    let (findings, understood) = (task.findings.finish(), task.understood);
    let has_errors = findings.iter().any(|found| found.severity() != vesica_model::Severity::Warning);
    Reading { understood, data: data.filter(|_| !has_errors), findings, text: sheet.text }
}

fn recognise(sheet: &Sheet, wishes: &Wishes) -> Result<(&'static Kind, String), Diagnostic> {
    if let Some(word) = &wishes.kind {
        let words = || KINDS.iter().map(|kind| kind.word);
        return match KINDS.iter().find(|kind| kind.word.eq_ignore_ascii_case(word)) {
            Some(kind) => Ok((kind, format!("--as {word} says so"))),
            None => {
                let near = nearest(word, words()).map_or(String::new(), |near| format!("did you mean `{near}`? "));
                let kinds: Vec<&str> = words().collect();
                Err(Diagnostic::error("E81", format!("no kind of file `{word}`"))
                    .help(format!("{near}kinds: {}", kinds.join(", "))))
            }
        };
    }
    KINDS.iter().find_map(|kind| (kind.is)(sheet).map(|because| (kind, because))).ok_or_else(|| unknown(sheet))
}

fn unknown(sheet: &Sheet) -> Diagnostic {
    let kinds: Vec<&str> = KINDS.iter().map(|kind| kind.word).collect();
    Diagnostic::error("E81", format!("`{}` is of no kind that is known", sheet.file))
        .at(sheet.top())
        .label("its first line")
        .help(format!(
            "say what it is: --as KIND, one of {}.\nThe columns that each kind needs stand in docs/lab-files.md",
            kinds.join(", ")
        ))
}

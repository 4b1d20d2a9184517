//! Dual luciferase: how much a miRNA lowers a reporter with the 3'UTR of a gene, and one with its site mutated.
//!
//! `construct, miRNA, firefly, renilla`, a row for each well; `WT` or `MUT` in the name of the construct, a control in
//! the column of the miRNA (`control`, `NC`, `scramble`, `mock`). The layout is that of the issue; instruments write
//! two grids of a plate, which people copy into such a table (seen in the instructions of a public program).
//!
//! The reporter is firefly over renilla (the 3'UTR behind firefly, as in pmirGLO), or with `--reporter renilla` the
//! other way round (psiCHECK-2): which vector has it where is from memory.

use serde_json::json;

use super::columns::Columns;
use super::counts::times;
use super::heading::{Heading, folded};
use super::kinds::{Data, Task};
use super::paste::{Lines, Pasted, counted, key};
use super::sheet::Sheet;
use super::spread::{Spread, spread};
use super::wishes::{Wishes, fits};

/// Ratios of a dual reporter.
#[derive(Clone, Debug, PartialEq)]
pub struct Luciferase {
    /// One for each well.
    pub wells: Vec<ReporterWell>,
}

/// One well.
#[derive(Clone, Debug, PartialEq)]
pub struct ReporterWell {
    /// The gene, or what is left of the name of the construct without WT and MUT.
    pub gene: String,
    /// Whether the site is mutated.
    pub is_mutant: bool,
    /// miRNA as written; `None` in a control.
    pub mirna: Option<String>,
    /// What stands in its column, of controls, too.
    pub treatment: String,
    /// Well or replicate, as the file calls it.
    pub replicate: String,
    /// Line in the file, from 1.
    pub line: usize,
    /// Reporter over its internal control.
    pub ratio: f64,
}

const CONSTRUCT: [&str; 5] = ["construct", "reporter", "plasmid", "vector", "utr"];
const MIRNA: [&str; 6] = ["mirna", "mir", "mimic", "treatment", "transfection", "oligo"];
const FIREFLY: [&str; 4] = ["firefly", "fluc", "luc2", "firefly_luminescence"];
const RENILLA: [&str; 4] = ["renilla", "rluc", "hrluc", "renilla_luminescence"];
const REPLICATE: [&str; 5] = ["replicate", "rep", "well", "repeat", "experiment"];
const CONTROLS: [&str; 15] = [
    "",
    "control",
    "ctrl",
    "nc",
    "nc_mimic",
    "mimic_nc",
    "mir_nc",
    "scramble",
    "scrambled",
    "mock",
    "none",
    "negative_control",
    "untreated",
    "mimic_control",
    "control_mimic",
];

/// Told by a header with firefly and renilla.
pub(super) fn is(sheet: &Sheet) -> Option<String> {
    let names: Vec<String> = sheet.cells(0).map(|cell| Heading::read(&cell).name).collect();
    let has = |wanted: &[&str]| names.iter().any(|name| wanted.contains(&name.as_str()));
    (has(&FIREFLY) && has(&RENILLA)).then(|| "its header has firefly and renilla".to_owned())
}

pub(super) fn read(task: &mut Task<'_>) -> Option<Data> {
    let sheet = task.sheet;
    let mut columns = Columns::at(sheet, 0, &task.wishes.units);
    let findings = &mut task.findings;
    let construct = columns.need(&CONSTRUCT, "name of the reporter, with WT or MUT", findings);
    let mirna = columns.need(&MIRNA, "name of the miRNA, or control", findings);
    let firefly = columns.need(&FIREFLY, "light of firefly luciferase", findings);
    let renilla = columns.need(&RENILLA, "light of renilla luciferase", findings);
    let (construct, mirna, firefly, renilla) = (construct?, mirna?, firefly?, renilla?);
    let replicate = columns.find(&REPLICATE);
    let is_renilla = task.wishes.reporter.as_deref() == Some("renilla");
    let (mut wells, mut n_out) = (Vec::new(), 0);
    for row in columns.rows() {
        let (one, other) = (columns.positive(row, firefly, findings), columns.positive(row, renilla, findings));
        let (Some(firefly_light), Some(renilla_light)) = (one, other) else {
            n_out += 1;
            continue;
        };
        let (reporter, control, of) =
            if is_renilla { (renilla_light, firefly_light, firefly) } else { (firefly_light, renilla_light, renilla) };
        if control <= 0.0 {
            let message = format!("no light in `{}`: nothing can be divided by it", columns.name_of(of));
            findings.push(
                "W85",
                message,
                sheet.span(row, of),
                "the row is left out; a well without light was not transfected",
            );
            n_out += 1;
            continue;
        }
        let (gene, is_mutant) = site(&columns.text(row, Some(construct)));
        let name = columns.text(row, Some(mirna));
        let is_control = if task.wishes.controls.is_empty() {
            CONTROLS.contains(&folded(&name).as_str())
        } else {
            task.wishes.controls.iter().any(|pattern| fits(pattern, &name))
        };
        wells.push(ReporterWell {
            gene,
            is_mutant,
            mirna: (!is_control).then(|| name.clone()),
            treatment: name,
            replicate: columns.text(row, replicate),
            line: sheet.line(row),
            ratio: reporter / control,
        });
    }
    let n = wells.len();
    task.columns(&columns, n, n_out);
    let ratio = if is_renilla {
        "renilla over firefly"
    } else {
        "firefly over renilla; the other way round: --reporter renilla (reporter = \"renilla\" in `data`)"
    };
    task.understood.notes.push(format!("the reporter is {ratio}"));
    if wells.is_empty() {
        task.nothing("no well has light");
        return None;
    }
    if wells.iter().all(|well| well.mirna.is_some()) {
        let fix = "name a row `control` in the column of the miRNA, or say which it is: --control NAME";
        task.findings.push("E84", "no control: nothing says what is no effect", sheet.span(0, mirna), fix);
        return None;
    }
    Some(Data::Luciferase(Luciferase { wells }))
}

/// The gene of a construct and whether its site is mutated: `GENE-3UTR MUT` is (GENE, true).
fn site(construct: &str) -> (String, bool) {
    let is_mutated = |word: &str| matches!(folded(word).as_str(), "mut" | "mutant" | "mutated" | "mt");
    let is_noise =
        |word: &str| matches!(folded(word).as_str(), "wt" | "wild" | "type" | "wildtype" | "3utr" | "utr" | "3" | "");
    let words: Vec<&str> = construct.split([' ', '-', '_', '(', ')', ',', '\'']).collect();
    let is_mutant = words.iter().any(|word| is_mutated(word));
    let rest: Vec<&str> = words.into_iter().filter(|word| !is_mutated(word) && !is_noise(word)).collect();
    (rest.join("-"), is_mutant)
}

/// One effect: what is left of the reporter.
struct Effect {
    gene: String,
    mirna: String,
    left: Spread,
    wild: Spread,
    mutant: Option<Spread>,
}

impl Luciferase {
    fn effects(&self) -> Vec<Effect> {
        let of = |gene: &str, is_mutant: bool, mirna: Option<&str>| {
            let wells = self
                .wells
                .iter()
                .filter(|well| well.gene == gene && well.is_mutant == is_mutant && well.mirna.as_deref() == mirna);
            spread(&wells.map(|well| well.ratio).collect::<Vec<_>>())
        };
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        for well in &self.wells {
            if let Some(mirna) = &well.mirna
                && !pairs.contains(&(well.gene.as_str(), mirna.as_str()))
            {
                pairs.push((&well.gene, mirna));
            }
        }
        let over = |one: Option<Spread>, other: Option<Spread>| {
            let (one, other) = (one?, other?);
            (other.middle > 0.0).then(|| times(one, super::counts::inverse(other)))
        };
        pairs
            .into_iter()
            .filter_map(|(gene, mirna)| {
                let wild = over(of(gene, false, Some(mirna)), of(gene, false, None))?;
                let mutant = over(of(gene, true, Some(mirna)), of(gene, true, None));
                let left = over(Some(wild), mutant).unwrap_or(wild);
                Some(Effect { gene: gene.to_owned(), mirna: mirna.to_owned(), left, wild, mutant })
            })
            .collect()
    }

    pub(super) fn paste(&self, _: &Wishes) -> Pasted {
        let effects = self.effects();
        let mut lines = Lines::default();
        lines.comment(
            "what a miRNA leaves of a reporter with the 3'UTR, against the control, and over the mutated site",
        );
        lines.comment(
            "a reporter in a transfected cell is no gene in its own: take it as the effect at saturating copies",
        );
        let usable = effects.iter().filter(|effect| effect.left.middle <= 1.0 && !effect.gene.is_empty());
        if usable.clone().next().is_some() {
            lines.line("[links]");
        }
        let mut seen: Vec<&str> = Vec::new();
        for effect in &effects {
            let remark = format!(
                "{}: WT {}{}",
                effect.mirna,
                effect.wild.quantity(""),
                effect.mutant.map_or(", no mutated site to compare with".to_owned(), |mutant| format!(
                    ", MUT {}",
                    mutant.quantity("")
                ))
            );
            let left = Spread { range: effect.left.range.map(|(low, high)| (low, high.min(1.0))), ..effect.left };
            let is_usable = left.middle <= 1.0 && !effect.gene.is_empty() && !seen.contains(&effect.gene.as_str());
            if is_usable {
                seen.push(&effect.gene);
                lines.text(
                    &format!("act.{}", key(&effect.gene)),
                    &format!("{} of control", left.quantity("")),
                    &remark,
                );
            } else if left.middle > 1.0 {
                lines.comment(&format!("{} is not lowered: {} of control; {remark}", effect.gene, left.quantity("")));
            } else {
                lines.comment(&format!("act.{} = \"{} of control\"   {remark}", key(&effect.gene), left.quantity("")));
            }
        }
        if effects.is_empty() {
            lines.comment("no construct has both a control and a miRNA with the site that is not mutated");
        }
        lines.comment(&format!("{} in all", counted(self.wells.len(), "well")));
        let json = json!({ "effects": effects.iter().map(|effect| json!({
            "gene": effect.gene, "mirna": effect.mirna, "of_control": effect.left.middle,
            "low": effect.left.range.map(|range| range.0), "high": effect.left.range.map(|range| range.1),
            "wild_type": effect.wild.middle, "mutant": effect.mutant.map(|mutant| mutant.middle), "n": effect.wild.n,
        })).collect::<Vec<_>>() });
        Pasted { toml: lines.finish(), json, findings: Vec::new() }
    }
}

//! The scenario as text.

use vesica_model::Diagnostic;

use super::design::Part;
use super::plan::{Ask, Plan};
use super::remarks::{comment, head};
use crate::knowledge::{CellType, Kind, Motif};

/// Names of cells and vesicles in every scenario that is written here.
const DONOR: &str = "donor";
const TARGET: &str = "target";
const VESICLE: &str = "exo";

/// The whole file.
pub(super) fn text(plan: &Plan<'_>) -> Result<String, Diagnostic> {
    let arms = Arms::of(plan)?;
    let parts = [
        head(plan),
        top(plan, &arms)?,
        place(plan)?,
        cells(plan)?,
        vesicle(plan)?,
        links(plan)?,
        arms.text.clone(),
        measures(plan)?,
    ];
    Ok(parts.join("\n"))
}

/// A text of TOML.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// `{ is = "..", from = ".." }`, or the plain text when nobody is cited.
fn sourced(value: &str, source: &str) -> String {
    if source.is_empty() { quoted(value) } else { format!("{{ is = {}, from = {} }}", quoted(value), quoted(source)) }
}

/// A line with its remark behind it.
fn line(text: &str, remark: &str) -> String {
    const REMARK_AT: usize = 42;
    if remark.is_empty() { format!("{text}\n") } else { format!("{text:<REMARK_AT$}  # {remark}\n") }
}

fn top(plan: &Plan<'_>, arms: &Arms) -> Result<String, Diagnostic> {
    let design = &plan.design;
    let (span, record) = (design.part("time", "span")?.value, design.part("time", "record")?.value);
    let mut text = String::from("vesica   = 1\n");
    text.push_str(&format!("title    = {}\n", quoted(&title(plan))));
    text.push_str(&format!("question = {}\n", quoted(&question(plan))));
    let follows: Vec<String> = follows(plan).iter().map(|source| quoted(source)).collect();
    text.push_str(&format!("follows  = [{}]\n", follows.join(", ")));
    text.push_str("seed     = 20251121\n");
    text.push_str(&format!("time     = {{ span = {}, record = {} }}\n\n", quoted(&span), quoted(&record)));
    text.push_str("[answer]                                  # what would count as an answer\n");
    let measure = if plan.ask == Ask::Arrives { "delivered" } else { "viability" };
    text.push_str(&format!("measure = {}\n", quoted(&format!("{measure}@{}", span.replace(' ', "")))));
    text.push_str(&format!("of      = {}\nminus   = {}\n", quoted(&arms.of), quoted(&arms.minus)));
    text.push_str(&format!("counts  = {}\n", quoted(&arms.counts)));
    if !arms.given.is_empty() {
        let given: Vec<String> = arms.given.iter().map(|given| quoted(given)).collect();
        text.push_str(&line(&format!("given   = [{}]", given.join(", ")), "the controls, same measure"));
    }
    Ok(text)
}

fn cargo_names(plan: &Plan<'_>) -> String {
    let names: Vec<&str> = plan.cargo.iter().map(|item| item.name.trim_start_matches("hsa-")).collect();
    names.join(" and ")
}

/// Who sends, in words.
fn sender<'p>(plan: &'p Plan<'_>) -> &'p str {
    match (plan.donor, plan.axis.donor.strip_prefix("fluid:")) {
        (Some(donor), _) => &donor.name,
        (None, Some(fluid)) => fluid,
        (None, None) => "an unnamed sender",
    }
}

fn title(plan: &Plan<'_>) -> String {
    let disease = plan.axis.field("disease");
    let disease = if disease.is_empty() { String::new() } else { format!(" ({disease})") };
    format!("{} in vesicles from {} to {}{disease}", cargo_names(plan), sender(plan), plan.target.name)
}

fn question(plan: &Plan<'_>) -> String {
    let (cargo, target, killer) = (cargo_names(plan), &plan.target.name, &plan.killer.name);
    match (plan.ask, plan.is_by_loss()) {
        (Ask::Arrives, _) => format!("Does enough {cargo} reach the cytosol of a {target} to act?"),
        (Ask::Protects, false) => format!("Do vesicles with {cargo} protect the {target} from {killer}?"),
        (Ask::Kills, false) => format!("Do vesicles with {cargo} make {killer} kill the {target}?"),
        (Ask::Protects, true) => format!("Does the loss of {cargo} from the vesicles let {killer} kill the {target}?"),
        (Ask::Kills, true) => format!("Does the loss of {cargo} from the vesicles protect the {target} from {killer}?"),
    }
}

/// PMIDs, DOIs and numbers of databases, else keys.
fn follows(plan: &Plan<'_>) -> Vec<String> {
    let written = plan.axis.field("pmid_or_doi");
    let parts = written.split(';').map(|part| part.split(" (").next().unwrap_or(part).trim());
    let known = parts.filter(|part| part.chars().filter(char::is_ascii_digit).count() >= 5);
    let mut follows: Vec<String> = known.map(|part| part.replace("PMID ", "PMID:")).collect();
    if follows.is_empty() {
        follows = plan.axis.sources.clone();
    }
    follows
}

fn place(plan: &Plan<'_>) -> Result<String, Diagnostic> {
    let layout = if plan.donor.is_some() { "mixed" } else { "added" };
    let remark = if plan.donor.is_some() {
        "donors and targets in one stirred volume"
    } else {
        "vesicles are added and diffuse to the cells"
    };
    let mut text = "[place]\nkind   = \"well\"\n".to_owned();
    for key in ["plate", "volume"] {
        text.push_str(&format!("{key:<6} = {}\n", quoted(&plan.design.part("place", key)?.value)));
    }
    text.push_str(&line(&format!("layout = {}", quoted(layout)), remark));
    Ok(text)
}

fn cells(plan: &Plan<'_>) -> Result<String, Diagnostic> {
    let mut text =
        "# ---- who -------------------------------------------------------------------------------------------\n"
            .to_owned();
    if let Some(donor) = plan.donor {
        text.push_str(&cell(plan, DONOR, donor, plan.axis.field("donor_cell"), &[])?);
        text.push('\n');
    }
    let called = if plan.is_target_assumed { "not named in what was read" } else { plan.axis.field("recipient_cell") };
    text.push_str(&cell(plan, TARGET, plan.target, called, &plan.read)?);
    Ok(text)
}

fn cell(plan: &Plan<'_>, name: &str, kind: &CellType, called: &str, genes: &[String]) -> Result<String, Diagnostic> {
    let count = plan.design.part("count", if name == DONOR { "donor" } else { "recipient" })?;
    let said = if called == kind.name || called.is_empty() { String::new() } else { format!("the source: {called}") };
    let mut text = format!("[cell.{name}]\n");
    text.push_str(&line(&format!("is      = {}", quoted(&kind.name)), &said));
    text.push_str(&line(&format!("count   = {}", count.value), "assumed"));
    let doubles = plan.knowledge.number("geometry.doubles", &kind.id).and_then(|number| number.quantity());
    text.push_str(&match (kind.grows, doubles) {
        (false, _) => line("grows   = \"no\"", ""),
        (true, Some(doubles)) => line(&format!("doubles = {}", quoted(&doubles.to_string())), "assumed: give your own"),
        (true, None) => String::new(),
    });
    text.push_str(&format!("varies  = {}\n", quoted(&plan.design.part("cells", "varies")?.value)));
    if !genes.is_empty() {
        let state: Vec<String> = genes.iter().map(|gene| format!("{gene} = \"1.0 (0.3..3)\"")).collect();
        text.push_str(&line(&format!("state   = {{ {} }}", state.join(", ")), "assumed: nobody measured it here"));
    }
    Ok(text)
}

fn vesicle(plan: &Plan<'_>) -> Result<String, Diagnostic> {
    let mut text =
        "# ---- what is sent ------------------------------------------------------------------------------------\n"
            .to_owned();
    text.push_str(&format!("[vesicle.{VESICLE}]\n"));
    if let Some(donor) = plan.donor {
        text.push_str(&format!("from = \"{DONOR}\"\nto   = \"{TARGET}\"\n"));
        if let Some((row, rate)) =
            plan.knowledge.number("vesicle.rate", &donor.id).and_then(|row| Some((row, row.quantity()?)))
        {
            let remark = if row.cell.is_empty() { "not measured for this donor" } else { "" };
            text.push_str(&line(&format!("rate = {}", sourced(&rate.to_string(), &row.sources.join("; "))), remark));
        }
    } else {
        text.push_str(&line(&format!("to   = \"{TARGET}\""), "made elsewhere: no cell here sends it"));
    }
    text.push_str(&format!("size = {}\n", quoted(&plan.design.part("size", "vesicle")?.value)));
    for item in &plan.cargo {
        let copies = plan.design.part("copies", &item.kind)?;
        text.push('\n');
        let remark = if plan.is_hypothesis { "HYPOTHESIS: nobody said that vesicles carry it" } else { &item.remark };
        text.push_str(&line(&format!("[vesicle.{VESICLE}.cargo.{}]", quoted(&item.name)), remark));
        if item.is_own {
            let kind = if item.kind == "EV" { Kind::Protein.word() } else { &item.kind };
            text.push_str(&line(&format!("kind      = {}", quoted(kind)), ""));
        }
        text.push_str(&line(&format!("copies    = {}", sourced(&copies.value, &copies.source)), &copies.note));
        if let Ok(spread) = plan.design.part("spread", &item.kind) {
            text.push_str(&line(&format!("spread    = {}", quoted(&spread.value)), &spread.note));
        }
        text.push_str(&packing(plan, &item.name));
        text.push_str(&line("acts_at   = \"cytosol\"", "it must leave the endosome"));
        if item.needs_targets && !item.is_mirna && !plan.changed.is_empty() {
            let targets: Vec<String> = plan.changed.iter().map(|gene| quoted(gene)).collect();
            text.push_str(&line(
                &format!("targets   = [{}]", targets.join(", ")),
                "genes of [links] act that it changes",
            ));
        }
    }
    Ok(text)
}

/// Which proteins of the donor pack or hold back a miRNA, where a motif of its sequence or a source says so.
fn packing(plan: &Plan<'_>, name: &str) -> String {
    let knowledge = plan.knowledge;
    let Some((donor, mirna)) = plan.donor.zip(knowledge.one_mirna(name)) else { return String::new() };
    let has = |gene: &String| {
        donor.genes.contains(gene) || donor.amounts.contains(gene) || knowledge.can_express(donor, gene)
    };
    let sorting = knowledge.sorting(mirna, donor);
    let mut text = String::new();
    for (key, retains) in [("packed_by", false), ("held_by", true)] {
        let fits =
            |motif: &Motif| motif.retains == retains && !motif.readers.is_empty() && motif.readers.iter().all(has);
        let Some(one) = sorting.iter().find(|one| fits(one.motif)) else { continue };
        let readers: Vec<String> = one.motif.readers.iter().map(|gene| quoted(gene)).collect();
        let why = if one.at.is_some() { format!("motif {}: ", one.motif.motif) } else { String::new() };
        let remark = format!("{why}{}, found in {}", one.motif.sources.join(", "), one.motif.cell);
        text.push_str(&line(&format!("{key:<9} = [{}]", readers.join(", ")), remark.trim_end_matches(", found in ")));
    }
    text
}

fn links(plan: &Plan<'_>) -> Result<String, Diagnostic> {
    let mut text = "# ---- the links of the chain: defaults of the knowledge base, and what the axis adds ---------------------\n[links]\n".to_owned();
    let is_guide = plan.cargo.iter().any(|item| item.is_mirna);
    for (id, remark, is_needed) in [
        ("enter.clearance", "uptake by one cell; never faster than diffusion brings them", true),
        ("deliver.escape", "contested: none detectable, or some of those taken up", true),
        ("act.loaded", "share of delivered copies that end in a working AGO complex", is_guide),
    ] {
        let number = plan.knowledge.number(&format!("links.{id}"), "").and_then(|number| number.quantity());
        if let Some(number) = number.filter(|_| is_needed) {
            text.push_str(&line(&format!("{id} = {}", quoted(&number.to_string())), remark));
        }
    }
    let effect = plan.design.part("effect", plan.change())?;
    for gene in &plan.changed {
        text.push_str(&line(&format!("act.{gene} = {}", quoted(&effect.value)), &effect.note));
    }
    if plan.changed.is_empty() && !plan.read.is_empty() {
        text.push_str(&comment(&format!(
            "{} is carried itself: what it does follows from its level",
            plan.read.join(", ")
        )));
    }
    Ok(text)
}

/// The arms, and what the answer compares.
struct Arms {
    text: String,
    of: String,
    minus: String,
    counts: String,
    given: Vec<String>,
}

impl Arms {
    fn of(plan: &Plan<'_>) -> Result<Self, Diagnostic> {
        let mut arms = Self {
            text: HEAD.to_owned(),
            of: String::new(),
            minus: String::new(),
            counts: String::new(),
            given: Vec::new(),
        };
        arms.add("untreated", "", &[], "");
        if plan.ask == Ask::Arrives {
            arms.arrive(plan)?
        } else {
            arms.kill(plan)?
        }
        Ok(arms)
    }

    /// With and without vesicles, without anything that kills.
    fn arrive(&mut self, plan: &Plan<'_>) -> Result<(), Diagnostic> {
        match plan.donor {
            Some(_) => {
                self.of = "untreated".to_owned();
                self.minus = "no donor".to_owned();
                self.add("no donor", "untreated", &[], NO_DONOR);
                self.blocked(plan, "untreated")?;
            }
            None => {
                self.of = "vesicles".to_owned();
                self.minus = "untreated".to_owned();
                self.add("vesicles", "untreated", &[vesicles(plan)?], "");
            }
        }
        let lowest = plan.design.part("loads", "lowest")?;
        self.counts = format!(">= {}", lowest.value);
        Ok(())
    }

    /// What kills, with and without vesicles, and what takes the effect away again.
    fn kill(&mut self, plan: &Plan<'_>) -> Result<(), Diagnostic> {
        let killer = plan.killer.name.clone();
        self.add(&killer, "", &[drug(&plan.killer)], "");
        let (with, without) = match plan.donor {
            Some(_) => (killer.clone(), format!("{killer}, no donor")),
            None => (format!("{killer} + vesicles"), killer.clone()),
        };
        match plan.donor {
            Some(_) => self.add(&without, &killer, &[], NO_DONOR),
            None => self.add(&with, &killer, &[vesicles(plan)?], ""),
        }
        let lost = if plan.is_by_loss() { format!("{with}, cargo lost") } else { format!("{with}, empty vesicles") };
        self.add(&lost, &with, &[], &without_cargo(plan));
        if plan.donor.is_some() {
            self.blocked(plan, &with)?;
        }
        if let Some((name, part)) = plan.silencer()? {
            self.add(&format!("{with} + {name}"), &with, &[dose("drug", &name, &part)], "");
        }
        for what in ["rescues", "rescues not"] {
            let part = plan.design.first(what, &[])?;
            let arm = format!("{with} + {}", part.name);
            self.add(&arm, &with, &[drug(&part)], "");
            if what == "rescues" {
                self.given.push(format!("{arm} {}", plan.design.part("control", "rescued")?.value));
            }
        }
        self.compare(plan, with, without, lost)
    }

    fn compare(&mut self, plan: &Plan<'_>, with: String, without: String, lost: String) -> Result<(), Diagnostic> {
        let left = if plan.ask == Ask::Kills { "some left" } else { "killed" };
        self.given.insert(0, format!("untreated {}", plan.design.part("control", "untreated")?.value));
        self.given.insert(1, format!("{without} {}", plan.design.part("control", left)?.value));
        let keeps_alive = (plan.ask == Ask::Protects) != plan.is_by_loss();
        self.counts = plan.design.part("counts", if keeps_alive { "protects" } else { "kills" })?.value;
        (self.of, self.minus) = if plan.is_by_loss() { (lost, with) } else { (with, without) };
        Ok(())
    }

    /// Release held back.
    fn blocked(&mut self, plan: &Plan<'_>, like: &str) -> Result<(), Diagnostic> {
        let part = plan.design.first("blocks release", &[])?;
        self.add(&format!("{like} + {}", part.name), like, &[drug(&part)], "");
        Ok(())
    }

    fn add(&mut self, name: &str, like: &str, doses: &[String], set: &str) {
        let is_bare = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-');
        let name = if is_bare { name.to_owned() } else { quoted(name) };
        self.text.push_str(&format!("\n[arm.{name}]\n"));
        if !like.is_empty() {
            self.text.push_str(&format!("like = {}\n", quoted(like)));
        }
        if !doses.is_empty() {
            self.text.push_str(&format!("dose = [{}]\n", doses.join(", ")));
        }
        if !set.is_empty() {
            self.text.push_str(&format!("set  = {{ {set} }}\n"));
        }
    }
}

const HEAD: &str =
    "# ---- arms: doses are usual ones, not those of the source --------------------------------------------------\n";

const NO_DONOR: &str = "cell.donor.count = 0";

/// What the vesicles lack in an arm.
fn without_cargo(plan: &Plan<'_>) -> String {
    let none =
        |item: &super::cargo::Item| format!("vesicle.{VESICLE}.cargo.{}.copies = \"0 /vesicle\"", quoted(&item.name));
    plan.cargo.iter().map(none).collect::<Vec<_>>().join(", ")
}

fn drug(part: &Part) -> String {
    dose("drug", &part.name, part)
}

fn vesicles(plan: &Plan<'_>) -> Result<String, Diagnostic> {
    Ok(dose("vesicle", VESICLE, &plan.design.part("dose", "vesicles")?))
}

fn dose(what: &str, name: &str, part: &Part) -> String {
    format!("{{ {what} = {}, amount = {}, at = {} }}", quoted(name), quoted(&part.value), quoted(&part.at))
}

fn measures(plan: &Plan<'_>) -> Result<String, Diagnostic> {
    let span = plan.design.part("time", "span")?.value;
    let mut text = "# ---- what the instruments read ---------------------------------------------------------------------------\n".to_owned();
    let mut add = |name: &str, reads: String, when: &str| {
        text.push_str(&format!("[measure.{name}]\nreads = {}\n{when}\n\n", quoted(&reads)));
    };
    let late = format!("at    = [\"48 h\", {}]", quoted(&span));
    let all = format!("at    = [\"24 h\", \"48 h\", {}]", quoted(&span));
    if plan.ask != Ask::Arrives {
        add("viability", format!("alive({TARGET})"), &format!("{all}\nnoise = \"8 %\""));
        add("lipid_ROS", format!("oxidized(C11-BODIPY, {TARGET})"), "every = \"4 h\"");
    }
    for gene in &plan.read {
        let name: String =
            gene.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect();
        add(&name, format!("protein({gene}, {TARGET}) / untreated"), &late);
    }
    for (at, item) in plan.cargo.iter().enumerate() {
        let name = if at == 0 { "delivered".to_owned() } else { format!("delivered_{}", at + 1) };
        add(&name, format!("copies({}, {TARGET})", item.name), &all);
    }
    add("particles", "particles(medium)".to_owned(), &format!("by    = \"NTA\"\nat    = [{}]", quoted(&span)));
    Ok(text.trim_end().to_owned() + "\n")
}

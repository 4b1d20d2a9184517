//! `scenario.lock.toml`: the same scenario with every default written out.

use std::fmt::Write;

use super::{
    Arm, Body, Cargo, Cell, Dose, Dosed, Measure, MeasureData, Place, PlaceKind, QuantityId, Reading, Scenario,
    Vesicle, Well,
};
use crate::knowledge::Knowledge;
use crate::quantity::{Expected, Quantity};
use crate::result::Status;
use crate::units::{self, Unit};

/// The scenario as a file that [`super::read`] reads back to the same scenario: every default, unit, source and
/// seed, the hash of the knowledge base and the version of vesica.
pub fn lock(scenario: &Scenario, knowledge: &Knowledge) -> String {
    let mut lock = Lock { scenario, text: String::new() };
    lock.head(knowledge);
    lock.answer();
    lock.place(&scenario.place);
    scenario.cells.iter().for_each(|cell| lock.cell(cell));
    scenario.drugs.iter().for_each(|drug| lock.drug(drug));
    scenario.vesicles.iter().for_each(|vesicle| lock.vesicle(vesicle));
    lock.links();
    scenario.arms.iter().for_each(|arm| lock.arm(arm));
    scenario.measures.iter().for_each(|measure| lock.measure(measure));
    lock.text
}

struct Lock<'a> {
    scenario: &'a Scenario,
    text: String,
}

impl Lock<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn table(&mut self, keys: &[&str]) {
        let header: Vec<String> = keys.iter().map(|name| key(name)).collect();
        let _ = writeln!(self.text, "\n[{}]", header.join("."));
    }

    fn words(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            let _ = writeln!(self.text, "{} = {}", key(name), quoted(text));
        }
    }

    fn list(&mut self, name: &str, texts: &[String]) {
        let items: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
        let _ = writeln!(self.text, "{} = [{}]", key(name), items.join(", "));
    }

    fn number(&mut self, name: &str, id: Option<QuantityId>) {
        if let Some(id) = id {
            let named = &self.scenario.quantities[id.0];
            let written = if named.span.is_none() {
                a_default(&named.quantity, named.status)
            } else {
                value(&named.quantity, named.status)
            };
            let _ = writeln!(self.text, "{name} = {written}");
        }
    }

    fn head(&mut self, knowledge: &Knowledge) {
        let scenario = self.scenario;
        self.line("# The scenario with every default written out. The same answer again: vesica run this-file");
        self.line("vesica = 1");
        self.words("title", &scenario.title);
        self.words("question", &scenario.question);
        self.list("follows", &scenario.follows);
        let _ = writeln!(self.text, "seed = {}", scenario.seed);
        let (span, record) = (time(scenario.span), time(scenario.record));
        let _ = writeln!(self.text, "time = {{ span = \"{span}\", record = \"{record}\" }}");
        let size = scenario.size;
        let _ = writeln!(
            self.text,
            "run = {{ worlds = {}, cells = {}, method = \"{}\" }}",
            size.n_worlds,
            size.n_targets,
            size.method.word()
        );
        self.words("biology", scenario.biology.as_deref().unwrap_or_default());
        self.table(&["lock"]);
        self.words("version", env!("CARGO_PKG_VERSION"));
        let _ = writeln!(self.text, "knowledge = {}", quoted(&knowledge.hash));
    }

    fn answer(&mut self) {
        let Some(answer) = &self.scenario.answer else { return };
        self.table(&["answer"]);
        self.words("measure", &format!("{}@{}", answer.measure, time(answer.at)));
        self.words("of", &answer.of);
        self.words("minus", &answer.minus);
        if let Some(counts) = answer.counts {
            let measure = self.scenario.measures.iter().find(|measure| measure.name == answer.measure);
            let unit = measure.map_or(Unit::one(), unit_of);
            let unit = if unit.text.is_empty() { unit_named("points") } else { unit };
            let sign = if counts.at_least { ">=" } else { "<=" };
            self.words("counts", &format!("{sign} {}", Quantity::exact(counts.value, unit)));
        }
        let given: Vec<String> = answer.given.iter().map(|given| given.text.clone()).collect();
        self.list("given", &given);
    }

    fn place(&mut self, place: &Place) {
        self.table(&["place"]);
        match &place.kind {
            PlaceKind::Well(well) => self.well(well),
            PlaceKind::Body(body) => self.body(body),
        }
        self.words("temperature", &exactly(place.temperature, &["°C", "K"]));
        self.table(&["place", "medium"]);
        for (name, id) in &place.medium {
            self.number(&key(name), Some(*id));
        }
        for note in &place.notes {
            if let Some((name, text)) = note.split_once(": ") {
                self.words(name, text);
            }
        }
    }

    fn well(&mut self, well: &Well) {
        self.words("kind", "well");
        self.words("plate", &well.plate);
        self.words("area", &exactly(well.area, &["cm^2", "um^2"]));
        self.number("volume", Some(well.volume));
        self.words("layout", well.layout.word());
        self.number("conditioned", well.conditioned);
    }

    fn body(&mut self, body: &Body) {
        self.words("kind", "body");
        self.words("species", &body.species);
        self.list("fluids", &body.fluids);
        if let Some(tumour) = &body.tumour {
            self.line(&format!("tumour.at = {}", quoted(&tumour.at)));
            self.number("tumour.volume", Some(tumour.volume));
        }
    }

    fn cell(&mut self, cell: &Cell) {
        self.table(&["cell", &cell.name]);
        self.words("is", &cell.called);
        self.words("at", cell.at.as_deref().unwrap_or_default());
        self.number(if cell.volume.is_some() { "density" } else { "count" }, Some(cell.count));
        match cell.doubles {
            None => self.words("grows", "no"),
            doubles => self.number("doubles", doubles),
        }
        self.number("varies", cell.varies);
        if !cell.mechanisms.is_empty() {
            self.list("mechanisms", &cell.mechanisms);
        }
        self.table(&["cell", &cell.name, "state"]);
        for (name, id) in &cell.state {
            self.number(&key(name), Some(*id));
        }
    }

    fn drug(&mut self, drug: &super::OwnDrug) {
        let action = &drug.action;
        match &drug.held_by {
            // goes on in the table of what the drug does
            Some(molecule) => self.words("held_by", molecule),
            None => {
                self.table(&["drug", &action.name]);
                self.words("acts_on", action.link);
                self.words("target", &action.port);
                self.words("form", &action.form);
                self.words("from", action.sources.first().map_or("", String::as_str));
                self.words("note", &action.note);
            }
        }
        for (argument, id) in &drug.constants {
            self.number(&key(&argument.to_lowercase()), Some(*id));
        }
    }

    fn vesicle(&mut self, vesicle: &Vesicle) {
        self.table(&["vesicle", &vesicle.name]);
        self.words("from", vesicle.from.as_deref().unwrap_or_default());
        self.words("origin", vesicle.origin.word());
        self.list("to", &vesicle.to);
        self.number("rate", vesicle.rate);
        self.number("shed", vesicle.shed);
        if !vesicle.deaths.is_empty() {
            self.list("deaths", &vesicle.deaths);
        }
        self.number("size", Some(vesicle.size));
        self.number("fusogen", vesicle.fusogen);
        self.number("ligand", vesicle.ligand);
        self.number("receptors", vesicle.receptors);
        self.number("particles_per_ug", vesicle.particles_per_protein);
        for cargo in &vesicle.cargo {
            self.cargo(&vesicle.name, cargo);
        }
    }

    fn cargo(&mut self, vesicle: &str, cargo: &Cargo) {
        self.table(&["vesicle", vesicle, "cargo", &cargo.name]);
        self.number("copies", Some(cargo.copies));
        self.number("at", cargo.at);
        let spread: Vec<&str> = cargo.spread.iter().map(|spread| spread.word()).collect();
        self.words("spread", &spread.join(" or "));
        self.number("rich", cargo.rich);
        self.packing(cargo);
        self.words("acts_at", cargo.acts_at.word());
        if let Some(targets) = &cargo.targets {
            self.list("targets", targets);
        }
        if cargo.is_own {
            self.words("kind", cargo.kind.word());
            self.words("gene", cargo.gene.as_deref().unwrap_or_default());
            self.words("size", &cargo.size.map(|size| size.text()).unwrap_or_default());
        }
    }

    /// What was assumed is marked, so that a repeated run says so again.
    fn packing(&mut self, cargo: &Cargo) {
        let packing = &cargo.packing;
        for (key, genes) in [("packed_by", &packing.packed_by), ("held_by", &packing.held_by)] {
            let items: Vec<String> = genes.iter().map(|gene| quoted(gene)).collect();
            let list = format!("[{}]", items.join(", "));
            match (genes.is_empty(), packing.is_assumed) {
                (true, true) => {}
                (false, true) => self.line(&format!("{key} = {{ is = {list}, default = true }}")),
                (true, false) => self.words(key, "none"),
                (false, false) => self.line(&format!("{key} = {list}")),
            }
        }
    }

    fn links(&mut self) {
        let links = &self.scenario.links;
        self.table(&["links"]);
        self.number("enter.clearance", Some(links.clearance));
        self.number("deliver.escape", Some(links.escape));
        self.number("act.loaded", Some(links.loaded));
        for (gene, id) in &links.act {
            self.number(&format!("act.{}", key(gene)), Some(*id));
        }
        for (name, id) in &links.other {
            let named = &self.scenario.quantities[id.0];
            // Constants of the user's own drugs stand in their tables.
            if !named.link.is_empty() {
                self.number(&format!("{}.{}", named.link, key(name)), Some(*id));
            }
        }
    }

    fn arm(&mut self, arm: &Arm) {
        self.table(&["arm", &arm.name]);
        let base = arm.like.as_ref().and_then(|like| self.scenario.arm(like));
        self.words("like", arm.like.as_deref().unwrap_or_default());
        let own: Vec<&Dose> = arm.doses.iter().skip(arm.inherited).collect();
        if !own.is_empty() {
            self.line("dose = [");
            for dose in own {
                let line = self.dose(dose);
                self.line(&line);
            }
            self.line("]");
        }
        let changed =
            arm.set.iter().filter(|(id, quantity)| base.is_none_or(|base| base.set.get(id) != Some(quantity)));
        let settings: Vec<String> = changed
            .map(|(id, quantity)| format!("{} = {}", quoted(&self.scenario.quantities[id.0].path), plain(quantity)))
            .collect();
        if !settings.is_empty() {
            self.line(&format!("set = {{ {} }}", settings.join(", ")));
        }
    }

    fn dose(&self, dose: &Dose) -> String {
        let (what, name) = match &dose.what {
            Dosed::Drug(name) => ("drug", name.as_str()),
            vesicles => ("vesicle", vesicles.vesicle().unwrap_or_default()),
        };
        let named = &self.scenario.quantities[dose.amount.0];
        let wash = if dose.wash { ", wash = true" } else { "" };
        let route = dose.route.as_ref().map_or(String::new(), |route| format!(", route = {}", quoted(&route.name)));
        format!(
            "  {{ {what} = {}, amount = {}, at = \"{}\"{route}{wash} }},",
            quoted(name),
            value(&named.quantity, named.status),
            time(dose.at)
        )
    }

    fn measure(&mut self, measure: &Measure) {
        self.table(&["measure", &measure.name]);
        self.words("reads", &measure.reads);
        let times: Vec<String> = measure.at.iter().map(|at| time(*at)).collect();
        self.list("at", &times);
        self.words("by", measure.by.as_deref().unwrap_or_default());
        if let Reading::Sample(sample) = &measure.reading {
            self.number("healthy", sample.healthy);
            self.number("varies", sample.varies);
        }
        if let Some(noise) = measure.noise {
            self.words("noise", &exactly(noise, &["%", ""]));
        }
        if let Some(limit) = measure.limit {
            self.words("limit", &Quantity::exact(limit, unit_of(measure)).to_string());
        }
        if let Some(data) = &measure.data {
            self.data(measure, data);
        }
    }
}

impl Lock<'_> {
    /// What was read stands here, so that nobody needs the file to repeat the run.
    fn data(&mut self, measure: &Measure, data: &MeasureData) {
        self.table(&["measure", &measure.name, "data"]);
        self.words("file", &data.file);
        for (key, text) in [
            ("map", &data.map),
            ("dead", &data.dead),
            ("as", &data.kind),
            ("decimal", &data.decimal),
            ("cells", &data.cells),
            ("scale", &data.scale),
            ("reporter", &data.reporter),
            ("spike", &data.spike),
        ] {
            self.words(key, text.as_deref().unwrap_or_default());
        }
        if let Some(dilution) = data.dilution {
            self.words("dilution", &exactly(dilution, &[""]));
        }
        if let Some(at) = data.at {
            self.words("at", &time(at));
        }
        if data.after > 0.0 {
            self.words("after", &time(data.after));
        }
        for (name, texts) in [("units", &data.units), ("arms", &data.arms), ("sha256", &data.hashes)] {
            let entries: Vec<String> =
                texts.iter().map(|(from, to)| format!("{} = {}", key(from), quoted(to))).collect();
            if !entries.is_empty() {
                self.line(&format!("{name} = {{ {} }}", entries.join(", ")));
            }
        }
        let unit = unit_of(measure);
        let names: Vec<&str> = if unit.text.is_empty() { vec!["%", ""] } else { vec![&unit.text] };
        self.line("points = [");
        for point in &data.points {
            let replicate = if point.replicate.is_empty() {
                String::new()
            } else {
                format!(", replicate = {}", quoted(&point.replicate))
            };
            let line = if point.line > 0 { format!(", line = {}", point.line) } else { String::new() };
            let value = exactly(point.value, &names);
            self.line(&format!(
                "  {{ arm = {}, at = \"{}\", value = \"{value}\"{replicate}{line} }},",
                quoted(&point.arm),
                time(point.at)
            ));
        }
        self.line("]");
    }
}

/// Unit in which a measure is written.
fn unit_of(measure: &Measure) -> Unit {
    match &measure.reading {
        _ if measure.relative_to.is_some() => Unit::one(),
        Reading::Particles => unit_named("particles/mL"),
        Reading::Symbol { unit, .. } => unit_named(unit),
        Reading::Sample(sample) => unit_named(&sample.unit),
        Reading::Smallest(_) => unit_named("cm^3"),
        _ => Unit::one(),
    }
}

fn unit_named(name: &str) -> Unit {
    units::parse(name).unwrap_or(Unit::one())
}

/// The first unit in which the number reads back to the last bit.
fn exactly(inside: f64, names: &[&str]) -> String {
    let written = |name: &&str| Quantity::exact(inside, unit_named(name)).to_string();
    let reads_back = |text: &String, name: &str| {
        let expected = Expected::of(unit_named(name).dimension).signed();
        let nowhere = vesica_model::Span { file: String::new(), start: 0, end: 0 };
        Quantity::parse_as(text, &expected, &nowhere).is_ok_and(|read| read.best == Some(inside))
    };
    let mut found = names.iter().map(|name| (written(name), name));
    let last = names.last().map(written).unwrap_or_default();
    found.find(|(text, name)| reads_back(text, name)).map_or(last, |(text, _)| text)
}

fn time(seconds: f64) -> String {
    exactly(seconds, &["h", "min", "s"])
}

/// `{ is = .., from = .., status = .. }`, or the plain text when there is neither source nor status to say.
fn value(quantity: &Quantity, status: Status) -> String {
    match (&quantity.source, status) {
        (None, Status::Assumed) => quoted(&quantity.to_string()),
        (None, status) => format!("{{ is = {}, status = \"{}\" }}", quoted(&quantity.to_string()), status.word()),
        (Some(from), status) => format!(
            "{{ is = {}, from = {}, status = \"{}\" }}",
            quoted(&quantity.to_string()),
            quoted(from),
            status.word()
        ),
    }
}

/// As [`value`], with the mark that nobody wrote it: the report of a repeated run says so again.
fn a_default(quantity: &Quantity, status: Status) -> String {
    let from = quantity.source.as_ref().map_or(String::new(), |from| format!(", from = {}", quoted(from)));
    format!("{{ is = {}{from}, status = \"{}\", default = true }}", quoted(&quantity.to_string()), status.word())
}

fn plain(quantity: &Quantity) -> String {
    match &quantity.source {
        None => quoted(&quantity.to_string()),
        Some(from) => format!("{{ is = {}, from = {} }}", quoted(&quantity.to_string()), quoted(from)),
    }
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            control if control.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", control as u32);
            }
            other => quoted.push(other),
        }
    }
    quoted + "\""
}

fn key(name: &str) -> String {
    let is_bare =
        !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter));
    if is_bare { name.to_owned() } else { quoted(name) }
}

//! Bodies: which fluids and organs there are, and by which mechanisms contents move between them. No numbers.

use std::collections::BTreeMap;

use serde::Deserialize;
use vesica_model::{Diagnostic, Span};

use super::Knowledge;

/// A body of `biology/bodies/`.
#[derive(Clone, Debug, Default)]
pub struct BodyPlan {
    /// File stem.
    pub id: String,
    /// `human`
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// What instruments sample.
    pub fluids: Vec<String>,
    /// Where cells live: the fluid between the cells of each.
    pub organs: Vec<String>,
    /// Depots and hollows.
    pub others: Vec<String>,
    /// Part of an organ -> the organ in whose fluid it lies.
    pub part: BTreeMap<String, String>,
    /// Organ or part -> fluid or hollow into which it sheds directly.
    pub lumen: BTreeMap<String, String>,
    /// Ways to give a dose, by name.
    pub route: BTreeMap<String, Route>,
    /// Mechanisms.
    pub flows: Vec<Flow>,
    /// Where an organ is drawn in an outline: percent from the left and from the top.
    pub drawing: BTreeMap<String, [f64; 2]>,
}

/// A way to give a dose.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Where the dose lies at first.
    pub into: String,
    /// Other names.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// A mechanism that moves contents of a body.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// `4-travel/phagocytes`
    pub mechanism: String,
    /// What it moves.
    pub carries: Contents,
    /// Where it stands; nothing: once.
    #[serde(default)]
    pub over: Over,
    /// Port -> body-level name with `{it}` and `{lumen}`.
    #[serde(default)]
    pub bind: BTreeMap<String, String>,
}

/// What a mechanism moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum Contents {
    /// Vesicles that cells of the scenario sent, or that were given, and their cargo.
    #[serde(rename = "vesicles")]
    Vesicles,
    /// Vesicles of healthy cells.
    #[serde(rename = "healthy vesicles")]
    Healthy,
    /// Drugs.
    #[serde(rename = "drugs")]
    Drugs,
}

/// Places at which a mechanism stands.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Over {
    /// Once, in no place of its own.
    #[default]
    Once,
    /// `organs`, `fluids`, `lumen` (each organ that sheds into one), `tumour` (when there is one).
    All(String),
    /// These.
    Named(Vec<String>),
}

/// What lists of places a mechanism can stand over.
const LISTS: [&str; 4] = ["organs", "fluids", "lumen", TUMOUR];

/// Name of the place of a tumour.
pub const TUMOUR: &str = "tumour";

/// The file as written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct BodyFile {
    name: String,
    aliases: Vec<String>,
    like: Option<String>,
    fluids: Vec<String>,
    organs: Vec<String>,
    others: Vec<String>,
    part: BTreeMap<String, String>,
    lumen: BTreeMap<String, String>,
    route: BTreeMap<String, Route>,
    flow: Vec<Flow>,
    drawing: BTreeMap<String, [f64; 2]>,
}

impl BodyPlan {
    /// Id, name and aliases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        [self.id.as_str(), self.name.as_str()].into_iter().chain(self.aliases.iter().map(String::as_str))
    }

    /// Every place that holds contents: fluids, organs, others.
    pub fn places(&self) -> impl Iterator<Item = &str> {
        self.fluids.iter().chain(&self.organs).chain(&self.others).map(String::as_str)
    }

    /// Where cells may live, or a tumour may grow: organs, their parts, fluids.
    pub fn sites(&self) -> impl Iterator<Item = &str> {
        self.organs.iter().chain(self.part.keys()).chain(&self.fluids).map(String::as_str)
    }

    /// The place that a site lies in: an organ for a part of it.
    pub fn place_of<'a>(&'a self, site: &'a str) -> &'a str {
        self.part.get(site).map_or(site, String::as_str)
    }

    /// A route by its name or an alias: its name, and where it leads.
    ///
    /// ```
    /// let (knowledge, _) = vesica::knowledge::Knowledge::embedded();
    /// let body = knowledge.body("mouse").expect("a body");
    /// assert_eq!(body.route("intravenous").map(|(name, _)| name), Some("i.v."));
    /// ```
    pub fn route(&self, name: &str) -> Option<(&str, &Route)> {
        let fits = |known: &str| known.eq_ignore_ascii_case(name);
        let found = self.route.iter().find(|(known, route)| fits(known) || route.aliases.iter().any(|one| fits(one)));
        found.map(|(name, route)| (name.as_str(), route))
    }
}

impl Knowledge {
    /// A body by id, name or alias (letter case does not matter).
    pub fn body(&self, name: &str) -> Option<&BodyPlan> {
        self.bodies.values().find(|body| body.names().any(|known| known.eq_ignore_ascii_case(name)))
    }

    /// A fluid by its name or an alias, as the table calls it.
    pub fn fluid(&self, name: &str) -> Option<&str> {
        let fits = |known: &String| known.eq_ignore_ascii_case(name);
        let found = self.fluids.iter().find(|fluid| fits(&fluid.name) || fluid.aliases.iter().any(fits));
        found.map(|fluid| fluid.name.as_str())
    }

    /// Reads `bodies/*.toml` and resolves `like`. A file that others start from is no body of its own: no row says how large
    /// its organs are.
    pub(super) fn read_bodies(&mut self, problems: &mut Vec<Diagnostic>) {
        let mut files: BTreeMap<String, BodyFile> = BTreeMap::new();
        for (path, text) in &self.files {
            let Some(id) = path.strip_prefix("bodies/").and_then(|name| name.strip_suffix(".toml")) else { continue };
            match toml::from_str::<BodyFile>(text) {
                Ok(file) => {
                    files.insert(id.to_owned(), file);
                }
                Err(error) => {
                    let range = error.span().unwrap_or(0..0);
                    let span = Span { file: format!("biology/{path}"), start: range.start, end: range.end };
                    problems.push(Diagnostic::error("E73", error.message().to_owned()).at(span));
                }
            }
        }
        let is_base = |id: &String| files.values().any(|file| file.like.as_ref() == Some(id));
        for id in files.keys().filter(|id| !is_base(id)) {
            match resolve(id, &files) {
                Ok(body) => {
                    problems.extend(check(&body, self));
                    self.bodies.insert(id.clone(), body);
                }
                Err(problem) => problems.push(problem),
            }
        }
    }
}

/// A body with everything that it inherits: what the base has first.
fn resolve(id: &str, files: &BTreeMap<String, BodyFile>) -> Result<BodyPlan, Diagnostic> {
    let mut lineage = vec![id.to_owned()];
    while let Some(parent) = lineage.last().and_then(|last| files.get(last)).and_then(|file| file.like.clone()) {
        if lineage.contains(&parent) || !files.contains_key(&parent) {
            let message = format!("body `{id}` is like `{parent}`, which is not there or leads back to itself");
            return Err(Diagnostic::error("E73", message).help("`like` names the file stem of another body"));
        }
        lineage.push(parent);
    }
    let mut body = BodyPlan { id: id.to_owned(), ..BodyPlan::default() };
    for file in lineage.iter().rev().map(|ancestor| &files[ancestor]) {
        body.fluids.extend(file.fluids.iter().cloned());
        body.organs.extend(file.organs.iter().cloned());
        body.others.extend(file.others.iter().cloned());
        body.part.extend(file.part.clone());
        body.lumen.extend(file.lumen.clone());
        body.route.extend(file.route.clone());
        body.flows.extend(file.flow.iter().cloned());
        body.drawing.extend(file.drawing.clone());
    }
    let own = &files[id];
    body.name = if own.name.is_empty() { id.to_owned() } else { own.name.clone() };
    body.aliases = own.aliases.clone();
    Ok(body)
}

/// Names of places that are not there, and fluids that no table describes.
fn check(body: &BodyPlan, knowledge: &Knowledge) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let mut missing = |what: String| {
        let help = "places are listed under fluids, organs and others; fluids are rows of biology/fluids.tsv";
        problems.push(Diagnostic::error("E73", format!("body `{}`: {what}", body.id)).help(help));
    };
    let is_place = |name: &String| body.places().any(|place| place == name);
    for fluid in body.fluids.iter().filter(|fluid| knowledge.fluid(fluid) != Some(fluid.as_str())) {
        missing(format!("fluid `{fluid}` is no row of fluids.tsv"));
    }
    for (part, organ) in body.part.iter().filter(|(_, organ)| !is_place(organ)) {
        missing(format!("`{part}` is part of `{organ}`, which is not there"));
    }
    for (organ, lumen) in body.lumen.iter().filter(|(_, lumen)| !is_place(lumen)) {
        missing(format!("`{organ}` sheds into `{lumen}`, which is not there"));
    }
    for (route, to) in body.route.iter().filter(|(_, to)| !is_place(&to.into) && to.into != TUMOUR) {
        missing(format!("route `{route}` leads into `{}`, which is not there", to.into));
    }
    for name in body.drawing.keys().filter(|name| !is_place(name)) {
        missing(format!("`{name}` is drawn, and is not there"));
    }
    for flow in &body.flows {
        match &flow.over {
            Over::All(list) if !LISTS.contains(&list.as_str()) => {
                missing(format!("`{}` stands over `{list}`; lists: {}", flow.mechanism, LISTS.join(", ")));
            }
            Over::Named(places) => {
                for place in places.iter().filter(|place| !is_place(place)) {
                    missing(format!("`{}` stands over `{place}`, which is not there", flow.mechanism));
                }
            }
            _ => {}
        }
    }
    problems
}

//! `[drug.NAME]`: a drug that the knowledge base does not have.

use std::collections::BTreeMap;

use super::fields::{Fields, POSITIVE, Reader, as_table};
use super::tree::Entry;
use super::{OwnDrug, QuantityId};
use crate::compose::CARRIED;
use crate::knowledge::{CargoLookup, DrugAction, Knowledge, LINKS, mangle};
use crate::quantity::Expected;
use crate::units::Dimension;

/// Form of a drug that only says `ic50`.
const USUAL_FORM: &str = "inhibit";

/// Form, and link, of what holds a drug outside the cells.
const HOLDER_FORM: &str = "soaked";
const HOLDER_LINK: &str = "meet";

pub(super) fn read(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Vec<OwnDrug> {
    let entries = fields.table(reader, "drug").map(|(table, _)| table.entries.as_slice()).unwrap_or_default();
    entries.iter().filter_map(|entry| drug(reader, entry)).flatten().collect()
}

/// What a drug does, and what holds it.
fn drug(reader: &mut Reader<'_>, entry: &Entry) -> Option<Vec<OwnDrug>> {
    let name = &entry.key;
    let what = format!("[drug.{name}]");
    let table = as_table(reader, &what, &entry.node)?;
    let mut fields = Fields::new(&what, table, &entry.key_span);
    if let Some(known) = reader.knowledge.drug(name) {
        let message = format!("drug \"{}\" is in the knowledge base already", known[0].name);
        let help = "give yours another name; or change single numbers in [links]";
        reader.problem("E33", message, &entry.key_span, help);
        return None;
    }
    fields.need(reader, "acts_on", "acts_on = \"decide\", the link it acts on");
    let link = fields.text(reader, "acts_on").and_then(|(word, span)| {
        let found = LINKS.iter().find(|link| **link == word).copied();
        if found.is_none() {
            reader.unknown("E19", "link", &word, &span, &LINKS);
        }
        found
    });
    fields.need(reader, "target", "target = \"...\", a port of that link (vesica know LINK)");
    let target = fields.text(reader, "target").map(|(target, _)| target);
    let form = match fields.text(reader, "form") {
        None => Some(USUAL_FORM.to_owned()),
        Some((form, span)) => known_form(reader, &form, &span),
    };
    let from = fields.text(reader, "from").map(|(from, _)| from);
    let note = fields.text(reader, "note").map(|(note, _)| note);
    let form = form?;
    let Some(arguments) = arguments(reader.knowledge, &form) else {
        let help = "forms of the knowledge base that take constants: vesica know drug";
        reader.problem(
            "E39",
            format!("a drug of form `{form}` needs a row in biology/drugs.tsv"),
            &entry.key_span,
            help,
        );
        return None;
    };
    let constants = constants(reader, &mut fields, name, &arguments);
    let holder = holder(reader, &mut fields, name);
    fields.finish(reader);
    let (link, port) = (link?, target?);
    let action = DrugAction {
        name: name.clone(),
        aliases: Vec::new(),
        link,
        form,
        constants_of: name.clone(),
        constants_port: port.clone(),
        port,
        mechanism: String::new(),
        sources: from.into_iter().collect(),
        note: note.unwrap_or_default(),
        mirna: None,
    };
    let held = holder?.map(|(molecule, constants)| {
        let port = format!("{CARRIED}{}", mangle(&molecule));
        let action = DrugAction {
            link: HOLDER_LINK,
            form: HOLDER_FORM.to_owned(),
            constants_port: port.clone(),
            port,
            ..action.clone()
        };
        OwnDrug { action, constants, held_by: Some(molecule) }
    });
    let acts = OwnDrug { action, constants: constants?, held_by: None };
    Some(std::iter::once(acts).chain(held).collect())
}

/// `held_by = "PD-L1"` and `kd`: copies of a molecule at the surface of vesicles hold the drug.
#[expect(clippy::option_option, reason = "an error, no line, or a molecule")]
fn holder(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    drug: &str,
) -> Option<Option<(String, BTreeMap<String, QuantityId>)>> {
    let Some((written, span)) = fields.text(reader, "held_by") else { return Some(None) };
    let molecule = match reader.knowledge.cargo(&written) {
        CargoLookup::Molecule(molecule) => molecule.name,
        // one that the scenario describes itself; whether some vesicle has it is seen later
        CargoLookup::Unknown(_) => written,
        _ => {
            let message = format!("`{written}` is nothing that sits at the surface of a vesicle");
            reader.problem("E33", message, &span, "held_by is the name of a cargo with acts_at = \"periphery\"");
            return None;
        }
    };
    let arguments: Vec<String> = arguments(reader.knowledge, HOLDER_FORM)?.into_iter().skip(1).collect();
    Some(Some((molecule, constants(reader, fields, drug, &arguments)?)))
}

fn known_form(reader: &mut Reader<'_>, form: &str, span: &vesica_model::Span) -> Option<String> {
    if reader.knowledge.form(form).is_some() {
        return Some(form.to_owned());
    }
    let known: Vec<&str> = reader.knowledge.forms.iter().map(|form| form.name.as_str()).collect();
    reader.unknown("E19", "form", form, span, &known);
    None
}

/// Constants of a form that is a function: its arguments but for the concentration.
fn arguments(knowledge: &Knowledge, form: &str) -> Option<Vec<String>> {
    Some(knowledge.library.function_arguments(form)?.into_iter().skip(1).collect())
}

/// Each constant under its name in small letters: `ic50`.
fn constants(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    drug: &str,
    arguments: &[String],
) -> Option<BTreeMap<String, QuantityId>> {
    let mut constants = BTreeMap::new();
    for argument in arguments {
        let key = argument.to_lowercase();
        let node = fields.need(reader, &key, &format!("{key} = \"1 uM\""));
        let expected = constant_expected(reader, argument);
        let read = node.and_then(|node| reader.quantity(node, &expected));
        let path = format!("drug.{drug}.{key}");
        let id = read.map(|read| reader.add(path, read, expected, "", POSITIVE));
        constants.insert(argument.clone(), id);
    }
    constants.into_iter().map(|(argument, id)| Some((argument, id?))).collect()
}

/// The dimension that the same constant of other drugs has in the knowledge base.
fn constant_expected(reader: &Reader<'_>, argument: &str) -> Expected {
    let ending = format!(".{argument}");
    let rows = reader.knowledge.numbers.iter().filter(|row| row.id.starts_with("drug.") && row.id.ends_with(&ending));
    let dimensions = rows.filter_map(|row| Some(row.quantity()?.unit.dimension));
    let mut expected: Option<Expected> = None;
    for dimension in dimensions {
        expected = Some(match expected {
            None => Expected::of(dimension),
            Some(expected) if expected.dimensions.contains(&dimension) => expected,
            Some(expected) => expected.or(dimension),
        });
    }
    expected.unwrap_or(Expected::of(Dimension::CONCENTRATION)).named(argument.to_owned())
}

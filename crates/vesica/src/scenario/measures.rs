//! `[measure.NAME]`: what the instruments read.

use std::collections::BTreeMap;

use vesica_model::Span;

use super::cells::names_apart;
use super::data;
use super::fields::{Fields, Reader, as_table};
use super::read::count;
use super::tree::{Entry, Node, Value};
use super::vesicles::known_cell;
use super::{Arm, Cell, Measure, Origin, Place, Reading, Vesicle, instruments, samples};
use crate::compose::{drugs_here, molecules};
use crate::knowledge::{CargoLookup, CellType, Instrument, ORIGINS, mangle};
use crate::quantity::Expected;
use crate::units::Dimension;

/// Words that read what becomes of whole cells, and of the medium; all others are rows of `instruments.tsv`.
const WORDS: [&str; 6] = ["alive", "dead", "mode", "particles", samples::DETECTION[0], samples::DETECTION[1]];

/// Most times at which one measure is read.
const MOST_TIMES: f64 = 10_000.0;

/// What a measure may name.
struct Known<'a> {
    place: Option<&'a Place>,
    cells: &'a [Cell],
    vesicles: &'a [Vesicle],
    arms: &'a [Arm],
}

pub(super) fn read(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    place: Option<&Place>,
    cells: &[Cell],
    vesicles: &[Vesicle],
    arms: &[Arm],
) -> Vec<Measure> {
    let top = fields.span().clone();
    let entries = fields.table(reader, "measure").map(|(table, _)| table.entries.as_slice()).unwrap_or_default();
    if entries.is_empty() {
        let help = "add [measure.viability] with reads = \"alive(CELL)\", at = [\"72 h\"]";
        reader.problem("E32", "nothing is measured", &top, help);
    }
    names_apart(reader, "measures", entries.iter().map(|entry| (entry.key.as_str(), &entry.key_span)));
    let known = Known { place, cells, vesicles, arms };
    let mut spans = BTreeMap::new();
    let read = |entry: &Entry| {
        let found = measure(reader, entry, &known, &mut spans);
        if found.is_none() {
            reader.lost.insert(entry.key.clone());
        }
        found
    };
    let measures: Vec<Measure> = entries.iter().filter_map(read).collect();
    samples::check(reader, &measures, &spans, place);
    measures
}

fn measure(
    reader: &mut Reader<'_>,
    entry: &Entry,
    known: &Known<'_>,
    spans: &mut BTreeMap<String, Span>,
) -> Option<Measure> {
    let name = &entry.key;
    let what = format!("[measure.{name}]");
    let table = as_table(reader, &what, &entry.node)?;
    let mut fields = Fields::new(&what, table, &entry.key_span);
    fields.need(reader, "reads", "reads = \"alive(CELL)\"");
    let reads = fields.text(reader, "reads");
    let mut understood = reads.as_ref().and_then(|(text, span)| understand(reader, text, span, known));
    spans.extend(reads.as_ref().map(|(_, span)| (name.clone(), span.clone())));
    let at = times(reader, &mut fields, &what);
    let word = understood.as_ref().map(|(reading, _)| reading.word());
    let named = fields.text(reader, "by");
    let by = named.as_ref().and_then(|(by, span)| instruments::named(reader, by, word, span));
    let body = known.place.and_then(Place::body);
    samples::persons(reader, &mut fields, name, body, understood.as_mut().map(|(reading, _)| reading));
    let noise_node = fields.get("noise");
    let limit_node = fields.get("limit");
    let data_node = fields.get("data");
    fields.finish(reader);
    let noise_expected = Expected::of(Dimension::NONE).named("the noise of a reading").like(&["8 %"]);
    let noise = noise_node.and_then(|node| reader.exact(node, &noise_expected));
    let (mut reading, relative_to) = understood?;
    if let (Some(row), Some((_, span))) = (by, &named) {
        instruments::check(reader, row, &reading, known.vesicles, body, span);
    }
    if let (Reading::Sample(sample), Some(row)) = (&mut reading, by) {
        sample.smallest = instruments::smallest_seen(row);
    }
    let counts = counted(reader, &reading, reads.as_ref(), by, known);
    let limit_expected = limit_expected(&reading, relative_to.is_some());
    let limit = limit_node.and_then(|node| reader.exact(node, &limit_expected));
    let data = data_node.and_then(|node| data::read(reader, node, &reading_expected(&reading, relative_to.is_some())));
    let row = by.or_else(|| row_of(reader, &reading));
    Some(Measure {
        name: name.clone(),
        reads: reads.map(|(text, _)| text).unwrap_or_default(),
        noise: noise.or_else(|| row.and_then(|row| row.cv)),
        limit: limit.or_else(|| instruments::limit(reader, row?, &reading, &limit_expected, known.vesicles, body)),
        by: by.map(|row| row.by.clone()),
        reading,
        counts,
        relative_to,
        at,
        data,
    })
}

/// What a number that was read can be.
fn reading_expected(reading: &Reading, is_relative: bool) -> Expected {
    Expected::of(dimension_of(reading, is_relative)).named("an observed value").like(&["41 %"]).signed()
}

fn row_of<'k>(reader: &Reader<'k>, reading: &Reading) -> Option<&'k Instrument> {
    match reading {
        Reading::Symbol { word, argument, .. } => reader.knowledge.instrument(word, argument),
        _ => None,
    }
}

fn limit_expected(reading: &Reading, is_relative: bool) -> Expected {
    Expected::of(dimension_of(reading, is_relative)).named("a detection limit")
}

/// What a reading is measured in.
pub(super) fn dimension_of(reading: &Reading, is_relative: bool) -> Dimension {
    if is_relative { Dimension::NONE } else { reading.dimension() }
}

/// `at = [..]` or `every = ".."`: sorted, each once.
fn times(reader: &mut Reader<'_>, fields: &mut Fields<'_>, what: &str) -> Vec<f64> {
    let at = fields.get("at");
    let every = fields.get("every");
    let mut times = match (at, every) {
        (Some(node), None) => {
            let items = match &node.value {
                Value::List(items) => items.as_slice(),
                _ => std::slice::from_ref(node),
            };
            items.iter().filter_map(|item| reader.time(item, "a measure")).collect()
        }
        (None, Some(node)) => repeated(reader, node),
        (Some(_), Some(node)) => {
            reader.problem("E33", format!("{what} has `at` and `every`"), &node.span, "keep one of the two");
            Vec::new()
        }
        (None, None) => {
            let help = "add at = [\"24 h\", \"72 h\"], or every = \"4 h\"";
            reader.problem("E32", format!("{what} does not say when it is read"), fields.span(), help);
            Vec::new()
        }
    };
    times.sort_by(f64::total_cmp);
    times.dedup();
    times
}

fn repeated(reader: &mut Reader<'_>, node: &Node) -> Vec<f64> {
    let Some(step) = reader.time(node, "the second reading of a measure") else { return Vec::new() };
    let n = reader.span / step;
    if n > MOST_TIMES || n.is_nan() {
        if reader.span.is_finite() {
            let message = format!("that would be {} readings", count(n));
            reader.problem("E36", message, &node.span, format!("at most {}, as in every = \"4 h\"", count(MOST_TIMES)));
        }
        return Vec::new();
    }
    // A reading that rounding puts just after the end is the one at the end.
    (0..=(n * (1.0 + 1e-12)) as usize).map(|i| (i as f64 * step).min(reader.span)).collect()
}

/// `protein(NAME, CELL) / ARM` as a reading and the arm that it is divided by.
fn understand(
    reader: &mut Reader<'_>,
    text: &str,
    span: &Span,
    known: &Known<'_>,
) -> Option<(Reading, Option<String>)> {
    let Some((word, arguments, rest)) = call(text) else {
        let help = format!("write a word and its arguments, as in {}", example(known));
        reader.problem("E38", format!("`{text}` cannot be read"), span, help);
        return None;
    };
    let relative = match rest.strip_prefix('/').map(str::trim) {
        Some(arm) if known.arms.iter().any(|known| known.name == arm) => Some(arm.to_owned()),
        Some(arm) => {
            let names: Vec<&str> = known.arms.iter().map(|arm| arm.name.as_str()).collect();
            reader.unknown("E19", "arm", arm, span, &names);
            return None;
        }
        None if rest.is_empty() => None,
        None => {
            let help = "after the bracket only ` / ARM` may follow: divided by that arm at the same hour";
            reader.problem("E38", format!("`{rest}` cannot be read"), span, help);
            return None;
        }
    };
    let reading = reading(reader, word, &arguments, span, known)?;
    Some((reading, relative))
}

fn example(known: &Known<'_>) -> String {
    format!("\"alive({})\"", known.cells.first().map_or("CELL", |cell| &cell.name))
}

/// `word(a, b) rest`
fn call(text: &str) -> Option<(&str, Vec<&str>, &str)> {
    let (word, rest) = text.trim().split_once('(')?;
    let (arguments, rest) = rest.split_once(')')?;
    Some((word.trim(), arguments.split(',').map(str::trim).collect(), rest.trim()))
}

fn reading(reader: &mut Reader<'_>, word: &str, arguments: &[&str], span: &Span, known: &Known<'_>) -> Option<Reading> {
    let cell = |reader: &mut Reader<'_>, name: &str| known_cell(reader, known.cells, name, span);
    // a cell of the user may have the name of an organ: it comes first, but for a drug, which no cell reads
    let is_cell = arguments.last().is_some_and(|last| known.cells.iter().any(|cell| cell.name == **last));
    let is_of_cell = |argument: &&&str| word != "conc" || reader.knowledge.instrument(word, argument).is_some();
    if !is_cell || !arguments.first().is_some_and(|first| is_of_cell(&first)) {
        let of_body = samples::Known { place: known.place, vesicles: known.vesicles, arms: known.arms };
        match samples::read(reader, word, arguments, span, &of_body) {
            samples::Found::Sample(reading) => return Some(reading),
            samples::Found::Told => return None,
            samples::Found::Other => {}
        }
    }
    match (word, arguments) {
        ("detected", [measure]) => Some(Reading::Detected((*measure).to_owned())),
        ("smallest", [measure]) => Some(Reading::Smallest((*measure).to_owned())),
        ("alive", [name]) => Some(Reading::Alive(cell(reader, name)?)),
        ("dead", [name]) => Some(Reading::Dead(cell(reader, name)?)),
        ("mode", [mode, name]) => {
            let name = cell(reader, name)?;
            Some(Reading::Mode(known_mode(reader, mode, &name, span, known)?, name))
        }
        ("particles", [what]) => particles(reader, what, span, known),
        (word, [argument, name]) if is_instrument_word(reader, word) => {
            let name = cell(reader, name)?;
            symbol(reader, word, argument, &name, span, known)
        }
        (word, _) => {
            wrong_call(reader, word, span, known);
            None
        }
    }
}

/// `medium`: whatever is there; else vesicles of one name or one origin.
fn particles(reader: &mut Reader<'_>, what: &str, span: &Span, known: &Known<'_>) -> Option<Reading> {
    let is_known = what == EVERYTHING || !kinds_of(what, known).is_empty() || Origin::of_word(what).is_some();
    if !is_known {
        let words = ORIGINS.iter().map(|(_, word)| *word);
        let names: Vec<&str> = known.vesicles.iter().map(|vesicle| vesicle.name.as_str()).chain(words).collect();
        reader.unknown("E19", "vesicle or origin", what, span, &names);
    }
    is_known.then_some(Reading::Particles)
}

/// What `particles(...)` calls every vesicle in the medium.
const EVERYTHING: &str = "medium";

/// Vesicle kinds of that name or origin; all for the medium.
fn kinds_of(what: &str, known: &Known<'_>) -> Vec<usize> {
    let fits = |vesicle: &Vesicle| what == EVERYTHING || vesicle.name == what || vesicle.origin.word() == what;
    (0..known.vesicles.len()).filter(|kind| fits(&known.vesicles[*kind])).collect()
}

/// The vesicle kinds that a count of particles counts. An instrument tells no origins apart: a mixed count says so.
fn counted(
    reader: &mut Reader<'_>,
    reading: &Reading,
    reads: Option<&(String, Span)>,
    by: Option<&Instrument>,
    known: &Known<'_>,
) -> Vec<usize> {
    let (Reading::Particles, Some((text, span))) = (reading, reads) else { return Vec::new() };
    let Some((_, arguments, _)) = call(text) else { return Vec::new() };
    let what = arguments.first().copied().unwrap_or(EVERYTHING);
    let kinds = kinds_of(what, known);
    let named = |kind: &usize| format!("{} ({})", known.vesicles[*kind].name, known.vesicles[*kind].origin.word());
    let names = kinds.iter().map(named).collect::<Vec<_>>().join(", ");
    let mut origins: Vec<Origin> = kinds.iter().map(|kind| known.vesicles[*kind].origin).collect();
    origins.sort();
    origins.dedup();
    let is_part = kinds.len() < known.vesicles.len();
    if origins.len() > 1 {
        let help =
            "particles(endosome) counts exosomes alone, particles(VESICLE) one kind: no instrument does by itself";
        reader.problem("W36", format!("`{text}` counts vesicles of several origins: {names}"), span, help);
    } else if let (true, Some(row)) = (is_part, by) {
        let message =
            format!("`{text}` counts only {names}, which {} cannot tell from the other vesicles here", row.by);
        reader.problem("W36", message, span, "particles(medium) counts what the instrument sees");
    }
    kinds
}

fn is_instrument_word(reader: &Reader<'_>, word: &str) -> bool {
    reader.knowledge.instruments.iter().any(|row| row.word == word) && !WORDS.contains(&word)
}

fn wrong_call(reader: &mut Reader<'_>, word: &str, span: &Span, known: &Known<'_>) {
    let cell = known.cells.first().map_or("CELL", |cell| &cell.name).to_owned();
    let help = match word {
        "alive" | "dead" => format!("{word}(CELL), as in {word}({cell})"),
        "mode" => format!("mode(NAME, CELL): NAME is a way to die, one of {}", modes(reader, known, &cell).join(", ")),
        "particles" if known.place.is_some_and(|place| place.body().is_some()) => "particles(plasma)".to_owned(),
        "particles" => {
            "particles(medium), particles(VESICLE) or particles(ORIGIN), as in particles(endosome)".to_owned()
        }
        word if samples::DETECTION.contains(&word) => format!("{word}(MEASURE): the name of a measure in a fluid"),
        word if is_instrument_word(reader, word) => format!("{word}(NAME, CELL), as in {word}(..., {cell})"),
        _ => {
            let instruments = reader.knowledge.instruments.iter().map(|row| row.word.as_str());
            let words: Vec<&str> = WORDS.into_iter().chain(instruments).collect();
            reader.unknown("E38", "measure that reads", word, span, &words);
            return;
        }
    };
    reader.problem("E38", format!("`{word}` takes other arguments"), span, help);
}

fn kind_of<'k>(reader: &Reader<'k>, known: &Known<'_>, cell: &str) -> Option<&'k CellType> {
    let cell = known.cells.iter().find(|known| known.name == cell)?;
    reader.knowledge.cells.get(&cell.is)
}

/// Ways to die of a cell: its mechanisms of the last link that have an event.
fn modes(reader: &Reader<'_>, known: &Known<'_>, cell: &str) -> Vec<String> {
    let Some(kind) = kind_of(reader, known, cell) else { return Vec::new() };
    let Some(owner) = known.cells.iter().find(|known| known.name == cell) else { return Vec::new() };
    ways_to_die(reader, owner, kind)
}

/// Ways to die of a cell of some type.
pub(super) fn ways_to_die(reader: &Reader<'_>, owner: &Cell, kind: &CellType) -> Vec<String> {
    let modules = owner.mechanisms(kind).filter_map(|mechanism| mechanism.rsplit('/').next());
    let kills = |module: &&str| {
        let ports = reader.knowledge.library.ports(module).unwrap_or_default();
        reader.knowledge.link_of_module(module) == "decide" && ports.iter().any(|port| port == "alive") && {
            let (network, _) = reader.knowledge.library.flatten(module);
            !network.events.is_empty()
        }
    };
    modules.filter(kills).map(str::to_owned).collect()
}

fn known_mode(reader: &mut Reader<'_>, mode: &str, cell: &str, span: &Span, known: &Known<'_>) -> Option<String> {
    let modes = modes(reader, known, cell);
    if modes.iter().any(|known| known == mode) {
        return Some(mode.to_owned());
    }
    let names: Vec<&str> = modes.iter().map(String::as_str).collect();
    reader.unknown("E19", "way to die", mode, span, &names);
    None
}

/// A cell-level symbol through `instruments.tsv`.
fn symbol(
    reader: &mut Reader<'_>,
    word: &str,
    argument: &str,
    cell: &str,
    span: &Span,
    known: &Known<'_>,
) -> Option<Reading> {
    let knowledge = reader.knowledge;
    let Some(row) = knowledge.instrument(word, argument) else {
        let names: Vec<&str> =
            knowledge.instruments.iter().filter(|row| row.word == word).map(|row| row.argument.as_str()).collect();
        reader.unknown("E19", &format!("{word} called"), argument, span, &names);
        return None;
    };
    let argument = match row.argument.as_str() {
        "*" => molecule(reader, word, argument, cell, span, known)?,
        exact => exact.to_owned(),
    };
    Some(Reading::Symbol {
        word: word.to_owned(),
        symbol: row.symbol.replace("{1}", &mangle(&argument)),
        argument,
        cell: cell.to_owned(),
        unit: row.unit.clone(),
    })
}

/// A gene of the cell type, a molecule that some vesicle brings it, a guide that it has for another reason, or a vesicle that it
/// sends.
fn molecule(
    reader: &mut Reader<'_>,
    word: &str,
    argument: &str,
    cell: &str,
    span: &Span,
    known: &Known<'_>,
) -> Option<String> {
    let kind = kind_of(reader, known, cell)?;
    let owner = known.cells.iter().find(|known| known.name == cell)?;
    let knowledge = reader.knowledge;
    let brought = molecules::received(known.vesicles, owner).into_iter().map(|molecule| molecule.name);
    let guides = molecules::guides(known.vesicles, known.arms, knowledge, owner).into_iter().map(|guide| guide.name);
    let drugs = drugs_here(known.arms, known.vesicles, owner);
    let mut here: Vec<String> = brought.chain(guides).chain(drugs).collect();
    here.sort();
    here.dedup();
    // what a vesicle brings under this name comes before a gene of which it is but another name
    let symbol = knowledge.gene(argument).unwrap_or(argument);
    if symbol != argument && here.iter().any(|name| name == argument) {
        return Some(argument.to_owned());
    }
    let sends = |vesicle: &Vesicle| vesicle.name == argument && vesicle.from.as_deref() == Some(cell);
    if owner.expresses(kind, symbol) || known.vesicles.iter().any(sends) {
        return Some(symbol.to_owned());
    }
    if here.iter().any(|name| name == argument) {
        return Some(argument.to_owned());
    }
    let canonical = match knowledge.cargo(argument) {
        CargoLookup::Mirna(found) => Some(found.name.clone()),
        CargoLookup::Molecule(found) => Some(found.name),
        CargoLookup::Drug(name) => Some(name),
        CargoLookup::Ambiguous(_) => {
            super::cargo::mirna(reader, argument, span);
            return None;
        }
        CargoLookup::UnknownGene(_) | CargoLookup::Unknown(_) => None,
    };
    match canonical {
        Some(name) if here.contains(&name) => Some(name),
        Some(name) => {
            let help = match here.as_slice() {
                [] => format!("no vesicle brings any cargo to {cell}"),
                here => format!("molecules that {cell} has to do with: {}", here.join(", ")),
            };
            // A cargo that has errors of its own may be the one that is meant.
            if reader.lost.is_empty() {
                reader.problem("E18", format!("no vesicle brings {name} to {cell}"), span, help);
            }
            None
        }
        None => {
            let names: Vec<&str> = owner.genes(kind).chain(&here).map(String::as_str).collect();
            reader.unknown_gene(word, kind, argument, span, &names);
            None
        }
    }
}

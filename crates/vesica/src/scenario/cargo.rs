//! `[vesicle.NAME.cargo."MOLECULE"]`: what is in a vesicle.

use vesica_model::Span;

use super::fields::{ABOVE_ZERO, Fields, Reader, as_table};
use super::tree::Entry;
use super::{Cargo, Cell, OwnDrug, QuantityId, Spread};
use super::{content, packing};
use crate::knowledge::{CargoLookup, DESTINATIONS, Destination, KINDS, Kind, OldName, Size, looks_like_mirna};
use crate::quantity::Expected;
use crate::units::Dimension;

/// What the tables of a cargo need to know of the vesicle that they stand in.
pub(super) struct Carrier<'a> {
    /// Name of the vesicle.
    pub vesicle: &'a str,
    /// Who sends it; `None` when nobody does, or when the sender could not be read.
    pub sender: Option<&'a Cell>,
    /// Whether the file says that somebody sends it.
    pub is_sent: bool,
    /// Drugs of the scenario.
    pub drugs: &'a [OwnDrug],
}

/// What a cargo is, before its numbers.
struct Identity {
    name: String,
    kind: Kind,
    gene: Option<String>,
    size: Option<Size>,
    acts_at: Destination,
    signal: Option<String>,
    is_own: bool,
}

pub(super) fn read(reader: &mut Reader<'_>, carrier: &Carrier<'_>, entries: &[Entry]) -> Vec<Cargo> {
    let mut read: Vec<Cargo> = Vec::new();
    for entry in entries {
        let Some(cargo) = cargo(reader, carrier, entry) else { continue };
        if read.iter().any(|known| known.name == cargo.name) {
            let message = format!("`{}` stands twice in the cargo of {}", cargo.name, carrier.vesicle);
            reader.problem("E33", message, &entry.key_span, "keep one of the two; names are strands of one molecule");
            continue;
        }
        read.push(cargo);
    }
    read
}

fn cargo(reader: &mut Reader<'_>, carrier: &Carrier<'_>, entry: &Entry) -> Option<Cargo> {
    let vesicle = carrier.vesicle;
    let what = format!("[vesicle.{vesicle}.cargo.\"{}\"]", entry.key);
    let table = as_table(reader, &what, &entry.node)?;
    let mut fields = Fields::new(&what, table, &entry.key_span);
    let identity = identity(reader, &mut fields, carrier, &entry.key, &entry.key_span);
    // The path needs the canonical name; where there is none, the findings still want one.
    let name = identity.as_ref().map_or(&entry.key, |identity| &identity.name);
    let path = |key: &str| format!("vesicle.{vesicle}.cargo.{name}.{key}");
    let molecule = identity.as_ref().map(|identity| (identity.kind, identity.gene.as_deref()));
    let copies = content::copies(reader, &mut fields, carrier, molecule, path("copies"));
    let at = at(reader, &mut fields, carrier, path("at"), identity.as_ref());
    let spread = spread(reader, &mut fields);
    let rich = rich(reader, &mut fields, path("rich"), &spread, &what);
    let packing = packing::read(
        reader,
        &mut fields,
        carrier,
        identity.as_ref().map(|identity| identity.name.as_str()),
        &entry.key_span,
    );
    let acts_at = acts_at(reader, &mut fields, identity.as_ref());
    let targets = targets(reader, &mut fields);
    fields.finish(reader);
    if identity.is_none() || copies.is_none() {
        reader.lost.insert(entry.key.clone());
    }
    let (Identity { name, kind, gene, size, signal, is_own, .. }, acts_at) = (identity?, acts_at?);
    let works_in_cytosol = kind.is_guide() || matches!(kind, Kind::Messenger | Kind::Drug | Kind::Iron);
    if works_in_cytosol && acts_at != Destination::Cytosol {
        let message = format!("{name} ({}) acts in the cytosol, not at the {}", kind.word(), acts_at.word());
        reader.problem("E33", message, &entry.key_span, "acts_at = \"cytosol\", or leave the line out");
        return None;
    }
    let copies = copies?;
    Some(Cargo { name, kind, gene, size, is_own, copies, at: at?, spread, rich, packing, acts_at, targets, signal })
}

/// `at = "1 uM"`: at which concentration in the medium a sender loads so many copies of a drug. `None` when it must be
/// there and is not.
fn at(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    carrier: &Carrier<'_>,
    path: String,
    identity: Option<&Identity>,
) -> Option<Option<QuantityId>> {
    let is_needed = carrier.is_sent && identity.is_some_and(|identity| identity.kind == Kind::Drug);
    let span = fields.span().clone();
    let Some(node) = fields.get("at") else {
        if is_needed {
            let message = "`copies` of a drug depend on how much of it the sender holds";
            let help = "add at = \"1 uM\": the concentration in the medium at which a vesicle holds so many";
            reader.problem("E32", message, &span, help);
            return None;
        }
        return Some(None);
    };
    if !is_needed {
        let message = "`at` is for a drug that cells send: nothing else here depends on a concentration";
        reader.problem("E33", message, &node.span, "take the line away");
        return None;
    }
    let expected = Expected::of(Dimension::CONCENTRATION).named("a concentration").like(&["1 uM"]);
    let read = reader.quantity(node, &expected)?;
    Some(Some(reader.add(path, read, expected, "load", ABOVE_ZERO)))
}

/// `targets = ["GENE"]`: the genes of [links] act on which this cargo acts; whether they are there is seen later.
fn targets(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Vec<String>> {
    let names = fields.texts(reader, "targets")?;
    Some(names.into_iter().map(|(name, _)| reader.knowledge.gene(&name).map(str::to_owned).unwrap_or(name)).collect())
}

/// A molecule of the knowledge base, a drug of the scenario, or (with `kind`) one of the user's own.
fn identity(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    carrier: &Carrier<'_>,
    name: &str,
    span: &Span,
) -> Option<Identity> {
    let kind = fields.text(reader, "kind");
    let gene = fields.text(reader, "gene");
    let size = fields.text(reader, "size");
    let found = reader.knowledge.cargo(name);
    let is_known = !matches!(found, CargoLookup::Unknown(_) | CargoLookup::UnknownGene(_));
    let own_drug = carrier.drugs.iter().any(|drug| drug.action.name == name);
    if let Some((word, word_span)) = kind.filter(|_| !is_known && !own_drug) {
        return own(reader, name, &word, &word_span, gene, size);
    }
    for (text, key_span) in gene.iter().chain(&size) {
        let message = format!("what `{name}` is stands in the knowledge base already: `{text}` has no place here");
        reader.problem(
            "E33",
            message,
            key_span,
            "take the line away; or give the molecule another name, and its `kind`",
        );
    }
    let plain = |name: &str, kind: Kind| Identity {
        name: name.to_owned(),
        kind,
        gene: None,
        size: None,
        acts_at: kind.usual_destination(),
        signal: None,
        is_own: false,
    };
    match found {
        _ if own_drug => Some(plain(name, Kind::Drug)),
        CargoLookup::Mirna(mirna) => {
            renamed(reader, name, &mirna.name, &mirna.in_words(), span);
            let length = mirna.sequence.len();
            let size = (length > 0).then_some(Size::Nucleotides(length as f64));
            Some(Identity { size, ..plain(&mirna.name, Kind::Mirna) })
        }
        CargoLookup::Molecule(molecule) => {
            renamed(reader, name, &molecule.name, &molecule.name, span);
            let (gene, size, signal, acts_at) = (molecule.gene, molecule.size, molecule.signal, molecule.acts_at);
            Some(Identity { gene, size, signal, acts_at, ..plain(&molecule.name, molecule.kind) })
        }
        CargoLookup::Drug(drug) => {
            renamed(reader, name, &drug, &drug, span);
            Some(plain(&drug, Kind::Drug))
        }
        CargoLookup::Ambiguous(_) => {
            mirna(reader, name, span);
            None
        }
        CargoLookup::UnknownGene(gene) => {
            let known = reader.knowledge.genes();
            reader.unknown(
                "E12",
                &format!("gene of any cell type, for the cargo \"{name}\", called"),
                &gene,
                span,
                &known,
            );
            None
        }
        CargoLookup::Unknown(near) => {
            match reader.knowledge.no_drug_for_mirna(name) {
                Some(refusal) => reader.problems.push(refusal.at(span.clone())),
                None if looks_like_mirna(name) => drop(mirna(reader, name, span)),
                None => unknown(reader, name, span, &near),
            }
            None
        }
    }
}

/// A molecule that only this scenario has.
fn own(
    reader: &mut Reader<'_>,
    name: &str,
    word: &str,
    span: &Span,
    gene: Option<(String, Span)>,
    size: Option<(String, Span)>,
) -> Option<Identity> {
    let Some(kind) = Kind::of_word(word).filter(|kind| !matches!(kind, Kind::Mirna | Kind::Drug)) else {
        let help = match Kind::of_word(word) {
            Some(Kind::Drug) => format!("a drug of your own is a table [drug.\"{name}\"]"),
            Some(_) => {
                "a miRNA of your own is a row of biology/mirnas.tsv: its strand decides what it silences".to_owned()
            }
            None => format!("one of: {}", KINDS.iter().map(|(_, word)| *word).collect::<Vec<_>>().join(", ")),
        };
        reader.problem("E23", format!("`{word}` is no kind of cargo that a scenario can add"), span, help);
        return None;
    };
    let size = match size.map(|(text, span)| (Size::parse(&text), span)) {
        None => None,
        Some((Ok(size), _)) => Some(size),
        Some((Err(message), span)) => {
            reader.problem("E23", message, &span, "size = \"1800 nt\"");
            return None;
        }
    };
    let gene = gene.map(|(gene, _)| reader.knowledge.gene(&gene).unwrap_or(&gene).to_owned());
    if gene.is_none() && matches!(kind, Kind::Messenger | Kind::Sirna) {
        let message = format!("\"{name}\" is an {} and does not say of which gene", kind.word());
        reader.problem("E32", message, span, "gene = \"SYMBOL\"");
        return None;
    }
    let (name, acts_at) = (name.to_owned(), kind.usual_destination());
    Some(Identity { name, kind, gene, size, acts_at, signal: None, is_own: true })
}

fn unknown(reader: &mut Reader<'_>, name: &str, span: &Span, near: &[String]) {
    let own = format!(
        "To add your own, say what it is: [vesicle.NAME.cargo.\"{name}\"] kind = \"protein\", size = \"40 kDa\";\n\
         or add a row to molecules.tsv of a copied biology folder."
    );
    let help = match near {
        [] => own,
        [one] => format!("did you mean {one}? {own}"),
        several => format!("close names: {}. {own}", several.join(", ")),
    };
    reader.problem("E23", format!("cargo \"{name}\" is not known"), span, help);
}

fn renamed(reader: &mut Reader<'_>, written: &str, name: &str, in_full: &str, span: &Span) {
    if name != written {
        let message = format!("`{written}` is read as {in_full}");
        reader.problem("W10", message, span, format!("write \"{name}\", its name in the knowledge base"));
    }
}

/// Canonical name of a miRNA; an error when it is none or several.
pub(super) fn mirna(reader: &mut Reader<'_>, name: &str, span: &Span) -> Option<String> {
    let knowledge = reader.knowledge;
    let Some(found) = knowledge.one_mirna(name) else {
        reader.problems.extend(knowledge.no_mirna(name).map(|refusal| refusal.at(span.clone())));
        return None;
    };
    let since = knowledge.old_mirna_name(name).map(OldName::since).unwrap_or_default();
    renamed(reader, name, &found.name, &format!("{}{since}", found.in_words()), span);
    Some(found.name.clone())
}

/// Words of `spread`.
const SPREADS: [(&str, Spread); 2] = [("even", Spread::Even), ("few-rich", Spread::FewRich)];

impl Spread {
    /// The word of the file.
    pub fn word(self) -> &'static str {
        SPREADS.iter().find(|(_, spread)| *spread == self).map_or("", |(word, _)| word)
    }
}

/// `"even or few-rich"`: hypotheses in file order. Without the key: even, the fewest assumptions.
fn spread(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Vec<Spread> {
    let Some((text, span)) = fields.text(reader, "spread") else { return vec![Spread::Even] };
    let mut spreads = Vec::new();
    for word in text.split(" or ").map(str::trim) {
        match SPREADS.iter().find(|(known, _)| *known == word) {
            Some((_, spread)) if spreads.contains(spread) => {}
            Some((_, spread)) => spreads.push(*spread),
            None => reader.unknown("E19", "spread", word, &span, &["even", "few-rich", "even or few-rich"]),
        }
    }
    spreads
}

fn rich(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    path: String,
    spread: &[Spread],
    what: &str,
) -> Option<QuantityId> {
    let expected = Expected::of(Dimension::AMOUNT).or(Dimension::NONE).or(Dimension::COPIES_PER_PARTICLE);
    let expected = expected.named("copies in a rich vesicle").like(&["unknown (10..1000)"]);
    let limits = (1.0, f64::INFINITY);
    let Some(node) = fields.get("rich") else {
        let is_needed = spread.contains(&Spread::FewRich);
        let found = is_needed.then(|| reader.default("vesicle.rich", "", path, expected, "load", limits)).flatten();
        if is_needed && found.is_none() {
            let help = "add rich = \"unknown (10..1000)\": copies in a vesicle that has any";
            reader.problem("E32", format!("`rich` is missing in {what}"), fields.span(), help);
        }
        return found;
    };
    let read = reader.quantity(node, &expected)?;
    Some(reader.add(path, read, expected, "load", limits))
}

/// `acts_at`, else where the molecule usually acts.
fn acts_at(reader: &mut Reader<'_>, fields: &mut Fields<'_>, identity: Option<&Identity>) -> Option<Destination> {
    let Some((word, span)) = fields.text(reader, "acts_at") else { return identity.map(|identity| identity.acts_at) };
    let found = Destination::of_word(&word);
    if found.is_none() {
        let words: Vec<&str> = DESTINATIONS.iter().map(|(_, word)| *word).collect();
        reader.unknown("E19", "place where cargo acts called", &word, &span, &words);
    }
    found
}

//! From what was found to the rows that are shown.

use std::collections::BTreeSet;

use vesica_model::Span;
use vesica_model::codes::CODES;

use super::against;
use super::fold::{fold, words};
use super::records::about_mechanism;
use super::rows::*;
use crate::knowledge::{Axis, Effect, Knowledge, LINKS, Mirna, MirnaLookup, Number, Statement, Value, examples};
use crate::result::Status;

/// File and line of a row: `biology/axes.tsv:12`.
pub(super) fn place(knowledge: &Knowledge, span: &Span) -> String {
    let path = span.file.strip_prefix("biology/").unwrap_or(&span.file);
    let line =
        knowledge.files.get(path).and_then(|text| text.get(..span.start)).map_or(0, |text| text.matches('\n').count());
    format!("{}:{}", span.file, line + 1)
}

pub(super) fn axis(knowledge: &Knowledge, axis: &Axis) -> AxisRow {
    let field = |name: &str| axis.field(name).to_owned();
    AxisRow {
        id: axis.id.clone(),
        cargo: axis.cargo.clone(),
        kind: axis.kind.clone(),
        molecules: axis.molecules.clone(),
        strands: strands(knowledge, axis),
        genes: axis.genes.clone(),
        change: axis.change,
        effect: axis.effect,
        by_loss: axis.is_by_loss(),
        donor: field("donor_cell"),
        donor_id: axis.donor.clone(),
        recipient: field("recipient_cell"),
        recipient_id: axis.recipient.clone(),
        disease: field("disease"),
        target: axis.target.clone(),
        downstream: field("downstream"),
        outcome: field("outcome"),
        level: field("level_in_exosome"),
        evidence: axis.evidence.clone(),
        species: field("species"),
        read: field("seen_kind"),
        verified: field("verified"),
        reference: field("pmid_or_doi"),
        sources: axis.sources.clone(),
        against: against::in_short(&against::of_axis(knowledge, axis)),
        place: place(knowledge, &axis.span),
    }
}

/// The strands that the cargo of an axis can mean, when its source names none.
pub(super) fn strands(knowledge: &Knowledge, axis: &Axis) -> Vec<String> {
    let of = |name: &String| match knowledge.mirna(name) {
        MirnaLookup::Ambiguous(strands) => strands.iter().map(|mirna| mirna.name.clone()).collect(),
        _ => Vec::new(),
    };
    axis.molecules.iter().flat_map(of).collect()
}

pub(super) fn statement(knowledge: &Knowledge, row: &Statement) -> StatementRow {
    StatementRow {
        id: row.id.clone(),
        mirna: row.mirna.clone(),
        molecule: row.molecule.clone(),
        gene: row.gene.clone(),
        change: row.change,
        effect: row.effect,
        disease: row.disease.clone(),
        species: row.species.clone(),
        exosomal: row.is_exosomal,
        database: row.database.clone(),
        reference: row.reference.clone(),
        sources: row.sources.clone(),
        note: row.note.clone(),
        against: against::in_short(&against::of_statement(knowledge, row)),
        place: place(knowledge, &row.span),
    }
}

pub(super) fn mirna(knowledge: &Knowledge, mirna: &Mirna) -> MirnaRow {
    let stem = words(&mirna.name).into_iter().find_map(|word| word.mirna).map_or(String::new(), |name| name.stem);
    let names_it = |text: &str| fold(text).contains(&format!(" {stem} "));
    MirnaRow {
        name: mirna.name.clone(),
        accession: mirna.accession.clone(),
        sequence: mirna.sequence.clone(),
        seed: mirna.seed().to_owned(),
        aliases: mirna.aliases.iter().cloned().chain(old_names(knowledge, mirna).map(str::to_owned)).collect(),
        note: mirna.note.clone(),
        axes: knowledge.axes.iter().filter(|axis| names_it(&axis.cargo)).count(),
        statements: knowledge.statements.iter().filter(|row| names_it(&row.mirna)).count(),
    }
}

/// Names that earlier releases gave to a strand.
pub(super) fn old_names<'k>(knowledge: &'k Knowledge, mirna: &'k Mirna) -> impl Iterator<Item = &'k str> {
    let old = knowledge.old_mirna_names.iter();
    old.filter(|old| old.accessions.contains(&mirna.accession)).map(|old| old.name.as_str())
}

pub(super) fn drug(knowledge: &Knowledge, name: &str) -> DrugRow {
    let actions: Vec<_> = match knowledge.drug(name) {
        Some(actions) => actions,
        None => knowledge.drug_actions.iter().filter(|action| action.name == name).cloned().collect(),
    };
    let of = |action: &crate::knowledge::DrugAction| {
        let prefix = format!("drug.{}.{}.", action.constants_of, action.constants_port);
        let numbers = knowledge.numbers.iter().filter(|number| number.id.starts_with(&prefix));
        ActionRow {
            link: action.link.to_owned(),
            port: action.port.clone(),
            form: action.form.clone(),
            mechanism: action.mechanism.clone(),
            sources: action.sources.clone(),
            note: action.note.clone(),
            numbers: numbers.map(|number| self::number(knowledge, number)).collect(),
        }
    };
    let first = actions.first();
    DrugRow {
        name: first.map_or(name.to_owned(), |action| action.name.clone()),
        aliases: first.map(|action| action.aliases.clone()).unwrap_or_default(),
        actions: actions.iter().map(of).collect(),
    }
}

pub(super) fn gene(knowledge: &Knowledge, name: &str) -> GeneRow {
    let is = |gene: &String| gene.eq_ignore_ascii_case(name);
    let cells = |has: &dyn Fn(&crate::knowledge::CellType) -> bool| {
        knowledge.cells.values().filter(|cell| has(cell)).map(|cell| cell.name.clone()).collect::<Vec<_>>()
    };
    let statements = |effect: Effect| {
        let of_gene = knowledge.statements.iter().filter(|row| row.genes().any(|gene| gene.eq_ignore_ascii_case(name)));
        of_gene.filter(|row| row.effect == Some(effect)).count()
    };
    let action = |action: &crate::knowledge::GeneAction| GeneActionRow {
        link: action.link.to_owned(),
        form: action.form.clone(),
        port: action.port.clone(),
        sources: action.sources.clone(),
        note: action.note.clone(),
    };
    GeneRow {
        name: name.to_owned(),
        aliases: knowledge.actions_of_gene(name).next().map(|action| action.aliases.clone()).unwrap_or_default(),
        made_in: cells(&|cell| cell.genes.iter().any(is)),
        fixed_in: cells(&|cell| cell.amounts.iter().any(is)),
        actions: knowledge.actions_of_gene(name).map(action).collect(),
        axes: knowledge.axes.iter().filter(|axis| axis.genes.iter().any(is)).map(|axis| axis.id.clone()).collect(),
        suppress: statements(Effect::Suppresses),
        promote: statements(Effect::Promotes),
    }
}

pub(super) fn cell(knowledge: &Knowledge, id: &str) -> Option<CellRow> {
    let cell = knowledge.cells.get(id)?;
    let lines = knowledge.cell_lines.iter().filter(|line| line.cell == id);
    let own = knowledge.numbers.iter().filter(|number| number.cell == id);
    Some(CellRow {
        id: cell.id.clone(),
        name: cell.name.clone(),
        aliases: cell.aliases.clone(),
        like: cell.lineage.clone(),
        organ: cell.organ.clone(),
        species: cell.species.clone(),
        diseases: cell.diseases.clone(),
        note: cell.note.clone(),
        grows: cell.grows,
        numbers: own.map(|number| self::number(knowledge, number)).collect(),
        genes: cell.genes.clone(),
        amounts: cell.amounts.clone(),
        lines: lines.map(|line| line.name.clone()).collect(),
        mechanisms: cell.mechanisms.len() + cell.repeats.len(),
    })
}

pub(super) fn line(row: &crate::knowledge::CellLine) -> LineRow {
    LineRow {
        name: row.name.clone(),
        aliases: row.aliases.clone(),
        cell: row.cell.clone(),
        species: row.species.clone(),
        sex: row.sex.clone(),
        warning: row.warning.clone(),
        sources: row.sources.clone(),
        note: row.note.clone(),
    }
}

pub(super) fn disease(knowledge: &Knowledge, name: &str) -> DiseaseRow {
    let folded = fold(name);
    let axes = knowledge.axes.iter().filter(|axis| axis.field("disease") == name);
    let cells = knowledge.cells.values().filter(|cell| cell.diseases.iter().any(|disease| fold(disease) == folded));
    DiseaseRow {
        name: name.to_owned(),
        axes: axes.map(|axis| axis.id.clone()).collect(),
        statements: knowledge.statements.iter().filter(|row| row.disease == name).count(),
        cells: cells.map(|cell| cell.id.clone()).collect(),
    }
}

pub(super) fn link(knowledge: &Knowledge, at: usize) -> LinkRow {
    let name = LINKS[at];
    let mechanisms = knowledge.mechanism_links.keys().filter(|module| knowledge.link_of_module(module) == name);
    let drugs: BTreeSet<&String> =
        knowledge.drug_actions.iter().filter(|action| action.link == name).map(|action| &action.name).collect();
    let count =
        |status: Status| knowledge.numbers.iter().filter(|row| row.link == name && row.status == status).count();
    LinkRow {
        number: at + 1,
        name: name.to_owned(),
        mechanisms: mechanisms.cloned().collect(),
        drugs: drugs.into_iter().cloned().collect(),
        measured: count(Status::Measured),
        inferred: count(Status::Inferred),
        assumed: count(Status::Assumed),
    }
}

pub(super) fn mechanism(knowledge: &Knowledge, name: &str) -> MechanismRow {
    let folder = knowledge.mechanism_links.get(name).map_or("", String::as_str);
    MechanismRow {
        name: name.to_owned(),
        link: knowledge.link_of_module(name).to_owned(),
        about: about_mechanism(knowledge, name),
        file: format!("biology/links/{folder}/{name}.ant"),
    }
}

pub(super) fn number(knowledge: &Knowledge, number: &Number) -> NumberRow {
    let value = match number.value {
        Value::Known(value) => Some(value),
        Value::Unknown | Value::ZeroOrUnknown => None,
    };
    let text = number.quantity().map_or_else(|| number.unit.clone(), |quantity| quantity.to_string());
    NumberRow {
        id: number.key(),
        link: number.link.to_owned(),
        value,
        low: number.range.map(|(low, _)| low),
        high: number.range.map(|(_, high)| high),
        unit: number.unit.clone(),
        // a plain number has no unit to say
        text: text.trim_end_matches(" 1").to_owned(),
        status: number.status,
        source: number.sources.join("; "),
        condition: number.condition.clone(),
        note: number.note.clone(),
        experiment: knowledge.experiment(&number.id).1,
    }
}

pub(super) fn instrument(row: &crate::knowledge::Instrument) -> InstrumentRow {
    InstrumentRow {
        word: row.word.clone(),
        argument: row.argument.clone(),
        by: row.by.clone(),
        cv: row.cv,
        limit: row.limit.clone(),
        samples: row.samples.clone(),
        status: row.status.word().to_owned(),
        sources: row.sources.clone(),
        note: row.note.clone(),
    }
}

pub(super) fn experiment(row: &crate::knowledge::Experiment) -> ExperimentRow {
    ExperimentRow { quantity: row.quantity.clone(), label: row.label.clone(), experiment: row.experiment.clone() }
}

pub(super) fn reference(knowledge: &Knowledge, key: &str) -> Option<ReferenceRow> {
    let reference = knowledge.references.get(key)?;
    let cites = |sources: &[String]| sources.iter().any(|source| source == key);
    let counted = [
        (["axis", "axes"], knowledge.axes.iter().filter(|axis| cites(&axis.sources)).count()),
        (["statement", "statements"], knowledge.statements.iter().filter(|row| cites(&row.sources)).count()),
        (["number", "numbers"], knowledge.numbers.iter().filter(|number| cites(&number.sources)).count()),
        (
            ["drug action", "drug actions"],
            knowledge.drug_actions.iter().filter(|action| cites(&action.sources)).count(),
        ),
        (["claim", "claims"], knowledge.claims.iter().filter(|claim| claim.source == key).count()),
    ];
    let cited: Vec<String> =
        counted.iter().filter(|(_, n)| *n > 0).map(|(what, n)| format!("{n} {}", what[usize::from(*n > 1)])).collect();
    Some(ReferenceRow {
        key: key.to_owned(),
        title: reference.title.clone(),
        authors: reference.field("author"),
        year: reference.field("year"),
        pmid: reference.field("pmid"),
        doi: reference.field("doi"),
        read: reference.field("note"),
        cited_by: cited.join(", "),
    })
}

pub(super) fn code(at: usize) -> CodeRow {
    let code = &CODES[at];
    CodeRow { code: code.code.to_owned(), title: code.title.to_owned(), text: code.text.to_owned() }
}

pub(super) fn example(name: &str) -> ExampleRow {
    let text = examples().remove(name).map_or(String::new(), |example| example.text);
    let value = |key: &str| {
        let line = text.lines().find(|line| line.split('=').next().is_some_and(|word| word.trim() == key));
        let value = line.and_then(|line| line.split_once('=')).map_or("", |(_, value)| value);
        value.trim().trim_matches('"').to_owned()
    };
    ExampleRow { name: name.to_owned(), title: value("title"), question: value("question") }
}

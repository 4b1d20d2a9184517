//! Many things of a kind as a table.

use super::cards::arrow;
use crate::know::*;
use crate::result::Status;
use crate::terminal::{Cell, Column, Table, Terminal};

/// A table with its heading, and how to see what it leaves out.
pub(super) fn table(found: &Found, kind: &str, most: usize, terminal: &Terminal) -> String {
    let (mut table, rows) = match kind {
        "axes" => axes(&found.axes),
        "statements" => statements(&found.statements),
        "mirnas" => mirnas(&found.mirnas),
        "drugs" => drugs(&found.drugs),
        "genes" => genes(&found.genes),
        "molecules" => plain(&found.molecules),
        "fluids" => plain(&found.fluids),
        "cells" => cells(&found.cells),
        "lines" => lines(&found.lines),
        "diseases" => diseases(&found.diseases),
        "instruments" => instruments(&found.instruments),
        "links" => links(&found.links),
        "mechanisms" => mechanisms(&found.mechanisms),
        "numbers" => numbers(&found.numbers),
        "experiments" => experiments(&found.experiments),
        "references" => references(&found.references),
        "examples" => examples(&found.examples),
        "codes" => codes(&found.codes),
        _ => return String::new(),
    };
    let n = rows.len();
    rows.into_iter().take(most).for_each(|row| table.row(row));
    table.leave_out_empty_columns();
    let mut text = format!("{}  {n}\n{}", terminal.bold(kind), table.print(terminal));
    if n > most {
        let command = terminal.typed(&format!("vesica know {kind} {}", found.query));
        text.push_str(&format!("  {} {command}\n", terminal.dim(&format!("{} more:", n - most))));
    }
    text
}

type Rows = (Table, Vec<Vec<Cell>>);

fn cells_of<const N: usize>(texts: [&str; N]) -> Vec<Cell> {
    texts.into_iter().map(Cell::new).collect()
}

fn axes(rows: &[AxisRow]) -> Rows {
    let columns = ["axis", "cargo", "acts on", "ferroptosis"].map(Column::text).into_iter();
    let columns = columns.chain(["in", "disease"].map(Column::prose)).chain([Column::text("source")]);
    let row = |row: &AxisRow| {
        let genes = row.genes.join(", ");
        let acts = format!("{} {}", arrow(row), if genes.is_empty() { &row.target } else { &genes });
        let effect = row.effect.map_or("not said", |effect| effect.word());
        let mut cells = cells_of([&row.id, &row.cargo, &acts, effect, &row.recipient, &row.disease]);
        cells.push(Cell::new(short_reference(&row.reference)).dim());
        cells
    };
    (Table::new(columns), rows.iter().map(row).collect())
}

/// PMID, else DOI, else what is there.
fn short_reference(reference: &str) -> String {
    let parts: Vec<&str> = reference.split(';').map(str::trim).collect();
    let pmid = parts.iter().find_map(|part| part.strip_prefix("PMID "));
    pmid.or(parts.first().copied()).map_or(String::new(), |part| part.split(" (").next().unwrap_or(part).to_owned())
}

fn statements(rows: &[StatementRow]) -> Rows {
    let columns = ["id", "miRNA", "acts on", "ferroptosis"].map(Column::text).into_iter();
    let columns = columns.chain([Column::prose("disease"), Column::text("against"), Column::text("source")]);
    let row = |row: &StatementRow| {
        let change = match row.change.map(|change| change.word()) {
            Some("lowers") => "⊣",
            _ => "→",
        };
        let acts = if row.gene.is_empty() { "not named".to_owned() } else { format!("{change} {}", row.gene) };
        let effect = row.effect.map_or("not said", |effect| effect.word());
        let vesicles = if row.exosomal { "in vesicles; " } else { "" };
        let mut cells = cells_of([&row.id, &row.mirna, &acts, effect, &format!("{vesicles}{}", row.disease)]);
        cells.push(Cell::new(row.against.join(", ")).caution());
        let reference = short_reference(&row.reference);
        let database = row.database.split(' ').next().unwrap_or("");
        let is_said = reference.starts_with(database);
        cells.push(Cell::new(if is_said { reference } else { format!("{reference} {database}") }).dim());
        cells
    };
    (Table::new(columns), rows.iter().map(row).collect())
}

fn mirnas(rows: &[MirnaRow]) -> Rows {
    let columns = [Column::text("miRNA"), Column::text("accession"), Column::text("seed"), Column::text("older names")];
    let row = |row: &MirnaRow| cells_of([&row.name, &row.accession, &row.seed, &row.aliases.join(", ")]);
    (Table::new(columns), rows.iter().map(row).collect())
}

fn drugs(rows: &[DrugRow]) -> Rows {
    let columns = [
        Column::text("drug"),
        Column::text("link"),
        Column::prose("what it does"),
        Column::text("potency"),
        Column::text("status"),
        Column::text("source").goes_first(),
    ];
    let of_action = |drug: &DrugRow, action: &ActionRow| {
        let number = action.numbers.first();
        let potency = number
            .map_or(String::new(), |number| format!("{} {}", number.id.rsplit('.').next().unwrap_or(""), number.text));
        let status = number.map_or(Status::Assumed, |number| number.status);
        let mut cells = cells_of([&drug.name, &action.link, &action.mechanism, &potency]);
        cells.push(of_status(status));
        cells.push(Cell::new(action.sources.join(", ")).dim());
        cells
    };
    let rows = rows.iter().flat_map(|drug| drug.actions.iter().map(move |action| of_action(drug, action)));
    (Table::new(columns), rows.collect())
}

fn of_status(status: Status) -> Cell {
    let cell = Cell::new(status.word());
    if status == Status::Assumed { cell.caution() } else { cell }
}

fn genes(rows: &[GeneRow]) -> Rows {
    let columns = ["gene", "also", "expressed", "acts on", "axes"].map(Column::text);
    let columns = columns.into_iter().chain([Column::number("suppress"), Column::number("promote")]);
    let row = |row: &GeneRow| {
        let expressed = match (row.made_in.len(), row.fixed_in.len()) {
            (0, 0) if row.actions.is_empty() => "nowhere yet",
            (0, 0) => "when named",
            (0, _) => "fixed",
            _ => "made",
        };
        let (suppress, promote) = (row.suppress.to_string(), row.promote.to_string());
        let acts: Vec<&str> = row.actions.iter().map(|action| action.port.as_str()).collect();
        cells_of([
            &row.name,
            &row.aliases.join(", "),
            expressed,
            &acts.join(", "),
            &row.axes.join(", "),
            &suppress,
            &promote,
        ])
    };
    (Table::new(columns), rows.iter().map(row).collect())
}

/// A table as it is in its file; without remarks, unless they are all that it says of a name.
fn plain(rows: &[PlainRow]) -> Rows {
    let mut names: Vec<&String> = rows.first().into_iter().flat_map(|row| row.keys()).collect();
    names.retain(|name| name.as_str() != "source");
    if names.len() > 3 {
        names.retain(|name| !["note", "aliases"].contains(&name.as_str()));
    }
    names.sort_by_key(|name| (!["name", "fluid"].contains(&name.as_str()), name.to_string()));
    let columns = names.iter().map(|name| match name.as_str() {
        "note" => Column::prose("what it is"),
        "aliases" => Column::text("also"),
        name => Column::text(name),
    });
    let columns: Vec<Column> = columns.chain([Column::text("source").goes_first()]).collect();
    let row = |row: &PlainRow| {
        let text = |name: &str| row.get(name).map_or("", String::as_str);
        let mut cells: Vec<Cell> = names.iter().map(|name| Cell::new(text(name))).collect();
        cells.push(Cell::new(text("source")).dim());
        cells
    };
    (Table::new(columns), rows.iter().map(row).collect())
}

fn cells(rows: &[CellRow]) -> Rows {
    // a scenario takes the name as well as the id
    let columns = ["cell", "organ", "species"].map(Column::text).into_iter();
    let columns = columns.chain([Column::text("lines").goes_first()]);
    let row = |row: &CellRow| cells_of([&row.name, &row.organ, &row.species, &row.lines.join(", ")]);
    (Table::new(columns), rows.iter().map(row).collect())
}

fn lines(rows: &[LineRow]) -> Rows {
    let columns = [
        Column::text("line"),
        Column::text("simulated as"),
        Column::text("species"),
        Column::text("sex").goes_first(),
        Column::prose("against"),
        Column::text("source").goes_first(),
    ];
    let row = |row: &LineRow| {
        vec![
            Cell::new(&row.name),
            Cell::new(row.cell.replace('_', " ")),
            Cell::new(&row.species),
            Cell::new(&row.sex),
            Cell::new(&row.warning).caution(),
            Cell::new(row.sources.join(", ")).dim(),
        ]
    };
    (Table::new(columns), rows.iter().map(row).collect())
}

fn diseases(rows: &[DiseaseRow]) -> Rows {
    let columns = ["disease", "axes"].map(Column::text).into_iter();
    let columns = columns.chain([Column::number("statements"), Column::text("cells").goes_first()]);
    let row = |row: &DiseaseRow| {
        let cells = row.cells.join(", ").replace('_', " ");
        cells_of([&row.name, &row.axes.join(", "), &row.statements.to_string(), &cells])
    };
    (Table::new(columns), rows.iter().map(row).collect())
}

fn instruments(rows: &[InstrumentRow]) -> Rows {
    let columns = [
        Column::text("reads"),
        Column::text("by"),
        Column::number("CV"),
        Column::text("limit"),
        Column::prose("in"),
        Column::text("status"),
        Column::text("source").goes_first(),
    ];
    let row = |row: &InstrumentRow| {
        let cv = row.cv.map_or(String::new(), |cv| format!("{:.0} %", cv * 100.0));
        let reads = format!("{}({})", row.word, row.argument);
        let mut cells = cells_of([&reads, &row.by, &cv, &row.limit, &row.samples.join(", "), &row.status]);
        cells.push(Cell::new(row.sources.join(", ")).dim());
        cells
    };
    (Table::new(columns), rows.iter().map(row).collect())
}

fn links(rows: &[LinkRow]) -> Rows {
    let columns = [
        Column::text("link"),
        Column::number("mechanisms"),
        Column::number("measured"),
        Column::number("inferred"),
        Column::number("assumed"),
        Column::text("drugs"),
    ];
    let row = |row: &LinkRow| {
        let counts = [row.mechanisms.len(), row.measured, row.inferred, row.assumed].map(|n| n.to_string());
        let mut cells = vec![Cell::new(format!("{} {}", row.number, row.name)).link(row.number)];
        cells.extend(counts.iter().map(Cell::new));
        cells.push(Cell::new(row.drugs.join(", ")));
        cells
    };
    (Table::new(columns), rows.iter().map(row).collect())
}

fn mechanisms(rows: &[MechanismRow]) -> Rows {
    let columns = [Column::text("mechanism"), Column::text("link"), Column::prose("what it is")];
    let about = |row: &MechanismRow| {
        let said = row.about.strip_prefix(&format!("{}:", row.name)).unwrap_or(&row.about).trim();
        said.split(" Ports:").next().unwrap_or(said).to_owned()
    };
    let row = |row: &MechanismRow| cells_of([&row.name, &row.link, &about(row)]);
    (Table::new(columns), rows.iter().map(row).collect())
}

fn numbers(rows: &[NumberRow]) -> Rows {
    let columns = [
        Column::text("number"),
        Column::text("value"),
        Column::text("status"),
        Column::text("source").goes_first(),
        Column::prose("note").goes_first(),
    ];
    let row = |row: &NumberRow| {
        vec![
            Cell::new(&row.id),
            Cell::new(&row.text),
            of_status(row.status),
            Cell::new(&row.source).dim(),
            Cell::new(&row.note).dim(),
        ]
    };
    (Table::new(columns), rows.iter().map(row).collect())
}

fn experiments(rows: &[ExperimentRow]) -> Rows {
    let columns = [Column::prose("to know"), Column::prose("do")];
    let row = |row: &ExperimentRow| cells_of([&row.label, &row.experiment]);
    (Table::new(columns), rows.iter().map(row).collect())
}

fn references(rows: &[ReferenceRow]) -> Rows {
    let columns = [
        Column::text("key"),
        Column::prose("title"),
        Column::text("PMID or doi"),
        Column::text("cited by"),
        Column::prose("read").goes_first(),
    ];
    let row = |row: &ReferenceRow| {
        let number = if row.pmid.is_empty() { &row.doi } else { &row.pmid };
        cells_of([&row.key, &row.title, number, &row.cited_by, &row.read])
    };
    (Table::new(columns), rows.iter().map(row).collect())
}

fn examples(rows: &[ExampleRow]) -> Rows {
    let columns = [Column::text("example"), Column::prose("question"), Column::prose("title").goes_first()];
    let row = |row: &ExampleRow| cells_of([&row.name, &row.question, &row.title]);
    (Table::new(columns), rows.iter().map(row).collect())
}

fn codes(rows: &[CodeRow]) -> Rows {
    let columns = [Column::text("code"), Column::prose("about")];
    let row = |row: &CodeRow| cells_of([&row.code, &row.title]);
    (Table::new(columns), rows.iter().map(row).collect())
}

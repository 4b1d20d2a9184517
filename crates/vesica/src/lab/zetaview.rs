//! ZetaView (Particle Metrix): a text in Latin-1, one file for each measurement (`*_size_*.txt`).
//!
//! First the facts, `Name:` and a tab before each value; the dilution stands as `Dilution::`. Then `Size Distribution`
//! and a table `Size / nm, Number, Concentration / cm-3, Volume / nm^3, Area / nm^2` in exponents (`1.500E+1`), tabs
//! between them. A row of `-1.000E+0` ends the linear bins; the same table with logarithmic bins follows. The
//! concentration is that of what was measured: both programs seen multiply it by the dilution.
//! Seen: the layout in the public programs heikeboehm/NTA-Analysis (for ZetaView 8.06) and fredstrid/zetaview_conc;
//! no export itself.

use super::columns::Columns;
use super::heading::Heading;
use super::kinds::{Data, Task};
use super::number::Value;
use super::particles::{Dilution, Particles, Replicate, weighted};
use super::sheet::Sheet;

/// Rows in which the table is looked for.
const HEAD: usize = 400;

/// Told by the header of its table.
pub(super) fn is(sheet: &Sheet) -> Option<String> {
    header(sheet).map(|row| format!("line {} is the header `Size / nm, Number, Concentration / cm-3`", sheet.line(row)))
}

fn header(sheet: &Sheet) -> Option<usize> {
    (0..sheet.n_rows().min(HEAD)).find(|row| {
        let heading = |column| Heading::read(&sheet.cell(*row, column));
        let (first, third) = (heading(0), heading(2));
        first.name == "size"
            && first.unit.as_deref() == Some("nm")
            && heading(1).name == "number"
            && third.name == "concentration"
    })
}

/// The value of a fact above the table: `Name:` and the value in the same cell or in the next.
fn fact(sheet: &Sheet, header: usize, name: &str) -> Option<(usize, String)> {
    (0..header).find_map(|row| {
        let first = sheet.cell(row, 0);
        let rest = first.strip_prefix(name)?.trim_start_matches(':').trim();
        if !first[name.len()..].starts_with(':') {
            return None;
        }
        let value = if rest.is_empty() { sheet.cell(row, 1).into_owned() } else { rest.to_owned() };
        Some((row, value))
    })
}

pub(super) fn read(task: &mut Task<'_>) -> Option<Data> {
    let sheet = task.sheet;
    let Some(header) = header(sheet) else {
        task.no_table("Size / nm, Number, Concentration / cm-3, separated by tabs");
        return None;
    };
    let mut columns = Columns::at(sheet, header, &task.wishes.units);
    let findings = &mut task.findings;
    let size = columns.need(&["size"], "diameter", findings)?;
    let (number, concentration) = (columns.find(&["number"])?, columns.find(&["concentration"])?);
    let (mut bins, mut total, mut row) = (Vec::new(), 0.0, header + 1);
    while row < sheet.n_rows() && matches!(sheet.number(row, size), Value::Number(size) if size >= 0.0) {
        if sheet.width(row) < columns.headings.len() {
            findings.push(
                "W89",
                format!("line {} has {} of {} cells", sheet.line(row), sheet.width(row), columns.headings.len()),
                sheet.row_span(row),
                "the row is left out; copy the file from the instrument again: it ends too early",
            );
        } else if let (Value::Number(size), Some(number), Some(part)) = (
            sheet.number(row, size),
            columns.positive(row, number, findings),
            columns.positive(row, concentration, findings),
        ) {
            bins.push((size, number));
            total += part;
        }
        row += 1;
    }
    let n_rows = row - header - 1;
    let dilution = match fact(sheet, header, "Dilution") {
        Some((row, text)) => {
            match super::number::number(text.split_whitespace().next().unwrap_or_default(), sheet.decimal) {
                Value::Number(factor) if factor > 0.0 => Dilution::ToApply(factor),
                _ => {
                    let help = "say it with --dilution 200";
                    findings.push("W81", format!("`{text}` is no dilution"), sheet.row_span(row), help);
                    Dilution::NotRecorded
                }
            }
        }
        None => Dilution::NotRecorded,
    };
    let text_of = |name: &str| fact(sheet, header, name).map(|(_, text)| text).unwrap_or_default();
    let (sample, software) = (text_of("Sample"), text_of("Software"));
    task.understood.units = vec!["size [nm]".to_owned(), "concentration [particles/cm^3]".to_owned()];
    task.columns(&columns, bins.len(), n_rows - bins.len());
    task.understood.notes.push("linear bins; the concentration is their sum".to_owned());
    let Some((mean, deviation)) = weighted(bins.iter().copied()) else {
        task.nothing("no bin has a number of particles");
        return None;
    };
    let name = sheet.file.clone();
    let replicates = vec![Replicate { name, mean, deviation, concentration: Some(total) }];
    let instrument = if software.is_empty() { "ZetaView".to_owned() } else { format!("ZetaView, {software}") };
    Some(Data::Particles(Particles { instrument, sample, replicates, dilution }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::tests::{codes, read_bytes, reading};

    /// A file in the shape of ZetaView 8.06: three linear bins, then logarithmic ones.
    const FILE: &str = include_str!("../../tests/lab/files/zetaview.txt");

    fn latin_1(text: &str) -> Vec<u8> {
        text.chars().map(|letter| letter as u32 as u8).collect()
    }

    #[test]
    fn latin_1_with_its_dilution() {
        let read = read_bytes("caf_size_520.txt", &latin_1(FILE));
        assert_eq!(read.findings, []);
        let Some(Data::Particles(found)) = read.data else { panic!("no particles") };
        assert_eq!((found.sample.as_str(), found.dilution), ("caf µ", Dilution::ToApply(1000.0)));
        assert_eq!(found.replicates[0].concentration, Some(4e6));
        let (mean, deviation) = found.size();
        assert!((mean - 100.0).abs() < 1e-9 && (deviation - 50.0_f64.sqrt()).abs() < 1e-9);
        let wishes = crate::lab::Wishes::default();
        assert_eq!(found.concentration(&wishes).expect("a number").quantity("particles/mL"), "4e9 particles/mL");
    }

    #[test]
    fn decimal_commas_of_another_country_are_the_same() {
        let comma: String = FILE
            .split_inclusive('\n')
            .map(|line| if line.contains("E+") { line.replace('.', ",") } else { line.replace("1000.00", "1000,00") })
            .collect();
        let (point, comma) = (reading("a.txt", FILE).data, reading("a.txt", &comma).data);
        assert_eq!(point, comma);
    }

    #[test]
    fn a_file_cut_short_is_read_as_far_as_it_goes() {
        let cut = FILE.split("\t6.969E+5").next().expect("a part").trim_end_matches("\t1.000E+6");
        assert_eq!(codes("a.txt", cut), ["W89"]);
        assert_eq!(codes("a.txt", &FILE.replace("1000.00", "soon")), ["W81"]);
    }
}

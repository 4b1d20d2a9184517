//! A matrix: one row for each molecule, one column for each sample.

use std::collections::HashMap;

use super::findings::Findings;
use super::heading::Heading;
use super::keyed::Keyed;
use super::number::Value;
use super::sheet::Sheet;

/// Numbers of molecules in samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// Names of the samples, in the order of the file.
    pub samples: Vec<String>,
    /// Names of the molecules, as written, in the order of the file.
    pub names: Vec<String>,
    /// Line of each name in the file, from 1.
    pub lines: Vec<usize>,
    /// names × samples, row by row; NaN where nothing was measured or the cell was left out.
    pub values: Vec<f64>,
}

impl Matrix {
    /// One row.
    pub fn row(&self, index: usize) -> &[f64] {
        &self.values[index * self.samples.len()..(index + 1) * self.samples.len()]
    }

    /// The sum of one sample over all rows.
    pub fn total(&self, sample: usize) -> f64 {
        self.values.iter().skip(sample).step_by(self.samples.len().max(1)).filter(|value| !value.is_nan()).sum()
    }
}

/// How a matrix lies in its sheet.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Layout {
    pub header: usize,
    /// Column of the names.
    pub name: usize,
    /// Columns of samples.
    samples: Vec<(usize, String)>,
    /// Headings of the columns that are neither.
    pub kept: Vec<String>,
}

impl Layout {
    pub fn n_samples(&self) -> usize {
        self.samples.len()
    }
}

/// Rows that are looked at to tell columns apart.
const SAMPLE: usize = 300;

/// Headings of name columns.
const NAMES: [&str; 13] = [
    "mirna",
    "mir",
    "mirna_name",
    "mature",
    "gene",
    "gene_id",
    "gene_name",
    "gene_symbol",
    "symbol",
    "name",
    "id",
    "geneid",
    "protein",
];

/// Columns of numbers that are no samples.
const NO_SAMPLES: [&str; 12] =
    ["length", "start", "end", "total", "sum", "mean", "average", "chr", "entrez_id", "entrezid", "index", "strand"];

/// What the first column is told to be.
pub(crate) fn layout(sheet: &Sheet) -> Option<Layout> {
    let header = (0..sheet.n_rows().min(SAMPLE)).find(|row| sheet.width(*row) >= 2 || sheet.width(row + 1) >= 2)?;
    let rows: Vec<usize> =
        (header + 1..sheet.n_rows().min(header + SAMPLE)).filter(|row| !sheet.is_blank(*row)).collect();
    let width = rows.iter().map(|row| sheet.width(*row)).max()?;
    // R leaves the corner out: the header then has one cell less than the rows
    let shift = usize::from(rows.first().is_some_and(|row| sheet.width(header) + 1 == sheet.width(*row)));
    let heading = |column: usize| match column.checked_sub(shift) {
        Some(column) => sheet.cell(header, column).into_owned(),
        None => String::new(),
    };
    let is_number = |column: usize| {
        let filled: Vec<Value> =
            rows.iter().map(|row| sheet.number(*row, column)).filter(|value| *value != Value::Missing).collect();
        let n = filled.iter().filter(|value| !matches!(value, Value::Wrong(super::Wrong::Text))).count();
        !filled.is_empty() && n * 2 > filled.len()
    };
    let numbers: Vec<bool> = (0..width).map(is_number).collect();
    let folded: Vec<String> = (0..width).map(|column| Heading::read(&heading(column)).name).collect();
    let by_heading = |column: &usize| !numbers[*column] && NAMES.contains(&folded[*column].as_str());
    let name = (0..width).find(by_heading).or_else(|| (0..width).find(|column| !numbers[*column]))?;
    let is_index = |column: usize| {
        let follows = |(n, row): (usize, &usize)| match sheet.number(*row, column) {
            Value::Number(value) => value == n as f64 || value == (n + 1) as f64,
            _ => false,
        };
        heading(column).is_empty() && rows.iter().enumerate().all(follows)
    };
    let is_sample = |column: usize| {
        numbers[column] && column != name && !NO_SAMPLES.contains(&folded[column].as_str()) && !is_index(column)
    };
    let samples: Vec<(usize, String)> = (0..width).filter(|c| is_sample(*c)).map(|c| (c, heading(c))).collect();
    let is_kept = |column: &usize| *column != name && !samples.iter().any(|(sample, _)| sample == column);
    let kept = (0..width).filter(is_kept).map(heading).filter(|text| !text.is_empty()).collect();
    (!samples.is_empty() && !rows.is_empty()).then_some(Layout { header, name, samples, kept })
}

/// Reads a matrix; gives it with the number of rows that were left out. `may_be_negative`: logarithms.
pub(crate) fn read(
    sheet: &Sheet,
    layout: &Layout,
    may_be_negative: bool,
    is_left_out: impl Fn(&str) -> bool,
    findings: &mut Findings,
) -> (Matrix, usize) {
    let samples = apart(sheet, layout, findings);
    let last = samples.iter().map(|(column, _)| *column).max().unwrap_or(0).max(layout.name);
    let mut keyed: Keyed<String, Vec<Option<u64>>> = Keyed::new();
    let mut n_out = 0;
    for row in (layout.header + 1..sheet.n_rows()).filter(|row| !sheet.is_blank(*row)) {
        let name = sheet.cell(row, layout.name);
        if is_left_out(&name) {
            n_out += 1;
            continue;
        }
        if sheet.width(row) <= last {
            findings.push(
                "W89",
                format!("line {} ends after {} of {} cells", sheet.line(row), sheet.width(row), last + 1),
                sheet.row_span(row),
                "the row is left out; export the table again if the file ends here",
            );
            n_out += 1;
            continue;
        }
        if name.is_empty() {
            findings.push("W81", "a row without a name", sheet.row_span(row), "the row is left out; give it its name");
            n_out += 1;
            continue;
        }
        // numbers by their bits: what is not there is equal to what is not there
        let cells = samples
            .iter()
            .map(|(column, sample)| cell(sheet, row, (*column, sample), may_be_negative, findings).map(f64::to_bits))
            .collect();
        let what = format!("`{name}`");
        keyed.enter(sheet, row, name.into_owned(), cells, &what, findings);
    }
    let (rows, n_contradicting) = keyed.finish();
    let mut matrix = Matrix {
        samples: samples.into_iter().map(|(_, name)| name).collect(),
        names: Vec::with_capacity(rows.len()),
        lines: Vec::with_capacity(rows.len()),
        values: Vec::with_capacity(rows.len() * layout.samples.len()),
    };
    for (row, name, cells) in rows {
        matrix.names.push(name);
        matrix.lines.push(sheet.line(row));
        matrix.values.extend(cells.into_iter().map(|bits| bits.map_or(f64::NAN, f64::from_bits)));
    }
    leave_out_copies(sheet, layout, &mut matrix, findings);
    (matrix, n_out + n_contradicting)
}

fn cell(
    sheet: &Sheet,
    row: usize,
    (column, sample): (usize, &str),
    may_be_negative: bool,
    findings: &mut Findings,
) -> Option<f64> {
    match sheet.number(row, column) {
        Value::Number(number) if number < 0.0 && !may_be_negative => {
            findings.push(
                "W85",
                format!("`{}` of `{}`: there cannot be less than none", sheet.cell(row, column), sheet.cell(row, 0)),
                sheet.span(row, column),
                "the cell is left out; counts are zero or more. Are these logarithms? Then say --scale log2",
            );
            None
        }
        Value::Number(number) => Some(number),
        Value::Missing => None,
        Value::Wrong(why) => {
            findings.add(super::columns::no_number(sheet, row, column, why, sample));
            None
        }
    }
}

/// Samples with names that tell them apart.
fn apart(sheet: &Sheet, layout: &Layout, findings: &mut Findings) -> Vec<(usize, String)> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut samples = Vec::new();
    for (column, name) in &layout.samples {
        let count = seen.entry(name.clone()).or_default();
        *count += 1;
        let shown = match (name.as_str(), *count) {
            ("", _) => format!("column {}", column + 1),
            (name, 1) => name.to_owned(),
            (name, n) => {
                findings.push(
                    "W83",
                    format!("two samples are called `{name}`"),
                    sheet.span(layout.header, *column),
                    format!("the second is called `{name} ({n})` here; give each its own name"),
                );
                format!("{name} ({n})")
            }
        };
        samples.push((*column, shown));
    }
    samples
}

/// A sample that holds the same numbers as an earlier one is that sample again, and no replicate.
fn leave_out_copies(sheet: &Sheet, layout: &Layout, matrix: &mut Matrix, findings: &mut Findings) {
    let n = matrix.samples.len();
    let mut sums = vec![0xcbf2_9ce4_8422_2325_u64; n];
    for row in matrix.values.chunks_exact(n.max(1)) {
        for (sum, value) in sums.iter_mut().zip(row) {
            *sum = (*sum ^ value.to_bits()).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    let is_something = |sample: usize| matrix.values.iter().skip(sample).step_by(n).any(|value| *value > 0.0);
    let mut first: HashMap<u64, usize> = HashMap::new();
    let mut is_copy = vec![false; n];
    for sample in (0..n).filter(|sample| is_something(*sample)) {
        let Some(earlier) = first.get(&sums[sample]) else {
            first.insert(sums[sample], sample);
            continue;
        };
        is_copy[sample] = true;
        let (one, other) = (&matrix.samples[*earlier], &matrix.samples[sample]);
        findings.push(
            "W83",
            format!("the samples `{one}` and `{other}` hold the same numbers"),
            sheet.span(layout.header, layout.samples[sample].0),
            "the second is left out: a copy is no replicate. Take it out of the file, or put its own numbers in",
        );
    }
    if is_copy.contains(&true) {
        let keep = |index: usize| !is_copy[index % n];
        matrix.values =
            matrix.values.iter().enumerate().filter(|(index, _)| keep(*index)).map(|(_, value)| *value).collect();
        matrix.samples =
            matrix.samples.drain(..).zip(is_copy).filter(|(_, copy)| !copy).map(|(name, _)| name).collect();
    }
}

/// Samples whose names fit one of the patterns; all when there is none.
pub(crate) fn chosen(samples: &[String], patterns: &[String]) -> Vec<usize> {
    let fits = |name: &String| patterns.is_empty() || patterns.iter().any(|pattern| super::wishes::fits(pattern, name));
    samples.iter().enumerate().filter(|(_, name)| fits(name)).map(|(index, _)| index).collect()
}

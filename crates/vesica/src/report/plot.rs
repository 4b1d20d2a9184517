//! A figure with its words and its data: as a part of the page and as files.

use super::svg::{Svg, alone};
use super::{Figure, numbers, palette};
use crate::result::table::exact;
use serde_json::{Value, json};

/// How wide a figure stands in the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    Half,
    Full,
    /// Small panels, four in a row.
    Multiples,
}

/// A figure in the making.
#[derive(Clone, Debug)]
pub(super) struct Plot {
    /// File name and anchor; never from the user's text.
    pub name: String,
    /// What is seen, in one sentence.
    pub title: String,
    /// What the marks are.
    pub caption: String,
    pub layout: Layout,
    pub panels: Vec<Svg>,
    /// The same for a narrow page, if the drawing must differ.
    pub tall: Option<Svg>,
    pub data: Table,
    /// Mark and encoding of the Vega-Lite specification.
    pub vega: Value,
    /// Stands below small multiples; single panels carry it inside.
    pub footer: String,
}

/// The data of a figure: what reader, listener and spreadsheet get.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Datum>>,
}

/// One cell of the data.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Datum {
    Text(String),
    Number(f64),
}

impl From<&str> for Datum {
    fn from(text: &str) -> Datum {
        Datum::Text(text.to_owned())
    }
}

impl From<f64> for Datum {
    fn from(number: f64) -> Datum {
        Datum::Number(number)
    }
}

impl From<Option<f64>> for Datum {
    fn from(number: Option<f64>) -> Datum {
        Datum::Number(number.unwrap_or(f64::NAN))
    }
}

/// Rows of the table in the page.
const SHOWN: usize = 20;
/// Rows of the data that travel inside the page.
const CARRIED: usize = 300;
const GAP: f64 = 26.0;

impl Table {
    pub fn new<const N: usize>(columns: [&str; N]) -> Table {
        Table { columns: columns.map(str::to_owned).to_vec(), rows: Vec::new() }
    }

    pub fn push<const N: usize>(&mut self, row: [Datum; N]) {
        self.rows.push(row.to_vec());
    }

    /// All rows, exact.
    pub fn csv(&self) -> String {
        self.print(self.rows.iter(), exact)
    }

    /// What the page carries for its CSV button: every n-th row, five figures.
    pub fn short_csv(&self, name: &str) -> String {
        let step = self.step(CARRIED);
        let head = match step {
            1 => String::new(),
            _ => format!("# every {step}th of {} rows; all of them: figures/{name}.csv\n", self.rows.len()),
        };
        let five = |number: f64| exact(format!("{number:.4e}").parse().unwrap_or(number));
        head + &self.print(self.rows.iter().step_by(step), five)
    }

    /// At most twenty rows as they are read.
    pub fn shown(&self) -> Vec<Vec<String>> {
        let print = |datum: &Datum| match datum {
            Datum::Text(text) => text.clone(),
            Datum::Number(number) => numbers::given(*number),
        };
        self.rows.iter().step_by(self.step(SHOWN)).map(|row| row.iter().map(print).collect()).collect()
    }

    /// `every 8th of 145 rows`, or nothing when all are shown.
    pub fn note(&self) -> String {
        match self.step(SHOWN) {
            1 => String::new(),
            step => format!("Every {step}th of {} rows.", self.rows.len()),
        }
    }

    fn step(&self, n: usize) -> usize {
        self.rows.len().div_ceil(n).max(1)
    }

    fn print<'a>(&self, rows: impl Iterator<Item = &'a Vec<Datum>>, number: impl Fn(f64) -> String) -> String {
        let mut out = self.columns.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(",") + "\n";
        for row in rows {
            let cells = row.iter().map(|datum| match datum {
                Datum::Text(text) => quoted(text),
                Datum::Number(value) if value.is_finite() => number(*value),
                Datum::Number(_) => String::new(),
            });
            out += &cells.collect::<Vec<_>>().join(",");
            out.push('\n');
        }
        out
    }
}

impl Plot {
    /// Class of the figure element.
    pub fn class(&self) -> &'static str {
        match self.layout {
            Layout::Half => "half",
            Layout::Full => "full",
            Layout::Multiples => "full many",
        }
    }

    /// All drawings as they stand in the page.
    pub fn drawings(&self) -> String {
        let class = if self.tall.is_some() { "wide" } else { "" };
        let panels: String = self.panels.iter().map(|panel| panel.in_page(class)).collect();
        let tall = self.tall.as_ref().map(|tall| tall.in_page("tall")).unwrap_or_default();
        if self.layout == Layout::Multiples {
            format!("<div class=\"smg\">{panels}</div><p class=\"smn\">{}</p>", super::svg::escape(&self.footer))
        } else {
            panels + &tall
        }
    }

    /// The figure as files.
    pub fn figure(&self) -> Figure {
        let style = palette::figure_style();
        let svg = match (&self.panels[..], self.layout) {
            ([panel], Layout::Half | Layout::Full) => panel.alone(&style),
            _ => self.side_by_side(&style),
        };
        let mut vega = json!({
            "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
            "title": self.title,
            "description": self.caption,
            "data": { "url": format!("{}.csv", self.name) },
        });
        if let (Some(vega), Some(more)) = (vega.as_object_mut(), self.vega.as_object()) {
            vega.extend(more.clone());
        }
        Figure { name: self.name.clone(), svg, csv: self.data.csv(), vega_lite: format!("{vega:#}\n") }
    }

    fn side_by_side(&self, style: &str) -> String {
        let (width, height) =
            self.panels.iter().fold((0.0, 0.0), |(w, h): (f64, f64), panel| (w.max(panel.width), h.max(panel.height)));
        let n_columns = self.panels.len().clamp(1, 4);
        let n_rows = self.panels.len().div_ceil(n_columns);
        let place = |i: usize| ((i % n_columns) as f64 * (width + GAP), (i / n_columns) as f64 * (height + GAP));
        let body: String = self.panels.iter().enumerate().map(|(i, panel)| panel.nested(place(i))).collect();
        let full = (n_columns as f64 * (width + GAP) - GAP, n_rows as f64 * (height + GAP));
        let footer = format!(
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\" class=\"wm\">{}</text>",
            full.0,
            full.1 - 8.0,
            super::svg::escape(&self.footer)
        );
        alone(full.0, full.1, &self.title, style, &(body + &footer))
    }
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r', '#']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_are_exact_in_the_file_and_short_in_the_page() {
        let mut table = Table::new(["name, quoted", "value"]);
        for i in 0..400 {
            table.push(["a \"b\"".into(), (f64::from(i) / 3.0).into()]);
        }
        table.push(["none".into(), f64::NAN.into()]);
        assert!(
            table.csv().starts_with("\"name, quoted\",value\n\"a \"\"b\"\"\",0\n\"a \"\"b\"\"\",0.3333333333333333\n")
        );
        assert!(table.csv().ends_with("none,\n"));
        assert!(
            table.short_csv("x").starts_with("# every 2th of 401 rows") || table.short_csv("x").starts_with("# every")
        );
        assert!(table.shown().len() <= 20);
    }
}

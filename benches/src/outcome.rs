//! What a benchmark found, as a table and as JSON.

use serde_json::{Value, json};

use crate::machine::geometric_mean;

/// One comparison, or one line of a table.
#[derive(Clone, Debug)]
pub struct Row {
    pub name: String,
    /// How many times faster than the peer; NaN where there is none.
    pub ratio: f64,
    /// In the outcome's unit.
    pub ours: f64,
    pub peer: f64,
    pub error_ours: f64,
    pub error_peer: f64,
    /// (most - least) / median of the ratio over rounds.
    pub spread: f64,
    pub note: String,
}

/// Comparisons with one peer, or in one way.
#[derive(Clone, Debug)]
pub struct Group {
    pub name: String,
    pub rows: Vec<Row>,
    /// What the issue asks of the geometric mean of the ratios.
    pub target: Option<f64>,
}

/// What a benchmark found.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    pub title: String,
    pub unit: String,
    /// The first is the headline.
    pub groups: Vec<Group>,
    pub notes: Vec<String>,
}

impl Row {
    /// A row of which only our own figure is known.
    pub fn ours_only(name: impl Into<String>, ours: f64) -> Self {
        let (name, nan) = (name.into(), f64::NAN);
        Self { name, ratio: nan, ours, peer: nan, error_ours: nan, error_peer: nan, spread: nan, note: String::new() }
    }
}

impl Group {
    fn mean(&self, of: impl Fn(&Row) -> f64) -> f64 {
        let values: Vec<f64> = self.rows.iter().map(of).filter(|x| x.is_finite() && *x > 0.0).collect();
        geometric_mean(&values)
    }

    fn least(&self) -> f64 {
        self.rows.iter().map(|row| row.ratio).fold(f64::NAN, f64::min)
    }

    fn json(&self) -> Value {
        json!({
            "name": self.name, "ratio": self.mean(|row| row.ratio), "least": self.least(), "target": self.target,
            "ours": self.mean(|row| row.ours), "peer": self.mean(|row| row.peer),
            "error_ours": self.mean(|row| row.error_ours), "error_peer": self.mean(|row| row.error_peer),
            "spread": self.mean(|row| row.spread),
            "models": self.rows.iter().map(Row::json).collect::<Vec<_>>(),
        })
    }
}

impl Row {
    fn json(&self) -> Value {
        json!({
            "name": self.name, "ratio": self.ratio, "ours": self.ours, "peer": self.peer, "error_ours": self.error_ours,
            "error_peer": self.error_peer, "spread": self.spread, "note": self.note,
        })
    }
}

impl Outcome {
    /// One object; the keys of the first group stand on top, all groups below `groups`.
    pub fn print_json(&self) {
        let mut whole = self.groups.first().map_or_else(|| json!({}), Group::json);
        whole["title"] = json!(self.title);
        whole["unit"] = json!(self.unit);
        whole["groups"] = self.groups.iter().map(Group::json).collect();
        whole["notes"] = json!(self.notes);
        println!("{whole}");
    }

    /// For people.
    pub fn print_table(&self) {
        println!("{} ({})", self.title, self.unit);
        for group in &self.groups {
            let target = group.target.map_or(String::new(), |target| format!(", asked {target}"));
            println!("\n{}", group.name);
            println!(
                "  {:<28}{:>10}{:>12}{:>12}{:>11}{:>11}{:>8}  ",
                "", "ratio", "ours", "peer", "error ours", "peer", "spread"
            );
            for row in &group.rows {
                print_row(row);
            }
            if group.rows.iter().any(|row| row.ratio.is_finite()) {
                println!(
                    "  geometric mean {} of {} (least {}){target}",
                    number(group.mean(|row| row.ratio)),
                    group.rows.iter().filter(|row| row.ratio.is_finite()).count(),
                    number(group.least())
                );
            }
        }
        println!();
        self.notes.iter().for_each(|note| println!("{note}"));
    }
}

fn print_row(row: &Row) {
    let line = format!(
        "  {:<28}{:>10}{:>12}{:>12}{:>11}{:>11}{:>8}  {}",
        row.name,
        number(row.ratio),
        number(row.ours),
        number(row.peer),
        error(row.error_ours),
        error(row.error_peer),
        number(row.spread),
        row.note
    );
    println!("{}", line.trim_end());
}

fn number(x: f64) -> String {
    match x {
        _ if x.is_nan() => "-".to_owned(),
        _ if x == 0.0 || (0.01..1e5).contains(&x.abs()) => {
            let digits = 2 - x.abs().max(1e-9).log10().floor() as i32;
            format!("{x:.*}", digits.clamp(0, 4) as usize)
        }
        _ => format!("{x:.2e}"),
    }
}

fn error(x: f64) -> String {
    if x.is_nan() { "-".to_owned() } else { format!("{x:.1e}") }
}

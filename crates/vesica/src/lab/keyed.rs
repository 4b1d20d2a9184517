//! Rows that say something about the same thing: once is right, twice the same is once, and twice otherwise is nothing.

use std::collections::HashMap;
use std::hash::Hash;

use super::findings::Findings;
use super::sheet::Sheet;

/// Values by key, in the order of the file.
pub(crate) struct Keyed<K, V> {
    places: HashMap<K, usize>,
    rows: Vec<(usize, K, V)>,
    is_out: Vec<bool>,
    n_out: usize,
}

impl<K: Hash + Eq + Clone, V: PartialEq> Keyed<K, V> {
    pub fn new() -> Self {
        Self { places: HashMap::new(), rows: Vec::new(), is_out: Vec::new(), n_out: 0 }
    }

    /// Enters what a row says. `what` names the key for people.
    pub fn enter(&mut self, sheet: &Sheet, row: usize, key: K, value: V, what: &str, findings: &mut Findings) {
        let Some(at) = self.places.get(&key).copied() else {
            self.places.insert(key.clone(), self.rows.len());
            self.rows.push((row, key, value));
            self.is_out.push(false);
            return;
        };
        let first = sheet.line(self.rows[at].0);
        self.n_out += 1;
        if self.rows[at].2 == value {
            findings.push(
                "W82",
                format!("{what} stands twice, also in line {first}"),
                sheet.row_span(row),
                "both rows say the same and count once; take one of them away",
            );
        } else {
            self.n_out += usize::from(!self.is_out[at]);
            self.is_out[at] = true;
            findings.push(
                "W82",
                format!("{what} stands in line {first}, too, with another value"),
                sheet.row_span(row),
                "both are left out, because nothing says which is right: take the wrong one away, \
                 or number them in a column `replicate`",
            );
        }
    }

    /// What can be used: row, key and value, in the order of the file; and how many rows cannot.
    pub fn finish(self) -> (Vec<(usize, K, V)>, usize) {
        let n_out = self.n_out;
        let kept = self.rows.into_iter().zip(self.is_out).filter(|(_, is_out)| !is_out).map(|(row, _)| row).collect();
        (kept, n_out)
    }
}

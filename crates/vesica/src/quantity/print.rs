//! A quantity as text: the inverse of reading.

use std::fmt;

use super::Quantity;
use super::number::write;

/// The text that reads back as the same quantity: `0 or unknown (0.1..30) %`, in the unit it was written in.
impl fmt::Display for Quantity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.or_zero {
            formatter.write_str("0 or ")?;
        }
        match self.best {
            Some(best) => formatter.write_str(&self.in_unit(best))?,
            None => formatter.write_str("unknown")?,
        }
        if let Some((low, high)) = self.range {
            write!(formatter, " ({}..{})", self.in_unit(low), self.in_unit(high))?;
        }
        if !self.unit.text.is_empty() {
            write!(formatter, " {}", self.unit.text)?;
        }
        if let Some(spread) = self.spread {
            let written =
                exactly(self.unit.difference_from_inside(spread), |text| self.unit.difference_to_inside(text), spread);
            write!(formatter, " ± {written}")?;
            if !self.unit.text.is_empty() {
                write!(formatter, " {}", self.unit.text)?;
            }
        }
        Ok(())
    }
}

impl Quantity {
    fn in_unit(&self, inside: f64) -> String {
        exactly(self.unit.from_inside(inside), |value| self.unit.to_inside(value), inside)
    }
}

/// The number with fewest digits that `read` turns into `wanted`; `near` is the answer but for rounding.
///
/// Dividing by a factor and multiplying again may miss by one bit, so neighbours are tried too.
fn exactly(near: f64, read: impl Fn(f64) -> f64, wanted: f64) -> String {
    let rounded = (0..17).filter_map(|digits| format!("{near:.digits$e}").parse::<f64>().ok());
    let neighbours = [near, near.next_up(), near.next_down(), near.next_up().next_up(), near.next_down().next_down()];
    let found = rounded.chain(neighbours).find(|value| read(*value) == wanted);
    write(found.unwrap_or(near))
}

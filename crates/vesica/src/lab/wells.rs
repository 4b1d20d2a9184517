//! Wells of a plate: their names, what was read in them, and what a map says was in them.

use std::collections::BTreeMap;

use super::condition::Condition;
use super::findings::Findings;
use super::readings::{Point, Readings};
use super::sheet::Sheet;

/// A well by row and column, both from 0.
pub type Place = (usize, usize);

/// Rows and columns of plates, the smallest first.
const PLATES: [(usize, usize, usize); 7] =
    [(6, 2, 3), (12, 3, 4), (24, 4, 6), (48, 6, 8), (96, 8, 12), (384, 16, 24), (1536, 32, 48)];

/// What was read in wells, once or over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Wells {
    /// What the instrument calls it: `Phase Object Confluence (Percent)`.
    pub metric: String,
    /// Times, s; one of `None` for a plate that was read once.
    pub times: Vec<Option<f64>>,
    /// Readings of each well at each time.
    pub wells: BTreeMap<Place, Vec<Option<f64>>>,
    /// Readings of columns that have names instead of wells.
    pub groups: Vec<(String, Vec<Option<f64>>)>,
    /// What the same file says was in the wells.
    pub map: Map,
}

/// What was in wells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    /// Conditions; a well that is not here was empty.
    pub wells: BTreeMap<Place, Condition>,
    /// Wells without cells.
    pub blanks: Vec<Place>,
}

/// The name of a well as a place: `B2`, `b02`, `AF48`. None for other texts.
///
/// ```
/// use vesica::lab::well;
/// assert_eq!(well("B02"), Some((1, 1)));
/// assert_eq!(well("AA1"), Some((26, 0)));
/// assert_eq!(well("B0"), None);
/// ```
pub fn well(name: &str) -> Option<Place> {
    let name = name.trim();
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (row, column) = name.split_at(letters);
    let is_column = (1..=2).contains(&column.len()) && column.bytes().all(|byte| byte.is_ascii_digit());
    let column: usize = column.parse().ok().filter(|column| is_column && *column > 0)?;
    Some((row_of(row)?, column - 1))
}

/// `A` is 0, `Z` 25, `AA` 26.
pub(crate) fn row_of(letters: &str) -> Option<usize> {
    let letters = letters.as_bytes();
    let number = |letter: u8| usize::from(letter.to_ascii_uppercase() - b'A');
    match letters {
        [one] if one.is_ascii_alphabetic() => Some(number(*one)),
        [first, second] if first.is_ascii_alphabetic() && second.is_ascii_alphabetic() => {
            Some(26 * (number(*first) + 1) + number(*second))
        }
        _ => None,
    }
}

/// `B2`.
pub(crate) fn name_of((row, column): Place) -> String {
    let letter = |number: usize| char::from(b'A' + u8::try_from(number % 26).unwrap_or(0));
    let row = if row < 26 { letter(row).to_string() } else { format!("{}{}", letter(row / 26 - 1), letter(row)) };
    format!("{row}{}", column + 1)
}

/// The plate that wells are of: the smallest up to 96 that has all of them; a larger one only when more than a fifth
/// of the wells need it. Wells that the plate does not have are named and given.
pub(crate) fn plate_of(places: &[(Place, usize, usize)], sheet: &Sheet, findings: &mut Findings) -> Vec<Place> {
    let is_outside = |plate: &(usize, usize, usize), place: &Place| place.0 >= plate.1 || place.1 >= plate.2;
    let n_outside =
        |plate: &(usize, usize, usize)| places.iter().filter(|(place, ..)| is_outside(plate, place)).count();
    let fits = |plate: &&(usize, usize, usize)| match plate.0 {
        ..96 => n_outside(plate) == 0,
        _ => n_outside(plate) * 5 <= places.len(),
    };
    let Some(plate) = PLATES.iter().find(fits).or(PLATES.last()) else { return Vec::new() };
    let mut out = Vec::new();
    for (place, row, column) in places.iter().filter(|(place, ..)| is_outside(plate, place)) {
        out.push(*place);
        findings.push(
            "W80",
            format!("a {}-well plate has no well {}", plate.0, name_of(*place)),
            sheet.span(*row, *column),
            format!("it is left out; wells go from A1 to {}", name_of((plate.1 - 1, plate.2 - 1))),
        );
    }
    out
}

impl Wells {
    /// The readings with what a map says was in the wells: the file's own map, or another. `dead`: the same wells, with
    /// dead cells.
    ///
    /// Blank wells are taken off. Wells that the map does not have are not used; their number is given.
    pub fn with(&self, other: Option<&Map>, dead: Option<&Self>) -> (Readings, usize) {
        let map = other.unwrap_or(&self.map);
        let blanks: Vec<f64> = (0..self.times.len()).map(|time| self.blank(map, time)).collect();
        let mut points = Vec::new();
        let mut n_without = 0;
        for (place, values) in &self.wells {
            if map.blanks.contains(place) || values.iter().all(Option::is_none) {
                continue;
            }
            let condition = match map.wells.get(place) {
                Some(condition) => condition.clone(),
                None if map.wells.is_empty() => Condition::named(&name_of(*place)),
                None => {
                    n_without += 1;
                    continue;
                }
            };
            for (index, value) in values.iter().enumerate().filter_map(|(index, value)| Some((index, (*value)?))) {
                let point =
                    Point::of(condition.clone(), self.times[index], name_of(*place)).number(value - blanks[index]);
                let dead = dead.and_then(|dead| dead.at(*place, self.times[index]));
                points.push(Point { dead, ..point });
            }
        }
        for (name, values) in &self.groups {
            for (value, time) in values.iter().zip(&self.times).filter_map(|(value, time)| Some(((*value)?, time))) {
                points.push(Point::of(Condition::parse(name), *time, String::new()).number(value));
            }
        }
        (Readings { what: self.metric.clone(), reads: "", points }, n_without)
    }

    /// The middle of the blank wells at a time; 0 without any.
    fn blank(&self, map: &Map, time: usize) -> f64 {
        let of = |place: &Place| self.wells.get(place)?.get(time).copied().flatten();
        let values: Vec<f64> = map.blanks.iter().filter_map(of).collect();
        if values.is_empty() { 0.0 } else { super::spread::median(&values) }
    }

    fn at(&self, place: Place, time: Option<f64>) -> Option<f64> {
        let index = self.times.iter().position(|own| super::readings::same_time(*own, time))?;
        self.wells.get(&place)?.get(index).copied().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_wells_come_back() {
        for row in 0..32 {
            for column in 0..48 {
                assert_eq!(well(&name_of((row, column))), Some((row, column)));
            }
        }
        for name in ["", "A", "1", "A0", "A100", "1A", "A1B", "ABC1", "Ä1", "A-1"] {
            assert_eq!(well(name), None, "{name}");
        }
    }
}

//! Headings of columns: a name, and the unit that stands with it.

use crate::units::{self, Unit};

/// A heading: `concentration [uM]`, `Size / nm`, `time_h`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Heading {
    /// As written.
    pub text: String,
    /// The name without the unit, lower case, words joined by `_`.
    pub name: String,
    /// What stands as its unit, as written.
    pub unit: Option<String>,
}

impl Heading {
    /// Splits a heading. What stands behind the name is a unit in brackets of any kind, behind a slash, or as last word.
    pub fn read(text: &str) -> Self {
        let text = text.trim().trim_start_matches('#').trim();
        for (open, close) in [('[', ']'), ('(', ')'), ('{', '}')] {
            if let Some(at) = text.rfind(open)
                && text.trim_end().ends_with(close)
                && at > 0
            {
                let inside = text[at + 1..].trim_end().trim_end_matches(close).trim();
                return Self::of(text, &text[..at], Some(inside));
            }
        }
        for separator in [" / ", "/"] {
            if let Some((name, unit)) = text.split_once(separator)
                && is_unit(unit)
            {
                return Self::of(text, name, Some(unit));
            }
        }
        if let Some((name, unit)) = text.rsplit_once(['_', ' ', '.'])
            && is_unit(unit)
            && !is_count(unit)
        {
            return Self::of(text, name, Some(unit));
        }
        Self::of(text, text, None)
    }

    fn of(text: &str, name: &str, unit: Option<&str>) -> Self {
        let unit = unit.filter(|unit| !unit.is_empty()).map(str::to_owned);
        Self { text: text.to_owned(), name: folded(name), unit }
    }

    /// The unit, when it is one that can be converted.
    pub fn known_unit(&self) -> Option<Unit> {
        let unit = self.unit.as_deref()?;
        units::parse(&spelled(unit)).ok()
    }
}

/// Lower case, words joined by one `_`: `Cell Count (ctrl)` is `cell_count_ctrl`.
pub(crate) fn folded(text: &str) -> String {
    let mut folded = String::new();
    for letter in text.trim().chars() {
        if letter.is_alphanumeric() || matches!(letter, '%' | '+') {
            folded.extend(letter.to_lowercase());
        } else if !folded.ends_with('_') {
            folded.push('_');
        }
    }
    folded.trim_matches('_').to_owned()
}

/// Spellings of instruments: `particles / ml`, `1/mL`, `cm-3`, `micromolar`.
fn spelled(unit: &str) -> String {
    let unit = unit.trim();
    match unit.to_lowercase().replace(' ', "").as_str() {
        "particles/ml" | "1/ml" | "ml-1" | "/ml" | "cm-3" | "1/cm3" | "particles/cm3" => "particles/mL".to_owned(),
        "micromolar" => "uM".to_owned(),
        "nanomolar" => "nM".to_owned(),
        "hrs" | "hours" | "hr" => "h".to_owned(),
        "mins" => "min".to_owned(),
        "days" => "d".to_owned(),
        "percent" => "%".to_owned(),
        _ => unit.to_owned(),
    }
}

fn is_unit(text: &str) -> bool {
    !text.trim().is_empty() && units::parse(&spelled(text)).is_ok()
}

/// A counting word is a name, as in `input_particles` or `cells`.
fn is_count(text: &str) -> bool {
    units::parse(&spelled(text)).is_ok_and(|unit| unit.dimension.is_bare_count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings() {
        let cases = [
            ("concentration [uM]", "concentration", Some("uM")),
            ("Concentration (particles / ml)", "concentration", Some("particles / ml")),
            ("Size / nm", "size", Some("nm")),
            ("Size/nm", "size", Some("nm")),
            ("Concentration / cm-3", "concentration", Some("cm-3")),
            ("time_h", "time", Some("h")),
            ("conc_uM", "conc", Some("uM")),
            ("input_particles", "input_particles", None),
            ("cell_count__ctrl", "cell_count_ctrl", None),
            ("Included in distribution?", "included_in_distribution", None),
            ("#miRNA", "mirna", None),
            ("PE-A", "pe_a", None),
            ("", "", None),
        ];
        for (text, name, unit) in cases {
            let heading = Heading::read(text);
            assert_eq!((heading.name.as_str(), heading.unit.as_deref()), (name, unit), "{text}");
        }
        let per_ml = Heading::read("Concentration / cm-3").known_unit().expect("a unit");
        assert_eq!(per_ml.to_inside(1e12), 1.0);
    }
}

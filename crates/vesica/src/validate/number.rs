//! Rows of the knowledge base against published values.

use vesica_engine::math::exp;

use super::Verdict;
use super::table::digits;
use crate::knowledge::Knowledge;
use crate::quantity::Quantity;

/// Best value and both ends of a row, all inside.
pub(super) fn inside(
    knowledge: &Knowledge,
    id: &str,
    unit: &str,
    published: &str,
    between: (f64, f64),
) -> Result<Verdict, String> {
    let quantity = row(knowledge, id)?;
    let unit = crate::units::parse(unit).map_err(|_| format!("`{unit}` is no unit"))?;
    let (low, high) = quantity.ends();
    let shown = [quantity.middle(), low, high].map(|value| unit.from_inside(value));
    // conversions round: a range that ends where the published one ends is inside
    let pass = shown.iter().all(|value| *value >= between.0 * (1.0 - 1e-9) && *value <= between.1 * (1.0 + 1e-9));
    Ok(Verdict {
        published: published.to_owned(),
        simulated: format!("{} ({}..{})", digits(shown[0]), digits(shown[1]), digits(shown[2])),
        tolerance: format!("best value and range in {}..{}", digits(between.0), digits(between.1)),
        pass,
    })
}

/// CV of an instrument.
pub(super) fn noise(knowledge: &Knowledge, instrument: &str, published: f64) -> Result<Verdict, String> {
    let row = knowledge.instrument_named(instrument).ok_or_else(|| format!("no instrument `{instrument}`"))?;
    let cv = row.cv.ok_or_else(|| format!("`{instrument}` has no CV"))?;
    Ok(Verdict {
        published: format!("CV {} %", digits(100.0 * published)),
        simulated: format!("CV {} %", digits(100.0 * cv)),
        tolerance: "equal".to_owned(),
        pass: (cv - published).abs() < 1e-12,
    })
}

/// The least share of vesicles without a copy, over the range of the mean and both spreads: even (Poisson), and few
/// rich ones that hold `rich` copies each. At least half: the median vesicle holds none.
pub(super) fn empty_vesicles(
    knowledge: &Knowledge,
    mean: &str,
    rich: &str,
    published: &str,
) -> Result<Verdict, String> {
    let mean = row(knowledge, mean)?.ends().1;
    let rich = row(knowledge, rich)?.ends().0;
    let (even, few) = (exp(-mean), 1.0 - (mean / rich).min(1.0));
    Ok(Verdict {
        published: published.to_owned(),
        simulated: format!("{} % empty (even), {} % (few-rich)", digits(100.0 * even), digits(100.0 * few)),
        tolerance: "≥ 50 % of vesicles empty".to_owned(),
        pass: even >= 0.5 && few >= 0.5,
    })
}

fn row(knowledge: &Knowledge, id: &str) -> Result<Quantity, String> {
    let index = crate::compose::number_index(knowledge, id, "").ok_or_else(|| format!("no number `{id}`"))?;
    knowledge.numbers[index].quantity().ok_or_else(|| format!("the unit of `{id}` cannot be read"))
}

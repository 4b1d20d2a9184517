//! The simulated chain of an arm: amounts left after each link, and the depth they are drawn with.

use super::facts::Facts;
use super::numbers::finite;
use super::palette::{LINKS, link_number};
use crate::result::LedgerRow;

/// One vesicle, cargo and target cell in one arm.
pub(super) struct Chain<'a> {
    pub arm: &'a str,
    pub vesicle: &'a str,
    pub cargo: &'a str,
    pub target: &'a str,
    /// Rows in the order of the links.
    pub rows: Vec<&'a LedgerRow>,
}

/// An amount left after a link, with finite ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stage<'a> {
    /// 1 to 8; the ninth link counts cells.
    pub number: usize,
    pub row: &'a LedgerRow,
    pub low: f64,
    pub best: f64,
    pub high: f64,
}

/// Drawn at most; more arms stay in the table.
const MOST: usize = 6;

/// Chains in the order of the arms, the reference arm first, then the arm compared with it.
pub(super) fn chains<'a>(facts: &Facts<'a>) -> Vec<Chain<'a>> {
    let mut chains: Vec<Chain<'a>> = Vec::new();
    for row in &facts.outcome.ledger {
        let is_same = |c: &&mut Chain<'_>| {
            (c.arm, c.vesicle, c.cargo, c.target) == (&row.arm, &row.vesicle, &row.cargo, &row.target)
        };
        match chains.iter_mut().find(is_same) {
            Some(chain) => chain.rows.push(row),
            None => chains.push(Chain {
                arm: &row.arm,
                vesicle: &row.vesicle,
                cargo: &row.cargo,
                target: &row.target,
                rows: vec![row],
            }),
        }
    }
    for chain in &mut chains {
        chain.rows.sort_by_key(|row| link_number(&row.link).unwrap_or(LINKS.len() + 1));
    }
    chains.sort_by_key(|chain| match chain.arm {
        arm if arm == facts.reference => 0,
        arm if arm == facts.outcome.answer.of => 1,
        _ => 2,
    });
    chains.truncate(MOST);
    chains
}

impl<'a> Chain<'a> {
    /// Amounts of vesicles and copies along the chain; shares of cells are left to the last link.
    pub fn stages(&self) -> Vec<Stage<'a>> {
        let stage = |row: &&'a LedgerRow| {
            let number = link_number(&row.link).filter(|number| *number < LINKS.len() && row.unit != "%")?;
            let best = finite(row.amount.best)?.max(0.0);
            let low = finite(row.amount.low).unwrap_or(0.0).clamp(0.0, best);
            Some(Stage { number, row, low, best, high: finite(row.amount.high).unwrap_or(best).max(best) })
        };
        self.rows.iter().filter_map(stage).collect()
    }

    /// Row of the last link.
    pub fn decide(&self) -> Option<&'a LedgerRow> {
        self.rows.iter().copied().find(|row| link_number(&row.link) == Some(LINKS.len()))
    }
}

/// From amounts to depth: logarithmic, with a floor that stands for none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Depth {
    /// Amounts at or below are drawn as none.
    pub floor: f64,
    /// Units of the drawing per factor of ten.
    pub per_decade: f64,
    /// Whether `0` is written at the floor.
    pub has_zero: bool,
    decades: f64,
}

impl Depth {
    /// A depth that holds all stages within `room`, and whose widest loss is at most `widest`.
    pub fn of(stages: &[Stage<'_>], room: f64, widest: f64) -> Depth {
        let amounts = || stages.iter().flat_map(|stage| [stage.low, stage.best, stage.high]);
        let most = amounts().fold(0.0, f64::max);
        let least = amounts().filter(|amount| *amount > 0.0).fold(f64::INFINITY, f64::min);
        let has_zero = amounts().any(|amount| amount <= 0.0) || least < 1e-3;
        let lowest = (most * 1e-9).max(1e-3);
        let wanted = if least.is_finite() { 10f64.powf(least.max(lowest).log10().floor()) } else { 0.1 };
        let floor = wanted.min(if has_zero { 0.1 } else { 1.0 });
        let decades = (most / floor).log10().max(1.0);
        let mut depth = Depth { floor, per_decade: 1.0, has_zero, decades };
        let loss = stages.windows(2).map(|pair| depth.at(pair[0].best) - depth.at(pair[1].best)).fold(0.0, f64::max);
        depth.per_decade = if loss > 0.0 { (room / decades).min(widest / loss) } else { room / decades };
        depth
    }

    /// Depth of an amount.
    pub fn at(&self, amount: f64) -> f64 {
        (amount.max(self.floor) / self.floor).log10().max(0.0) * self.per_decade
    }

    /// Amounts with a tick: powers of ten, about `n` of them.
    pub fn ticks(&self, about: usize) -> Vec<f64> {
        let n = self.decades.floor() as i32;
        let step = (n as usize / about.max(1) + 1) as i32;
        (0..=n).step_by(step as usize).map(|power| self.floor * 10f64.powi(power)).collect()
    }
}

/// What the rest became, and by what factor: from one stage to the next in the same kind of count.
pub(super) fn loss(before: &Stage<'_>, after: &Stage<'_>) -> Option<f64> {
    (before.best > 0.0 && after.best > 0.0).then(|| after.best / before.best)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::result::{Range3, Status};

    fn row(link: &str, low: f64, best: f64, high: f64) -> LedgerRow {
        LedgerRow {
            arm: "a".into(),
            vesicle: "v".into(),
            cargo: "c".into(),
            target: "t".into(),
            link: link.into(),
            counted: "copies".into(),
            amount: Range3 { low: Some(low), best: Some(best), high: Some(high) },
            unit: "copies".into(),
            lost: String::new(),
            status: Status::Assumed,
            source: String::new(),
        }
    }

    fn depth(rows: &[LedgerRow]) -> Depth {
        let chain = Chain { arm: "a", vesicle: "v", cargo: "c", target: "t", rows: rows.iter().collect() };
        Depth::of(&chain.stages(), 200.0, 84.0)
    }

    #[test]
    fn widths_of_losses_add_up_to_the_depth() {
        let depth = depth(&[row("make", 1e3, 1e4, 1e5), row("load", 10.0, 100.0, 1e3), row("enter", 1.0, 10.0, 100.0)]);
        let width = |from: f64, to: f64| depth.at(from) - depth.at(to);
        assert!((width(1e4, 100.0) + width(100.0, 10.0) - width(1e4, 10.0)).abs() < 1e-9);
        assert!(width(1e4, 100.0) <= 84.0 + 1e-9);
        assert!(!depth.has_zero);
    }

    #[test]
    fn nothing_left_is_no_depth_and_says_zero() {
        let depth = depth(&[row("make", 1e3, 1e4, 1e5), row("deliver", 0.0, 0.0, 3.0)]);
        assert!(depth.has_zero && depth.floor < 1.0);
        assert_eq!(depth.at(0.0), 0.0);
        assert!(depth.at(1e5) <= 200.0 + 1e-9);
    }

    #[test]
    fn a_dry_river_has_a_scale_all_the_same() {
        let dry = depth(&[row("make", 0.0, 0.0, 0.0)]);
        assert!(dry.per_decade.is_finite() && dry.at(0.0) == 0.0);
        assert!(Depth::of(&[], 200.0, 84.0).ticks(6).len() >= 2);
    }
}

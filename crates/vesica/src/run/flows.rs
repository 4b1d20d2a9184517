//! Which parameters of a cell the place sets while time goes on.

use crate::compose::{Binding, CARRIED, CellModel};
use crate::scenario::Scenario;

/// Beginnings of the names under which a cell reads what cells exchange.
pub(super) const MEDIUM: &str = "medium_";
/// See [`MEDIUM`].
pub(super) const NEAR: &str = "near_";

/// Flows into a cell: index of the parameter of each, where the cell has one.
#[derive(Clone, Debug)]
pub struct Flows {
    /// `[vesicle kind][vesicles, copies..]`
    arriving: Vec<Vec<Option<usize>>>,
    /// `[vesicle kind][cargo]`
    docking: Vec<Vec<Option<usize>>>,
}

impl Flows {
    /// The flows of a cell.
    pub(super) fn of(scenario: &Scenario, model: &CellModel) -> Self {
        let find = |wanted: Binding| model.bindings.iter().position(|binding| *binding == wanted);
        let kinds = || scenario.vesicles.iter().enumerate();
        let copies = |kind, n: usize| (0..n).map(move |cargo| find(Binding::ArrivingCopies(kind, cargo)));
        let arriving = |(kind, n)| std::iter::once(find(Binding::Arriving(kind))).chain(copies(kind, n)).collect();
        let docking = |(kind, n)| (0..n).map(|cargo| find(Binding::DockingCopies(kind, cargo))).collect();
        Self {
            arriving: kinds().map(|(kind, vesicle)| (kind, vesicle.cargo.len())).map(arriving).collect(),
            docking: kinds().map(|(kind, vesicle)| (kind, vesicle.cargo.len())).map(docking).collect(),
        }
    }

    /// Parameter of the flow of vesicles of a kind (`what` = 0) or of one of their cargoes (1, 2 ..).
    pub fn arriving(&self, kind: usize, what: usize) -> Option<usize> {
        self.arriving[kind][what]
    }

    /// Parameter of the flow of whole copies of a cargo that dock.
    pub fn docking(&self, kind: usize, cargo: usize) -> Option<usize> {
        self.docking[kind][cargo]
    }
}

/// Parameters that can change at every exchange, by index.
pub(super) fn inputs(scenario: &Scenario, model: &CellModel) -> Vec<usize> {
    let is_body = scenario.place.body().is_some();
    let is_exchanged = |name: &str| [MEDIUM, NEAR, CARRIED].iter().any(|beginning| name.starts_with(beginning));
    let is_set = |(binding, name): (&Binding, &str)| match binding {
        Binding::Arriving(_) | Binding::ArrivingCopies(..) | Binding::DockingCopies(..) => true,
        // in a well a drug changes with a dose only
        Binding::Drug(_) => is_body,
        _ => is_exchanged(name),
    };
    let names = model.network.parameters.iter().map(|parameter| parameter.id.as_str());
    let parameters = model.bindings.iter().zip(names).enumerate();
    parameters.filter(|(_, parameter)| is_set(*parameter)).map(|(index, _)| index).collect()
}

//! A model with its submodels becomes one flat network.
//!
//! 1. [`instances`]: the tree of submodels; symbols that are bound to each other become one class.
//! 2. [`gather`]: every statement of every instance is noted at its class.
//! 3. [`roles`]: each class becomes a parameter, a species, a variable or a reaction.
//! 4. [`build`]: formulas are put in order and written with the indices of the network.

mod build;
mod gather;
mod instances;
mod lower;
mod order;
mod roles;
mod zeros;

use super::Library;
use super::lexer::Place;
use crate::diagnostic::{Diagnostic, Span};
use crate::expression::Expression;
use crate::network::Network;

/// What a formula can name before the network has indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    Class(usize),
    Time,
}

type Formula = Expression<Name>;

/// A place in one of the texts of a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Spot {
    file: usize,
    place: Place,
}

/// Findings with places in the texts of a library.
struct Findings<'l> {
    library: &'l Library,
    list: Vec<Diagnostic>,
    /// Searches for near names that may still be made: one search walks over all names.
    searches_left: usize,
}

impl Findings<'_> {
    fn report(&mut self, code: &'static str, spot: Spot, message: impl Into<String>, help: impl Into<String>) {
        self.list.push(Diagnostic::error(code, message).at(self.span(spot)).help(help));
    }

    fn span(&self, spot: Spot) -> Span {
        self.library.span(spot.file, spot.place)
    }

    /// `file:line`, for messages that name a second place.
    fn line(&self, spot: Spot) -> String {
        self.library.line(spot.file, spot.place)
    }

    /// The nearest of some names, for the first few that are not known.
    fn nearest<'a>(&mut self, name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        self.searches_left = self.searches_left.checked_sub(1)?;
        crate::diagnostic::nearest(name, candidates)
    }
}

/// What flattening gives.
pub(super) struct Flat {
    pub network: Network,
    pub diagnostics: Vec<Diagnostic>,
    /// Names without value that are no ports of the model, in order of first use.
    pub open: Vec<(String, Span)>,
}

/// Flattens the model with this index.
pub(super) fn flatten(library: &Library, model: usize) -> Flat {
    let mut findings = Findings { library, list: Vec::new(), searches_left: 50 };
    let tree = instances::grow(library, model, &mut findings);
    let mut gathered = gather::gather(library, &tree, &mut findings);
    let roles = roles::assign(&mut gathered, &mut findings);
    let order = order::order(&gathered, &roles, &mut findings);
    let network = build::network(library.model_name(model), &gathered, &roles, &order, &mut findings);
    let open = roles.undefined.iter().filter(|class| !gathered.classes[**class].is_port);
    let open = open.map(|class| {
        let class = &gathered.classes[*class];
        (class.name.clone(), findings.span(class.spot))
    });
    Flat { open: open.collect(), network, diagnostics: findings.list }
}

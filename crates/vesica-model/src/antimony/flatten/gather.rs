//! Every statement of every instance is noted at the class that it speaks of.

use super::instances::{Instance, Tree};
use super::lower::lower;
use super::{Findings, Formula, Name, Spot};
use crate::antimony::Library;
use crate::antimony::lexer::Place;
use crate::antimony::syntax::{Event, Facts, How, Local, Participant, Reaction, Statement, Written};
use crate::expression::Expression;

/// A value or rule that one instance gives to a class.
pub(super) struct Given {
    pub depth: usize,
    pub instance: usize,
    pub formula: Formula,
    pub spot: Spot,
}

/// What was said at this depth, and where; the outermost word counts.
#[derive(Clone, Copy)]
pub(super) struct Said<T> {
    pub what: T,
    depth: usize,
    instance: usize,
    spot: Spot,
}

/// All that the texts say about one symbol of the flat model.
pub(super) struct Class {
    pub name: String,
    pub depth: usize,
    pub spot: Spot,
    pub is_broken: bool,
    /// It is a port of the model that is flattened.
    pub is_port: bool,
    pub is_declared: bool,
    pub is_species: bool,
    pub is_compartment: bool,
    pub is_boundary: bool,
    pub is_constant: bool,
    /// Declared with `var`.
    pub is_variable: bool,
    pub is_substance_only: Option<Said<bool>>,
    pub compartment: Option<Said<usize>>,
    pub starts: Vec<Given>,
    pub rules: Vec<Given>,
    pub rates: Vec<Given>,
    pub reaction: Option<usize>,
    pub is_event: bool,
    /// Place of the first reaction that has it on a side.
    pub participates: Option<Spot>,
    pub is_made: bool,
    /// Place of the first event that sets it.
    pub assigned: Option<Spot>,
    /// Count and place of the first formula that names it.
    pub used: Option<(usize, Spot)>,
}

pub(super) struct FlatReaction {
    pub class: usize,
    pub reactants: Vec<(usize, f64)>,
    pub products: Vec<(usize, f64)>,
    pub rate: Formula,
}

pub(super) struct FlatEvent {
    pub class: usize,
    pub trigger: Formula,
    pub fires_at_start: bool,
    pub assignments: Vec<(usize, Formula, Spot)>,
}

pub(super) struct Gathered {
    pub classes: Vec<Class>,
    pub reactions: Vec<FlatReaction>,
    pub events: Vec<FlatEvent>,
    /// What algebraic rules hold at 0.
    pub zeros: Vec<(Formula, Spot)>,
}

/// Notes all statements of a tree.
pub(super) fn gather(library: &Library, tree: &Tree, findings: &mut Findings) -> Gathered {
    let mut gatherer = Gatherer {
        library,
        gathered: Gathered { classes: classes_of(tree), reactions: Vec::new(), events: Vec::new(), zeros: Vec::new() },
        uses: 0,
        findings,
    };
    for (class, value, depth, spot) in &tree.numbers {
        let given = Given { depth: *depth, instance: usize::MAX, formula: Expression::Number(*value), spot: *spot };
        gatherer.gathered.classes[*class].starts.push(given);
    }
    for (index, instance) in tree.instances.iter().enumerate() {
        for statement in &instance.module.statements {
            gatherer.note(index, instance, statement);
        }
    }
    gatherer.gathered
}

fn classes_of(tree: &Tree) -> Vec<Class> {
    let mut classes: Vec<Class> = tree
        .bound
        .iter()
        .map(|bound| Class {
            name: bound.name.clone(),
            depth: bound.depth,
            spot: bound.spot,
            is_broken: bound.is_broken,
            is_port: false,
            is_declared: false,
            is_species: false,
            is_compartment: false,
            is_boundary: false,
            is_constant: false,
            is_variable: false,
            is_substance_only: None,
            compartment: None,
            starts: Vec::new(),
            rules: Vec::new(),
            rates: Vec::new(),
            reaction: None,
            is_event: false,
            participates: None,
            is_made: false,
            assigned: None,
            used: None,
        })
        .collect();
    if let Some(root) = tree.instances.first() {
        for port in &root.module.ports {
            classes[root.classes[*port]].is_port = true;
        }
    }
    classes
}

struct Gatherer<'l, 'f, 'g> {
    library: &'l Library,
    gathered: Gathered,
    uses: usize,
    findings: &'g mut Findings<'f>,
}

impl Gatherer<'_, '_, '_> {
    fn note(&mut self, index: usize, instance: &Instance, statement: &Statement) {
        let spot = |place: &Place| Spot { file: instance.module.file, place: *place };
        match statement {
            Statement::Declare(local, facts, place) => self.declare(index, instance, *local, facts, spot(place)),
            Statement::Within(local, compartment, place) => {
                let what = instance.classes[*compartment];
                self.gathered.classes[what].is_compartment = true;
                let class = instance.classes[*local];
                let said = Said { what, depth: instance.depth, instance: index, spot: spot(place) };
                self.within(class, said);
            }
            Statement::Set(local, how, written, place) => {
                let formula = self.formula(instance, written);
                let given = Given { depth: instance.depth, instance: index, formula, spot: spot(place) };
                let class = &mut self.gathered.classes[instance.classes[*local]];
                match how {
                    How::Start => class.starts.push(given),
                    How::Rule => class.rules.push(given),
                    How::Rate => class.rates.push(given),
                }
            }
            Statement::Zero(written, place) => {
                let formula = self.formula(instance, written);
                self.gathered.zeros.push((formula, spot(place)));
            }
            Statement::Reaction(reaction) => self.reaction(instance, reaction, spot(&reaction.place)),
            Statement::Event(event) => self.event(instance, event),
            // Already one class.
            Statement::Same(..) => {}
        }
    }

    fn declare(&mut self, index: usize, instance: &Instance, local: Local, facts: &Facts, spot: Spot) {
        let class = &mut self.gathered.classes[instance.classes[local]];
        class.is_declared = true;
        class.is_species |= facts.is_species || facts.is_substance_only || facts.is_boundary;
        class.is_compartment |= facts.is_compartment;
        class.is_boundary |= facts.is_boundary;
        class.is_constant |= facts.is_constant == Some(true);
        class.is_variable |= facts.is_constant == Some(false);
        if !facts.is_species && !facts.is_substance_only {
            return;
        }
        let said = Said { what: facts.is_substance_only, depth: instance.depth, instance: index, spot };
        match class.is_substance_only {
            None => class.is_substance_only = Some(said),
            Some(old) if old.instance == index => {
                class.is_substance_only = Some(Said { what: old.what | said.what, ..old });
            }
            Some(old) if said.depth < old.depth => class.is_substance_only = Some(said),
            Some(old) if old.what != said.what && old.depth == said.depth => {
                let message = format!(
                    "`{}` is an amount in one module and a concentration in another (the other place: {})",
                    class.name,
                    self.findings.line(old.spot)
                );
                self.findings.report("E63", spot, message, "write `substanceOnly species` in both, or in none");
            }
            Some(_) => {}
        }
    }

    fn within(&mut self, class: usize, said: Said<usize>) {
        let place = &mut self.gathered.classes[class];
        match place.compartment {
            None => place.compartment = Some(said),
            Some(old) if old.instance == said.instance || said.depth < old.depth => place.compartment = Some(said),
            Some(old) if old.what != said.what && old.depth == said.depth => {
                let message = format!(
                    "`{}` stands in two compartments (the other place: {})",
                    place.name,
                    self.findings.line(old.spot)
                );
                self.findings.report("E56", said.spot, message, "say in the outer model where it is");
            }
            Some(_) => {}
        }
    }

    fn reaction(&mut self, instance: &Instance, reaction: &Reaction, spot: Spot) {
        let class = instance.classes[reaction.symbol];
        self.name_once(class, spot);
        self.gathered.classes[class].reaction = Some(self.gathered.reactions.len());
        let rate = match &reaction.rate {
            Some(written) => self.formula(instance, written),
            None => {
                let message = format!("reaction `{}` has no rate", self.gathered.classes[class].name);
                self.findings.report("E68", spot, message, "write it on the same line: `A -> B; k*A`");
                Expression::Number(f64::NAN)
            }
        };
        let reactants = self.side(instance, &reaction.reactants, false);
        let products = self.side(instance, &reaction.products, true);
        self.gathered.reactions.push(FlatReaction { class, reactants, products, rate });
    }

    /// A side of a reaction; a species that stands there twice counts for both.
    fn side(&mut self, instance: &Instance, side: &[Participant], is_made: bool) -> Vec<(usize, f64)> {
        let mut sum: Vec<(usize, f64)> = Vec::with_capacity(side.len());
        for participant in side {
            let index = instance.classes[participant.symbol];
            let class = &mut self.gathered.classes[index];
            class.is_species = true;
            class.is_boundary |= participant.is_boundary;
            class.is_made |= is_made;
            let spot = Spot { file: instance.module.file, place: participant.place };
            class.participates.get_or_insert(spot);
            match sum.iter_mut().find(|(found, _)| *found == index) {
                Some((_, count)) => *count += participant.count,
                None => sum.push((index, participant.count)),
            }
        }
        sum
    }

    fn event(&mut self, instance: &Instance, event: &Event) {
        let spot = |place: Place| Spot { file: instance.module.file, place };
        let class = instance.classes[event.symbol];
        self.name_once(class, spot(event.place));
        self.gathered.classes[class].is_event = true;
        let trigger = self.formula(instance, &event.trigger);
        let mut assignments: Vec<(usize, Formula, Spot)> = Vec::new();
        for (local, written, place) in &event.assignments {
            let target = instance.classes[*local];
            let formula = self.formula(instance, written);
            if assignments.iter().any(|(other, ..)| *other == target) {
                let name = &self.gathered.classes[target].name;
                let message = format!("the event sets `{name}` twice");
                self.findings.report("E57", spot(*place), message, "take one of the two out");
                continue;
            }
            self.gathered.classes[target].assigned.get_or_insert(spot(*place));
            assignments.push((target, formula, spot(*place)));
        }
        let event = FlatEvent { class, trigger, fires_at_start: event.fires_at_start, assignments };
        self.gathered.events.push(event);
    }

    /// A reaction or event must not share its name.
    fn name_once(&mut self, class: usize, spot: Spot) {
        let class = &self.gathered.classes[class];
        if class.reaction.is_some() || class.is_event {
            let message = format!("`{}` is the name of two reactions or events", class.name);
            self.findings.report("E52", spot, message, "give each its own name");
        }
    }

    fn formula(&mut self, instance: &Instance, written: &Written) -> Formula {
        let spot = Spot { file: instance.module.file, place: written.place };
        let formula = lower(self.library, &written.node, &instance.classes, spot, self.findings);
        formula.each_symbol(&mut |name| {
            if let Name::Class(class) = name {
                self.uses += 1;
                self.gathered.classes[*class].used.get_or_insert((self.uses, spot));
            }
        });
        formula
    }
}

//! Networks written by hand, for the tests of this crate.
#![allow(dead_code, reason = "each test file uses a part")]

pub mod random_networks;

use vesica_engine::{Batch, LaneStatus, Program, SolverConfig, Workspace, advance, compile, follow};
use vesica_model::network::Formula;
use vesica_model::{Binary, Event, Expression, Function, Network, Parameter, Reaction, Species, Symbol, Unary};

/// A formula that can be written with operators.
#[derive(Clone, Debug)]
pub struct F(pub Formula);

pub fn number(value: f64) -> F {
    F(Expression::Number(value))
}

pub fn species(i: usize) -> F {
    F(Expression::Symbol(Symbol::Species(i)))
}

pub fn parameter(i: usize) -> F {
    F(Expression::Symbol(Symbol::Parameter(i)))
}

pub fn variable(i: usize) -> F {
    F(Expression::Symbol(Symbol::Variable(i)))
}

pub fn time() -> F {
    F(Expression::Symbol(Symbol::Time))
}

pub fn binary(op: Binary, a: F, b: F) -> F {
    F(Expression::Binary(op, Box::new(a.0), Box::new(b.0)))
}

pub fn call(function: Function, a: F) -> F {
    F(Expression::Call(function, Box::new(a.0)))
}

pub fn piecewise(value: F, condition: F, otherwise: F) -> F {
    F(Expression::Piecewise { cases: vec![(value.0, condition.0)], otherwise: Box::new(otherwise.0) })
}

impl F {
    pub fn pow(self, other: F) -> F {
        binary(Binary::Power, self, other)
    }
    pub fn less(self, other: F) -> F {
        binary(Binary::Less, self, other)
    }
    pub fn greater(self, other: F) -> F {
        binary(Binary::Greater, self, other)
    }
    pub fn and(self, other: F) -> F {
        binary(Binary::And, self, other)
    }
}

macro_rules! operators {
    ($($trait:ident $method:ident $op:ident),*) => {$(
        impl std::ops::$trait for F {
            type Output = F;
            fn $method(self, other: F) -> F {
                binary(Binary::$op, self, other)
            }
        }
        impl std::ops::$trait<F> for f64 {
            type Output = F;
            fn $method(self, other: F) -> F {
                binary(Binary::$op, number(self), other)
            }
        }
        impl std::ops::$trait<f64> for F {
            type Output = F;
            fn $method(self, other: f64) -> F {
                binary(Binary::$op, self, number(other))
            }
        }
    )*};
}
operators!(Add add Add, Sub sub Subtract, Mul mul Multiply, Div div Divide);

impl std::ops::Neg for F {
    type Output = F;
    fn neg(self) -> F {
        F(Expression::Unary(Unary::Negate, Box::new(self.0)))
    }
}

/// Builds networks.
#[derive(Default)]
pub struct Build(pub Network);

impl Build {
    /// Species named S0, S1, ... with these initial amounts.
    pub fn new(initial: &[f64]) -> Self {
        let mut network = Network::default();
        for (i, amount) in initial.iter().enumerate() {
            network.species.push(Species {
                id: format!("S{i}"),
                initial: Expression::Number(*amount),
                compartment: None,
                is_concentration: false,
            });
        }
        Self(network)
    }

    pub fn parameter(mut self, value: f64) -> Self {
        let id = format!("p{}", self.0.parameters.len());
        self.0.parameters.push(Parameter { id, value });
        self
    }

    pub fn reaction(mut self, reactants: &[(usize, f64)], products: &[(usize, f64)], rate: F) -> Self {
        let id = format!("J{}", self.0.reactions.len());
        self.0.reactions.push(Reaction {
            id,
            reactants: reactants.to_vec(),
            products: products.to_vec(),
            rate: rate.0,
        });
        self
    }

    pub fn rule(mut self, species: usize, rate: F) -> Self {
        self.0.rate_rules.push((species, rate.0));
        self
    }

    pub fn variable(mut self, value: F) -> Self {
        let id = format!("v{}", self.0.variables.len());
        self.0.variables.push(vesica_model::Variable { id, value: value.0 });
        self
    }

    pub fn event(mut self, trigger: F, assignments: Vec<(usize, F)>) -> Self {
        let id = format!("E{}", self.0.events.len());
        let assignments = assignments.into_iter().map(|(species, value)| (species, value.0)).collect();
        self.0.events.push(Event { id, trigger: trigger.0, fires_at_start: false, assignments });
        self
    }

    pub fn program(&self) -> Program {
        compile(&self.0).expect("the network is sound")
    }
}

/// A way to bring the one lane of a batch to a time.
#[derive(Clone, Copy)]
pub struct Solver {
    pub name: &'static str,
    pub advance: fn(&Program, &SolverConfig, &mut Batch, f64),
    /// How many times the error may be that of the first.
    pub slack: f64,
}

/// Every solver for continuous trajectories; each passes the same suite.
pub const SOLVERS: [Solver; 2] = [
    Solver {
        name: "lanes",
        advance: |program, config, batch, until| {
            advance(program, config, &mut Workspace::for_program(program), batch, until);
        },
        slack: 1.0,
    },
    // its error is that of a step, and it takes many small ones to each of the other's
    Solver {
        name: "variable order",
        advance: |program, config, batch, until| {
            follow(program, config, &mut Workspace::for_program(program), batch, 0, &[until], &mut Vec::new());
        },
        slack: 100.0,
    },
];

impl Solver {
    /// One lane from the start to `until`; panics unless it is still running.
    pub fn solve(&self, program: &Program, rtol: f64, atol: f64, until: f64) -> Batch {
        let mut batch = Batch::new(program, 1);
        (self.advance)(program, &SolverConfig::with_tolerance(rtol, atol), &mut batch, until);
        assert_eq!(batch.status(0), &LaneStatus::Running, "{}", self.name);
        batch
    }
}

/// Relative difference.
pub fn difference(a: f64, b: f64) -> f64 {
    (a - b).abs() / b.abs().max(1e-300)
}

/// A stiff network in the shape of a cell: `n` genes (mRNA, protein), whose proteins drive a chain of
/// `n` metabolites with saturating and cooperative rate laws over seven decades of time scales.
/// Parameter 0 is an input. Units: molecules, seconds.
pub fn cell(n: usize) -> Build {
    let mut build = Build::new(&[]).parameter(0.05);
    let amount = |k: usize| [20.0, 2e4, 50.0][k / n];
    for k in 0..3 * n {
        build.0.species.push(Species {
            id: format!("S{k}"),
            initial: Expression::Number(amount(k)),
            compartment: None,
            is_concentration: false,
        });
    }
    let mut next = 1;
    let mut constant = |build: &mut Build, value: f64| {
        build.0.parameters.push(Parameter { id: format!("p{next}"), value });
        next += 1;
        parameter(next - 1)
    };
    for i in 0..n {
        let (mrna, protein, pool, before) = (i, n + i, 2 * n + i, 2 * n + (i + n - 1) % n);
        let saturation = constant(&mut build, 100.0);
        let hill = number(2.0);
        let cooperative =
            species(pool).pow(hill.clone()) / (saturation.pow(hill.clone()) + species(pool).pow(hill.clone()));
        let make = constant(&mut build, 6e-4) * (0.5 + cooperative);
        let loss = constant(&mut build, 2.4e-5);
        let translate = constant(&mut build, 0.02);
        let degrade = constant(&mut build, 2e-5);
        let speed = constant(&mut build, 10f64.powf(-4.0 - 3.0 * ((i * 7) % n) as f64 / n as f64) * 50.0);
        let half = constant(&mut build, 40.0);
        let leak = constant(&mut build, 10f64.powf(-5.0 + 6.0 * ((i * 11) % n) as f64 / n as f64));
        build = build
            .reaction(&[], &[(mrna, 1.0)], make)
            .reaction(&[(mrna, 1.0)], &[], loss * species(mrna))
            .reaction(&[], &[(protein, 1.0)], translate * species(mrna))
            .reaction(&[(protein, 1.0)], &[], degrade * species(protein))
            .reaction(
                &[(before, 1.0)],
                &[(pool, 1.0)],
                speed * species(protein) * species(before) / (half + species(before)),
            )
            .reaction(&[], &[(pool, 1.0)], parameter(0) + leak.clone() * 50.0)
            .reaction(&[(pool, 1.0)], &[], leak * species(pool));
    }
    build
}

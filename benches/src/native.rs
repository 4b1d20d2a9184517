//! The right-hand side as somebody would write it by hand for one network: C++ over vectors of lanes, what depends on
//! parameters alone taken out, equal parts once, exp, ln and powers inlined (the engine's formulas).

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use vesica_model::network::Formula;
use vesica_model::{Binary, Expression, Function, Network, Symbol, Unary};

/// What is the same for every network.
const FRAME: &str = include_str!("native.cpp");

/// The largest whole exponent that is written as products, as the engine does.
const LARGEST_PRODUCT_POWER: f64 = 8.0;

/// C++ of a network's right-hand side.
///
/// # Errors
/// What it has that this writer leaves out.
pub fn source(network: &Network) -> Result<String> {
    let mut writer = Writer::default();
    for variable in &network.variables {
        let value = writer.formula(&variable.value)?;
        writer.variables.push(value);
    }
    let mut sums = vec![String::new(); network.species.len()];
    for reaction in &network.reactions {
        let rate = writer.formula(&reaction.rate)?;
        let mut changes: HashMap<usize, f64> = HashMap::new();
        reaction.products.iter().for_each(|(species, count)| *changes.entry(*species).or_default() += count);
        reaction.reactants.iter().for_each(|(species, count)| *changes.entry(*species).or_default() -= count);
        for (species, change) in changes.into_iter().filter(|(_, change)| *change != 0.0) {
            let rate = if rate.is_fixed { writer.read_fixed(&rate) } else { rate.text.clone() };
            let term = if change.abs() == 1.0 { rate } else { format!("{:?}*{rate}", change.abs()) };
            let sign = if change < 0.0 { "-" } else { "+" };
            let _ = write!(sums[species], " {sign} {term}");
        }
    }
    for (species, rule) in &network.rate_rules {
        let rule = writer.formula(rule)?;
        let rule = if rule.is_fixed { writer.read_fixed(&rule) } else { rule.text };
        let _ = write!(sums[*species], " + {rule}");
    }
    let mut body = writer.running;
    for (species, sum) in sums.iter().enumerate() {
        let sum = sum.strip_prefix(" + ").unwrap_or(if sum.is_empty() { "V{}" } else { sum });
        let _ = writeln!(body, "    put(d + {}, V{{}} + ({sum}));", 8 * species);
    }
    let sizes = format!(
        "enum {{ SPECIES = {}, PARAMETERS = {}, FIXED = {} }};\n",
        network.species.len(),
        network.parameters.len(),
        writer.n_fixed
    );
    Ok(FRAME
        .replace("// SIZES\n", &sizes)
        .replace("    // PROLOGUE\n", &writer.prologue)
        .replace("    // BODY\n", &body))
}

/// Compiles a source with the platform's compiler for this machine, with lanes of 8 or 4.
///
/// # Errors
/// Where there is no compiler, or it fails.
pub fn build(source: &str, file: &Path, lanes: usize) -> Result<()> {
    let text = file.with_extension("cpp");
    std::fs::write(&text, source)?;
    let mut command = Command::new(std::env::var("CXX").unwrap_or_else(|_| "c++".to_owned()));
    command.args(["-std=c++17", "-O3", "-march=native", &format!("-DBYTES={}", 8 * lanes), "-o"]).arg(file).arg(&text);
    match lanes {
        8 => command.arg("-mprefer-vector-width=512"),
        _ => command.arg("-mno-avx512f"),
    };
    let done = command.output().context("no C++ compiler")?;
    if !done.status.success() {
        bail!("{}", String::from_utf8_lossy(&done.stderr).lines().take(3).collect::<Vec<_>>().join(" "));
    }
    Ok(())
}

/// A formula that was written: a name or a literal, and what it depends on.
#[derive(Clone, Debug)]
struct Written {
    text: String,
    is_fixed: bool,
    number: Option<f64>,
}

#[derive(Default)]
struct Writer {
    variables: Vec<Written>,
    /// Name of each part, by what it says.
    names: HashMap<String, String>,
    prologue: String,
    running: String,
    n_fixed: usize,
    n_names: usize,
    fixed: HashMap<String, usize>,
}

impl Writer {
    fn formula(&mut self, formula: &Formula) -> Result<Written> {
        Ok(match formula {
            Expression::Number(value) => number(*value),
            Expression::Symbol(Symbol::Species(i)) => self.name(format!("get(y + {})", 8 * i), false),
            Expression::Symbol(Symbol::Parameter(i)) => self.name(format!("get(k + {})", 8 * i), true),
            Expression::Symbol(Symbol::Variable(i)) => self.variables[*i].clone(),
            Expression::Symbol(Symbol::Time) => self.name("splat(t)".to_owned(), false),
            Expression::Unary(op, x) => {
                let x = self.formula(x)?;
                match op {
                    Unary::Negate => self.apply(&[x], |x| format!("-{}", x[0])),
                    Unary::Not => self.apply(&[x], |x| format!("truth({} == 0.0)", x[0])),
                }
            }
            Expression::Binary(op, x, y) => {
                let both = [self.formula(x)?, self.formula(y)?];
                self.binary(*op, both)?
            }
            Expression::Call(function, x) => {
                let name = match function {
                    Function::Exp => "vexp",
                    Function::Ln => "vln",
                    Function::Sqrt => "vsqrt",
                    Function::Abs => "vabs",
                    other => bail!("has {other:?}"),
                };
                let x = self.formula(x)?;
                self.apply(&[x], |x| format!("{name}({})", x[0]))
            }
            Expression::Piecewise { .. } => bail!("has piecewise formulas"),
        })
    }

    fn binary(&mut self, op: Binary, both: [Written; 2]) -> Result<Written> {
        let sign = match op {
            Binary::Add => "+",
            Binary::Subtract => "-",
            Binary::Multiply => "*",
            Binary::Divide => "/",
            Binary::Power => {
                let whole = both[1].number.filter(|n| n.fract() == 0.0 && n.abs() <= LARGEST_PRODUCT_POWER);
                return Ok(match whole {
                    Some(n) => self.product(&both[0], n as i32),
                    None => self.apply(&both, |x| format!("vpow({}, {})", x[0], x[1])),
                });
            }
            other => bail!("has {other:?}"),
        };
        Ok(self.apply(&both, |x| format!("{} {sign} {}", x[0], x[1])))
    }

    fn product(&mut self, x: &Written, n: i32) -> Written {
        match n {
            0 => number(1.0),
            1 => x.clone(),
            n if n < 0 => {
                let below = self.product(x, -n);
                self.apply(&[number(1.0), below], |x| format!("{} / {}", x[0], x[1]))
            }
            n => {
                let half = self.product(x, n / 2);
                let square = self.apply(&[half.clone(), half], |x| format!("{} * {}", x[0], x[1]));
                if n % 2 == 0 { square } else { self.apply(&[square, x.clone()], |x| format!("{} * {}", x[0], x[1])) }
            }
        }
    }

    /// One operation over written operands. Where it depends on the state, operands that do not are read from the
    /// fixed values.
    fn apply(&mut self, operands: &[Written], write: impl Fn(&[String]) -> String) -> Written {
        let is_fixed = operands.iter().all(|x| x.is_fixed);
        let texts: Vec<String> =
            operands.iter().map(|x| if x.is_fixed && !is_fixed { self.read_fixed(x) } else { vector(x) }).collect();
        self.name(write(&texts), is_fixed)
    }

    /// The name of a part, said once.
    fn name(&mut self, value: String, is_fixed: bool) -> Written {
        if let Some(name) = self.names.get(&value) {
            return Written { text: name.clone(), is_fixed, number: None };
        }
        let name = format!("x{}", self.n_names);
        self.n_names += 1;
        let part = if is_fixed { &mut self.prologue } else { &mut self.running };
        let _ = writeln!(part, "    const V {name} = {value};");
        self.names.insert(value, name.clone());
        Written { text: name, is_fixed, number: None }
    }

    fn read_fixed(&mut self, x: &Written) -> String {
        if x.number.is_some() {
            return vector(x);
        }
        let next = self.n_fixed;
        let at = *self.fixed.entry(x.text.clone()).or_insert(next);
        if at == next {
            self.n_fixed += 1;
            let _ = writeln!(self.prologue, "    put(f + {}, {});", 8 * at, x.text);
        }
        self.name(format!("get(f + {})", 8 * at), false).text
    }
}

fn number(value: f64) -> Written {
    Written { text: format!("{value:?}"), is_fixed: true, number: Some(value) }
}

fn vector(x: &Written) -> String {
    x.number.map_or_else(|| x.text.clone(), |value| format!("splat({value:?})"))
}

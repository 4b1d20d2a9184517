//! Formulas as written become trees over classes: calls are resolved, functions of the user are put in line.

use super::{Findings, Formula, Name, Spot};
use crate::antimony::syntax::Node;
use crate::antimony::{Library, builtin};
use crate::expression::Expression;

/// Trees with more nodes are refused: a few functions in line can make 2^50 of them.
pub(super) const MOST_NODES: usize = 100_000;

/// Taller trees are refused: later stages walk them recursively.
pub(super) const TALLEST: usize = 400;

/// A formula with the number of its nodes and its height.
#[derive(Clone)]
pub(super) struct Sized {
    pub formula: Formula,
    pub nodes: usize,
    pub height: usize,
}

impl Sized {
    pub fn leaf(formula: Formula) -> Self {
        Self { formula, nodes: 1, height: 1 }
    }
}

/// What the symbols of a formula mean.
#[derive(Clone, Copy)]
enum Scope<'a> {
    /// Classes of the symbols of a module.
    Instance(&'a [usize]),
    /// Arguments of a function.
    Arguments(&'a [Sized]),
}

/// Lowers a formula of an instance. What could not be lowered is reported and becomes "not a number".
pub(super) fn lower(library: &Library, node: &Node, classes: &[usize], spot: Spot, findings: &mut Findings) -> Formula {
    let mut lowering = Lowering { library, file: spot.file, calls: Vec::new(), level: 0, findings };
    match lowering.lower(node, Scope::Instance(classes)) {
        Ok(sized) => sized.formula,
        Err(Failure::Reported) => Expression::Number(f64::NAN),
        Err(Failure::TooLarge) => {
            let help = "split it: give its parts names with `:=`";
            findings.report("E61", spot, "this formula is too large with its functions put in line", help);
            Expression::Number(f64::NAN)
        }
    }
}

enum Failure {
    Reported,
    TooLarge,
}

struct Lowering<'a, 'f> {
    library: &'a Library,
    file: usize,
    /// Functions that are being put in line.
    calls: Vec<usize>,
    level: usize,
    findings: &'a mut Findings<'f>,
}

impl Lowering<'_, '_> {
    fn lower(&mut self, node: &Node, scope: Scope) -> Result<Sized, Failure> {
        self.level += 1;
        if self.level > TALLEST {
            return Err(Failure::TooLarge);
        }
        let lowered = match node {
            Node::Number(value) => Sized::leaf(Expression::Number(*value)),
            Node::Time => Sized::leaf(Expression::Symbol(Name::Time)),
            Node::Symbol(local) => match scope {
                Scope::Instance(classes) => Sized::leaf(Expression::Symbol(Name::Class(classes[*local]))),
                Scope::Arguments(arguments) => arguments[*local].clone(),
            },
            Node::Unary(operator, x) => {
                let x = self.lower(x, scope)?;
                sized(x.nodes, x.height, Expression::Unary(*operator, Box::new(x.formula)))?
            }
            Node::Binary(operator, x, y) => {
                let (x, y) = (self.lower(x, scope)?, self.lower(y, scope)?);
                let (nodes, height) = (x.nodes + y.nodes, x.height.max(y.height));
                sized(nodes, height, Expression::Binary(*operator, Box::new(x.formula), Box::new(y.formula)))?
            }
            Node::Call(name, arguments, place) => {
                let spot = Spot { file: self.file, place: *place };
                let arguments: Result<Vec<Sized>, Failure> = arguments.iter().map(|x| self.lower(x, scope)).collect();
                self.call(name, arguments?, spot)?
            }
        };
        self.level -= 1;
        Ok(lowered)
    }

    fn call(&mut self, name: &str, arguments: Vec<Sized>, spot: Spot) -> Result<Sized, Failure> {
        if let Some(function) = self.library.find_function(name) {
            return self.inline(function, arguments, spot);
        }
        if builtin::is_refused(name) {
            let help = "write it with the functions that are read";
            return self.fail("E51", spot, format!("the function `{name}` is not read yet"), help.to_string());
        }
        let Some((least, most)) = builtin::arity(name) else {
            let users = self.library.functions.iter().map(|function| function.name.as_str());
            let near = self.findings.nearest(name, builtin::NAMES.into_iter().chain(users));
            let help =
                near.map_or("a product is written with `*`".to_string(), |near| format!("did you mean `{near}`?"));
            return self.fail("E59", spot, format!("no function `{name}`"), help);
        };
        if arguments.len() < least || arguments.len() > most {
            return self.wrong_arity(name, least, arguments.len(), spot);
        }
        // The largest expansion of a call (the remainder) names each argument at most six times.
        let nodes = arguments.iter().map(|x| x.nodes).sum::<usize>().saturating_mul(if name == "%" { 6 } else { 1 });
        let is_chain = matches!(name, "min" | "max" | "and" | "or" | "xor" | "plus" | "times");
        let links = if is_chain { arguments.len() } else { 4 };
        let height = arguments.iter().map(|x| x.height).max().unwrap_or(0) + links;
        if nodes >= MOST_NODES || height >= TALLEST {
            return Err(Failure::TooLarge);
        }
        let formulas: Vec<Formula> = arguments.into_iter().map(|x| x.formula).collect();
        let formula = builtin::call(name, formulas).unwrap_or(Expression::Number(f64::NAN));
        sized(nodes + 8, height, formula)
    }

    fn inline(&mut self, function: usize, arguments: Vec<Sized>, spot: Spot) -> Result<Sized, Failure> {
        let library = self.library;
        let definition = &library.functions[function];
        if arguments.len() != definition.arguments.len() {
            return self.wrong_arity(&definition.name, definition.arguments.len(), arguments.len(), spot);
        }
        if self.calls.contains(&function) {
            let message = format!("function `{}` calls itself", definition.name);
            return self.fail("E60", spot, message, "write it without the call".to_string());
        }
        self.calls.push(function);
        let around = std::mem::replace(&mut self.file, definition.file);
        let lowered = self.lower(&definition.body, Scope::Arguments(&arguments));
        self.file = around;
        self.calls.pop();
        lowered
    }

    fn wrong_arity(&mut self, name: &str, wanted: usize, found: usize, spot: Spot) -> Result<Sized, Failure> {
        let plural = if wanted == 1 { "" } else { "s" };
        let message = format!("`{name}` takes {wanted} argument{plural}, not {found}");
        self.fail("E59", spot, message, String::new())
    }

    fn fail<T>(&mut self, code: &'static str, spot: Spot, message: String, help: String) -> Result<T, Failure> {
        self.findings.report(code, spot, message, help);
        Err(Failure::Reported)
    }
}

/// A formula over operands of this size, one level taller than they are.
fn sized(nodes: usize, height: usize, formula: Formula) -> Result<Sized, Failure> {
    if nodes >= MOST_NODES || height >= TALLEST {
        return Err(Failure::TooLarge);
    }
    Ok(Sized { formula, nodes: nodes + 1, height: height + 1 })
}

//! Formulas: recursive descent with the precedences of Antimony.
//!
//! From weak to strong: `&&` and `||` (equal, left to right), comparisons, sums, products, signs, powers (right to left).

use super::{Kind, Parser};
use crate::antimony::builtin;
use crate::antimony::lexer::Place;
use crate::antimony::syntax::{Node, Written};
use crate::expression::{Binary, Unary};

/// Formulas nested deeper than this are refused: later stages walk them recursively.
const MOST_NESTED: usize = 200;

/// Chains longer than this are joined as a balanced tree, to keep them shallow.
const LONG_CHAIN: usize = 64;

/// A formula and the height of its tree.
type Tall = (Node, usize);

impl Parser<'_> {
    /// Reads one formula.
    pub(super) fn formula(&mut self) -> Option<Written> {
        let first = self.peek().place;
        let (node, _) = self.logical()?;
        Some(Written { node, place: first.to(self.last_place()) })
    }

    fn logical(&mut self) -> Option<Tall> {
        let start = self.at;
        let first = self.comparison()?;
        let mut chain = vec![(Binary::And, first)];
        while let Some(operator) = self.infix(|sign, word| match (sign, word) {
            ("&&", _) | (_, "and") => Some(Binary::And),
            ("||", _) | (_, "or") => Some(Binary::Or),
            _ => None,
        }) {
            let operand = self.comparison()?;
            chain.push((operator, operand));
        }
        let is_mixed = chain[1..].windows(2).any(|pair| pair[0].0 != pair[1].0);
        if is_mixed {
            let place = self.tokens[start].place.to(self.last_place());
            let message = "`&&` and `||` bind equally in Antimony, from left to right";
            self.report("W54", place, message, "set brackets to say what you mean");
        }
        self.joined(chain)
    }

    fn comparison(&mut self) -> Option<Tall> {
        let left = self.sum()?;
        let Some(operator) = self.comparison_sign() else { return Some(left) };
        let right = self.sum()?;
        if matches!(self.peek().kind, Kind::Sign("<" | "<=" | ">" | ">=" | "==" | "!=" | "<>")) {
            return self.refuse(self.peek().place, "a chain of comparisons is", "write `a < b && b < c`");
        }
        self.pair(operator, left, right)
    }

    fn comparison_sign(&mut self) -> Option<Binary> {
        self.infix(|sign, _| match sign {
            "<" => Some(Binary::Less),
            "<=" => Some(Binary::LessEqual),
            ">" => Some(Binary::Greater),
            ">=" => Some(Binary::GreaterEqual),
            "==" => Some(Binary::Equal),
            "!=" | "<>" => Some(Binary::NotEqual),
            _ => None,
        })
    }

    fn sum(&mut self) -> Option<Tall> {
        let first = self.product()?;
        let mut chain = vec![(Binary::Add, first)];
        while let Some(operator) = self.infix(|sign, _| match sign {
            "+" => Some(Binary::Add),
            "-" => Some(Binary::Subtract),
            _ => None,
        }) {
            let term = self.product()?;
            chain.push((operator, term));
        }
        self.joined(chain)
    }

    fn product(&mut self) -> Option<Tall> {
        let first = self.signed()?;
        let mut chain = vec![(Binary::Multiply, first)];
        loop {
            if self.at_sign("%") {
                chain = vec![(Binary::Multiply, self.remainder(chain)?)];
                continue;
            }
            let Some(operator) = self.infix(|sign, _| match sign {
                "*" => Some(Binary::Multiply),
                "/" => Some(Binary::Divide),
                _ => None,
            }) else {
                return self.joined(chain);
            };
            let place = self.peek().place;
            let factor = self.signed()?;
            if operator == Binary::Divide && matches!(factor.0, Node::Number(0.0)) {
                self.report("W53", place, "division by zero", "the result is infinite or not a number");
            }
            chain.push((operator, factor));
        }
    }

    fn remainder(&mut self, left: Vec<(Binary, Tall)>) -> Option<Tall> {
        let place = self.peek().place;
        self.at += 1;
        self.skip_newlines();
        let (divisor, divisor_height) = self.signed()?;
        let (left, height) = self.joined(left)?;
        let height = self.height(1 + height.max(divisor_height))?;
        Some((Node::Call("%".to_string(), vec![left, divisor], place), height))
    }

    fn signed(&mut self) -> Option<Tall> {
        let operator = match self.peek().kind {
            Kind::Sign("-") => Unary::Negate,
            Kind::Sign("!") => Unary::Not,
            Kind::Sign("+") => {
                self.at += 1;
                return self.deeper(Self::signed);
            }
            Kind::Name if self.word(self.peek()) == "not" && self.peek_at(1).kind != Kind::Sign("(") => Unary::Not,
            _ => return self.power(),
        };
        self.at += 1;
        let next = self.peek();
        let is_bare = matches!(next.kind, Kind::Number(_)) || builtin::is_constant(self.word(next));
        let (operand, height) = self.deeper(Self::signed)?;
        match (operator, operand) {
            // `-2` is a number; `-2^2` is not, it is a power with a sign.
            (Unary::Negate, Node::Number(value)) if is_bare => Some((Node::Number(-value), height)),
            (operator, operand) => Some((Node::Unary(operator, Box::new(operand)), self.height(height + 1)?)),
        }
    }

    fn power(&mut self) -> Option<Tall> {
        let base = self.operand()?;
        if self.infix(|sign, _| (sign == "^").then_some(Binary::Power)).is_none() {
            return Some(base);
        }
        let exponent = self.deeper(Self::signed)?;
        self.pair(Binary::Power, base, exponent)
    }

    fn operand(&mut self) -> Option<Tall> {
        let token = self.peek();
        match token.kind {
            Kind::Number(value) => {
                self.at += 1;
                self.refuse_unit(token.place)?;
                Some((Node::Number(value), 1))
            }
            Kind::Sign("(") => {
                self.at += 1;
                self.brackets += 1;
                self.skip_newlines();
                let inside = self.deeper(Self::logical)?;
                self.close_bracket()?;
                Some(inside)
            }
            Kind::Name => self.named(),
            Kind::Sign("{") => self.refuse(token.place, "a list in braces is", "take the uncertainty out"),
            _ => self.unexpected("a formula"),
        }
    }

    fn named(&mut self) -> Option<Tall> {
        let token = self.peek();
        let word = self.word(token);
        if self.peek_at(1).kind == Kind::Sign("(") {
            self.at += 2;
            let (arguments, height) = self.arguments()?;
            let place = token.place.to(self.last_place());
            return Some((Node::Call(word.to_string(), arguments, place), self.height(height + 1)?));
        }
        if word == "time" {
            self.at += 1;
            return Some((Node::Time, 1));
        }
        if let Some(value) = builtin::constant(word) {
            self.at += 1;
            return Some((Node::Number(value), 1));
        }
        let (symbol, _) = self.path("a formula")?;
        Some((Node::Symbol(symbol), 1))
    }

    /// The arguments of a call, to after its `)`.
    fn arguments(&mut self) -> Option<(Vec<Node>, usize)> {
        let mut arguments = Vec::new();
        let mut tallest = 0;
        self.brackets += 1;
        self.skip_newlines();
        if self.take_sign(")") {
            self.brackets -= 1;
            return Some((arguments, tallest));
        }
        loop {
            let (argument, height) = self.deeper(Self::logical)?;
            arguments.push(argument);
            tallest = tallest.max(height);
            self.skip_newlines();
            if !self.take_sign(",") {
                self.close_bracket()?;
                return Some((arguments, tallest));
            }
            self.skip_newlines();
        }
    }

    fn close_bracket(&mut self) -> Option<()> {
        self.skip_newlines();
        if !self.take_sign(")") {
            return self.unexpected("`)`");
        }
        self.brackets -= 1;
        Some(())
    }

    /// A number with a name behind it has a unit, which would be lost.
    fn refuse_unit(&mut self, number: Place) -> Option<()> {
        let word = self.word(self.peek());
        if matches!(word, "" | "and" | "or" | "after" | "in" | "has" | "is" | "end") {
            return Some(());
        }
        let place = number.to(self.peek().place);
        let message = format!("a number with a unit is not read yet: `{}`", self.source(place));
        self.report("E64", place, message, "write the number in the units of the model, without unit");
        None
    }

    /// Takes an operator, if there is one, and the line break after it.
    fn infix(&mut self, choose: impl Fn(&str, &str) -> Option<Binary>) -> Option<Binary> {
        if self.brackets > 0 {
            self.skip_newlines();
        }
        let token = self.peek();
        let sign = if let Kind::Sign(sign) = token.kind { sign } else { "" };
        let operator = choose(sign, self.word(token))?;
        self.at += 1;
        self.skip_newlines();
        Some(operator)
    }

    /// One level further in: inside brackets, behind a sign, in an exponent.
    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Option<Tall>) -> Option<Tall> {
        self.depth += 1;
        self.height(self.depth)?;
        let found = read(self);
        self.depth -= 1;
        found
    }

    fn height(&mut self, height: usize) -> Option<usize> {
        if height <= MOST_NESTED {
            return Some(height);
        }
        let message = format!("this formula is nested deeper than {MOST_NESTED} levels");
        self.report("E61", self.peek().place, message, "split it: give its parts names with `:=`");
        None
    }

    fn pair(&mut self, operator: Binary, left: Tall, right: Tall) -> Option<Tall> {
        let height = self.height(1 + left.1.max(right.1))?;
        Some((Node::Binary(operator, Box::new(left.0), Box::new(right.0)), height))
    }

    /// Operands with the operators before them (that of the first means nothing), joined from left to right.
    fn joined(&mut self, chain: Vec<(Binary, Tall)>) -> Option<Tall> {
        let is_sum = chain[1..].iter().all(|(operator, _)| matches!(operator, Binary::Add | Binary::Subtract));
        let is_uniform = chain[1..].iter().all(|(operator, _)| *operator == chain[1].0 && *operator != Binary::Divide);
        if chain.len() > LONG_CHAIN && (is_sum || is_uniform) {
            return self.balanced(chain, true);
        }
        let mut chain = chain.into_iter();
        let (_, mut left) = chain.next()?;
        for (operator, right) in chain {
            left = self.pair(operator, left, right)?;
        }
        Some(left)
    }

    /// Halves joined with halves: a sum of 10,000 terms is 14 levels tall.
    fn balanced(&mut self, mut chain: Vec<(Binary, Tall)>, is_first: bool) -> Option<Tall> {
        if chain.len() == 1 {
            let (operator, (node, height)) = chain.pop()?;
            return match operator {
                Binary::Subtract if !is_first => {
                    Some((Node::Unary(Unary::Negate, Box::new(node)), self.height(height + 1)?))
                }
                _ => Some((node, height)),
            };
        }
        let operator = match chain[1].0 {
            Binary::Subtract => Binary::Add,
            other => other,
        };
        let right = chain.split_off(chain.len() / 2);
        let left = self.balanced(chain, is_first)?;
        let right = self.balanced(right, false)?;
        self.pair(operator, left, right)
    }
}

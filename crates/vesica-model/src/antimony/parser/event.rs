//! Events: `name: at trigger, options: assignments`.

use super::{Kind, Parser};
use crate::antimony::lexer::Place;
use crate::antimony::syntax::{Event, Statement};

impl Parser<'_> {
    /// `at trigger, options: assignments`
    pub(super) fn event(&mut self, label: Option<(&str, Place)>) -> Option<()> {
        let at = self.peek().place;
        let (symbol, place) = self.labelled_symbol(label, "_E", at)?;
        self.at += 1;
        let trigger = self.formula()?;
        if self.word(self.peek()) == "after" {
            return self.refuse(trigger.place, "the delay of an event is", "take the delay out");
        }
        let mut event = Event { symbol, place, trigger, fires_at_start: false, assignments: Vec::new() };
        while self.take_sign(",") {
            self.skip_newlines();
            self.option_of_event(&mut event)?;
        }
        if !self.take_sign(":") {
            return self.unexpected("`:` and what the event changes");
        }
        self.skip_newlines_before_assignment();
        while !self.is_statement_end() {
            self.assignment(&mut event)?;
            if !self.take_sign(",") {
                break;
            }
            self.skip_newlines();
        }
        self.module.statements.push(Statement::Event(Box::new(event)));
        Some(())
    }

    /// After the colon the first assignment may stand on the next line, where it is followed by `=`.
    fn skip_newlines_before_assignment(&mut self) {
        let before = self.at;
        self.skip_newlines();
        let is_assignment = self.peek().kind == Kind::Name && matches!(self.peek_at(1).kind, Kind::Sign("="));
        if !is_assignment {
            self.at = before;
        }
    }

    fn option_of_event(&mut self, event: &mut Event) -> Option<()> {
        let token = self.peek();
        let option = self.word(token);
        self.at += 1;
        if !self.take_sign("=") {
            return self.unexpected("`=` after the option of the event");
        }
        let value = self.peek();
        let is_true = matches!(self.word(value), "true" | "True");
        let is_false = matches!(self.word(value), "false" | "False");
        match option {
            "t0" if is_true || is_false => event.fires_at_start = is_false,
            // Without a delay these two change nothing when true.
            "persistent" | "fromTrigger" if is_true => {}
            "persistent" => {
                let help = "take the option out, or put the condition into the trigger";
                return self.refuse(token.place, "`persistent=false` is", help);
            }
            "fromTrigger" => return self.refuse(token.place, "`fromTrigger=false` is", "take the option out"),
            "priority" => return self.refuse(token.place, "the priority of an event is", "take the option out"),
            _ => {
                self.at -= 2;
                return self.unexpected("`t0=true`, `t0=false` or `:`");
            }
        }
        self.at += 1;
        Some(())
    }

    fn assignment(&mut self, event: &mut Event) -> Option<()> {
        let (symbol, place) = self.path("a name to assign to")?;
        if !self.take_sign("=") {
            return self.unexpected("`=`");
        }
        let formula = self.formula()?;
        event.assignments.push((symbol, formula, place));
        Some(())
    }
}

//! Width and colour from the environment.

use std::io::IsTerminal;

use super::Terminal;

/// Which colours an output takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    /// No escape codes at all.
    None,
    /// The 16 named colours.
    Ansi,
    /// 24 bits: the hues of the links.
    True,
}

/// What lies behind the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Background {
    /// Dark text on light ground.
    Light,
    /// Light text on dark ground.
    Dark,
    /// Not told: link names stay plain.
    Unknown,
}

/// What decides how an output looks; gathered apart from the decision, so that the decision can be tested.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `NO_COLOR` is set and not empty.
    pub no_color: bool,
    /// `CLICOLOR_FORCE` is set and not `0`.
    pub force_color: bool,
    /// `TERM`
    pub term: String,
    /// `COLORTERM`
    pub color_term: String,
    /// `COLORFGBG`, as `15;0`.
    pub foreground_background: String,
    /// The first of `LC_ALL`, `LC_CTYPE`, `LANG` that is set.
    pub locale: String,
    /// Columns of the terminal.
    pub columns: Option<usize>,
    /// Whether the output is a terminal.
    pub is_terminal: bool,
    /// `CI` is set: a log, even where it looks like a terminal.
    pub is_log: bool,
}

/// Text never runs wider: longer lines are hard to read.
const WIDEST: usize = 100;

/// Below this nothing can be laid out; lines are then wrapped by the terminal.
const NARROWEST: usize = 20;

impl Terminal {
    /// What stdout can show.
    pub fn stdout() -> Self {
        let columns = terminal_size::terminal_size_of(std::io::stdout()).map(|(columns, _)| columns.0.into());
        Self::decide(&Environment::read(std::io::stdout().is_terminal(), columns))
    }

    /// What stderr can show.
    pub fn stderr() -> Self {
        let columns = terminal_size::terminal_size_of(std::io::stderr()).map(|(columns, _)| columns.0.into());
        Self::decide(&Environment::read(std::io::stderr().is_terminal(), columns))
    }

    /// What an output can show, told by its environment.
    ///
    /// ```
    /// use vesica::terminal::{Color, Environment, Terminal};
    /// let pipe = Terminal::decide(&Environment { locale: "C.UTF-8".into(), ..Environment::default() });
    /// assert_eq!((pipe.width, pipe.color, pipe.is_unicode), (100, Color::None, true));
    /// ```
    pub fn decide(environment: &Environment) -> Self {
        let columns = environment.columns.filter(|_| environment.is_terminal).unwrap_or(WIDEST);
        Self {
            width: columns.clamp(NARROWEST, WIDEST),
            color: environment.color(),
            background: environment.background(),
            is_unicode: environment.is_unicode(),
            is_terminal: environment.is_terminal && !environment.is_log && environment.term != "dumb",
        }
    }
}

impl Environment {
    fn read(is_terminal: bool, columns: Option<usize>) -> Self {
        let variable = |name: &str| std::env::var(name).unwrap_or_default();
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].map(variable).into_iter().find(|value| !value.is_empty());
        Self {
            no_color: !variable("NO_COLOR").is_empty(),
            force_color: !["", "0"].contains(&variable("CLICOLOR_FORCE").as_str()),
            term: variable("TERM"),
            color_term: variable("COLORTERM"),
            foreground_background: variable("COLORFGBG"),
            locale: locale.unwrap_or_default(),
            columns,
            is_terminal,
            is_log: !variable("CI").is_empty(),
        }
    }

    /// `NO_COLOR` beats all; then `CLICOLOR_FORCE`; then a terminal that is not dumb.
    fn color(&self) -> Color {
        let wanted = self.force_color || (self.is_terminal && self.term != "dumb");
        match self.color_term.as_str() {
            _ if self.no_color || !wanted => Color::None,
            "truecolor" | "24bit" => Color::True,
            _ => Color::Ansi,
        }
    }

    fn background(&self) -> Background {
        let last = self.foreground_background.rsplit(';').next().unwrap_or_default();
        match last.parse::<u8>() {
            Ok(0..=6 | 8) => Background::Dark,
            Ok(7 | 9..=15) => Background::Light,
            _ => Background::Unknown,
        }
    }

    fn is_unicode(&self) -> bool {
        // Windows consoles have no locale variables and take UTF-8 from the standard library.
        let locale = self.locale.to_ascii_lowercase();
        (cfg!(windows) && locale.is_empty()) || locale.contains("utf-8") || locale.contains("utf8")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tty() -> Environment {
        Environment {
            is_terminal: true,
            columns: Some(140),
            term: "xterm".into(),
            locale: "en_GB.UTF-8".into(),
            ..Environment::default()
        }
    }

    #[test]
    fn width_is_at_most_100_and_100_in_a_pipe() {
        let width = |columns, is_terminal| Terminal::decide(&Environment { columns, is_terminal, ..tty() }).width;
        assert_eq!(width(Some(140), true), 100);
        assert_eq!(width(Some(72), true), 72);
        assert_eq!(width(Some(40), true), 40);
        assert_eq!(width(Some(0), true), 20);
        assert_eq!(width(None, true), 100);
        assert_eq!(width(Some(40), false), 100);
    }

    #[test]
    fn colour_is_for_terminals_unless_told_otherwise() {
        let color = |environment| Terminal::decide(&environment).color;
        assert_eq!(color(tty()), Color::Ansi);
        assert_eq!(color(Environment { color_term: "truecolor".into(), ..tty() }), Color::True);
        assert_eq!(color(Environment { is_terminal: false, ..tty() }), Color::None);
        assert_eq!(color(Environment { term: "dumb".into(), ..tty() }), Color::None);
        assert_eq!(color(Environment { is_terminal: false, force_color: true, ..tty() }), Color::Ansi);
        assert_eq!(color(Environment { no_color: true, force_color: true, ..tty() }), Color::None);
    }

    #[test]
    fn a_line_is_redrawn_only_where_that_works() {
        let redraws = |environment| Terminal::decide(&environment).is_terminal;
        assert!(redraws(tty()));
        assert!(!redraws(Environment { term: "dumb".into(), ..tty() }));
        assert!(!redraws(Environment { is_log: true, ..tty() }));
        assert!(!redraws(Environment { is_terminal: false, ..tty() }));
    }

    #[test]
    fn background_and_letters() {
        let background =
            |text: &str| Terminal::decide(&Environment { foreground_background: text.into(), ..tty() }).background;
        assert_eq!(background("15;0"), Background::Dark);
        assert_eq!(background("0;default;15"), Background::Light);
        assert_eq!(background(""), Background::Unknown);
        let is_unicode = |text: &str| Terminal::decide(&Environment { locale: text.into(), ..tty() }).is_unicode;
        assert!(is_unicode("C.utf8"));
        assert!(!is_unicode("C"));
    }
}

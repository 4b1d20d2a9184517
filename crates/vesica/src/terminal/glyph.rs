//! Status dots, the chain in one line, bars.

use super::{Terminal, to_ascii, width};
use crate::result::Status;

/// The widest bar, cells.
const LONGEST_BAR: usize = 20;

/// An eighth to seven eighths of a cell.
const EIGHTHS: [char; 7] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'];

impl Terminal {
    /// The dot of a status: `●` measured, `◐` inferred, `○` assumed, this in the caution colour.
    /// The word stands beside it, or in a key.
    pub fn status(&self, status: Status) -> String {
        let glyph = match status {
            Status::Measured => "●",
            Status::Inferred => "◐",
            Status::Assumed => "○",
        };
        let glyph = self.spell(glyph);
        if status == Status::Assumed { self.caution(&glyph) } else { glyph }
    }

    /// The chain in one line: `make ◐ load ○ release ◐ ..`, names in link order, each in its hue; in several lines
    /// where the terminal is narrower.
    pub fn chain(&self, links: &[(&str, Status)]) -> String {
        let mut chain = String::new();
        let mut used = 0;
        for (index, (name, status)) in links.iter().enumerate() {
            let columns = width(name) + 2;
            if used > 0 {
                let fits = used + 1 + columns <= self.width;
                chain.push(if fits { ' ' } else { '\n' });
                used = if fits { used + 1 } else { 0 };
            }
            used += columns;
            chain += &format!("{} {}", self.link(index + 1, name), self.status(*status));
        }
        chain
    }

    /// A bar of at most 20 cells for a share of 0 to 1, padded to `cells`; the number stands beside it.
    ///
    /// ```
    /// use vesica::terminal::Terminal;
    /// assert_eq!(Terminal::plain(80).bar(0.57, 8), "████▌   ");
    /// ```
    pub fn bar(&self, share: f64, cells: usize) -> String {
        let cells = cells.min(LONGEST_BAR);
        let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
        if !self.is_unicode {
            let full = (share * cells as f64).round() as usize;
            return format!("{}{}", "#".repeat(full), "-".repeat(cells - full));
        }
        let eighths = (share * cells as f64 * 8.0).round() as usize;
        let mut bar = "█".repeat(eighths / 8);
        bar.extend((eighths % 8).checked_sub(1).map(|index| EIGHTHS[index]));
        let used = bar.chars().count();
        bar + &" ".repeat(cells - used)
    }

    /// The text in letters that this output can show.
    pub fn spell(&self, text: &str) -> String {
        if self.is_unicode { text.to_string() } else { to_ascii(text) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::Color;

    #[test]
    fn bars_are_full_and_empty_at_their_ends() {
        let terminal = Terminal::plain(80);
        assert_eq!(terminal.bar(1.0, 4), "████");
        assert_eq!(terminal.bar(0.0, 4), "    ");
        assert_eq!(terminal.bar(1.0 / 32.0, 4), "▏   ");
        assert_eq!(terminal.bar(7.0, 40).chars().count(), 20);
        assert_eq!(terminal.bar(f64::NAN, 2), "  ");
        let ascii = Terminal { is_unicode: false, ..terminal };
        assert_eq!(ascii.bar(0.6, 6), "####--");
    }

    #[test]
    fn the_chain_shows_each_status() {
        let links = [("make", Status::Inferred), ("load", Status::Assumed), ("act", Status::Measured)];
        let plain = Terminal::plain(80);
        assert_eq!(plain.chain(&links), "make ◐ load ○ act ●");
        assert_eq!(Terminal::plain(14).chain(&links), "make ◐ load ○\nact ●");
        let ascii = Terminal { is_unicode: false, ..plain.clone() };
        assert_eq!(ascii.chain(&links), "make % load o act *");
        let colored = Terminal { color: Color::Ansi, ..plain };
        assert_eq!(colored.chain(&links[1..2]), "load \u{1b}[33m○\u{1b}[0m");
    }
}

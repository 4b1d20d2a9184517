//! What the command line can show: width, colour, glyphs, numbers, tables, bars, progress.
//!
//! Results go to stdout, talk to stderr. Colour only repeats what words and glyphs already say.
//!
//! ```
//! use vesica::terminal::{Terminal, Column, Table};
//! let terminal = Terminal::plain(60);
//! let mut table = Table::new([Column::text("arm"), Column::number("alive at 72 h")]);
//! table.row(["untreated", "96 % (94–98)"]);
//! table.row(["erastin", "8.5 % (2–20)"]);
//! assert_eq!(
//!     table.print(&terminal),
//!     "  arm        alive at 72 h\n  untreated  96 % (94–98)\n  erastin     8.5 % (2–20)\n"
//! );
//! ```

mod detect;
mod glyph;
mod letters;
mod number;
mod output;
mod progress;
mod style;
mod table;

pub use detect::{Background, Color, Environment};
pub use letters::{cut_end, cut_middle, safe, to_ascii, width};
pub use number::Numbers;
pub use output::{write_stderr, write_stdout};
pub use progress::Progress;
pub use table::{Align, Cell, Column, Table};

/// What one output (stdout or stderr) can show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// Columns that may be filled: at most 100; 100 in a pipe.
    pub width: usize,
    /// Which colours.
    pub color: Color,
    /// Light or dark, if the terminal says so.
    pub background: Background,
    /// Whether letters beyond ASCII can be shown.
    pub is_unicode: bool,
    /// Whether a line can be drawn again in place (no pipe, no file, no log, no dumb terminal).
    pub is_terminal: bool,
}

impl Terminal {
    /// No colour, all letters, nobody looking: what a pipe gets, in `width` columns.
    pub fn plain(width: usize) -> Self {
        Self { width, color: Color::None, background: Background::Unknown, is_unicode: true, is_terminal: false }
    }
}

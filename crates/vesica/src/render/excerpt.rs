//! The line of a finding, with marks under what is meant.

use unicode_width::UnicodeWidthChar;

use super::{Place, edge, one_line};
use crate::terminal::{Terminal, safe, width};

/// A tab of the file is shown as so many spaces.
const TAB: &str = "    ";

/// Columns of the line that are shown before the marks when it is cut.
const BEFORE: usize = 12;

/// `╭─ file:line:column`, the line, and the marks with their label.
pub(super) fn excerpt(place: &Place, label: &str, gutter: usize, terminal: &Terminal) -> String {
    let file = one_line(&place.file);
    let address = if place.line == 0 { file } else { format!("{file}:{}:{}", place.line, place.column) };
    let mut shown = format!("{} {}\n", edge("╭─", gutter, terminal), terminal.spell(&address));
    let label = terminal.spell(&one_line(label));
    let side = edge("│", gutter, terminal);
    if place.line == 0 {
        if !label.is_empty() {
            shown.push_str(&format!("{side} {label}\n"));
        }
        return shown;
    }
    let room = terminal.width.saturating_sub(gutter + 3).max(10);
    let line = Line::of(place).cut(room, width(&label));
    let bar = terminal.dim(&terminal.spell("│"));
    shown.push_str(&format!("{:>gutter$} {bar} {}\n", place.line, terminal.spell(line.text.trim_end())));
    let marks = terminal.caution(&terminal.spell(&"─".repeat(line.marked)));
    let indent = " ".repeat(line.before);
    if label.is_empty() || line.before + line.marked + 1 + width(&label) <= room {
        shown.push_str(format!("{side} {indent}{marks} {label}").trim_end());
        shown.push('\n');
    } else {
        let shift = " ".repeat(line.before.min(room.saturating_sub(width(&label))));
        shown.push_str(&format!("{side} {indent}{marks}\n{side} {shift}{label}\n"));
    }
    shown
}

/// A line as shown, and which of its columns are marked.
struct Line {
    text: String,
    before: usize,
    marked: usize,
}

impl Line {
    fn of(place: &Place) -> Self {
        let (front, rest) = place.text.split_at(place.marked.start);
        let (middle, back) = rest.split_at(place.marked.len());
        let shown = |part: &str| safe(&part.replace('\t', TAB));
        let text = format!("{}{}{}", shown(front), shown(middle), shown(back));
        Self { before: width(&shown(front)), marked: width(&shown(middle)).max(1), text }
    }

    /// At most `room` columns around the marks and the label behind them; `…` where something is left out.
    fn cut(self, room: usize, label: usize) -> Self {
        let whole = width(&self.text);
        if whole <= room && self.before < room {
            return Self { marked: self.marked.min(room - self.before), ..self };
        }
        // As much of the line's end as marks and label need; and some of what stands before.
        let wanted = self.before + self.marked + (label + 1).min(room / 2);
        let latest = self.before.saturating_sub(BEFORE.min(room / 4));
        let first = if wanted <= room { 0 } else { (wanted - room).min(latest) };
        let mut text = String::new();
        let (mut column, mut used) = (0, 0);
        for letter in self.text.chars() {
            let wide = letter.width().unwrap_or(0);
            let is_cut_front = first > 0 && column < first + 1;
            if !is_cut_front && used + wide + usize::from(first > 0) < room {
                text.push(letter);
                used += wide;
            } else if !is_cut_front {
                break;
            } else if column + wide > first + 1 {
                // Half of a wide letter is left out: a space keeps the columns.
                text.push(' ');
                used += 1;
            }
            column += wide;
        }
        let has_more = first + usize::from(first > 0) + used < whole;
        let text = format!("{}{text}{}", if first > 0 { "…" } else { "" }, if has_more { "…" } else { "" });
        let before = self.before - first;
        Self { marked: self.marked.min(room.saturating_sub(before)).max(1), before, text }
    }
}

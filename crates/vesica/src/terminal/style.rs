//! Colours and weights. Each function leaves the text alone when the output takes no colour.

use super::{Background, Color, Terminal};

/// The hues of the nine links, light ground: l1 to l9 of the design system.
pub(super) const LIGHT: [(u8, u8, u8); 9] = [
    (0x5d, 0x30, 0x92),
    (0x48, 0x6b, 0xde),
    (0x0f, 0x96, 0xd6),
    (0x02, 0x70, 0x84),
    (0x30, 0x97, 0x82),
    (0x1b, 0x66, 0x3d),
    (0xb1, 0x8f, 0x0b),
    (0xb0, 0x5f, 0x1b),
    (0x9f, 0x2b, 0x01),
];

/// The hues of the nine links, dark ground.
pub(super) const DARK: [(u8, u8, u8); 9] = [
    (0x8c, 0x6f, 0xd8),
    (0x94, 0xa2, 0xee),
    (0x9c, 0xc9, 0xf7),
    (0x41, 0x96, 0xaa),
    (0x62, 0xdc, 0xc0),
    (0x48, 0xc2, 0x70),
    (0xf3, 0xd8, 0x62),
    (0xf6, 0x9a, 0x21),
    (0xe0, 0x62, 0x3c),
];

/// The caution colour: warnings, assumed, the thinnest link.
const CAUTION_LIGHT: (u8, u8, u8) = (0xa3, 0x3d, 0x06);
const CAUTION_DARK: (u8, u8, u8) = (0xf2, 0xa8, 0x66);

impl Terminal {
    /// Headings and key numbers.
    pub fn bold(&self, text: &str) -> String {
        self.code("1", text)
    }

    /// Help, units, sources.
    pub fn dim(&self, text: &str) -> String {
        self.code("2", text)
    }

    /// The word `error`.
    pub fn error(&self, text: &str) -> String {
        self.code("1;31", text)
    }

    /// What can be typed.
    pub fn typed(&self, text: &str) -> String {
        self.code("36", text)
    }

    /// Warnings, assumed, the thinnest link.
    pub fn caution(&self, text: &str) -> String {
        match (self.color, self.background) {
            (Color::True, Background::Light) => self.hue(CAUTION_LIGHT, text),
            (Color::True, Background::Dark) => self.hue(CAUTION_DARK, text),
            _ => self.code("33", text),
        }
    }

    /// The name of a link, 1 to 9, in its hue; plain where the ground is not known.
    pub fn link(&self, number: usize, text: &str) -> String {
        let ramp = match (self.color, self.background) {
            (Color::True, Background::Light) => &LIGHT,
            (Color::True, Background::Dark) => &DARK,
            _ => return text.to_string(),
        };
        match number.checked_sub(1).and_then(|index| ramp.get(index)) {
            Some(hue) => self.hue(*hue, text),
            None => text.to_string(),
        }
    }

    fn hue(&self, (red, green, blue): (u8, u8, u8), text: &str) -> String {
        self.code(&format!("38;2;{red};{green};{blue}"), text)
    }

    fn code(&self, code: &str, text: &str) -> String {
        if self.color == Color::None || text.is_empty() {
            return text.to_string();
        }
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_escape_code_without_colour() {
        let plain = Terminal::plain(80);
        for text in [plain.bold("a"), plain.error("a"), plain.caution("a"), plain.link(3, "a")] {
            assert_eq!(text, "a");
        }
    }

    #[test]
    fn links_have_their_hue_where_the_ground_is_known() {
        let mut terminal = Terminal { color: Color::True, ..Terminal::plain(80) };
        assert_eq!(terminal.link(1, "make"), "make");
        terminal.background = Background::Dark;
        assert_eq!(terminal.link(1, "make"), "\u{1b}[38;2;140;111;216mmake\u{1b}[0m");
        assert_eq!(terminal.link(0, "none"), "none");
        assert_eq!(terminal.link(10, "none"), "none");
        assert_eq!(terminal.error("error"), "\u{1b}[1;31merror\u{1b}[0m");
    }
}

//! A drawing: SVG text in which every name is escaped and every number is finite.

/// Where a text stands relative to its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// An SVG in the making, in units near one pixel.
#[derive(Clone, Debug)]
pub(super) struct Svg {
    pub width: f64,
    pub height: f64,
    /// What a listener hears first: the finding.
    pub label: String,
    body: String,
}

impl Svg {
    pub fn new(width: f64, height: f64, label: impl Into<String>) -> Svg {
        Svg { width, height, label: label.into(), body: String::new() }
    }

    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), class: &str) {
        let [x1, y1, x2, y2] = [from.0, from.1, to.0, to.1].map(number);
        self.body += &format!(r#"<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" class="{class}"/>"#);
    }

    pub fn rect(&mut self, at: (f64, f64), width: f64, height: f64, class: &str) {
        let [x, y, w, h] = [at.0, at.1, width.max(0.0), height.max(0.0)].map(number);
        self.body += &format!(r#"<rect x="{x}" y="{y}" width="{w}" height="{h}" class="{class}"/>"#);
    }

    /// A rectangle with a fill that no class can name (a pattern of this drawing).
    pub fn rect_filled(&mut self, at: (f64, f64), width: f64, height: f64, fill: &str) {
        let [x, y, w, h] = [at.0, at.1, width.max(0.0), height.max(0.0)].map(number);
        self.body += &format!(r#"<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="{}"/>"#, escape(fill));
    }

    pub fn rounded(&mut self, at: (f64, f64), width: f64, height: f64, radius: f64, class: &str) {
        let [x, y, w, h, r] = [at.0, at.1, width.max(0.0), height.max(0.0), radius].map(number);
        self.body += &format!(r#"<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{r}" class="{class}"/>"#);
    }

    pub fn circle(&mut self, at: (f64, f64), radius: f64, class: &str) {
        let [x, y, r] = [at.0, at.1, radius].map(number);
        self.body += &format!(r#"<circle cx="{x}" cy="{y}" r="{r}" class="{class}"/>"#);
    }

    pub fn path(&mut self, path: &Path, class: &str) {
        if !path.is_empty() {
            self.body += &format!(r#"<path d="{}" class="{class}"/>"#, path.0);
        }
    }

    /// A path whose fill is a gradient of this drawing.
    pub fn path_filled(&mut self, path: &Path, fill: &str, class: &str) {
        if !path.is_empty() {
            self.body += &format!(r#"<path d="{}" fill="{}" class="{class}"/>"#, path.0, escape(fill));
        }
    }

    pub fn text(&mut self, at: (f64, f64), anchor: Anchor, class: &str, text: &str) {
        let [x, y] = [at.0, at.1].map(number);
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => r#" text-anchor="middle""#,
            Anchor::End => r#" text-anchor="end""#,
        };
        self.body += &format!(r#"<text x="{x}" y="{y}" class="{class}"{anchor}>{}</text>"#, escape(text));
    }

    /// Text with a bold beginning: `−11 (−34 to 0)`.
    pub fn text_bold_first(&mut self, at: (f64, f64), anchor: Anchor, bold: &str, rest: &str) {
        let [x, y] = [at.0, at.1].map(number);
        let anchor = if anchor == Anchor::End { r#" text-anchor="end""# } else { "" };
        self.body += &format!(
            r#"<text x="{x}" y="{y}" class="t"{anchor}><tspan class="tb">{}</tspan> {}</text>"#,
            escape(bold),
            escape(rest)
        );
    }

    /// Markup that is already SVG: definitions of gradients and patterns.
    pub fn define(&mut self, definition: &str) {
        self.body += "<defs>";
        self.body += definition;
        self.body += "</defs>";
    }

    /// Draws a mark that keyboard and pointer reach; `label` is what it says.
    pub fn mark(&mut self, label: &str, draw: impl FnOnce(&mut Svg)) {
        self.body += &format!(r#"<g class="mk" tabindex="-1" role="img" aria-label="{}">"#, escape(label));
        draw(self);
        self.body += "</g>";
    }

    /// The drawing as a part of the page; `class` is added to `fig`.
    pub fn in_page(&self, class: &str) -> String {
        let [width, height] = [self.width, self.height].map(number);
        format!(
            r#"<svg class="fig {class}" viewBox="0 0 {width} {height}" role="group" aria-label="{}" tabindex="0" style="--w:{width}px">{}</svg>"#,
            escape(&self.label),
            self.body
        )
    }

    /// The drawing as a file of its own.
    pub fn alone(&self, style: &str) -> String {
        alone(self.width, self.height, &self.label, style, &self.body)
    }

    /// The drawing at a place inside a larger one.
    pub fn nested(&self, at: (f64, f64)) -> String {
        let [x, y, width, height] = [at.0, at.1, self.width, self.height].map(number);
        format!(
            r#"<svg x="{x}" y="{y}" width="{width}" height="{height}" viewBox="0 0 {width} {height}">{}</svg>"#,
            self.body
        )
    }
}

/// Empty border of a file, so that no letter touches its edge.
const BORDER: f64 = 14.0;

/// A file with the given drawing inside.
pub(super) fn alone(width: f64, height: f64, label: &str, style: &str, body: &str) -> String {
    let [start, w, h] = [-BORDER, width + 2.0 * BORDER, height + 2.0 * BORDER].map(number);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"{start} {start} {w} {h}\" \
         class=\"fig\" role=\"img\"><title>{}</title><style>{}</style>\
         <rect x=\"{start}\" y=\"{start}\" width=\"{w}\" height=\"{h}\" fill=\"#fcfcfb\"/>{body}</svg>\n",
        escape(label),
        escape(style)
    )
}

/// Path data that takes finite points only.
#[derive(Clone, Debug, Default)]
pub(super) struct Path(String);

impl Path {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn line(points: impl IntoIterator<Item = (f64, f64)>) -> Path {
        let mut path = Path::default();
        for point in points {
            if path.is_empty() { path.move_to(point) } else { path.line_to(point) }
        }
        path
    }

    /// The area between two lines that run the same way.
    pub fn band(upper: &[(f64, f64)], lower: &[(f64, f64)]) -> Path {
        if upper.is_empty() || lower.is_empty() {
            return Path::default();
        }
        let mut path = Path::line(upper.iter().chain(lower.iter().rev()).copied());
        path.close();
        path
    }

    pub fn move_to(&mut self, to: (f64, f64)) {
        self.0 += &format!("M{} {}", number(to.0), number(to.1));
    }

    pub fn line_to(&mut self, to: (f64, f64)) {
        self.0 += &format!("L{} {}", number(to.0), number(to.1));
    }

    pub fn curve_to(&mut self, first: (f64, f64), second: (f64, f64), to: (f64, f64)) {
        let [a, b, c, d, e, f] = [first.0, first.1, second.0, second.1, to.0, to.1].map(number);
        self.0 += &format!("C{a} {b} {c} {d} {e} {f}");
    }

    pub fn close(&mut self) {
        self.0.push('Z');
    }
}

/// Text made harmless in SVG and HTML, also inside quotes. What XML cannot hold is left out.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

/// Width that a text takes at most in any common font, in units; `size` is the font size.
pub(super) fn text_width(text: &str, size: f64, is_bold: bool) -> f64 {
    let wide = |c: char| match c {
        'i' | 'j' | 'l' | '.' | ',' | '\'' | '|' | ':' | ';' | '!' | '\u{202f}' => 0.34,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.98,
        'A'..='Z' | '+' | '−' | '×' | '÷' | '=' | '<' | '>' | '#' => 0.74,
        ' ' | '(' | ')' | 'f' | 't' | 'r' | '-' => 0.42,
        c if c as u32 > 0x2e80 => 1.05,
        _ => 0.63,
    };
    text.chars().map(wide).sum::<f64>() * size * if is_bold { 1.14 } else { 1.0 }
}

/// The text, cut in its middle with `…` where it is wider than `width`.
pub(super) fn fit(text: &str, width: f64, size: f64, is_bold: bool) -> String {
    if text_width(text, size, is_bold) <= width {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().take(400).collect();
    let mut keep = letters.len().saturating_sub(1);
    while keep > 2 {
        let (front, back) = (keep.div_ceil(2), keep / 2);
        let cut: String = letters[..front].iter().chain(&['…']).chain(&letters[letters.len() - back..]).collect();
        if text_width(&cut, size, is_bold) <= width {
            return cut;
        }
        keep -= 1;
    }
    letters.iter().take(1).chain(&['…']).collect()
}

/// Words on at most `lines` lines of a given width; the last is cut where needed.
pub(super) fn wrap(text: &str, width: f64, size: f64, lines: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let is_last = out.len() == lines;
        match out.last_mut() {
            Some(last) if is_last || text_width(&format!("{last} {word}"), size, false) <= width => {
                last.push(' ');
                last.push_str(word);
            }
            _ => out.push(word.to_owned()),
        }
    }
    out.iter().map(|line| fit(line, width, size, false)).collect()
}

/// At most one decimal; 0 for what is not finite, which callers leave out before.
fn number(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    // `+ 0.0` turns −0 into 0.
    if rounded.is_finite() { (rounded + 0.0).to_string() } else { "0".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_out() {
        assert_eq!(escape("<a href='x'>&\"\u{0}"), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;");
    }

    #[test]
    fn long_names_are_cut_in_the_middle() {
        let cut = fit("a name that is far too long for its place", 80.0, 12.0, false);
        assert!(cut.starts_with("a n") && cut.ends_with("ce") && cut.contains('…'));
        assert!(text_width(&cut, 12.0, false) <= 80.0);
        assert_eq!(fit("short", 80.0, 12.0, false), "short");
        assert_eq!(wrap("degraded in lysosomes of the cell", 70.0, 12.0, 2).len(), 2);
    }

    #[test]
    fn a_number_that_is_none_is_never_written() {
        let mut svg = Svg::new(10.0, 10.0, "x");
        svg.line((f64::NAN, 1.0), (f64::INFINITY, -0.0), "a");
        assert!(
            !svg.in_page("").contains("NaN") && !svg.in_page("").contains("inf") && !svg.in_page("").contains("-0")
        );
    }
}

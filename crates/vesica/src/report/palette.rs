//! Colors by name, in a light and a dark set, and the style sheets made of them.

/// Names of the nine links, in order; link `i` has the color `l{i + 1}`.
pub(super) const LINKS: [&str; 9] = ["make", "load", "release", "travel", "meet", "enter", "deliver", "act", "decide"];

/// Name, light, dark.
pub(super) const COLORS: [(&str, &str, &str); 31] = [
    ("bg", "#fcfcfb", "#111417"),
    ("panel", "#f4f4f1", "#181c20"),
    ("wash", "#f1f3f5", "#1a1f24"),
    ("ink", "#15191e", "#eceff2"),
    ("ink2", "#434b55", "#b9c1ca"),
    ("ink3", "#666f7a", "#8f98a3"),
    ("line", "#d9dce0", "#313840"),
    ("grid", "#e9ebed", "#242a30"),
    ("warn", "#a33d06", "#f2a866"),
    ("warnbg", "#fdf1e6", "#2b2015"),
    ("un", "#8a929b", "#7d8690"),
    ("l1", "#5d3092", "#8c6fd8"),
    ("l2", "#486bde", "#94a2ee"),
    ("l3", "#0f96d6", "#9cc9f7"),
    ("l4", "#027084", "#4196aa"),
    ("l5", "#309782", "#62dcc0"),
    ("l6", "#1b663d", "#48c270"),
    ("l7", "#b18f0b", "#f3d862"),
    ("l8", "#b05f1b", "#f69a21"),
    ("l9", "#9f2b01", "#e0623c"),
    ("d0", "#1f4e8c", "#a9cdf5"),
    ("d1", "#3f74b3", "#7aa9dc"),
    ("d2", "#6f9bcc", "#5283b8"),
    ("d3", "#a3c0df", "#375d87"),
    ("d4", "#d2dfed", "#263b52"),
    ("d5", "#f3f3f1", "#1d2226"),
    ("d6", "#f4dcc9", "#44301f"),
    ("d7", "#e8b894", "#6c4526"),
    ("d8", "#d68d5c", "#9c5f30"),
    ("d9", "#bb602f", "#cf8345"),
    ("d10", "#8f3710", "#fbb98a"),
];

const FIGURE: &str = include_str!("assets/figure.css");
const PAGE: &str = include_str!("assets/page.css");

/// Number of a link, 1 to 9; `None` for another word.
pub(super) fn link_number(link: &str) -> Option<usize> {
    LINKS.iter().position(|name| *name == link).map(|index| index + 1)
}

/// Class that gives a mark the color of its link; ink where there is none.
pub(super) fn link_class(link: &str) -> &'static str {
    const CLASSES: [&str; 9] = ["l1", "l2", "l3", "l4", "l5", "l6", "l7", "l8", "l9"];
    link_number(link).map_or("ref", |number| CLASSES[number - 1])
}

/// The style sheet of the page: both themes, the page, the figures.
pub(super) fn page_style() -> String {
    let set = |dark: bool| -> String {
        COLORS.iter().map(|(name, light, night)| format!("--{name}:{};", if dark { night } else { light })).collect()
    };
    let on = |light: &str, dark: &str| (format!("--on:{light};"), format!("--on:{dark};"));
    let (on_light, on_dark) = on("#fff", "#111417");
    format!(
        ":root{{color-scheme:light dark;{}{on_light}}}@media (prefers-color-scheme:dark){{:root:not([data-theme=light])\
         {{{}{on_dark}}}}}:root[data-theme=dark]{{{}{on_dark}}}\n{PAGE}\n{}",
        set(false),
        set(true),
        set(true),
        figure_rules().replace("SIZE(", "calc(var(--ts,1)*")
    )
}

/// The style sheet of a figure on its own: light colors, no variables, so that any drawing program reads it.
pub(super) fn figure_style() -> String {
    let mut style = figure_rules();
    for (name, light, _) in COLORS {
        style = style.replace(&format!("var(--{name})"), light);
    }
    let style = style.replace("var(--on)", "#fff").replace("var(--sans)", "system-ui,\"Segoe UI\",Arial,sans-serif");
    without_size(&style)
}

/// `SIZE(12px)` is a size that grows on small screens; on its own it is the size itself.
fn without_size(style: &str) -> String {
    let mut parts = style.split("SIZE(");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (size, rest) = part.split_once(')').unwrap_or((part, ""));
        out += size;
        out += rest;
    }
    out
}

fn figure_rules() -> String {
    let mut rules = FIGURE.to_owned();
    let named = ["un", "l1", "l2", "l3", "l4", "l5", "l6", "l7", "l8", "l9"].map(|name| (name, name));
    for (class, color) in named.into_iter().chain([("ref", "ink")]) {
        rules += &format!(
            ".fig .{class}.fl,.fig .{class}.ft{{fill:var(--{color})}}.fig .{class}.ln{{stroke:var(--{color})}}\
             .fig .{class}.stp{{stop-color:var(--{color})}}.fig .{class}.pale{{fill:var(--{color});fill-opacity:.4}}"
        );
    }
    // Grey as text would be too faint.
    rules += ".fig .un.ft{fill:var(--ink2)}";
    for step in 0..=10_usize {
        rules += &format!(".fig .d{step}{{fill:var(--d{step})}}");
        // ink on paper, for readings that no link owns; no step is too dark for ink and too pale for paper
        let opacity = [4, 11, 19, 27, 35, 43, 60, 70, 79, 88, 97][step];
        rules += &format!(".fig .k{step}{{fill:var(--ink);fill-opacity:.{opacity:02}}}");
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Linear light of a `#rrggbb` color, by the sRGB curve.
    fn linear(color: &str) -> [f64; 3] {
        [1, 3, 5].map(|at| {
            let value = f64::from(u8::from_str_radix(&color[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        })
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let light = |color: &str| {
            let [r, g, b] = linear(color);
            0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05
        };
        let (a, b) = (light(one), light(other));
        a.max(b) / a.min(b)
    }

    /// OKLab of a color (Ottosson 2020).
    fn oklab(color: &str) -> [f64; 3] {
        let [r, g, b] = linear(color);
        let l = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b).cbrt();
        let m = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b).cbrt();
        let s = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b).cbrt();
        [
            0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
        ]
    }

    fn color(name: &str, dark: bool) -> &'static str {
        let (_, light, night) = COLORS.iter().find(|(other, ..)| *other == name).unwrap();
        if dark { night } else { light }
    }

    #[test]
    fn every_link_stands_out_from_the_page_and_from_its_neighbor() {
        for dark in [false, true] {
            for link in 1..=9 {
                let hue = color(&format!("l{link}"), dark);
                assert!(contrast(hue, color("bg", dark)) >= 3.0 - 0.06, "l{link} {}", contrast(hue, color("bg", dark)));
            }
            for link in 1..9 {
                let (one, other) =
                    (oklab(color(&format!("l{link}"), dark)), oklab(color(&format!("l{}", link + 1), dark)));
                let apart = one.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt() * 100.0;
                assert!(apart >= 9.0, "l{link} and l{}: {apart}", link + 1);
            }
        }
    }

    #[test]
    fn text_can_be_read_on_the_page() {
        for dark in [false, true] {
            for text in ["ink", "ink2", "ink3", "warn"] {
                assert!(contrast(color(text, dark), color("bg", dark)) >= 4.5, "{text}");
            }
            assert!(contrast(color("warn", dark), color("warnbg", dark)) >= 4.5);
        }
    }

    #[test]
    fn a_figure_on_its_own_needs_no_variable() {
        let style = figure_style();
        assert!(!style.contains("var(") && !style.contains("SIZE("), "{style}");
    }
}

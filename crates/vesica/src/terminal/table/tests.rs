use super::*;
use crate::terminal::Color;

fn arms() -> Table {
    let mut table = Table::new([
        Column::text("arm"),
        Column::number("alive at 72 h"),
        Column::number("enzyme"),
        Column::text("source").goes_first(),
    ]);
    table.row(["untreated", "96 % (94–98)", "1.00", "Author 2020, a journal of ours :43"]);
    table.row(["killer + antagomir-522-3p", "8.5 % (2–20)", "12.5", "prior"]);
    table.row(["killers", "1 200 %", "0.70", ""]);
    table
}

#[test]
fn numbers_stand_point_below_point() {
    let expected = concat!(
        "  arm                           alive at 72 h  enzyme  source\n",
        "  untreated                     96 % (94–98)     1.00  Author 2020, a journal of ours :43\n",
        "  killer + antagomir-522-3p      8.5 % (2–20)   12.5   prior\n",
        "  killers                    1 200 %             0.70\n",
    );
    assert_eq!(arms().print(&Terminal::plain(100)), expected);
}

#[test]
fn it_fits_any_width() {
    for columns in 20..=100 {
        let printed = arms().print(&Terminal::plain(columns));
        for line in printed.lines() {
            assert!(width(line) <= columns, "{columns}: {line}");
        }
        assert!(printed.contains("untreated") || columns < 30, "{printed}");
    }
}

#[test]
fn the_source_goes_first_and_the_name_last() {
    let narrow = arms().print(&Terminal::plain(58));
    assert!(!narrow.contains("source") && narrow.contains("enzyme"), "{narrow}");
    let narrower = arms().print(&Terminal::plain(36));
    assert!(narrower.contains("alive at 72 h") && narrower.contains('…'), "{narrower}");
}

/// A dropped column must not leave names cut beside empty space.
#[test]
fn space_that_is_left_is_given_back() {
    let mut table = Table::new([
        Column::text("id"),
        Column::text("name of the molecule"),
        Column::prose("what it does"),
        Column::text("note").goes_first(),
    ]);
    table.row([
        "ST1",
        "xyz-mir-1234-3p and its family",
        "one two three four five six seven eight nine ten",
        "a note of some length",
    ]);
    let printed = table.print(&Terminal::plain(70));
    assert!(printed.contains("xyz-mir-1234-3p and its family  one two three") && printed.contains('…'), "{printed}");
    assert!(!printed.contains("ten") && printed.lines().all(|line| width(line) <= 70), "{printed}");
    assert_eq!(printed.lines().map(width).max(), Some(70), "{printed}");
}

#[test]
fn a_long_name_does_not_cost_the_numbers() {
    let mut table = Table::new([Column::text("arm"), Column::number("alive")]);
    table.row(["x".repeat(500), "8.5 %".to_string()]);
    let printed = table.print(&Terminal::plain(60));
    assert!(printed.contains("8.5 %") && printed.lines().all(|line| width(line) <= 60), "{printed}");
}

#[test]
fn colour_does_not_move_a_column() {
    let mut table = Table::new([Column::text("link"), Column::number("copies")]);
    table.row([Cell::new("load").link(2), Cell::new("0.0083").caution()]);
    table.row([Cell::new("release"), Cell::new("8 640").bold()]);
    let plain = table.print(&Terminal::plain(80));
    let colored = table.print(&Terminal { color: Color::Ansi, ..Terminal::plain(80) });
    let mut stripped = colored;
    for code in ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[2m", "\u{1b}[33m"] {
        stripped = stripped.replace(code, "");
    }
    assert_eq!(stripped, plain);
    assert_eq!(plain, "  link         copies\n  load         0.0083\n  release  8 640\n");
}

#[test]
fn odd_tables() {
    assert_eq!(Table::new([]).print(&Terminal::plain(80)), "  \n");
    let mut table = Table::new([Column::text("a")]);
    table.row(["b\u{1b}[2J", "beyond"]);
    table.row(Vec::<&str>::new());
    assert_eq!(table.print(&Terminal::plain(80)), "  a\n  b␛[2J\n\n");
}

#[test]
fn the_point_of_a_number() {
    assert_eq!(before_point("96 % (94–98)"), 2);
    assert_eq!(before_point("−11 (−34 to 0)"), 3);
    assert_eq!(before_point("8 640"), 5);
    assert_eq!(before_point("0.00825"), 1);
    assert_eq!(before_point("÷ 7.1"), 3);
    assert_eq!(before_point("–"), 0);
}

#[test]
fn the_source_is_cut_first_and_numbers_outlive_texts() {
    let mut table = Table::new([
        Column::text("link"),
        Column::text("quantity"),
        Column::number("value"),
        Column::text("source").goes_first(),
    ]);
    table.row([
        "3 release",
        "vesicles sent to each target cell",
        "8 640 (20–30 000)",
        "60 /h × 2 donors × 72 h, measured",
    ]);
    let wide = table.print(&Terminal::plain(90));
    assert!(wide.contains("vesicles sent to each target cell") && wide.contains('…'), "{wide}");
    let usual = table.print(&Terminal::plain(70));
    assert!(usual.contains("vesicles sent to each target cell") && !usual.contains('…'), "{usual}");
    let narrow = table.print(&Terminal::plain(34));
    assert!(narrow.contains("8 640") && !narrow.contains("quantity"), "{narrow}");
}

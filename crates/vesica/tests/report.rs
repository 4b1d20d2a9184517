//! The report is self-contained, escapes what users wrote, and draws nothing that is no number.

mod layout;

use std::fs;
use std::path::Path;
use vesica::report::{Report, build, of_rank, of_sweep};

fn cases() -> [(&'static str, Report); 13] {
    use layout::study;
    [
        ("nine", build(&layout::nine_arms())),
        ("nothing", build(&layout::nothing())),
        ("one", build(&layout::one_arm())),
        ("nan", build(&layout::not_a_number())),
        ("long", build(&layout::long_names())),
        ("zero", build(&layout::zero_difference())),
        ("sweep-curve", of_sweep(&study::curve())),
        ("sweep-drugs", of_sweep(&study::two_drugs())),
        ("sweep-grid", of_sweep(&study::long_grid())),
        ("sweep-points", of_sweep(&study::spread_points())),
        ("sweep-nothing", of_sweep(&study::nothing())),
        ("rank", of_rank(&study::ranking())),
        ("rank-nothing", of_rank(&study::empty_ranking())),
    ]
}

/// Every drawing of a report: those of the page and those of the folder.
fn drawings(report: &Report) -> Vec<String> {
    let in_page = report.html.match_indices("<svg").map(|(at, _)| {
        let end = report.html[at..].find("</svg>").map_or(report.html.len(), |end| at + end + "</svg>".len());
        report.html[at..end].to_owned()
    });
    in_page.chain(report.figures.iter().map(|figure| figure.svg.clone())).collect()
}

#[test]
fn every_drawing_is_well_formed_and_finite() {
    for (name, report) in cases() {
        for drawing in drawings(&report) {
            let document =
                roxmltree::Document::parse(&drawing).unwrap_or_else(|error| panic!("{name}: {error}\n{drawing}"));
            for node in document.descendants() {
                for attribute in
                    node.attributes().filter(|attribute| !matches!(attribute.name(), "aria-label" | "class"))
                {
                    let value = attribute.value();
                    assert!(!value.contains("NaN") && !value.contains("inf"), "{name}: {}={value}", attribute.name());
                }
                if node.tag_name().name() == "text" {
                    let text: String = node.descendants().filter_map(|inner| inner.text()).collect();
                    assert!(!text.contains("NaN") && !text.split(' ').any(|word| word == "inf"), "{name}: {text}");
                }
            }
        }
    }
}

#[test]
fn what_users_wrote_stays_text() {
    let (grid, rank) = (layout::study::long_grid(), layout::study::empty_ranking());
    for report in [build(&layout::long_names()), of_sweep(&grid), of_rank(&rank)] {
        let (before, _) = report.html.split_once("<script type=\"application/json\"").unwrap();
        assert!(!before.contains("<script"), "a name became a script");
        assert_eq!(report.html.matches("<script").count(), 2);
        assert!(report.html.contains("&lt;script&gt;") || report.html.contains("&#60;script&#62;"));
        for figure in &report.figures {
            assert!(!figure.svg.contains("<script"), "{}", figure.name);
            let plain = figure.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
            assert!(plain, "{}", figure.name);
        }
    }
}

#[test]
fn the_page_makes_no_request() {
    for (name, Report { html, .. }) in cases() {
        for sign in ["src=", "<link", "@import", "http-equiv", "url(http", "url(//"] {
            assert!(!html.contains(sign), "{name}: {sign}");
        }
        for address in html.match_indices("href=\"").map(|(at, sign)| &html[at + sign.len()..]) {
            assert!(address.starts_with('#'), "{name}: {}", &address[..40.min(address.len())]);
        }
    }
}

#[test]
fn the_page_is_small_enough_to_mail() {
    let size = build(&layout::nine_arms()).html.len();
    assert!(size < 400_000, "{size} bytes");
}

#[test]
fn the_same_outcome_is_the_same_report() {
    for ((name, one), (_, other)) in cases().into_iter().zip(cases()) {
        assert_eq!(one, other, "{name}");
    }
}

#[test]
fn marks_that_point_to_each_other_find_each_other() {
    for (name, report) in cases().into_iter().filter(|(name, _)| !name.ends_with("nothing")) {
        let ids: Vec<&str> = report.html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let mut sorted = ids.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), ids.len(), "{name}: an id is used twice");
        let wanted = report.html.split("url(#").skip(1).filter_map(|rest| rest.split(')').next());
        let linked = report.html.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next());
        for id in wanted.chain(linked) {
            assert!(ids.contains(&id), "{name}: #{id} leads nowhere");
        }
    }
}

#[test]
fn the_page_of_a_sweep_gives_the_ec50_with_and_without_vesicles_and_its_shift() {
    let html = of_sweep(&layout::study::curve()).html;
    let thin = |text: &str| text.replace('\u{202f}', " ");
    for words in ["EC50 4.0 µM", "EC50 2.0 µM", "× 2.0 (1.7–2.3)", "5 to 95 % of worlds", "vesicles move it by × 2.0"]
    {
        assert!(thin(&html).contains(words), "{words}");
    }
    let html = of_sweep(&layout::study::two_drugs()).html;
    for words in ["Bliss", "Loewe", "HSA", "+4 points (+2 to +6)", "fig-synergy-1", "fig-grid"] {
        assert!(thin(&html).contains(words), "{words}");
    }
}

#[test]
fn the_page_of_a_ranking_goes_along_the_chain_and_names_a_measurement_for_each_bar() {
    let rank = layout::study::ranking();
    let html = of_rank(&rank).html;
    let table = html.split_once("All numbers, along the chain").unwrap().1;
    let place = |text: &str| table.find(text).unwrap_or_else(|| panic!("{text} is missing"));
    let along = ["copies per exosome", "release rate", "uptake", "cytosolic escape", "labile iron"].map(place);
    assert!(along.is_sorted(), "{along:?}");
    for bar in rank.bars.iter().filter(|bar| bar.swing > 0.0) {
        assert!(html.matches(bar.experiment.as_str()).count() >= 2, "{}", bar.label);
    }
    assert!(html.replace('\u{202f}', " ").contains("46 % (28–69)"), "an interval");
}

#[test]
fn the_first_page_says_what_is_not_known() {
    let html = build(&layout::nine_arms()).html;
    let (first, _) = html.split_once("<section id=\"chain\">").unwrap();
    for words in
        ["18 of 61 numbers are assumed", "It depends on how much", "thinnest link", "not a probability", "no escape"]
    {
        assert!(first.contains(words), "{words}");
    }
    let empty = build(&layout::nothing()).html;
    assert!(empty.contains("No question was asked"));
}

#[test]
fn the_rescue_matrix_follows_from_the_arms() {
    let report = build(&layout::nine_arms());
    let rescue = report.figures.iter().find(|figure| figure.name == "rescue").unwrap();
    assert!(rescue.csv.contains("killer,trap,7") && rescue.csv.contains(",yes"));
    assert!(rescue.csv.contains("killer,inhibitor,39"));
    assert!(!rescue.csv.contains("no donors"), "an arm without a second drug is no inhibitor");
    let mut without = layout::nine_arms();
    without.arms.retain(|arm| arm.drugs.len() < 2);
    assert!(build(&without).figures.iter().all(|figure| figure.name != "rescue"));
}

#[test]
fn every_figure_has_its_data_and_its_specification() {
    let others =
        [of_sweep(&layout::study::curve()), of_sweep(&layout::study::two_drugs()), of_rank(&layout::study::ranking())];
    let all = others.into_iter().chain([build(&layout::nine_arms())]);
    for figure in all.flat_map(|report| report.figures) {
        let mut lines = figure.csv.lines();
        let n_columns = lines.next().unwrap().split(',').count();
        assert!(n_columns >= 3 && lines.next().is_some(), "{}", figure.name);
        let specification: serde_json::Value = serde_json::from_str(&figure.vega_lite).unwrap();
        assert_eq!(specification["data"]["url"], format!("{}.csv", figure.name));
    }
}

/// Writes the pages to look at: `cargo test -p vesica --test report -- --ignored`, then open the printed folder.
#[test]
#[ignore = "writes files to look at"]
fn pages_to_look_at() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report");
    for (name, report) in cases() {
        fs::create_dir_all(folder.join(name)).unwrap();
        fs::write(folder.join(name).join("report.html"), &report.html).unwrap();
        for figure in &report.figures {
            fs::write(folder.join(name).join(format!("{}.svg", figure.name)), &figure.svg).unwrap();
        }
        println!("{} ({} bytes)", folder.join(name).display(), report.html.len());
    }
}

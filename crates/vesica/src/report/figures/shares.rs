//! How much of the variance the numbers of each link explain.

use super::footer;
use crate::report::axis::Axis;
use crate::report::numbers::{self, finite};
use crate::report::palette::link_class;
use crate::report::plot::{Layout, Plot, Table};
use crate::report::study::{rank_footer, share_words};
use crate::report::svg::{Anchor, Svg};
use crate::result::Range3;
use crate::study::rank::Rank;
use serde_json::json;

const WIDTH: f64 = 520.0;
const LEFT: f64 = 104.0;
const RIGHT: f64 = 404.0;
const TOP: f64 = 12.0;
const ROW: f64 = 30.0;

/// A bar for each link that holds a number; `None` without the variance-based part.
pub(in crate::report) fn plot(rank: &Rank) -> Option<Plot> {
    let rows: Vec<(usize, &str, Range3)> = rank
        .links
        .iter()
        .enumerate()
        .filter(|(_, (_, share))| finite(share.best).is_some())
        .map(|(index, (link, share))| (index + 1, link.as_str(), *share))
        .collect();
    let most = rows.iter().max_by(|one, other| one.2.best.unwrap_or(0.0).total_cmp(&other.2.best.unwrap_or(0.0)))?;
    let mut data = Table::new(["link", "share", "low", "high"]);
    for (_, link, share) in &rows {
        data.push([(*link).into(), share.best.into(), share.low.into(), share.high.into()]);
    }
    Some(Plot {
        name: "links".into(),
        title: match most.2.best {
            Some(best) if best >= 0.005 => format!("Most of what is explained stands in {}", most.1),
            _ => "No link explains anything alone".to_owned(),
        },
        caption: "Sum of the first-order shares of the numbers that were varied together, by link in the order of the \
                  chain; line = 90 % interval (bootstrap)"
            .into(),
        layout: Layout::Half,
        panels: vec![draw(rank, &rows)],
        tall: None,
        data,
        vega: json!({
            "mark": "bar",
            "encoding": { "y": { "field": "link", "sort": null }, "x": { "field": "share", "type": "quantitative" } },
        }),
        footer: rank_footer(rank),
    })
}

fn draw(rank: &Rank, rows: &[(usize, &str, Range3)]) -> Svg {
    let floor = TOP + ROW * rows.len() as f64;
    let spoken: Vec<String> = rows.iter().map(|(_, link, share)| format!("{link} {}", share_words(*share))).collect();
    let mut svg = Svg::new(WIDTH, floor + 58.0, format!("Share of the variance by link. {}", spoken.join("; ")));
    let high = rows.iter().filter_map(|row| finite(row.2.high)).fold(0.1, f64::max);
    let axis = Axis::linear(0.0, high, LEFT, RIGHT);
    for tick in axis.ticks(4) {
        svg.line((axis.at(tick), TOP), (axis.at(tick), floor), if tick == 0.0 { "ax" } else { "gr" });
        svg.text((axis.at(tick), floor + 17.0), Anchor::Middle, "tk", &numbers::share(tick));
    }
    svg.text((RIGHT, floor + 34.0), Anchor::End, "at", "share of the variance");
    for (index, (number, link, share)) in rows.iter().enumerate() {
        let y = TOP + ROW * (index as f64 + 0.5);
        let class = link_class(link);
        svg.mark(&format!("{link}: {}", share_words(*share)), |svg| {
            svg.rect((0.0, y - ROW / 2.0), WIDTH, ROW, "hit");
            svg.circle((9.0, y), 8.5, &format!("fl {class}"));
            svg.text((9.0, y + 3.8), Anchor::Middle, "chip", &number.to_string());
            svg.text((26.0, y + 4.5), Anchor::Start, "t", link);
            let best = share.best.unwrap_or(0.0).max(0.0);
            svg.rect((LEFT, y - 7.0), axis.at(best) - LEFT, 14.0, &format!("fl {class}"));
            if let (Some(low), Some(high)) = (share.low, share.high) {
                svg.line((axis.at(low), y), (axis.at(high), y), "ci ln ref");
            }
            svg.text((WIDTH, y + 4.5), Anchor::End, "t", &share_words(*share));
        });
    }
    footer(&mut svg, &rank_footer(rank));
    svg
}

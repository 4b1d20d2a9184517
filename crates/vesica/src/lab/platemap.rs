//! The PlateMap of an IncuCyte: what was in the wells, as XML.
//!
//! `plateMap / wellStore / wells / well row="0" col="1"`, in each filled well `items / wellItem type="Compound"
//! concentration="30" concentrationUnits="µM" / referenceItem description=".." displayName=".."`; rows and columns from
//! 0; types are Compound, CellType and GrowthCondition. Seen: an example file of the package IncucyteDRC.

use super::condition::{Agent, Condition};
use super::kinds::{Data, Task};
use super::sheet::Sheet;
use super::wells::{Map, name_of};
use crate::units;

/// Told by its element.
pub(super) fn is(sheet: &Sheet) -> Option<String> {
    sheet
        .text
        .get(..sheet.text.len().min(2000))
        .unwrap_or(&sheet.text)
        .contains("<plateMap")
        .then(|| "its element is `plateMap`".to_owned())
}

pub(super) fn read(task: &mut Task<'_>) -> Option<Data> {
    let sheet = task.sheet;
    let document = match roxmltree::Document::parse(&sheet.text) {
        Ok(document) => document,
        Err(error) => {
            task.findings.push(
                "E84",
                format!("this XML cannot be read: {error}"),
                sheet.top(),
                "export the plate map again: the file is damaged or cut short",
            );
            return None;
        }
    };
    let mut map = Map::default();
    let (mut n_wells, mut n_out) = (0, 0);
    for node in document.descendants().filter(|node| node.has_tag_name("well")) {
        let number = |name: &str| node.attribute(name).and_then(|text| text.trim().parse::<usize>().ok());
        let place = number("row").zip(number("col")).filter(|(row, column)| *row < 32 && *column < 48);
        let span =
            vesica_model::Span { file: sheet.file.clone(), start: node.range().start, end: node.range().start + 5 };
        let Some(place) = place else {
            task.findings.push("W80", "a well without row and col", span, "it is left out; export the plate map again");
            n_out += 1;
            continue;
        };
        n_wells += 1;
        let items = || node.descendants().filter(|node| node.has_tag_name("wellItem"));
        let of =
            |wanted: &str| items().find(|item| item.attribute("type") == Some(wanted)).and_then(|item| named(item));
        let agents: Vec<Agent> = items()
            .filter(|item| item.attribute("type") == Some("Compound"))
            .filter_map(|item| {
                let (name, amount) = (named(item)?, item.attribute("concentration").unwrap_or("0"));
                let amount: f64 = amount.replace(',', ".").parse().ok()?;
                let unit = item.attribute("concentrationUnits").unwrap_or_default();
                let read = units::parse(unit).ok();
                if read.is_none() && amount > 0.0 {
                    let span = span.clone();
                    task.findings.push(
                        "W81",
                        format!("`{unit}` of {name} in {} is no unit", name_of(place)),
                        span,
                        "the compound counts as a name without an amount",
                    );
                }
                let read = read.unwrap_or_else(units::Unit::one);
                let text = format!("{} {unit}", super::spread::figures(amount)).trim().to_owned();
                Some(Agent { name, amount: read.to_inside(amount), dimension: read.dimension, text })
            })
            .collect();
        let cells = of("CellType").unwrap_or_default();
        if items().next().is_none() {
            continue;
        }
        let growth = of("GrowthCondition").unwrap_or_default();
        let agents: Vec<Agent> = agents.into_iter().filter(Agent::is_something).collect();
        let cells = [cells, growth].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
        let condition = Condition { name: String::new(), cells, agents };
        if map.wells.insert(place, condition).is_some() {
            task.findings.push(
                "W80",
                format!("well {} stands twice", name_of(place)),
                span,
                "the last counts; export the plate map again",
            );
            n_out += 1;
        }
    }
    (task.understood.rows_read, task.understood.rows_left_out) = (n_wells, n_out);
    task.understood.notes.push(format!("{} wells have something in them", map.wells.len()));
    if map.wells.is_empty() {
        task.nothing("no well has anything in it");
        return None;
    }
    Some(Data::Map(map))
}

/// The name of an item: that which people see, unless it is only a part of the description.
fn named(item: roxmltree::Node<'_, '_>) -> Option<String> {
    let reference = item.children().find(|node| node.has_tag_name("referenceItem"))?;
    let text = reference
        .attribute("description")
        .filter(|text| !text.is_empty())
        .or_else(|| reference.attribute("displayName"))?;
    Some(text.to_owned())
}

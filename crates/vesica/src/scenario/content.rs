//! `copies` of a cargo, and what is taken when the file does not say: a share of what the sender has.

use super::QuantityId;
use super::cargo::Carrier;
use super::fields::{Fields, POSITIVE, Reader};
use crate::knowledge::Kind;
use crate::quantity::{Expected, Quantity};
use crate::units::{Dimension, parse};

/// Row of `parameters.tsv` with the copies of any cargo; a row `vesicle.copies.KIND` is nearer.
const COPIES: &str = "vesicle.copies";

/// Row with the share of what a cell has of a molecule that one vesicle takes: `vesicle.share.KIND`.
const SHARE: &str = "vesicle.share";

/// Module whose constants say what the reference cell has of a gene.
const GENES: &str = "gene_expression";

/// Mean copies per vesicle. `molecule`: kind and gene.
pub(super) fn copies(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    carrier: &Carrier<'_>,
    molecule: Option<(Kind, Option<&str>)>,
    path: String,
) -> Option<QuantityId> {
    let expected = Expected::of(Dimension::COPIES_PER_PARTICLE).named("copies per vesicle");
    if let Some(node) = fields.get("copies") {
        let read = reader.quantity(node, &expected)?;
        return Some(reader.add(path, read, expected, "load", POSITIVE));
    }
    let (kind, gene) = molecule?;
    if let Some(share) = gene.and_then(|gene| share(reader, carrier, kind, gene)) {
        return Some(reader.add_default(path, share, expected, "load", POSITIVE));
    }
    let of_kind = format!("{COPIES}.{}", kind.word());
    let id = if reader.knowledge.number(&of_kind, "").is_some() { of_kind.as_str() } else { COPIES };
    let found = reader.default(id, "", path, expected, "load", POSITIVE);
    if found.is_none() {
        let help = "add copies = \"0.00825 (0.0005..2) /vesicle\"";
        reader.problem("E32", "`copies` is missing", fields.span(), help);
    }
    found
}

/// The usual share of what the sender has of a protein or mRNA, as copies per vesicle.
fn share(reader: &Reader<'_>, carrier: &Carrier<'_>, kind: Kind, gene: &str) -> Option<Quantity> {
    let constant = match kind {
        Kind::Protein => "protein_copies",
        Kind::Messenger => "mRNA_copies",
        _ => return None,
    };
    let knowledge = reader.knowledge;
    let sender = carrier.sender?;
    let cell_type = knowledge.cells.get(&sender.is)?;
    if !sender.has(cell_type, gene) {
        return None;
    }
    let of_gene = knowledge.number(&format!("{GENES}.{gene}.{constant}"), &sender.is);
    let copies = of_gene.or_else(|| knowledge.number(&format!("{GENES}.{constant}"), &sender.is))?.quantity()?.middle();
    let level = sender.state.get(gene).map_or(1.0, |id| reader.quantities[id.0].quantity.middle());
    let row = knowledge.number(&format!("{SHARE}.{}", kind.word()), &sender.is)?;
    let share = row.quantity()?;
    let scaled = |value: f64| value * copies * level;
    let mut quantity = Quantity {
        best: share.best.map(scaled),
        range: share.range.map(|(low, high)| (scaled(low), scaled(high))),
        unit: parse("copies/vesicle").ok()?,
        ..share
    };
    quantity.text = quantity.to_string();
    Some(quantity)
}

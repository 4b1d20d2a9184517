//! Who made a result folder, with what and when, as a Process Run Crate (RO-Crate 1.1, JSON-LD).

use super::{Outcome, folder};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fs;
use std::io;
use std::path::Path;

const PROFILE: &str = "https://w3id.org/ro/wfrun/process/0.5";
const TIMES: [&str; 3] = ["startTime", "endTime", "datePublished"];

/// The metadata file of a folder whose other files are written.
pub(super) fn describe(path: &Path, outcome: &Outcome, started: &str, ended: &str) -> io::Result<String> {
    let mut files = Vec::new();
    for name in folder::files(path)? {
        if name != folder::PROVENANCE {
            files.push(file(path, &name)?);
        }
    }
    let parts: Vec<Value> = files.iter().map(|file| json!({ "@id": file["@id"] })).collect();
    let results: Vec<&Value> = parts.iter().filter(|part| part["@id"] != "scenario.lock.toml").collect();
    let answer = &outcome.answer;
    let name = if answer.title.is_empty() { &answer.scenario } else { &answer.title };
    let mut graph = vec![
        json!({
            "@id": folder::PROVENANCE,
            "@type": "CreativeWork",
            "about": { "@id": "./" },
            "conformsTo": { "@id": "https://w3id.org/ro/crate/1.1" },
        }),
        json!({
            "@id": "./",
            "@type": "Dataset",
            "name": name,
            "description": format!("Simulated with vesica {}. {}", answer.version, answer.sentence),
            "datePublished": ended,
            "conformsTo": { "@id": PROFILE },
            "hasPart": parts,
            "mentions": { "@id": "#run" },
            "mainEntity": { "@id": "report.html" },
        }),
        json!({ "@id": PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5" }),
        json!({
            "@id": "#vesica",
            "@type": "SoftwareApplication",
            "name": "vesica",
            "softwareVersion": answer.version,
        }),
        json!({
            "@id": "#run",
            "@type": "CreateAction",
            "name": format!("Simulation of {}", answer.scenario),
            "description": outcome.command,
            "startTime": started,
            "endTime": ended,
            "instrument": { "@id": "#vesica" },
            "object": [{ "@id": "scenario.lock.toml" }, { "@id": "#seed" }],
            "result": results,
        }),
        json!({ "@id": "#seed", "@type": "PropertyValue", "name": "seed", "value": answer.seed }),
    ];
    graph.extend(files);
    let context = json!([
        "https://w3id.org/ro/crate/1.1/context",
        "https://w3id.org/ro/terms/workflow-run/context",
        { "sha256": "https://schema.org/sha256" },
    ]);
    let text = serde_json::to_string_pretty(&json!({ "@context": context, "@graph": graph }))?;
    Ok(text + "\n")
}

/// Whether two metadata files differ in nothing but their times.
pub(super) fn same_but_times(a: &[u8], b: &[u8]) -> bool {
    match (serde_json::from_slice::<Value>(a), serde_json::from_slice::<Value>(b)) {
        (Ok(mut a), Ok(mut b)) => {
            drop_times(&mut a);
            drop_times(&mut b);
            a == b
        }
        _ => false,
    }
}

fn file(path: &Path, name: &str) -> io::Result<Value> {
    let content = fs::read(path.join(name))?;
    let sha256: String = Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(json!({
        "@id": name,
        "@type": "File",
        "contentSize": content.len().to_string(),
        "encodingFormat": format_of(name),
        "sha256": sha256,
    }))
}

fn format_of(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html",
        Some("json") => "application/json",
        Some("tsv") => "text/tab-separated-values",
        Some("csv") => "text/csv",
        Some("svg") => "image/svg+xml",
        Some("md") => "text/markdown",
        Some("toml") => "application/toml",
        Some("bib") => "application/x-bibtex",
        Some("parquet") => "application/vnd.apache.parquet",
        _ => "application/octet-stream",
    }
}

fn drop_times(metadata: &mut Value) {
    for entity in metadata["@graph"].as_array_mut().into_iter().flatten() {
        if let Some(entity) = entity.as_object_mut() {
            entity.retain(|key, _| !TIMES.contains(&key.as_str()));
        }
    }
}

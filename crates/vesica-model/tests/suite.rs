//! Every text of the shared Antimony suite is read and flattened or refused by name; skipped where the folder is absent.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use vesica_model::antimony::print;
use vesica_model::{Library, Severity};

fn texts(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        match path.extension().and_then(|ending| ending.to_str()) {
            _ if path.is_dir() => texts(&path, found),
            Some("ant" | "txt") => found.push(path),
            _ => {}
        }
    }
}

#[test]
fn the_shared_suite_reads_or_is_refused() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/suites/antimony");
    let mut files = Vec::new();
    texts(&folder, &mut files);
    if files.is_empty() {
        eprintln!("skipped: {} is absent", folder.display());
        return;
    }
    files.sort();
    let mut n_read = 0;
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    for file in &files {
        let text = String::from_utf8_lossy(&std::fs::read(file).expect("a listed file can be read")).into_owned();
        let mut library = Library::default();
        let name = file.display().to_string();
        let mut findings = library.read(&name, &text);
        let model = library.main_model().unwrap_or_default().to_string();
        let (network, more) = library.flatten(&model);
        findings.extend(more);
        let errors: Vec<_> = findings.iter().filter(|found| found.severity() == Severity::Error).collect();
        if errors.is_empty() {
            n_read += 1;
            let mut again = Library::default();
            again.read("again", &print(&network));
            let id = again.models().next().unwrap_or_default().to_string();
            let second = again.flatten(&id).0;
            assert_eq!(print(&network), print(&second), "{name}");
        }
        for code in errors.iter().map(|error| format!("{} {}", error.code, error.message)).take(1) {
            *refused.entry(code).or_default() += 1;
        }
        if std::env::var_os("VESICA_SUITE_LIST").is_some() {
            for error in errors {
                println!(
                    "{name}: {} {} | {}",
                    error.code,
                    error.message,
                    error.span.as_ref().map_or("", |s| text.get(s.start..s.end.min(s.start + 60)).unwrap_or(""))
                );
            }
        }
    }
    println!("{n_read} of {} texts are read", files.len());
    for (message, count) in refused {
        println!("{count:5}  {message}");
    }
}

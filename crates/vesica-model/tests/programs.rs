//! Every `tests/models/*.ant` is read, flattened and printed as the file beside it says; what `tests/rejected/*.ant`
//! is told stands beside it, too. `VESICA_BLESS=1` writes the files anew; look at the difference before you keep it.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use vesica_model::antimony::print;
use vesica_model::{Diagnostic, Library, Severity, conservation};

fn texts(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let entries = std::fs::read_dir(folder).expect("the folder is there").flatten().map(|entry| entry.path());
    let mut texts: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|ending| ending == "ant")).collect();
    texts.sort();
    texts
}

/// `error E15 at 2:5 "GPX": no species ...` and the fix.
fn rendered(findings: &[Diagnostic], text: &str) -> String {
    let mut out = String::new();
    for found in findings {
        let word = if found.severity() == Severity::Warning { "warning" } else { "error" };
        write!(out, "{word} {}", found.code).unwrap();
        if let Some(span) = &found.span {
            let before = &text[..span.start];
            let line = before.matches('\n').count() + 1;
            let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1) + 1;
            write!(out, " at {line}:{column} {:?}", &text[span.start..span.end]).unwrap();
        }
        writeln!(out, ": {}", found.message).unwrap();
        if !found.help.is_empty() {
            writeln!(out, "    {}", found.help).unwrap();
        }
    }
    out
}

fn compare(path: &Path, found: &str) {
    let expected = path.with_extension("expected");
    if std::env::var_os("VESICA_BLESS").is_some() {
        std::fs::write(&expected, found).expect("the expected file can be written");
    }
    let wanted = std::fs::read_to_string(&expected).unwrap_or_default();
    assert_eq!(found, wanted, "{}", path.display());
}

/// Reads and flattens the main model of a text.
fn flat(path: &Path) -> (vesica_model::Network, Vec<Diagnostic>, String) {
    let text = std::fs::read_to_string(path).expect("the text can be read");
    let mut library = Library::default();
    let mut findings = library.read(&path.file_name().unwrap().to_string_lossy(), &text);
    let main = library.main_model().unwrap_or_default().to_string();
    let (network, more) = library.flatten(&main);
    findings.extend(more);
    if findings.iter().all(|found| found.severity() == Severity::Warning) {
        findings.extend(library.lints(&main));
    }
    (network, findings, text)
}

#[test]
fn models_become_these_networks() {
    for path in texts("models") {
        let (network, findings, text) = flat(&path);
        assert!(
            findings.iter().all(|found| found.severity() == Severity::Warning),
            "{}: {}",
            path.display(),
            rendered(&findings, &text)
        );
        let mut out = rendered(&findings, &text);
        out.push_str(&print(&network));
        for law in conservation::laws(&network) {
            let sum = law.iter().map(|(species, weight)| format!("{weight} {}", network.species[*species].id));
            writeln!(out, "conserved: {}", sum.collect::<Vec<_>>().join(" + ")).unwrap();
        }
        compare(&path, &out);
    }
}

#[test]
fn printed_models_read_as_the_same_network() {
    for path in texts("models") {
        let (network, _, _) = flat(&path);
        let text = print(&network);
        let mut library = Library::default();
        let findings = library.read("printed", &text);
        let (mut again, more) = library.flatten(library.main_model().expect("one model"));
        let errors: Vec<_> = findings.iter().chain(&more).filter(|found| found.severity() == Severity::Error).collect();
        assert!(errors.is_empty(), "{}: {errors:?}\n{text}", path.display());
        // Dots of submodels become `__`; all else is the same.
        let mut wanted = network.clone();
        for id in ids(&mut wanted).into_iter().chain(ids(&mut again)) {
            *id = id.replace('.', "__");
        }
        // As texts: "not a number" is not equal to itself.
        assert_eq!(format!("{again:?}"), format!("{wanted:?}"), "{}\n{text}", path.display());
    }
}

fn ids(network: &mut vesica_model::Network) -> Vec<&mut String> {
    let mut ids = vec![&mut network.id];
    ids.extend(network.parameters.iter_mut().map(|x| &mut x.id));
    ids.extend(network.species.iter_mut().map(|x| &mut x.id));
    ids.extend(network.variables.iter_mut().map(|x| &mut x.id));
    ids.extend(network.reactions.iter_mut().map(|x| &mut x.id));
    ids.extend(network.events.iter_mut().map(|x| &mut x.id));
    ids
}

#[test]
fn rejected_texts_are_told_this() {
    for path in texts("rejected") {
        let (_, findings, text) = flat(&path);
        assert!(findings.iter().any(|found| found.severity() == Severity::Error), "{} must be refused", path.display());
        compare(&path, &rendered(&findings, &text));
    }
}

#[test]
fn every_code_has_its_text() {
    let codes: Vec<&str> = vesica_model::codes::CODES.iter().map(|code| code.code).collect();
    assert!(codes.is_sorted());
    for path in texts("rejected").iter().chain(&texts("models")) {
        for found in flat(path).1 {
            assert!(vesica_model::codes::find(found.code).is_some(), "{} has no text", found.code);
        }
    }
}

//! The shared ferroptosis core reads and flattens without errors; skipped where the folder is absent.

use std::path::Path;

use vesica_model::{Library, Severity};

#[test]
fn the_shared_cell_flattens() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/models/ferroptosis");
    if !folder.exists() {
        eprintln!("skipped: {} is absent", folder.display());
        return;
    }
    let mut library = Library::default();
    let mut findings = Vec::new();
    let mut waiting = vec!["cell.ant".to_string()];
    while let Some(file) = waiting.pop() {
        let text = std::fs::read_to_string(folder.join(&file)).expect("an imported file is there");
        let before = library.imports().len();
        findings.extend(library.read(&file, &text));
        waiting.extend(library.imports()[before..].iter().map(|(name, _)| name.clone()));
    }
    let (network, more) = library.flatten("target_cell");
    findings.extend(more);
    let errors: Vec<_> = findings.iter().filter(|found| found.severity() == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    // As libAntimony 3.3.0 counts them, with `alive`, `mode` and `t_death` as three more species that events set.
    assert_eq!((network.species.len(), network.reactions.len(), network.events.len()), (45 + 3, 94, 2));
    assert!(network.parameters.iter().all(|parameter| !parameter.value.is_nan()));
    assert!(network.parameter("g_GPX4.M0").is_some_and(|index| network.parameters[index].value == 50.43));
    assert!(network.variable("kdM_GPX4").is_some(), "an output port has the caller's name");
    for name in library.models().map(str::to_string).collect::<Vec<_>>() {
        library.flatten(&name);
        library.lints(&name);
    }
}

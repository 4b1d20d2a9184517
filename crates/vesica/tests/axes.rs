//! Every published axis can be asked: its scenario is written, read without an error, wired, and run.

use vesica::compose;
use vesica::draft::{Draft, Wish, draft};
use vesica::knowledge::{Axis, Effect, Knowledge};
use vesica::ledger;
use vesica::result::{ArmRow, Outcome};
use vesica::run::outcome::{Frame, outcome};
use vesica::run::{Setup, Size, run};
use vesica::scenario::{self, Scenario};
use vesica_model::Severity;

/// Axes that cannot be asked yet, and why. An entry that is no longer true fails the test: take it out.
const PENDING: &[(&str, &str)] = &[];

fn knowledge() -> Knowledge {
    let (knowledge, problems) = Knowledge::embedded();
    assert!(problems.is_empty(), "{problems:#?}");
    knowledge
}

/// The scenario of an axis; where its source leaves the strand open, of the first strand that is offered.
fn written(knowledge: &Knowledge, id: &str) -> Result<Draft, String> {
    let told = |problem: vesica_model::Diagnostic| format!("{} {} {:?}", problem.code, problem.message, problem.help);
    match draft(knowledge, &Wish { words: id, ..Wish::default() }) {
        Err(problem) if problem.code == "E11" => {
            let help = problem.help.clone();
            let molecule = help.split("choose ").nth(1).and_then(|rest| rest.split(' ').next()).map(str::to_owned);
            let molecule = molecule.ok_or_else(|| told(problem))?;
            draft(knowledge, &Wish { words: id, molecule: Some(&molecule), ..Wish::default() }).map_err(told)
        }
        other => other.map_err(told),
    }
}

/// The scenario as it is read, with every cell wired.
fn read(knowledge: &Knowledge, draft: &Draft) -> Result<Scenario, String> {
    let (found, problems) = scenario::read("axis.toml", &draft.text, &draft.axis, knowledge, &|_| None);
    let errors: Vec<String> = problems
        .iter()
        .filter(|problem| problem.severity() != Severity::Warning)
        .map(|problem| format!("{} {}", problem.code, problem.message))
        .collect();
    let scenario = found.filter(|_| errors.is_empty()).ok_or(errors.join("; "))?;
    for cell in &scenario.cells {
        compose::compose(&scenario, knowledge, cell).map_err(|problems| format!("{}: {problems:?}", cell.name))?;
    }
    Ok(scenario)
}

#[test]
fn every_axis_becomes_a_scenario() {
    let knowledge = knowledge();
    let mut stale = Vec::new();
    let mut failed = Vec::new();
    for axis in &knowledge.axes {
        let pending = PENDING.iter().find(|(id, _)| *id == axis.id);
        match (written(&knowledge, &axis.id).and_then(|draft| read(&knowledge, &draft)), pending) {
            (Ok(_), Some((id, why))) => stale.push(format!("{id} ({why})")),
            (Err(problem), None) => failed.push(format!("{}: {problem}", axis.id)),
            _ => {}
        }
    }
    let unknown: Vec<&str> = PENDING.iter().map(|(id, _)| *id).filter(|id| knowledge.axis(id).is_none()).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(
        stale.is_empty() && unknown.is_empty(),
        "these can be asked now: take them from PENDING: {stale:#?} {unknown:?}"
    );
}

/// Axes that can be asked.
fn asked(knowledge: &Knowledge) -> impl Iterator<Item = &Axis> {
    knowledge.axes.iter().filter(|axis| PENDING.iter().all(|(id, _)| *id != axis.id))
}

#[test]
fn a_scenario_says_where_it_comes_from_and_what_speaks_against() {
    let knowledge = knowledge();
    for axis in asked(&knowledge) {
        let draft = written(&knowledge, &axis.id).expect("a scenario");
        let scenario = read(&knowledge, &draft).expect("it reads");
        let comments: String =
            draft.text.lines().filter(|line| line.starts_with('#')).map(|line| format!("{line} ")).collect();
        let said = comments.split_whitespace().filter(|word| *word != "#").collect::<Vec<_>>().join(" ");
        for part in [axis.id.as_str(), "Source:", axis.field("seen_kind"), "Against it:", "Assumed here"] {
            let part = part.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(said.contains(&part), "{}: {part}\n{}", axis.id, draft.text);
        }
        for reason in &axis.against {
            let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(said.contains(&reason), "{}: {reason}", axis.id);
        }
        assert!(!scenario.follows.is_empty() || axis.sources.is_empty(), "{}: it follows nothing", axis.id);
        assert!(draft.text.lines().all(|line| !line.starts_with('#') || line.chars().count() <= 120), "{}", axis.id);
        assert!(!scenario.question.is_empty() && scenario.answer.is_some(), "{}", axis.id);
    }
}

#[test]
fn its_question_follows_from_the_axis() {
    let knowledge = knowledge();
    for axis in asked(&knowledge) {
        let scenario = read(&knowledge, &written(&knowledge, &axis.id).expect("a scenario")).expect("it reads");
        let answer = scenario.answer.as_ref().expect("an answer");
        let counts = answer.counts.expect("what counts");
        let is_delivery = answer.measure.starts_with("delivered");
        // with a cargo that suppresses, more cells live; where it is lost, fewer do
        let keeps_alive = (axis.effect == Some(Effect::Suppresses)) != axis.is_by_loss();
        assert!(is_delivery || counts.at_least == keeps_alive, "{}: {counts:?}", axis.id);
        assert_eq!(is_delivery, answer.given.is_empty(), "{}: controls", axis.id);
        let has_arm = |part: &str| scenario.arms.iter().any(|arm| arm.name.contains(part));
        assert!(has_arm("untreated"), "{}", axis.id);
        let is_sent = scenario.vesicles.iter().all(|vesicle| vesicle.from.is_some());
        assert_eq!(has_arm("no donor"), is_sent, "{}", axis.id);
        assert!(has_arm("GW4869") || !is_sent, "{}: release is never blocked", axis.id);
        if !is_delivery {
            assert!(has_arm("ferrostatin-1") && has_arm("zVAD-fmk"), "{}", axis.id);
            let is_mirna = axis.kind == "miRNA";
            assert_eq!(has_arm("anti-"), is_mirna, "{}: an antagomir for a miRNA", axis.id);
        }
        for gene in axis.genes.iter().filter(|gene| scenario.links.act.contains_key(*gene)) {
            assert!(
                scenario.measures.iter().any(|measure| measure.reads.contains(&format!("protein({gene}, "))),
                "{}",
                axis.id
            );
        }
    }
}

#[test]
fn words_find_one_axis_or_say_what_to_add() {
    let knowledge = knowledge();
    let id = |words: &str| draft(&knowledge, &Wish { words, ..Wish::default() }).map(|draft| draft.axis);
    for (words, axis) in [
        ("AX005", "AX005"),
        ("ax005", "AX005"),
        ("miR-124-3p STEAP3", "AX005"),
        ("steap3", "AX005"),
        ("mir124 graft", "AX005"),
        ("obese macrophage cardiomyocyte", "AX008"),
        ("prostate cancer", "AX016"),
        ("miR-23a-3p atrial fibrillation", "AX013"),
    ] {
        assert_eq!(id(words).map_err(|problem| problem.message), Ok(axis.to_owned()), "{words}");
    }
    for (words, code, parts) in [
        ("miR-23a-3p", "E88", &["AX004", "AX013", "add a target, disease or donor"][..]),
        ("cardiomyocyte", "E88", &["AX008", "AX027"]),
        ("SLC7A11", "E88", &["AX008"]),
        ("erastine", "E88", &["AX001"]),
        ("state.labile_iron", "E19", &["vesica know axes"]),
        ("zzzzzz", "E19", &[]),
        ("", "E88", &["AX001", "and 42 more: vesica know axes"]),
    ] {
        let refused = id(words).expect_err(words);
        assert_eq!(refused.code, code, "{words}: {}", refused.message);
        let help = refused.help;
        assert!(!help.is_empty() && parts.iter().all(|part| help.contains(part)), "{words}: {help}");
    }
}

#[test]
fn a_missing_strand_is_asked_for() {
    let knowledge = knowledge();
    let with = |words: &str, strand: Option<&str>, molecule: Option<&str>| {
        draft(&knowledge, &Wish { words, strand, molecule })
    };
    let refused = with("AX001", None, None).expect_err("no strand");
    let help = refused.help.clone();
    assert_eq!(refused.code, "E11");
    assert!(help.contains("hsa-miR-522-3p (MIMAT0002868, seed AAAUGGU)") && help.contains("--strand 5p"), "{help}");
    for strand in ["3p", "5p"] {
        let draft = with("AX001", Some(strand), None).expect("a strand was chosen");
        let other = if strand == "3p" { "5p" } else { "3p" };
        assert!(draft.text.contains(&format!("[vesicle.exo.cargo.\"hsa-miR-522-{strand}\"]")), "{}", draft.text);
        assert!(draft.text.contains(&format!("chosen here, not hsa-miR-522-{other}")), "{}", draft.text);
    }
    assert_eq!(with("AX001", None, Some("miR-522-4p")).expect_err("no such strand").code, "E11");
    // a strand that the source names is not chosen anew
    assert_eq!(with("AX005", Some("5p"), None).expect_err("it is 3p").code, "E89");
    assert!(with("AX005", Some("3p"), None).is_ok());
    assert_eq!(with("AX041", Some("3p"), None).expect_err("a protein").code, "E89");
}

/// Two worlds: enough to see that it runs, not what it answers.
const TWO: Size = Size { n_worlds: 2, n_targets: 40, n_donors: 10, exchange: 1800.0 };

/// The fewest cells, for all axes.
const FEW: Size = Size { n_targets: 12, n_donors: 4, ..TWO };

fn simulate(knowledge: &Knowledge, id: &str, size: Size) -> Outcome {
    let scenario = read(knowledge, &written(knowledge, id).expect("a scenario")).expect("it reads");
    let setup = Setup::new(&scenario, knowledge, size, scenario.seed).unwrap_or_else(|p| panic!("{id}: {p:#?}"));
    let frame = Frame {
        lock: scenario::lock(&scenario, knowledge),
        check: ledger::check(&scenario, knowledge, &[]),
        dose_statement: ledger::dose_statement(&scenario, &[]),
        command: format!("vesica run {id}"),
        warnings: Vec::new(),
    };
    outcome(&setup, &run(&setup), frame)
}

/// What is wrong with a run: untreated cells live, what should be rescued is better off than without, and something is
/// said of what arrives. How many live in two worlds is chance.
fn wrong(knowledge: &Knowledge, id: &str, size: Size) -> Vec<String> {
    let outcome = simulate(knowledge, id, size);
    let alive = |arm: &str, at: f64| {
        let is_it = |row: &&ArmRow| row.measure == "viability" && row.arm == arm && row.at_h == at;
        outcome.readings.iter().find(is_it).and_then(|row| row.value.best)
    };
    let mut wrong: Vec<String> = outcome.answer.frozen.iter().map(|why| format!("{id}: {why}")).collect();
    for row in outcome.readings.iter().filter(|row| row.measure == "viability") {
        let least = match row.arm.strip_suffix(" + ferrostatin-1") {
            Some(without) => alive(without, row.at_h).map(|without| without - 5.0),
            None => (row.arm == "untreated").then_some(60.0),
        };
        if least.is_some_and(|least| row.value.best.is_none_or(|alive| alive < least)) {
            wrong.push(format!("{id}, {} at {} h: {:?} % alive, not {least:?}", row.arm, row.at_h, row.value.best));
        }
    }
    if !outcome.readings.iter().any(|row| row.measure == "delivered") {
        wrong.push(format!("{id}: nothing is said of what arrives"));
    }
    wrong
}

#[test]
fn some_of_them_run() {
    let knowledge = knowledge();
    // a miRNA that protects, one that kills, one by loss, from a fluid, without a target, a protein
    let some = ["AX005", "AX008", "AX019", "AX026", "AX054", "AX040"];
    let wrong: Vec<String> = some.iter().flat_map(|id| wrong(&knowledge, id, TWO)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn all_of_them_run() {
    let knowledge = knowledge();
    let wrong: Vec<String> = asked(&knowledge).flat_map(|axis| wrong(&knowledge, &axis.id, FEW)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

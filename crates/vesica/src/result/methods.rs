//! The paragraph for the paper (`methods.md`), built from the outcome alone.

use super::Outcome;
use super::table::exact;

/// The methods of a run as Markdown: dose statement, simulation, question and rule, numbers, how to run it again.
pub fn methods(outcome: &Outcome) -> String {
    let parts = [
        ("Vesicle dose", dose(outcome)),
        ("Simulation", simulation(outcome)),
        ("Question and rule", question(outcome)),
        ("Answer by hypothesis", hypotheses(outcome)),
        ("Controls", controls(outcome)),
        ("Readings of the lab", observed(outcome)),
        ("Numbers and their sources", sources(outcome)),
        ("Run this again", format!("```\n{}\n```", one_line(&outcome.command))),
        ("Cite", cite(outcome)),
    ];
    let mut out = String::from("# Methods\n");
    for (title, text) in parts.into_iter().filter(|(_, text)| !text.is_empty()) {
        out += &format!("\n## {title}\n\n{text}\n");
    }
    out
}

fn dose(outcome: &Outcome) -> String {
    let text = one_line(&outcome.dose_statement);
    if text.is_empty() { "No vesicles were present.".to_owned() } else { text }
}

fn simulation(outcome: &Outcome) -> String {
    let answer = &outcome.answer;
    let n_arms = outcome.arms.len();
    let arms: Vec<String> = outcome.arms.iter().map(|arm| one_line(&arm.name)).collect();
    if n_arms == 0 {
        return format!("No arm was simulated with vesica {}.", answer.version);
    }
    let mut text = format!(
        "{n_arms} {} ({}) {} simulated with vesica {} in {} worlds, {} cells in all, with seed {}. A world is one draw of \
         every uncertain number from its stated range; the same worlds, cells and random numbers served every arm. Ranges \
         are 5 to 95 % over worlds.",
        if n_arms == 1 { "arm" } else { "arms" },
        arms.join("; "),
        if n_arms == 1 { "was" } else { "were" },
        answer.version,
        answer.n_worlds,
        answer.n_cells,
        answer.seed
    );
    if !answer.method.is_empty() {
        text += &format!(
            " Molecules inside the cells were counted so: {} (deterministic: as a flow; hybrid: cargo that is scarce in \
             whole copies, the rest as a flow; leaps, exact: all in whole numbers).",
            one_line(&answer.method)
        );
    }
    for whole in &answer.whole {
        text += &format!(" In {}.", one_line(&whole.in_words(usize::MAX)));
    }
    if answer.died_at_rest > 0.0 {
        text += &format!(
            " {} of the simulated cells died while coming to rest, before time zero.",
            percent(answer.died_at_rest)
        );
    }
    for frozen in &answer.frozen {
        text += &format!(" {}", one_line(frozen));
    }
    text
}

fn question(outcome: &Outcome) -> String {
    let answer = &outcome.answer;
    if answer.of.is_empty() || answer.minus.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "{} The answer compares {}. A world holds when the difference is {}; it can answer when its controls hold. {} of \
         the worlds can answer, and of these {} hold (standard error {}); of all worlds {} hold. Rule of the verdict: {}. \
         Verdict: {}.",
        one_line(&answer.question),
        one_line(&answer.compares),
        one_line(&answer.counts),
        percent(answer.can_answer),
        percent(answer.holds),
        percent(answer.holds_error),
        percent(answer.holds_of_all),
        one_line(&answer.rule).trim_end_matches('.'),
        one_line(&answer.verdict)
    );
    if answer.noise > 0.0 {
        text += &format!(" One reading of {} has a CV of {}.", one_line(&answer.measure), percent(answer.noise));
    }
    text + " A share of worlds is a share of the stated assumptions, not a probability."
}

fn hypotheses(outcome: &Outcome) -> String {
    let line = |row: &super::HypothesisAnswer| {
        let end = |value: Option<f64>| value.filter(|value| value.is_finite()).map_or("–".to_owned(), rounded);
        let difference = row.difference;
        format!(
            "- {}: {} worlds, {} can answer, {} of these hold, difference {} {} ({} to {}): {}",
            one_line(&row.hypothesis),
            row.n_worlds,
            percent(row.can_answer),
            percent(row.holds),
            end(difference.best),
            one_line(&row.unit),
            end(difference.low),
            end(difference.high),
            one_line(&row.verdict)
        )
    };
    outcome.answer.by_hypothesis.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn controls(outcome: &Outcome) -> String {
    let line =
        |given: &super::Given| format!("- {}: holds in {} of all worlds", one_line(&given.text), percent(given.holds));
    outcome.answer.given.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn observed(outcome: &Outcome) -> String {
    let line = |row: &super::ThroughRow| {
        format!(
            "- {}: {} (sha256 {}), {} arms at times; {} of {} worlds pass through",
            if row.measure.is_empty() { "all".to_owned() } else { one_line(&row.measure) },
            one_line(&row.file),
            one_line(&row.sha256),
            row.n_groups,
            row.n_through,
            row.n_worlds
        )
    };
    let lines: Vec<String> = outcome.through.iter().filter(|row| row.hypothesis.is_empty()).map(line).collect();
    if lines.is_empty() {
        return String::new();
    }
    format!(
        "{}\n\nNothing was fitted. A world passes through the readings of an arm at a time when its prediction is within two \
         standard deviations of one reading of their mean; the standard deviation is that between replicates, or the noise \
         of the measure if larger. It passes through the data when it passes through at least 95 % of these.",
        lines.join("\n")
    )
}

fn sources(outcome: &Outcome) -> String {
    let [measured, inferred, assumed] = outcome.answer.counted;
    format!(
        "{} numbers were used: {measured} measured, {inferred} inferred, {assumed} assumed. Each stands in evidence.tsv with \
         its range, status and source; scenario.lock.toml holds every default made explicit; references.bib holds every \
         source that was used.",
        measured + inferred + assumed
    )
}

fn cite(outcome: &Outcome) -> String {
    format!(
        "vesica {}, with the seed and the command above, and the sources in references.bib.",
        outcome.answer.version
    )
}

/// A share (0..1) in percent, whole or with one decimal under 1.
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if !percent.is_finite() {
        "–".to_owned()
    } else if percent == 0.0 || percent >= 1.0 {
        format!("{percent:.0} %")
    } else {
        format!("{percent:.1} %")
    }
}

/// Two decimals at most.
fn rounded(value: f64) -> String {
    exact((value * 100.0).round() / 100.0 + 0.0)
}

/// The text without line breaks, so that it cannot leave its paragraph.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

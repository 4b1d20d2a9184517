//! What `sweep` and `rank` read from the words of a command.

use vesica_model::{Diagnostic, Span};

use super::input::Input;
use super::problems::Failed;
use super::sweep::known;
use crate::scenario::Scenario;
use crate::study::factor::Factor;

/// Name of the text in which problems of a command are shown.
const COMMAND: &str = "the command";

/// Factors and their places in the command.
pub struct Typed {
    pub factors: Vec<Factor>,
    pub spans: Vec<Span>,
    pub warnings: Vec<Diagnostic>,
}

/// Reads all factors.
///
/// # Errors
/// All that is wrong with any of them; E96 for one that is given twice.
pub fn read(words: &[String], input: &mut Input) -> Result<Typed, Failed> {
    input.sources.add(COMMAND, words.join("\n"));
    let (mut factors, mut spans, mut problems): (Vec<Factor>, Vec<Span>, Vec<Diagnostic>) = Default::default();
    let mut start = 0;
    for word in words {
        let span = Span { file: COMMAND.to_owned(), start, end: start + word.len() };
        start = span.end + 1;
        match Factor::read(word, &span, &input.scenario, &input.knowledge) {
            Ok(factor) if factors.iter().any(|other| other.target == factor.target) => {
                let message = format!("`{}` is varied twice", factor.name);
                problems.push(Diagnostic::error("E96", message).at(span).help("give it once, with all its values"));
            }
            Ok(factor) => {
                factors.push(factor);
                spans.push(span);
            }
            Err(found) => problems.push(found),
        }
    }
    match problems.is_empty() {
        true => {
            let warnings = factors.iter().zip(&spans).filter_map(|(factor, span)| crowded(factor, span)).collect();
            Ok(Typed { factors, spans, warnings })
        }
        false => Err(Failed { diagnostics: problems, sources: input.sources.clone() }),
    }
}

/// Says so where equal steps leave a range's lower decades empty.
fn crowded(factor: &Factor, span: &Span) -> Option<Diagnostic> {
    let message = format!("equal steps leave the lower part of `{}` with a single level", factor.name);
    let help = "for equal factors between levels write log: \"0.1..30 uM, log 9\"";
    factor.is_crowded().then(|| Diagnostic::error("W39", message).at(span.clone()).help(help))
}

/// Keeps the named arms and those that measures compare them with; all of them when none is named.
///
/// # Errors
/// E98 for an arm that the scenario does not have.
pub fn keep_arms(scenario: &mut Scenario, names: &[String]) -> Result<(), Failed> {
    let unknown = |name: &&String| scenario.arms.iter().all(|arm| arm.name != **name);
    let problems: Vec<Diagnostic> = names
        .iter()
        .filter(unknown)
        .map(|name| {
            let help = known(name, scenario.arms.iter().map(|arm| arm.name.as_str()));
            Diagnostic::error("E98", format!("there is no arm `{name}`")).help(help)
        })
        .collect();
    if !problems.is_empty() {
        return Err(Failed::input(problems));
    }
    if names.is_empty() {
        return Ok(());
    }
    let compared: Vec<String> = scenario.measures.iter().filter_map(|measure| measure.relative_to.clone()).collect();
    scenario.arms.retain(|arm| names.contains(&arm.name) || compared.contains(&arm.name));
    Ok(())
}

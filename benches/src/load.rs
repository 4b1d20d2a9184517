//! Load: from the text of a model to a program with machine code, against libRoadRunner's from SBML.

use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use vesica_engine::{Workspace, compile};

use crate::Asked;
use crate::machine::{least, median, repeated};
use crate::models::{self, Model, N_BIOMODELS};
use crate::outcome::{Group, Outcome, Row};
use crate::peers::{Peer, numbers};

const ROUNDS: usize = 3;
const BUDGET: Duration = Duration::from_millis(60);

/// Runs it.
pub fn bench(asked: Asked) -> Result<Outcome> {
    if asked.is_quick {
        let text = crate::made::ring(50);
        let seconds = repeated(BUDGET, || whole("ring", &text));
        let rows = vec![Row::ours_only("made by rule, 50 species", 1e3 * least(&seconds))];
        return Ok(outcome(vec![Group { name: "ours alone".into(), rows, target: None }]));
    }
    let models = models::all(N_BIOMODELS)?;
    let mut groups = Vec::new();
    for (mut peer, target) in [(Peer::roadrunner()?, Some(20.0)), (Peer::copasi()?, None)] {
        let mut rows = Vec::new();
        for model in &models.models {
            rows.push(match compare(model, &mut peer) {
                Ok(row) => row,
                Err(error) => Row { note: error.to_string(), ..Row::ours_only(&model.name, f64::NAN) },
            });
        }
        groups.push(Group { name: peer.name.clone(), rows, target });
    }
    let mut outcome = outcome(groups);
    outcome.notes.push(format!("not read by us: {}", models.refused.join("; ")));
    Ok(outcome)
}

fn outcome(groups: Vec<Group>) -> Outcome {
    let title = "load: text to program with machine code; peers: SBML to a model that can run".to_owned();
    Outcome { title, unit: "ms".into(), groups, notes: Vec::new() }
}

fn compare(model: &Model, peer: &mut Peer) -> Result<Row> {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(least(&repeated(BUDGET, || whole(&model.name, &model.text))));
        let job = json!({"do": "load", "sbml": model.sbml, "budget": BUDGET.as_secs_f64()});
        theirs.push(least(&numbers(&peer.ask(job)?["seconds"])));
    }
    let ratios: Vec<f64> = theirs.iter().zip(&ours).map(|(theirs, ours)| theirs / ours).collect();
    Ok(Row {
        ratio: least(&theirs) / least(&ours),
        peer: 1e3 * least(&theirs),
        spread: (ratios.iter().copied().fold(0.0, f64::max) - least(&ratios)) / median(&ratios),
        ..Row::ours_only(&model.name, 1e3 * least(&ours))
    })
}

/// All that stands between a text and the first step.
fn whole(name: &str, text: &str) {
    let network = models::read(name, text).expect("it was read before");
    let program = compile(&network).expect("it was compiled before");
    std::hint::black_box(Workspace::for_program(&program));
}

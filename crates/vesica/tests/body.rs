//! Vesicles, copies and drugs in a body: closed forms, conservation, species, threads, exchange steps.

use vesica::knowledge::{BodyPlan, Contents, Flow, Knowledge, Number, Over, Value};
use vesica::ledger;
use vesica::report::build;
use vesica::result::{DetectionRow, Outcome};
use vesica::run::outcome::{Frame, outcome};
use vesica::run::{Setup, Size, WorldResult, run};
use vesica::scenario::{self, Scenario};

const SMALL: Size = Size { n_worlds: 3, n_targets: 8, n_donors: 4, exchange: 1800.0 };

fn knowledge() -> Knowledge {
    let (knowledge, problems) = Knowledge::embedded();
    assert!(problems.is_empty(), "{problems:#?}");
    knowledge
}

/// Every number at its best value, or the middle of its range.
fn sure(mut knowledge: Knowledge) -> Knowledge {
    for number in &mut knowledge.numbers {
        if let Some(quantity) = number.quantity() {
            number.value = Value::Known(quantity.unit.from_inside(quantity.middle()));
            number.range = None;
        }
    }
    knowledge
}

fn read(text: &str, knowledge: &Knowledge) -> Scenario {
    let (scenario, problems) = scenario::read("test.toml", text, "test", knowledge, &|_| None);
    scenario.unwrap_or_else(|| panic!("{problems:#?}"))
}

fn simulate(text: &str, knowledge: &Knowledge, size: Size) -> (Scenario, Vec<WorldResult>) {
    let scenario = read(text, knowledge);
    let setup = Setup::new(&scenario, knowledge, size, 7).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let worlds = run(&setup);
    for world in &worlds {
        assert!(world.frozen.is_empty(), "{:?}", world.frozen.first());
    }
    (scenario, worlds)
}

/// Readings of a measure in an arm of a world, per um³.
fn readings(scenario: &Scenario, world: &WorldResult, arm: &str, measure: &str) -> Vec<f64> {
    let arm = scenario.arms.iter().position(|known| known.name == arm).expect("an arm");
    let measure = scenario.measures.iter().position(|known| known.name == measure).expect("a measure");
    world.arms[arm].readings[measure].clone()
}

fn last(scenario: &Scenario, world: &WorldResult, arm: &str, measure: &str) -> f64 {
    *readings(scenario, world, arm, measure).last().expect("a reading")
}

/// A dose of vesicles into the blood of a mouse, nobody else there.
const DOSE: &str = r#"
vesica = 1
time = { span = "24 h", record = "1 h" }
[place]
kind = "body"
species = "mouse"
[vesicle.exo]
size = "100 nm"
to = []
[arm.dose]
dose = [{ vesicle = "exo", amount = "1e10 particles", route = "i.v.", at = "0 h" }]
[measure.plasma]
reads = "particles(plasma)"
healthy = "0 particles/mL"
at = ["2 min", "10 min", "1 h", "6 h", "24 h"]
"#;

#[test]
fn two_compartments_follow_the_closed_form() {
    let mut knowledge = sure(knowledge());
    let flow = |mechanism: &str, over: Over, bind: &[(&str, &str)]| Flow {
        mechanism: mechanism.into(),
        carries: Contents::Vesicles,
        over,
        bind: bind.iter().map(|(port, name)| ((*port).to_owned(), (*name).to_owned())).collect(),
    };
    let mouse = knowledge.bodies["mouse"].clone();
    let plan = BodyPlan {
        fluids: vec!["plasma".into()],
        organs: vec!["liver".into()],
        others: vec!["bound in blood".into()],
        part: Default::default(),
        lumen: Default::default(),
        flows: vec![
            flow("4-travel/blood_binding", Over::Once, &[("plasma", "in_plasma"), ("bound", "in_bound_in_blood")]),
            flow(
                "4-travel/phagocytes",
                Over::Named(vec!["liver".into()]),
                &[("plasma", "in_plasma"), ("plasma_volume", "volume_plasma"), ("cleared", "cleared_{it}")],
            ),
        ],
        ..mouse
    };
    knowledge.bodies.insert("mouse".into(), plan);
    let number = |id: &str| knowledge.number(id, "").and_then(Number::quantity).expect("a row").middle();
    let (k12, k21) = (number("blood_binding.k_bind"), number("blood_binding.k_release"));
    let flow = number("body.mouse.cardiac_output") * (1.0 - number("body.mouse.hematocrit"));
    let cleared = flow * number("body.mouse.liver.blood_share") * number("body.mouse.liver.extraction");
    let volume = number("body.mouse.plasma.volume");
    let k10 = cleared / volume;
    // x' = -(k10 + k12) x + k21 y, y' = k12 x - k21 y, x(0) = dose
    let (sum, product) = (k10 + k12 + k21, k10 * k21);
    let root = (sum * sum - 4.0 * product).sqrt();
    let (fast, slow) = ((sum + root) / 2.0, (sum - root) / 2.0);
    let closed =
        |t: f64| 1e10 / volume * ((fast - k21) * (-fast * t).exp() + (k21 - slow) * (-slow * t).exp()) / (fast - slow);
    let (scenario, worlds) = simulate(DOSE, &knowledge, Size { n_worlds: 1, ..SMALL });
    let found = readings(&scenario, &worlds[0], "dose", "plasma");
    for (at, found) in scenario.measures[0].at.iter().zip(found) {
        assert!((found / closed(*at) - 1.0).abs() < 1e-5, "at {at} s: {found}, closed form {}", closed(*at));
    }
}

/// A tumour that sheds, cells in the liver that take up, doses by every route.
const FULL: &str = r#"
vesica = 1
time = { span = "24 h", record = "4 h" }
[place]
kind = "body"
species = "SPECIES"
tumour = { at = "kidney", volume = "0.1..10 cm^3" }
[cell.tumour]
is = "mammalian cell"
at = "tumour"
doubles = "30 d"
[cell.liver]
is = "mammalian cell"
at = "liver"
count = 1_000_000_000
grows = "no"
varies = "30 %"
[vesicle.exo]
from = "tumour"
to = ["liver", "tumour"]
rate = "60 /cell/h"
size = "100 nm ± 30 nm"
[vesicle.exo.cargo."hsa-miR-522-3p"]
copies = "0.5 /vesicle"
[links]
act.ALOX15 = "0.5 of control"
enter.clearance = "1 nL/h/cell"
[arm.tumour]
[arm.doses]
like = "tumour"
dose = [
  { vesicle = "exo", amount = "1e9 particles", route = "i.v.", at = "1 h" },
  { vesicle = "exo", amount = "1e9 particles", route = "i.p.", at = "2 h" },
  { vesicle = "exo", amount = "1e9 particles", route = "s.c.", at = "2 h" },
  { vesicle = "exo", amount = "1e9 particles", route = "oral", at = "2 h" },
  { vesicle = "exo", amount = "1e9 particles", route = "intranasal", at = "2 h" },
  { vesicle = "exo", amount = "1e9 particles", route = "into the tumour", at = "2 h" },
  { drug = "erastin", amount = "20 umol/kg", route = "i.v.", at = "0 h" },
]
[measure.plasma]
reads = "particles(plasma)"
at = ["24 h"]
[measure.marker]
reads = "copies(hsa-miR-522-3p, urine)"
healthy = "0 copies/mL"
at = ["24 h"]
[measure.drug]
reads = "conc(erastin, liver)"
at = ["1 h", "24 h"]
"#;

fn full(species: &str) -> String {
    FULL.replace("SPECIES", species)
}

#[test]
fn vesicles_and_copies_are_conserved_over_the_body() {
    for species in ["human", "mouse"] {
        let (_, worlds) = simulate(&full(species), &knowledge(), SMALL);
        for arm in worlds.iter().flat_map(|world| &world.arms) {
            assert!(arm.chains.iter().all(|chain| chain.released > 0.0 && chain.taken_up > 0.0), "{species}");
            for imbalance in &arm.imbalance {
                assert!(imbalance.abs() < 1e-4, "{species}: {imbalance} is not accounted for");
            }
        }
    }
}

#[test]
fn doses_reach_the_cells_of_an_organ() {
    let (scenario, worlds) = simulate(&full("mouse"), &knowledge(), SMALL);
    for world in &worlds {
        let delivered = |arm: usize, target: usize| world.arms[arm].chains[target].cargo[0].taken_up;
        let (tumour, doses) = (0, 1);
        for target in 0..2 {
            assert!(delivered(doses, target) > delivered(tumour, target), "{target}");
        }
        let drug = readings(&scenario, world, "doses", "drug");
        assert!(drug[0] > drug[1] && drug[1] > 0.0, "the liver gets the drug and clears it: {drug:?}");
        assert_eq!(last(&scenario, world, "tumour", "drug"), 0.0);
        assert!(last(&scenario, world, "doses", "marker") > last(&scenario, world, "tumour", "marker"));
    }
}

#[test]
fn the_same_dose_is_thinner_in_a_larger_body() {
    let at_once = |species: &str| {
        let text = DOSE.replace("mouse", species);
        let (scenario, worlds) = simulate(&text, &sure(knowledge()), Size { n_worlds: 1, ..SMALL });
        readings(&scenario, &worlds[0], "dose", "plasma")[0]
    };
    let knowledge = sure(knowledge());
    let volume = |species: &str| {
        let id = format!("body.{species}.plasma.volume");
        knowledge.number(&id, "").and_then(Number::quantity).expect("a row").middle()
    };
    // two minutes: the same share is bound by then, and little is cleared
    let ratio = at_once("mouse") / at_once("human") * volume("mouse") / volume("human");
    assert!((ratio - 1.0).abs() < 0.03, "{ratio}");
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let results = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().expect("threads");
        pool.install(|| simulate(&full("human"), &knowledge(), SMALL).1)
    };
    // as text, in which one missing number is like another
    assert!(format!("{:?}", results(1)) == format!("{:?}", results(3)));
}

#[test]
fn a_shorter_exchange_step_gives_the_same_body() {
    let results = |exchange: f64| {
        let size = Size { n_worlds: 2, exchange, ..SMALL };
        let (scenario, worlds) = simulate(&full("human"), &knowledge(), size);
        let of = |world: &WorldResult| {
            ["plasma", "marker"].map(|measure| last(&scenario, world, "doses", measure)).into_iter().collect::<Vec<_>>()
        };
        worlds.iter().flat_map(of).collect::<Vec<f64>>()
    };
    let (plain, halved) = (results(1800.0), results(900.0));
    for (plain, halved) in plain.iter().zip(&halved) {
        assert!((plain / halved - 1.0).abs() < 0.01, "{plain} and {halved}");
    }
}

/// A tumour that does not grow, long enough for a balance; nothing takes up.
const LONG: &str = r#"
vesica = 1
time = { span = "40 d", record = "2 d" }
[place]
kind = "body"
species = "human"
tumour = { at = "kidney", volume = "2 cm^3" }
[cell.tumour]
is = "mammalian cell"
at = "tumour"
density = "1e8 cells/cm^3"
grows = "no"
[vesicle.exo]
from = "tumour"
to = []
rate = "60 /cell/h"
size = "100 nm"
[arm.small]
[arm.large]
set = { place.tumour.volume = "20 cm^3" }
[measure.plasma]
reads = "particles(plasma)"
healthy = "0 particles/mL"
at = ["40 d"]
[measure.urine]
reads = "particles(urine)"
healthy = "0 particles/mL"
at = ["40 d"]
"#;

#[test]
fn simulation_and_ledger_agree_on_the_balance_of_a_body() {
    let knowledge = sure(knowledge());
    let size = Size { n_worlds: 1, exchange: 6.0 * 3600.0, ..SMALL };
    let (scenario, worlds) = simulate(LONG, &knowledge, size);
    let check = ledger::check(&scenario, &knowledge, &[]);
    for measure in ["plasma", "urine"] {
        let words = format!("from the tumour in {measure}");
        let row = check.ledger.iter().find(|row| row.quantity == words).expect("a row");
        let per_ml = row.best.expect("a best value");
        let simulated = last(&scenario, &worlds[0], "small", measure) * 1e12;
        assert!((simulated / per_ml - 1.0).abs() < 0.02, "{measure}: {simulated}, ledger {per_ml}");
    }
}

#[test]
fn what_a_tumour_adds_is_in_proportion_to_its_volume() {
    let size = Size { n_worlds: 2, exchange: 6.0 * 3600.0, ..SMALL };
    let (scenario, worlds) = simulate(LONG, &knowledge(), size);
    for (world, measure) in worlds.iter().flat_map(|world| [(world, "plasma"), (world, "urine")]) {
        let ratio = last(&scenario, world, "large", measure) / last(&scenario, world, "small", measure);
        // what comes back from blood into the tumour grows with its volume once more
        assert!((9.9..11.5).contains(&ratio), "{measure}: ten times the volume gives {ratio} times as much");
    }
}

#[test]
fn a_drug_by_mouth_reaches_blood_less_than_one_into_a_vein() {
    let text = r#"
vesica = 1
time = { span = "12 h", record = "1 h" }
[place]
kind = "body"
species = "mouse"
[arm.vein]
dose = [{ drug = "erastin", amount = "20 umol/kg", route = "i.v.", at = "0 h" }]
[arm.mouth]
dose = [{ drug = "erastin", amount = "20 umol/kg", route = "oral", at = "0 h" }]
[arm.belly]
dose = [{ drug = "erastin", amount = "0.56 umol", route = "i.p.", at = "0 h" }]
[measure.blood]
reads = "conc(erastin, plasma)"
at = [TIMES]
"#;
    // a dose into a vein has left blood for the organs within a minute
    let seconds = (0..30).map(|i| format!("\"{} s\"", 2 * i + 1));
    let minutes = (1..720).map(|i| format!("\"{i} min\""));
    let times = seconds.chain(minutes).collect::<Vec<_>>().join(", ");
    let (scenario, worlds) = simulate(&text.replace("TIMES", &times), &knowledge(), SMALL);
    let at = &scenario.measures[0].at;
    for world in &worlds {
        let area = |arm: &str| {
            let read = readings(&scenario, world, arm, "blood");
            let pieces = at.windows(2).zip(read.windows(2));
            pieces.map(|(at, read)| (at[1] - at[0]) * (read[0] + read[1]) / 2.0).sum::<f64>()
        };
        assert!(area("mouth") > 0.0 && area("mouth") < area("vein"), "{} {}", area("mouth"), area("vein"));
        // 0.56 umol is 20 umol/kg of 28 g; what is absorbed from the belly passes the liver, too
        assert!(area("belly") < 1.05 * area("vein"), "{} {}", area("belly"), area("vein"));
        let peak = |arm: &str| readings(&scenario, world, arm, "blood").into_iter().fold(0.0, f64::max);
        assert!(peak("vein") > peak("belly"));
    }
}

/// What the cells of the tumour took of one dose of the example with loaded vesicles, by the arm that gives it.
fn loaded(change: impl Fn(&str) -> String) -> (Scenario, Vec<WorldResult>) {
    simulate(&change(&vesica::knowledge::examples()["purified-body"].text), &knowledge(), SMALL)
}

/// Vesicles taken up and copies delivered with them, over the worlds.
fn taken(scenario: &Scenario, worlds: &[WorldResult], arm: &str, kind: usize) -> (f64, f64) {
    let at = scenario.arms.iter().position(|known| known.name == arm).expect("an arm");
    let chain = |world: &WorldResult| {
        let chain = &world.arms[at].chains[kind];
        (chain.taken_up, chain.cargo[0].taken_up)
    };
    worlds.iter().map(chain).fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
}

#[test]
fn loaded_vesicles_reach_cells_by_route_and_ligand() {
    let (scenario, worlds) = loaded(str::to_owned);
    for arm in worlds.iter().flat_map(|world| &world.arms) {
        for imbalance in &arm.imbalance {
            assert!(imbalance.abs() < 1e-4, "{imbalance} of a dose is not accounted for");
        }
    }
    let of = |arm: &str, kind: usize| taken(&scenario, &worlds, arm, kind);
    // a drug, an siRNA, a miRNA: each brings its own cargo by each route, more of it straight into the tumour
    for (kind, name) in ["drug", "siRNA", "miRNA"].into_iter().enumerate() {
        let (bare, targeted) = (of(&format!("{name}, bare, i.v."), kind), of(&format!("{name}, targeted, i.v."), kind));
        assert!(bare.0 > 0.0 && bare.1 > 0.0, "{name}: {bare:?}");
        assert!(targeted.0 > bare.0, "{name}: {bare:?} bare, {targeted:?} targeted");
        let inside = of(&format!("{name}, targeted, into the tumour"), kind);
        assert!(inside.0 > 10.0 * targeted.0 && inside.1 > targeted.1, "{name}: {targeted:?} into a vein, {inside:?}");
        assert_eq!(of("untreated", kind), (0.0, 0.0));
        assert_eq!(of(&format!("{name}, bare, i.v."), (kind + 1) % 3), (0.0, 0.0), "one dose, one vesicle");
    }
    let belly = of("siRNA, targeted, i.p.", 1).0;
    assert!(belly > 0.0 && belly < of("siRNA, targeted, i.v.", 1).0, "{belly}");
    // where cells let most go, a ligand that docks tenfold brings several times as much
    let ratio = of("siRNA, targeted, slow cells", 1).0 / of("siRNA, bare, slow cells", 1).0;
    assert!((2.0..10.5).contains(&ratio), "{ratio}");
}

#[test]
fn the_route_of_a_loaded_dose_is_more_than_a_word() {
    let swap = |from: &str, to: &str| {
        let from = format!("amount = \"1e11 particles\", route = \"{from}\"");
        let to = format!("amount = \"1e11 particles\", route = \"{to}\"");
        let (scenario, worlds) = loaded(|text| text.replace(&from, &to));
        taken(&scenario, &worlds, "miRNA, targeted, i.v.", 2).0
    };
    let (vein, mouth) = (swap("i.v.", "i.v."), swap("i.v.", "oral"));
    assert!(mouth > 0.0 && mouth < 0.1 * vein, "{vein} by vein, {mouth} by mouth");
}

/// Two significant figures as a page writes them: `1.7×10¹¹`, `0.97`.
fn on_page(value: f64) -> String {
    let written = format!("{value:.1e}");
    let (mantissa, exponent) = written.split_once('e').expect("an exponent");
    match exponent.parse::<i32>().expect("a number") {
        exponent @ 6.. => {
            let digits = "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().collect::<Vec<_>>();
            let power = exponent.to_string().chars().map(|c| digits[c as usize - '0' as usize]).collect::<String>();
            format!("{mantissa}×10{power}")
        }
        exponent => {
            let plain = format!("{:.*}", (1 - exponent).max(0) as usize, written.parse::<f64>().expect("a number"));
            if exponent < 3 { plain } else { format!("{} {}", &plain[..plain.len() - 3], &plain[plain.len() - 3..]) }
        }
    }
}

/// A tumour that three assays look for, and a dose of its vesicles by two routes.
const PAGE: &str = r#"
vesica = 1
time = { span = "24 h", record = "2 h" }
[place]
kind = "body"
species = "mouse"
tumour = { at = "kidney", volume = "0.1 cm^3" }
fluids = ["plasma", "urine"]
[cell.cancer]
is = "mammalian cell"
at = "tumour"
grows = "no"
[vesicle.exo]
from = "cancer"
to = []
rate = "60 /cell/h"
size = "100 nm"
[vesicle.exo.cargo."genomic DNA"]
copies = "0.01 /vesicle"
[arm.tumour]
[arm.vein]
like = "tumour"
dose = [{ vesicle = "exo", amount = "1e11 particles", route = "i.v.", at = "0 h" }, { vesicle = "exo", amount = "1e11 particles", route = "i.v.", at = "12 h" }]
[arm.mouth]
like = "tumour"
dose = [{ vesicle = "exo", amount = "1e11 particles", route = "oral", at = "0 h" }]
[measure."DNA in plasma"]
reads = "copies(genomic DNA, plasma)"
by = "dPCR"
healthy = "0 copies/mL"
at = ["24 h"]
[measure."DNA in urine"]
reads = "copies(genomic DNA, urine)"
by = "qPCR"
healthy = "0 copies/mL"
at = ["24 h"]
[measure.particles]
reads = "particles(plasma)"
by = "NTA"
at = ["24 h"]
[measure.seen]
reads = "detected(DNA in plasma)"
at = ["24 h"]
[answer]
measure = "seen@24h"
of = "tumour"
minus = "mouth"
counts = ">= 45 points"
"#;

fn page(text: &str) -> (Outcome, String) {
    let knowledge = knowledge();
    let scenario = read(text, &knowledge);
    let setup = Setup::new(&scenario, &knowledge, SMALL, 7).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let check = ledger::check(&scenario, &knowledge, &[]);
    let dose_statement = ledger::dose_statement(&scenario, &check.doses);
    let lock = scenario::lock(&scenario, &knowledge);
    let frame = Frame { lock, check, dose_statement, command: String::new(), warnings: Vec::new() };
    let outcome = outcome(&setup, &run(&setup), frame);
    let html = build(&outcome).html;
    let start = html.find("<section id=\"body\"").expect("a page Body");
    let end = start + html[start..].find("</section>").expect("its end");
    (outcome, html[start..end].replace('\u{202f}', " "))
}

#[test]
fn the_page_of_a_body_has_the_numbers_of_the_run() {
    let (outcome, html) = page(PAGE);
    for figure in ["body", "fluids", "detectability", "roc"] {
        assert!(
            html.contains(&format!("id=\"{figure}\"")) || html.contains(&format!("id=\"fig-{figure}\"")),
            "{figure}"
        );
    }
    let row = |measure: &str, what: &str| -> &DetectionRow {
        let is_it = |row: &&DetectionRow| row.arm == "tumour" && row.measure == measure && row.what == what;
        outcome.detection.iter().find(is_it).unwrap_or_else(|| panic!("no {what} of {measure}"))
    };
    let table = &html[html.find("Smallest tumour that each assay sees").expect("the table of detection")..];
    for (measure, sample) in
        [("DNA in plasma", "plasma, dPCR"), ("DNA in urine", "urine, qPCR"), ("particles", "plasma, NTA")]
    {
        let line = &table[table.find(&format!("<td>{measure}</td>")).expect("a row")..];
        let line = &line[..line.find("</tr>").expect("its end")];
        assert!(line.contains(sample), "{sample}: {line}");
        for what in ["limit", "tumour", "auc"] {
            let number = on_page(row(measure, what).value.best.expect("a number"));
            assert!(line.contains(&number), "{measure}: {what} {number} is not in {line}");
        }
        let auc = format!("AUC {:.2}", row(measure, "auc").value.best.expect("a number"));
        assert!(html.contains(&auc), "{measure}: {auc} is not in its panel");
    }
    // limits of this assay in this fluid
    assert_ne!(row("DNA in plasma", "limit").value.best, row("DNA in urine", "limit").value.best);
    let given = &html[html.find("the area under its curve").expect("the table of doses")..];
    assert_eq!(outcome.doses.len(), 4, "two arms give, to two places: {:#?}", outcome.doses);
    for dose in &outcome.doses {
        let area = format!("{} {}", on_page(dose.value.best.expect("an area")), dose.unit);
        assert!(given.contains(&area), "{area} is not in {given}");
        let (number, said) =
            (on_page(dose.value.best.expect("an area")), outcome.dose_statement.replace('\u{202f}', " "));
        let sentence = said.split(". ").find(|sentence| sentence.contains(&number)).unwrap_or_else(|| panic!("{said}"));
        assert!(sentence.contains(&format!("{} in {}", dose.unit, dose.place)), "{sentence}");
    }
    assert!(given.contains("1e11 particles × 2"));
}

#[test]
fn a_tumour_that_sheds_nothing_is_not_looked_for() {
    let (_, html) = page(&PAGE.replace("from = \"cancer\"\nto = []\nrate = \"60 /cell/h\"", "to = []"));
    assert!(!html.contains("Smallest tumour that each assay sees") && !html.contains("AUC"));
    assert!(html.contains("the area under its curve"));
}

#[test]
fn the_area_under_a_dose_is_that_of_its_simulated_curve() {
    // drops of minutes first, then hours: read densely at the start
    let seconds = (0..60).map(|i| format!("\"{} min\"", i));
    let hours = (4..400).map(|i| format!("\"{} min\"", 15 * i));
    let times = seconds.chain(hours).collect::<Vec<_>>().join(", ");
    let text = format!(
        "vesica = 1\ntime = {{ span = \"100 h\", record = \"10 h\" }}\n[place]\nkind = \"body\"\nspecies = \"mouse\"\n\
         [vesicle.exo]\nto = []\nsize = \"100 nm\"\n[arm.dose]\n\
         dose = [{{ vesicle = \"exo\", amount = \"1e10 particles\", route = \"i.v.\", at = \"0 h\" }}]\n\
         [measure.blood]\nreads = \"particles(plasma)\"\nhealthy = \"0 particles/mL\"\nat = [{times}]\n"
    );
    let (scenario, worlds) = simulate(&text, &sure(knowledge()), Size { n_worlds: 1, exchange: 900.0, ..SMALL });
    let (at, read) = (&scenario.measures[0].at, readings(&scenario, &worlds[0], "dose", "blood"));
    let pieces = at.windows(2).zip(read.windows(2));
    let area: f64 = pieces.map(|(at, read)| (at[1] - at[0]) * (read[0] + read[1]) / 2.0).sum::<f64>() * 1e12 / 3600.0;
    let doses = ledger::exposures(&scenario, &sure(knowledge()));
    let said = doses[0].value.best.expect("an area");
    assert_eq!((doses[0].place.as_str(), doses[0].unit.as_str()), ("plasma", "particles h/mL"));
    assert!((area / said - 1.0).abs() < 0.02, "{area} simulated, {said} from the flows");
}

//! Links 1 to 3: how many vesicles cells make and send, what changes it in which direction, and that none is lost.

use vesica::knowledge::Knowledge;
use vesica::run::{Setup, Size, WorldResult, run};
use vesica::scenario::{self, Scenario};

/// Three worlds are three draws of every number: a sign must hold in each.
const SMALL: Size = Size { n_worlds: 3, n_targets: 4, n_donors: 4, exchange: 7200.0 };

/// Cells that nothing disturbs send 60 vesicles per hour; nobody takes them up.
const SENDERS: &str = r#"
vesica = 1
time = { span = "24 h", record = "12 h" }
[place]
kind = "well"
plate = "96"
volume = "100 uL"
layout = "mixed"
[cell.donor]
is = "mammalian cell"
count = 1000
grows = "no"
[vesicle.exo]
from = "donor"
to = []
rate = "60 /cell/h"
[vesicle.ecto]
from = "donor"
to = []
origin = "plasma membrane"
rate = "20 /cell/h"
[measure.diameter]
reads = "diameter(exo, donor)"
at = ["24 h"]
[arm.rest]
"#;

fn read(text: &str) -> (Knowledge, Scenario) {
    let (knowledge, problems) = Knowledge::embedded();
    assert!(problems.is_empty(), "{problems:#?}");
    let (scenario, problems) = scenario::read("test.toml", text, "test", &knowledge, &|_| None);
    (knowledge, scenario.unwrap_or_else(|| panic!("{problems:#?}")))
}

fn simulate(text: &str, size: Size) -> (Scenario, Vec<WorldResult>) {
    let (knowledge, scenario) = read(text);
    let setup = Setup::new(&scenario, &knowledge, size, 5).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let worlds = run(&setup);
    for world in &worlds {
        assert!(world.frozen.is_empty(), "{:?}", world.frozen.first());
        for sent in world.arms.iter().flat_map(|arm| &arm.sent) {
            // made = digested + waiting + released, in every arm of every world of every test here
            assert!(sent.imbalance.abs() < 1e-9, "{sent:?}");
        }
    }
    (scenario, worlds)
}

/// Vesicles of a kind in the medium at the end, per cell ever present, world by world.
fn sent(scenario: &Scenario, worlds: &[WorldResult], arm: &str, vesicle: &str) -> Vec<f64> {
    let arm = scenario.arms.iter().position(|known| known.name == arm).unwrap_or_else(|| panic!("no arm {arm}"));
    let vesicle = scenario.vesicles.iter().position(|kind| kind.name == vesicle).expect("the vesicle");
    worlds.iter().map(|world| world.arms[arm].sent[vesicle].released).collect()
}

/// Arms that change one thing in the donor.
fn arms(changes: &[(&str, String)]) -> String {
    changes.iter().map(|(name, change)| format!("[arm.\"{name}\"]\n{change}\n")).collect()
}

fn level(gene: &str, to: &str) -> String {
    format!("set = {{ cell.donor.state.{gene} = \"{to}\" }}")
}

/// A drug that acts on a port from time zero. `inhibit` leaves a tenth, `induce` trebles, `saturating` adds `amount`.
fn on_port(port: &str, form: &str, amount: f64) -> (String, String) {
    let name = format!("{form}_{port}");
    let constants = match form {
        "inhibit" => "ic50 = \"1 uM\"".to_owned(),
        "induce" => "gain = \"2.2\"\nec50 = \"1 uM\"".to_owned(),
        _ => format!("maximum = \"{amount}\"\nec50 = \"1 nM\""),
    };
    let drug = format!("[drug.{name}]\nacts_on = \"make\"\ntarget = \"{port}\"\nform = \"{form}\"\n{constants}\n");
    (drug, format!("dose = [{{ drug = \"{name}\", amount = \"9 uM\", at = \"0 h\" }}]"))
}

/// The direction in which a change moves what is sent: more, less, or not at all.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Sign {
    More,
    Less,
    Same,
}

fn check_signs(vesicle: &str, rest: f64, drugs: &str, changes: &[(&str, String)], signs: &[Sign]) {
    let text = format!("{SENDERS}{drugs}{}", arms(changes));
    let (scenario, worlds) = simulate(&text, SMALL);
    for one in sent(&scenario, &worlds, "rest", vesicle) {
        assert!((one / rest - 1.0).abs() < 2e-3, "at rest {one} are sent, not {rest}");
    }
    for ((name, _), sign) in changes.iter().zip(signs) {
        for one in sent(&scenario, &worlds, name, vesicle) {
            let change = one / rest - 1.0;
            let holds = match sign {
                Sign::More => change > 0.01,
                Sign::Less => change < -0.01,
                Sign::Same => change.abs() < 2e-3,
            };
            assert!(holds, "{name}: {vesicle} x {:.3}, expected {sign:?}", one / rest);
        }
    }
}

/// Regulators of exosomes: name, what an arm changes, the published sign, where it stands.
#[test]
fn each_regulator_of_exosomes_acts_as_published() {
    use Sign::{Less, More, Same};
    let levels = [
        ("HGS", "0.1", Less),    // colombo2013
        ("TSG101", "0.1", Less), // colombo2013
        ("TSG101", "5", More),   // the other way round: no source of its own
        ("SMPD3", "0.1", Less),  // rojas2019 (inhibitor)
        ("SMPD3", "5", More),    // the other way round
        ("CD63", "0", Less),     // hurwitz2016
        ("RAB27A", "0.1", Less), // ostrowski2010
        ("RAB27B", "0.1", Less), // ostrowski2010
        ("SNAP23", "0.1", Less), // snare2023
        ("VAMP7", "0.1", Less),  // snare2023
        ("RAB7A", "0.1", More),  // less lysosome: the other fate of the same bodies
        ("ARF6", "0.1", Same),   // a regulator of the plasma membrane
        ("GPX4", "0.5", Same),   // no regulator
    ];
    let ports = [
        ("ceramide_activity", "inhibit", 0.0, Less), // rojas2019
        ("escrt_activity", "inhibit", 0.0, Less),    // colombo2013
        ("escrt_activity", "induce", 0.0, More),     // edgar2014: EGF makes ESCRT-dependent ILV
        ("maturation_activity", "inhibit", 0.0, Less),
        ("acidification_activity", "inhibit", 0.0, More), // villarroya2016: without lysosome more is sent
        ("isgylation", "saturating", 1.0, Less),          // villarroya2016
        ("rab27_activity", "inhibit", 0.0, Less),         // ostrowski2010
        ("calcium_influx", "saturating", 10.0, More),     // savina2003
        ("calcium_activity", "inhibit", 0.0, Less),       // savina2003
        ("secretion_activity", "inhibit", 0.0, Less),
        ("formation_activity", "induce", 0.0, More), // wang2017: paclitaxel, doxorubicin
        ("scramblase_activity", "inhibit", 0.0, Same),
    ];
    let conditions = [
        ("oxygen", "1 %", More), // king2012
        ("pH", "6.5", More),     // logozzi2018
    ];
    let mut drugs = String::new();
    let mut changes: Vec<(String, String)> = Vec::new();
    let mut signs = Vec::new();
    for (gene, to, sign) in levels {
        changes.push((format!("{gene} {to}"), level(gene, to)));
        signs.push(sign);
    }
    for (port, form, amount, sign) in ports {
        let (drug, dose) = on_port(port, form, amount);
        drugs.push_str(&drug);
        changes.push((format!("{form} {port}"), dose));
        signs.push(sign);
    }
    for (name, to, sign) in conditions {
        changes.push((format!("{name} {to}"), format!("set = {{ place.medium.{name} = \"{to}\" }}")));
        signs.push(sign);
    }
    let changes: Vec<(&str, String)> = changes.iter().map(|(name, change)| (name.as_str(), change.clone())).collect();
    check_signs("exo", 60.0 * 24.0, &drugs, &changes, &signs);
}

#[test]
fn vesicles_of_the_plasma_membrane_have_regulators_of_their_own() {
    use Sign::{Less, More, Same};
    let mut drugs = String::new();
    let mut changes: Vec<(&str, String)> = vec![
        ("ARF6 0.1", level("ARF6", "0.1")), // muralidharan2009
        ("RAB27A 0.1", level("RAB27A", "0.1")),
        ("SMPD3 0.1", level("SMPD3", "0.1")),
    ];
    let mut signs = vec![Less, Same, Same];
    for (port, form, amount, sign) in [
        ("scramblase_activity", "inhibit", 0.0, Less), // wuscramblase
        ("asmase_activity", "inhibit", 0.0, Less),     // bianco2009
        ("calcium_influx", "saturating", 10.0, More),  // wuscramblase
        ("ceramide_activity", "inhibit", 0.0, Same),
    ] {
        let (drug, dose) = on_port(port, form, amount);
        drugs.push_str(&drug);
        changes.push((port, dose));
        signs.push(sign);
    }
    check_signs("ecto", 20.0 * 24.0, &drugs, &changes, &signs);
}

/// Blocking nSMase2 never stops all release; blocking both routes nearly does; one route makes up for a part of the other.
#[test]
fn routes_make_up_for_each_other_and_both_are_needed() {
    let changes = [
        ("no ceramide", level("SMPD3", "0")),
        ("no ESCRT", level("TSG101", "0")),
        ("neither", "set = { cell.donor.state.SMPD3 = \"0\", cell.donor.state.TSG101 = \"0\" }".to_owned()),
    ];
    // long after the vesicles that waited at the start are gone
    let text = format!("{}{}", SENDERS.replace("24 h", "96 h"), arms(&changes));
    let (scenario, worlds) = simulate(&text, Size { n_worlds: 8, ..SMALL });
    let share = |arm: &str| -> Vec<f64> {
        sent(&scenario, &worlds, arm, "exo").iter().map(|one| one / (60.0 * 96.0)).collect()
    };
    let (ceramide, escrt, neither) = (share("no ceramide"), share("no ESCRT"), share("neither"));
    println!("no ceramide {ceramide:.2?}, no ESCRT {escrt:.2?}, neither {neither:.2?}");
    for ((ceramide, escrt), neither) in ceramide.iter().zip(&escrt).zip(&neither) {
        assert!((0.1..0.99).contains(ceramide) && (0.05..0.99).contains(escrt));
        assert!(*neither < 0.35 && neither < ceramide && neither < escrt);
        // more is left than the two losses add up to: what one leaves undone the other does in part
        assert!(ceramide + escrt > 1.0 + neither);
    }
}

/// Edgar 2014 (edgar2014): EGF makes larger vesicles; without HRS they are small and alike, and need CD63.
#[test]
fn sizes_move_as_published() {
    let (drug, dose) = on_port("escrt_activity", "induce", 0.0);
    let changes = [
        ("EGF", dose),
        ("no HRS", level("HGS", "0")),
        ("no HRS, no CD63", "set = { cell.donor.state.HGS = \"0\", cell.donor.state.CD63 = \"0\" }".to_owned()),
    ];
    let spread = "[measure.unlike]\nreads = \"diameter spread(exo, donor)\"\nat = [\"24 h\"]\n";
    let (scenario, worlds) = simulate(&format!("{SENDERS}{spread}{drug}{}", arms(&changes)), SMALL);
    let read = |arm: &str, measure: &str| -> Vec<f64> {
        let arm = scenario.arms.iter().position(|known| known.name == arm).expect("an arm");
        let measure = scenario.measures.iter().position(|known| known.name == measure).expect("a measure");
        worlds.iter().map(|world| world.arms[arm].readings[measure][0]).collect()
    };
    for world in 0..worlds.len() {
        let of = |arm: &str, measure: &str| read(arm, measure)[world];
        assert!((of("rest", "diameter") - 1.0).abs() < 1e-3);
        assert!(of("EGF", "diameter") > 1.005, "{}", of("EGF", "diameter"));
        assert!(of("no HRS", "diameter") < 0.995);
        assert!(of("no HRS", "unlike") < of("rest", "unlike"));
    }
    let (without, rest) =
        (sent(&scenario, &worlds, "no HRS, no CD63", "exo"), sent(&scenario, &worlds, "no HRS", "exo"));
    assert!(without.iter().zip(&rest).all(|(without, with)| without < with));
}

/// The mechanisms change what the scenario gives, whatever the file says of the cell; an arm's change is a change.
#[test]
fn the_rate_of_the_scenario_is_the_rate_at_rest() {
    let other = SENDERS
        .replace("grows = \"no\"", "doubles = \"24 h\"\nstate = { RAB27A = \"3\", SMPD3 = \"0.2\", HGS = \"0\" }");
    let (scenario, worlds) = simulate(&other, SMALL);
    // cells that double in a day send for 24 h x (2 - 1)/ln 2 cell-hours, per two cells at the end
    let expected = 60.0 * 24.0 / std::f64::consts::LN_2 / 2.0;
    for one in sent(&scenario, &worlds, "rest", "exo") {
        assert!((one / expected - 1.0).abs() < 2e-3, "{one}, expected {expected}");
    }
}

/// Maturation blocked to a share a: release ends at a/(1 - m(1 - a)) of what it was, m the share that matures.
#[test]
fn a_block_of_maturation_ends_where_the_closed_form_says() {
    let (drug, dose) = on_port("maturation_activity", "inhibit", 0.0);
    let text = format!("{}{drug}{}", SENDERS.replace("24 h", "200 h"), arms(&[("blocked", dose)]));
    let text = format!(
        "{text}[links]\nmake.\"endosome_maturation.matured_share\" = \"0.6\"\nrelease.\"secretion.k_fusion\" = \"0.5 /h\"\n"
    );
    let (knowledge, scenario) = read(&text.replace(
        "[measure.diameter]\nreads = \"diameter(exo, donor)\"\nat = [\"200 h\"]",
        "[measure.waiting]\nreads = \"waiting(exo, donor)\"\nat = [\"0 h\", \"200 h\"]",
    ));
    let setup = Setup::new(&scenario, &knowledge, SMALL, 5).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let (a, m) = (0.1, 0.6);
    for world in run(&setup) {
        let rest = &world.arms[0].readings[0];
        let blocked = &world.arms[1].readings[0];
        // at rest they wait for 1/k: 60 per hour over 0.5 per hour
        assert!((rest[0] / 120.0 - 1.0).abs() < 1e-3, "{}", rest[0]);
        let (found, expected) = (blocked[1] / rest[1], a / (1.0 - m * (1.0 - a)));
        assert!((found / expected - 1.0).abs() < 1e-3, "{found}, expected {expected}");
    }
}

/// Cells that double in a day and are killed by staurosporine, with what they leave behind.
const DYING: &str = r#"
[vesicle.debris]
from = "donor"
to = []
origin = "dying cell"
shed = "500 /cell"
size = "800 nm"
[vesicle.debris.cargo."hsa-miR-522-3p"]
copies = "2 /vesicle"
[vesicle.other]
from = "donor"
to = []
origin = "dying cell"
deaths = ["ferroptosis"]
shed = "300 /cell"
[arm.killed]
dose = [{ drug = "staurosporine", amount = "10 uM", at = "12 h" }]
[measure.all]
reads = "particles(medium)"
by = "NTA"
at = ["48 h", "60 h", "72 h"]
[measure.exosomes]
reads = "particles(endosome)"
at = ["48 h", "60 h", "72 h"]
[measure.debris]
reads = "particles(dying cell)"
at = ["48 h", "60 h", "72 h"]
[measure.budded]
reads = "particles(ecto)"
at = ["48 h", "60 h", "72 h"]
[measure.dead]
reads = "dead(donor)"
at = ["72 h"]
"#;

#[test]
fn only_the_living_release_and_what_the_dying_shed_is_kept_apart() {
    let text = SENDERS.replace("grows = \"no\"", "doubles = \"24 h\"").replace("span = \"24 h\"", "span = \"72 h\"");
    let (scenario, worlds) = simulate(&format!("{text}{DYING}"), Size { n_worlds: 4, n_targets: 16, ..SMALL });
    let arm = |name: &str| scenario.arms.iter().position(|known| known.name == name).expect("an arm");
    let measure = |name: &str| scenario.measures.iter().position(|known| known.name == name).expect("a measure");
    let mut killed = 0;
    for world in &worlds {
        let read = |name: &str, at: usize| world.arms[arm("killed")].readings[measure(name)][at];
        let dead = read("dead", 0);
        let debris = &world.arms[arm("killed")].sent[2];
        // weighted by the clone that died: 500 for each dead cell, with two copies in each
        assert!((debris.released - 500.0 * dead).abs() < 1e-6, "{debris:?}, {dead} dead");
        assert!((debris.copies[0] - 1000.0 * dead).abs() < 1e-6);
        assert_eq!(world.arms[arm("killed")].sent[3].released, 0.0, "nobody died of ferroptosis");
        assert_eq!(world.arms[arm("rest")].sent[2].released, 0.0, "nobody died");
        for at in 0..3 {
            let parts = read("exosomes", at) + read("debris", at) + read("budded", at);
            assert!((read("all", at) / parts - 1.0).abs() < 1e-12, "particles(medium) counts all three");
        }
        if dead > 1.0 - 1e-12 && world.arms[arm("killed")].alive[0].last() == Some(&0.0) {
            killed += 1;
            assert_eq!(read("exosomes", 2), read("exosomes", 1), "a dead cell sends nothing");
            assert!(world.arms[arm("killed")].sent[0].waiting > 0.0, "what waited stays in the dead");
        }
    }
    assert!(killed > 0, "in no world all cells were dead by 60 h");
    let (_, problems) = {
        let (knowledge, _) = Knowledge::embedded();
        scenario::read("test.toml", &format!("{text}{DYING}"), "test", &knowledge, &|_| None)
    };
    let mixed = problems.iter().find(|problem| problem.code == "W36").expect("a count of several origins says so");
    assert!(mixed.message.contains("exo (endosome)") && mixed.message.contains("debris (dying cell)"), "{mixed:?}");
}

/// Copies of the one cargo per vesicle released, world by world.
fn content(scenario: &Scenario, worlds: &[WorldResult], arm: &str) -> Vec<f64> {
    let arm = scenario.arms.iter().position(|known| known.name == arm).unwrap_or_else(|| panic!("no arm {arm}"));
    worlds.iter().map(|world| world.arms[arm].sent[0].copies[0] / world.arms[arm].sent[0].released).collect()
}

/// A sender of a type, its miRNA, what the scenario says of its packing, and one change: how the content moves.
#[test]
fn the_motif_of_a_mirna_says_what_packs_it() {
    use Sign::{Less, More, Same};
    let (drug, dose) = on_port("sumoylation_activity", "inhibit", 0.0);
    for (cell, mirna, says, change, sign, assumed) in [
        ("mammalian cell", "hsa-miR-601", "", level("HNRNPA2B1", "0.1"), Less, true), // villarroya2013
        ("mammalian cell", "hsa-miR-601", "", dose.clone(), Less, true),              // villarroya2013: SUMO
        ("mammalian cell", "hsa-miR-601", "", level("SYNCRIP", "0.1"), Same, true),
        ("mammalian cell", "hsa-miR-601", "packed_by = \"none\"", level("HNRNPA2B1", "0.1"), Same, false),
        ("mammalian cell", "hsa-miR-601", "packed_by = \"SYNCRIP\"", level("SYNCRIP", "0.1"), Less, false),
        ("mammalian cell", "hsa-miR-601", "packed_by = \"SYNCRIP\"", dose.clone(), Same, false),
        ("mammalian cell", "hsa-miR-483-5p", "", level("ALYREF", "0.1"), Less, true), // garciamartin2022
        ("mammalian cell", "hsa-miR-483-5p", "", level("FUS", "0.1"), Less, true),    // garciamartin2022
        ("hepatocyte", "hsa-miR-21-3p", "", level("SYNCRIP", "0.1"), Less, true),     // santangelo2016
        ("embryonic kidney cell", "hsa-miR-223-3p", "", level("YBX1", "0.1"), Less, true), // shurtleff2016
        ("endothelial cell", "hsa-miR-503-5p", "", level("HNRNPA2B1", "0.1"), More, true), // perezboza2020
    ] {
        let sender = SENDERS.replace("is = \"mammalian cell\"", &format!("is = \"{cell}\""));
        let cargo = format!("[vesicle.exo.cargo.\"{mirna}\"]\ncopies = \"1 /vesicle\"\n{says}\n");
        let text = format!("{sender}{cargo}{drug}{}", arms(&[("changed", change)]));
        let (knowledge, _) = Knowledge::embedded();
        let (_, problems) = scenario::read("test.toml", &text, "test", &knowledge, &|_| None);
        let warned = problems.iter().any(|problem| problem.code == "W35");
        assert_eq!(warned, assumed, "{mirna} in {cell}, {says}: {problems:#?}");
        let (scenario, worlds) = simulate(&text, SMALL);
        for (rest, changed) in content(&scenario, &worlds, "rest").iter().zip(content(&scenario, &worlds, "changed")) {
            assert!((rest - 1.0).abs() < 1e-3, "{mirna}: {rest} copies per vesicle at rest, not 1");
            let holds = match sign {
                More => changed > 1.01,
                Less => changed < 0.99,
                Same => (changed - 1.0).abs() < 2e-3,
            };
            assert!(holds, "{mirna} in {cell}, {says}: content x {changed:.3}, expected {sign:?}");
        }
    }
}

/// Protein and mRNA of one gene in the vesicles of a donor, without a word about their copies.
const CONTENT: &str = r#"
[vesicle.exo.cargo."ALOX15 protein"]
[vesicle.exo.cargo."ALOX15 mRNA"]
[vesicle.exo.cargo."genomic DNA"]
[arm.ill]
set = { cell.donor.state.ALOX15 = "4" }
[arm."knocked down"]
set = { cell.donor.state.ALOX15 = "0.1" }
[arm.silenced]
dose = [{ drug = "si-ALOX15", amount = "200 nM", at = "0 h" }]
[measure.protein]
reads = "protein(ALOX15, donor)"
at = ["0 h", "24 h"]
[measure.mRNA]
reads = "mrna(ALOX15, donor)"
at = ["0 h", "24 h"]
"#;

/// Content follows the cell of origin: healthy or ill, it is a share of what that cell has; and only of the living.
#[test]
fn the_content_of_vesicles_is_that_of_the_cell_they_come_from() {
    let (scenario, worlds) = simulate(&format!("{SENDERS}{CONTENT}"), SMALL);
    let arm = |name: &str| scenario.arms.iter().position(|known| known.name == name).expect("an arm");
    let measure = |name: &str| scenario.measures.iter().position(|known| known.name == name).expect("a measure");
    for world in &worlds {
        let of = |name: &str, cargo: usize| {
            let sent = &world.arms[arm(name)].sent[0];
            sent.copies[cargo] / sent.released
        };
        let read = |name: &str, what: &str, at: usize| world.arms[arm(name)].readings[measure(what)][at];
        // the default: between the shares of volume and of surface, of what the cell has
        let share = of("rest", 0) / read("rest", "protein", 0);
        assert!((0.99e-7..1.01e-5).contains(&share), "{share}");
        for (name, times) in [("ill", 4.0), ("knocked down", 0.1)] {
            for cargo in [0, 1] {
                let change = of(name, cargo) / of("rest", cargo);
                assert!((change / times - 1.0).abs() < 1e-2, "{name}: content x {change}, not x {times}");
            }
        }
        // in time: the mRNA falls first, the protein behind it, and the content with each
        let (protein, messenger) = (of("silenced", 0) / of("rest", 0), of("silenced", 1) / of("rest", 1));
        assert!(messenger < protein && protein < 1.0, "mRNA x {messenger}, protein x {protein}");
        assert!(read("silenced", "mRNA", 1) / read("rest", "mRNA", 1) < messenger, "content lags behind the cell");
        // what no cell is known to have more or less of stays as it is
        assert!((of("ill", 2) / of("rest", 2) - 1.0).abs() < 1e-6);
    }
}

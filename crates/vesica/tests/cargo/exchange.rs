//! What cells exchange by name: a toy biology of two cells, one that gives and one that reads.

use std::fs;
use std::path::Path;

use vesica::knowledge::Knowledge;
use vesica::run::{Setup, Size, WorldResult, run};
use vesica::scenario;

use super::support::{KNOWLEDGE, SMALL};

/// Files of the toy, beside those of the knowledge base.
const FILES: [(&str, &str); 4] = [
    (
        "links/8-act/talk.ant",
        "model talk(cell, secreted_word, shows_flag)\n  compartment cell; substanceOnly species secreted_word;\n  secreted_word = 0;\n  \
         shows_flag := flag;\n  give: => secreted_word; k_give;\nend\n",
    ),
    (
        "links/8-act/listen.ant",
        "model listen(cell, heard, seen, medium_word, near_flag)\n  compartment cell; substanceOnly species heard, seen;\n  \
         heard = 0; seen = 0;\n  hear: => heard; k_hear*medium_word;\n  see: => seen; k_see*near_flag;\nend\n",
    ),
    ("cells/talker.toml", "name = \"talker\"\nmechanisms = [\"8-act/talk\"]\n"),
    ("cells/listener.toml", "name = \"listener\"\nmechanisms = [\"8-act/listen\"]\n"),
];

const NUMBERS: &str = "talk.k_give\t\tact\t100\tmolecules/h\t\t\ttoy\tassumed\t\ttoy\n\
    talk.flag\t\tact\t3\t1\t\t\ttoy\tassumed\t\ttoy\n\
    listen.k_hear\t\tact\t1\tfL/h\t\t\ttoy\tassumed\t\ttoy\n\
    listen.k_see\t\tact\t1\tmolecules/h\t\t\ttoy\tassumed\t\ttoy\n";

const WORDS: &str =
    "heard\tword\t\theard\t1\t\t\t\t\t\tassumed\t\ttoy\nseen\tflag\t\tseen\t1\t\t\t\t\t\tassumed\t\ttoy\n";

/// The knowledge base with the toy in it; `half_life` of the word in the medium, if any.
fn toy(half_life: Option<&str>) -> Knowledge {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    for (path, text) in &KNOWLEDGE.files {
        let loss = half_life.map_or(String::new(), |hours| {
            format!("medium_pool.word.half_life\t\ttravel\t{hours}\th\t\t\ttoy\tassumed\t\ttoy\n")
        });
        let more = match path.as_str() {
            "parameters.tsv" => format!("{NUMBERS}{loss}"),
            "instruments.tsv" => WORDS.to_owned(),
            _ => String::new(),
        };
        write(path, &format!("{}\n{more}", text.trim_end_matches('\n')));
    }
    FILES.iter().for_each(|(path, text)| write(path, text));
    let (knowledge, problems) = Knowledge::from_folder(&folder.path().display().to_string());
    assert!(problems.is_empty(), "{problems:#?}");
    knowledge
}

const SCENARIO: &str = r#"
vesica = 1
time = { span = "24 h", record = "6 h" }
[place]
kind = "well"
plate = "96"
volume = "100 uL"
layout = "mixed"
temperature = "37 °C"
[cell.talker]
is = "talker"
count = 2_000
grows = "no"
[cell.listener]
is = "listener"
count = 10_000
grows = "no"
[arm.both]
[arm."no talker"]
set = { cell.talker.count = 0 }
[arm.washed]
dose = [{ drug = "ferrostatin-1", amount = "0 uM", at = "12 h", wash = true }]
[measure.heard]
reads = "heard(word, listener)"
at = ["24 h"]
[measure.seen]
reads = "seen(flag, listener)"
at = ["24 h"]
"#;

fn simulate(text: &str, knowledge: &Knowledge, size: Size) -> WorldResult {
    let (scenario, problems) = scenario::read("toy.toml", text, "toy", knowledge, &|_| None);
    let scenario = scenario.unwrap_or_else(|| panic!("{problems:#?}"));
    let setup = Setup::new(&scenario, knowledge, size, 1).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert!(!setup.exchange.is_empty());
    run(&setup).remove(0)
}

fn heard(world: &WorldResult, arm: usize) -> f64 {
    world.arms[arm].readings[0][0]
}

#[test]
fn what_is_secreted_is_read_by_others_and_conserved() {
    for (half_life, grows) in
        [(None, "grows = \"no\""), (Some("4"), "grows = \"no\""), (Some("4"), "doubles = \"20 h\"")]
    {
        let knowledge = toy(half_life);
        let text = SCENARIO.replacen("grows = \"no\"", grows, 1);
        let world = simulate(&text, &knowledge, SMALL);
        for arm in &world.arms {
            let pool = &arm.pools[0];
            assert_eq!(pool.name, "word");
            assert!(pool.imbalance().abs() < 1e-9, "{pool:?}");
        }
        let pool = &world.arms[0].pools[0];
        let growth = if grows.starts_with("doubles") { (2.0_f64.powf(1.2) - 1.0) * 20.0 / 2.0_f64.ln() } else { 24.0 };
        assert!((pool.secreted / (2000.0 * 100.0 * growth) - 1.0).abs() < 1e-3, "{pool:?}, {growth}");
        assert_eq!((heard(&world, 1), world.arms[1].pools[0].secreted), (0.0, 0.0));
        assert!(heard(&world, 2) < 0.8 * heard(&world, 0), "a wash takes it away");
    }
}

#[test]
fn what_is_heard_has_its_closed_form_and_half_the_step_halves_the_error() {
    let knowledge = toy(Some("4"));
    // c' = n k / V - l c, heard = k_hear ∫ c
    let (rate, loss, hours) = (2000.0 * 100.0 / 1e11, 2.0_f64.ln() / 4.0, 24.0);
    let wanted = rate / loss * (hours - (1.0 - (-loss * hours).exp()) / loss);
    let error = |exchange: f64| 1.0 - heard(&simulate(SCENARIO, &knowledge, Size { exchange, ..SMALL }), 0) / wanted;
    let (whole, half) = (error(1800.0), error(900.0));
    println!("too little by {whole:.4} and {half:.4}");
    assert!(whole.abs() < 0.03 && (half / whole - 0.5).abs() < 0.1, "{whole} and {half}");
}

#[test]
fn what_cells_show_is_shared_among_those_who_look() {
    let knowledge = toy(None);
    let seen = |text: &str| {
        let world = simulate(text, &knowledge, SMALL);
        [world.arms[0].readings[1][0], world.arms[1].readings[1][0]]
    };
    // 2 000 talkers that show 3 each, for 10 000 listeners: 0.6 each, an hour at 1 per hour
    let plain = seen(SCENARIO);
    assert!((plain[0] - 0.6 * 24.0).abs() < 1e-6 && plain[1] == 0.0, "{plain:?}");
    let fewer = seen(&SCENARIO.replace("count = 10_000", "count = 5_000"));
    assert!((fewer[0] - 1.2 * 24.0).abs() < 1e-6, "{fewer:?}");
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let knowledge = toy(Some("4"));
    let bytes = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let (scenario, _) = scenario::read("toy.toml", SCENARIO, "toy", &knowledge, &|_| None);
        let scenario = scenario.expect("the toy reads well");
        let setup =
            Setup::new(&scenario, &knowledge, Size { n_worlds: 4, ..SMALL }, 1).unwrap_or_else(|p| panic!("{p:#?}"));
        pool.install(|| postcard::to_allocvec(&run(&setup)).expect("results can be written"))
    };
    assert!(bytes(1) == bytes(3));
}

#[test]
fn where_nobody_gives_nothing_is_exchanged() {
    let text = vesica::knowledge::embedded_examples()["caf-mir522/scenario.toml"].clone();
    let (scenario, _) = scenario::read("test.toml", &text, "test", &KNOWLEDGE, &|_| None);
    let scenario = scenario.expect("the example reads well");
    let setup = Setup::new(&scenario, &KNOWLEDGE, SMALL, 1).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert!(setup.exchange.is_empty());
}

//! What people get wrong: each finding has its code, its place, its reason and its fix.

use vesica::scenario;
use vesica_model::Severity;

use super::support::{KNOWLEDGE, example, found, read, read_well};

/// Replaces one text of the first example and wants one finding: code, marked text, words of message and help.
#[track_caller]
fn refused(old: &str, new: &str, code: &str, marked: &str, message: &str, help: &str) {
    let before = example("caf-mir522");
    assert!(before.contains(old), "`{old}` is not in the example");
    let text = before.replacen(old, new, 1);
    let (scenario, problems) = read(&text);
    let seen: Vec<_> = problems.iter().map(|problem| found(&text, problem)).collect();
    let is_wanted = |(c, m, words, fix): &(&str, &str, &str, &str)| {
        *c == code && m.contains(marked) && words.contains(message) && fix.contains(help)
    };
    assert!(seen.iter().any(is_wanted), "no {code} at `{marked}`: `{message}`, `{help}` in {seen:#?}");
    let is_error = problems.iter().any(|problem| problem.severity() != Severity::Warning);
    assert_eq!(scenario.is_none(), is_error);
    assert_eq!(code.starts_with('W'), !is_error, "{seen:#?}");
    assert!(problems.iter().all(|problem| !problem.help.is_empty()), "{problems:#?}");
}

#[test]
fn conditions_that_change_nothing_are_told() {
    let depleted = "\"10 %, vesicle-depleted\"";
    refused(depleted, "\"10 %, banana\"", "E33", "10 %, banana", "no serum", "vesicle-depleted");
    refused(depleted, "\"much\"", "E33", "much", "no serum", "vesicle-depleted");
    refused(depleted, "\"10 %\"", "W38", "10 %", "not simulated", "vesicle-depleted");
    refused("\"37 °C\"", "\"4 °C\"", "W38", "4 °C", "only diffusion", "enter.clearance");
    refused("± 30 nm", "± 30 um", "E20", "30 um", "more than their mean", "30 nm");
    assert!(read(&example("caf-mir522").replace(depleted, "\"none\"")).1.is_empty());
}

#[test]
fn units_and_numbers() {
    refused("\"5 uM\"", "\"5\"", "E01", "5", "no unit", "uM");
    refused("\"5 uM\"", "5", "E01", "5", "no unit", "uM");
    refused("\"5 uM\"", "\"5 um\"", "E04", "5 um", "a drug dose cannot be given in um", "5 uM");
    refused("\"5 uM\"", "\"5 uMM\"", "E03", "5 uMM", "no unit", "uM");
    refused("\"5 uM\"", "\"0,5 uM\"", "E09", "0,5 uM", "comma", "0.5");
    refused("\"5 uM\"", "\"nan uM\"", "E08", "nan", "not a finite number", "");
    refused("\"5 uM\"", "\"-5 uM\"", "E06", "-5 uM", "a dose cannot be negative", "wash = true");
    refused("60 (20..200) /cell/h", "60 (200..20) /cell/h", "E07", "200..20", "upside down", "1..5");
    refused("0 or unknown (0.1..30 %)", "150 %", "E26", "150 %", "more than 100 %", "share");
    assert!(read(&example("caf-mir522").replace("\"5 uM\"", "\"5 µM\"")).0.is_some());
    assert!(read(&example("caf-mir522").replace("\"5 uM\"", "\"5 μM\"")).0.is_some());
}

#[test]
fn a_typographic_minus_is_a_minus() {
    let scenario = read_well(&example("caf-mir522").replace("<= -10 points", "<= −10 points"));
    assert_eq!(scenario.answer.and_then(|answer| answer.counts).map(|counts| counts.value), Some(-0.1));
}

#[test]
fn a_method_is_one_of_five_words() {
    let with = |word: &str| format!("run = {{ method = {word} }}\nseed     =");
    refused("seed     =", &with("\"exakt\""), "E33", "exakt", "no method `exakt`", "did you mean `exact`?");
    refused("seed     =", &with("\"ssa\""), "E33", "ssa", "no method `ssa`", "hybrid");
    let read = read_well(&example("caf-mir522").replacen("seed     =", &with("\"hybrid\""), 1));
    assert_eq!(read.size.method, scenario::Method::Hybrid);
}

#[test]
fn unknown_keys_have_their_nearest() {
    refused(
        "count   = 20_000",
        "cuont = 20_000",
        "E30",
        "cuont",
        "unknown key `cuont` in [cell.caf]",
        "did you mean `count`?",
    );
    refused("title    =", "titel =", "E30", "titel", "unknown key `titel`", "did you mean `title`?");
    refused("enter.clearance", "entre.clearance", "E30", "entre", "no link `entre`", "enter");
    refused(
        "deliver.escape =",
        "deliver.escap =",
        "E30",
        "escap",
        "link deliver has no number `escap`",
        "did you mean `escape`?",
    );
    refused("layout  = \"mixed\"", "layout = \"mixt\"", "E19", "mixt", "no layout `mixt`", "mixed");
    refused("plate   = \"96\"", "plate = \"69\"", "E16", "69", "no plate `69`", "96");
    refused("cystine =", "cystin =", "E30", "cystin", "cystin", "cystine");
}

#[test]
fn unknown_names_have_their_nearest() {
    refused(
        "\"cancer-associated fibroblast\"",
        "\"cancer-associated fibroblasts\"",
        "E17",
        "fibroblasts",
        "no cell type",
        "cancer-associated fibroblast",
    );
    refused(
        "drug = \"erastin\"",
        "drug = \"erastine\"",
        "E14",
        "erastine",
        "drug \"erastine\" is not known",
        "did you mean erastin?",
    );
    refused(
        "like = \"cisplatin\"",
        "like = \"cisplatine\"",
        "E19",
        "cisplatine",
        "no arm",
        "did you mean `cisplatin`?",
    );
    refused("to      = \"tumour\"", "to = \"tumor\"", "E19", "tumor", "no cell `tumor`", "did you mean `tumour`?");
    refused(
        "packed_by = \"HNRNPA1\"",
        "packed_by = \"HNRNPA2\"",
        "E12",
        "HNRNPA2",
        "no gene",
        "did you mean `HNRNPA1`?",
    );
    refused("GPX4 = \"1.0\"", "GPX5 = \"1.0\"", "E12", "GPX5", "no gene or pool", "did you mean `GPX4`?");
    refused("act.ALOX15 ", "act.ALOX51 ", "E12", "ALOX51", "no gene", "did you mean `ALOX15`?");
    refused("\"viability@72h\"", "\"viabilty@72h\"", "E19", "viabilty", "no measure", "did you mean `viability`?");
    refused("\"viability@72h\"", "\"viability@70h\"", "E19", "70h", "not read at 70 h", "24 h, 48 h, 72 h");
    refused("untreated >= 80 %", "untreted >= 80 %", "E19", "untreted", "no arm", "did you mean `untreated`?");
    refused("alive(tumour)", "alvie(tumour)", "E38", "alvie", "alvie", "did you mean `alive`?");
    refused("protein(ALOX15, tumour)", "protein(ALOX51, tumour)", "E12", "ALOX51", "ALOX51", "ALOX15");
    refused("protein(ALOX15, tumour)", "mode(tumour)", "E38", "mode(tumour)", "mode", "ferroptosis");
    refused("by    = \"NTA\"", "by = \"NAT\"", "E19", "NAT", "no instrument", "NTA");
    refused(
        "cell.caf.count = 0 }",
        "cell.caff.count = 0 }",
        "E19",
        "count",
        "no number `cell.caff.count`",
        "did you mean `cell.caf.count`?",
    );
    refused("cell.caf.count = 0 }", "count = 0 }", "E19", "count", "several numbers", "cell.tumour.count");
}

#[test]
fn mirna_names() {
    refused(
        "hsa-miR-522-3p\"]",
        "hsa-miR-522\"]",
        "E11",
        "hsa-miR-522",
        "\"hsa-miR-522\" names two molecules",
        "hsa-miR-522-3p (MIMAT0002868, seed AAAUGGU)",
    );
    refused(
        "hsa-miR-522-3p\"]",
        "hsa-mir-5222\"]",
        "E10",
        "hsa-mir-5222",
        "no miRNA \"hsa-mir-5222\"",
        "hsa-miR-522-3p",
    );
    refused("hsa-miR-522-3p\"]", "miR-522-3p\"]", "W10", "miR-522-3p", "read as hsa-miR-522-3p", "hsa-miR-522-3p");
    // a hairpin is no cargo; a removed name says so
    refused("hsa-miR-522-3p\"]", "hsa-mir-4443\"]", "E11", "hsa-mir-4443", "names a hairpin", "hsa-miR-4443");
    refused("hsa-miR-522-3p\"]", "hsa-miR-1254\"]", "E10", "hsa-miR-1254", "removed with release 22", "");
    refused(
        "copies(hsa-miR-522-3p",
        "copies(hsa-miR-4443",
        "E18",
        "hsa-miR-4443",
        "no vesicle brings hsa-miR-4443",
        "hsa-miR-522-3p",
    );
}

#[test]
fn drugs_for_one_mirna_or_gene() {
    let dosed = |name: &str, code: &str, message: &str, help: &str| {
        refused("drug = \"erastin\"", &format!("drug = \"{name}\""), code, name, message, help);
    };
    dosed(
        "anti-miR-522",
        "E11",
        "does not say which strand: \"miR-522\" names two",
        "write anti-miR-522-3p (MIMAT0002868",
    );
    dosed("miR-522 mimic", "E11", "\"miR-522 mimic\" does not say which strand", "mimic-miR-522-5p");
    dosed("mimic-miR-99999", "E10", "no miRNA \"miR-99999\", so no drug", "did you mean mimic-miR-");
    dosed("anti-hsa-miR-999999", "E10", "no miRNA \"hsa-miR-999999\"", "no release of miRBase");
    dosed("si-GPX44", "E14", "no gene \"GPX44\", so no drug", "did you mean si-GPX4?");
    dosed("anti-PD-L3", "E14", "drug \"anti-PD-L3\" is not known", "did you mean anti-PD-L1?");
    let cargo = "cargo.\"hsa-miR-522-3p\"]";
    refused(cargo, "cargo.\"anti-miR-522\"]", "E11", "anti-miR-522", "does not say which strand", "anti-miR-522-5p");
}

#[test]
fn one_number_for_two_cargoes_is_told_until_one_says_its_genes() {
    let cargo = "[vesicle.caf_exo.cargo.\"hsa-miR-522-3p\"]";
    let second = |targets: &str| {
        format!("[vesicle.caf_exo.cargo.\"hsa-miR-21-5p\"]\ncopies = \"1 /vesicle\"\n{targets}\n\n{cargo}")
    };
    let message = "act.ALOX15 holds for hsa-miR-21-5p and hsa-miR-522-3p: none of them says";
    refused(
        cargo,
        &second(""),
        "W37",
        "0.2..0.9",
        message,
        "targets = [\"ALOX15\"] in [vesicle.NAME.cargo.\"hsa-miR-21-5p\"]",
    );
    for targets in ["targets = []", "targets = [\"ALOX15\"]"] {
        let (_, problems) = read(&example("caf-mir522").replacen(cargo, &second(targets), 1));
        assert!(problems.iter().all(|problem| problem.code != "W37"), "{targets}: {problems:#?}");
    }
    for name in vesica::knowledge::embedded_examples().keys().filter_map(|path| path.strip_suffix("/scenario.toml")) {
        let (_, problems) = read(&example(name));
        assert!(problems.iter().all(|problem| problem.code != "W37"), "{name}: {problems:#?}");
    }
}

#[test]
fn candidates_stand_once_in_a_list() {
    let once = |text: &str, of: &str| {
        let (_, problems) = read(&example("caf-mir522").replacen("alive(tumour)", text, 1));
        let lists: Vec<&str> =
            problems.iter().filter_map(|problem| problem.help.split_once(of)).map(|(_, list)| list).collect();
        assert!(!lists.is_empty(), "{text}: {problems:#?}");
        for list in lists {
            let mut names: Vec<&str> = list.split(", ").collect();
            let n = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), n, "{list}");
        }
    };
    once("moonlight(tumour)", "one of: ");
    let knows_each_twice = "alive(tumour)\"\nby = \"moonlight";
    once(knows_each_twice, "one of: ");
}

#[test]
fn what_a_later_version_brings_is_refused_by_name() {
    refused("unknown (0.2..0.9 of control)", "predict", "E13", "predict", "cannot be predicted", "0.45 of control");
    refused("kind    = \"well\"", "kind = \"tissue\"", "E39", "tissue", "not simulated yet", "well");
    refused(
        "acts_at   = \"cytosol\"",
        "acts_at = \"nucleus\"",
        "E33",
        "miR-522-3p",
        "(miRNA) acts in the cytosol, not at the nucleus",
        "acts_at",
    );
}

#[test]
fn data_of_a_measure() {
    let with = |data: &str| format!("noise = \"8 %\"\ndata = {data}");
    let of_data = |data: &str, code: &str, marked: &str, message: &str, help: &str| {
        refused("noise = \"8 %\"", &with(data), code, marked, message, help);
    };
    of_data("5", "E33", "5", "`data`", "");
    of_data("{ map = \"map.csv\" }", "E32", "map", "file", "file = \"plate.csv\"");
    of_data("{ file = \"a.csv\", mapp = \"map.csv\" }", "E30", "mapp", "unknown key `mapp`", "did you mean `map`?");
    of_data("{ file = \"a.csv\", decimal = \"dot\" }", "E38", "dot", "no decimal sign", "point or comma");
    of_data("{ file = \"a.csv\", after = \"1 uM\" }", "E04", "1 uM", "a time cannot be given in uM", "");
    of_data("{ file = \"a.csv\", arms = { erastin = 5 } }", "E33", "5", "`arms` takes texts", "NAME");
    of_data("{ file = \"a.csv\", points = 5 }", "E33", "5", "`points` is a list", "value = \"41 %\"");
    of_data(
        "{ file = \"a.csv\", points = [{ arm = \"erastin\", at = \"48 h\", value = \"4 uM\" }] }",
        "E04",
        "4 uM",
        "an observed value",
        "41 %",
    );
}

#[test]
fn doses_of_vesicles() {
    let dose = |amount: &str| {
        format!("[arm.cisplatin]\ndose = [{{ vesicle = \"caf_exo\", amount = \"{amount}\", at = \"0 h\" }},")
    };
    let old = "[arm.cisplatin]\ndose = [";
    refused(old, &dose("10 uM"), "E04", "10 uM", "a vesicle dose cannot be given in uM", "5e4 particles/cell");
    refused(
        old,
        &dose("10 ug protein"),
        "E05",
        "10 ug protein",
        "10 ug of protein is not a number of vesicles yet",
        "particles_per_ug",
    );
    refused(old, &dose("-5e9 particles/mL"), "E06", "-5e9", "a dose cannot be negative", "");
    refused(old, &dose("5"), "E01", "5", "no unit", "particles/mL");
    for amount in ["5e4 particles/cell", "5e9 particles/mL", "5e9 /mL", "5e8 particles"] {
        read_well(&example("caf-mir522").replace(old, &dose(amount)));
    }
}

#[test]
fn geometry() {
    refused(
        "count   = 10_000",
        "count = 5_000_000",
        "E21",
        "5_000_000",
        "5 020 000 cells do not fit in one well of a 96-well plate",
        "Did you mean 50 200 cells",
    );
    refused("count   = 10_000", "count = 1e12", "E21", "1e12", "do not fit", "cm²");
    refused("count   = 10_000", "count = 0.5", "E37", "0.5", "whole numbers", "10_000");
    refused("count   = 10_000", "count = -1", "E06", "-1", "negative", "");
    refused("cell.caf.count = 0 }", "cell.caf.count = 0.5 }", "E37", "0.5", "whole numbers", "10_000");
    refused("100 nm ± 30 nm", "400 nm", "W23", "400 nm", "400 nm is not an exosome (30 to 150 nm)", "clearance");
    refused("volume  = \"100 uL\"", "volume = \"1 L\"", "E27", "1 L", "high in one well", "20 mm");
    let crowded = example("caf-mir522")
        .replace("100 nm ± 30 nm", "50 nm")
        .replace("0.00825 (0.0005..2) /vesicle", "10000 /vesicle");
    let (_, problems) = read(&crowded);
    let full = problems.iter().find(|problem| problem.code == "E22").expect("it does not fit");
    assert_eq!(full.message, "a 50 nm vesicle cannot hold 10 000 copies of a 22-nt RNA");
    assert!(full.help.contains("33 500 nm³") && full.help.contains("61 600 nm³"), "{}", full.help);
    let none = example("caf-mir522").replace("count   = 20_000", "count = 0");
    assert!(read(&none).0.is_some());
}

#[test]
fn times() {
    refused("record = \"30 min\"", "record = \"0.25 s\"", "E36", "0.25 s", "1 036 800 points", "record");
    refused("span = \"72 h\"", "span = \"0 h\"", "E36", "0 h", "span of zero", "72 h");
    refused(
        "at = \"24 h\" }]",
        "at = \"80 h\" }]",
        "E35",
        "80 h",
        "a dose at 80 h lies after the end of the experiment (72 h)",
        "span longer",
    );
    refused("at    = [\"48 h\"]", "at = [\"100 h\"]", "E35", "100 h", "a measure at 100 h", "span");
    refused("every = \"4 h\"", "every = \"0 h\"", "E36", "0 h", "infinitely many readings", "every");
    refused("at    = [\"48 h\"]", "at = [\"48 (40..50) h\"]", "E33", "40..50", "one number", "h");
}

#[test]
fn arms() {
    refused(
        "[arm.erastin] ",
        "[arm.erastin]\nlike = \"erastin + GW4869\" # ",
        "E34",
        "erastin",
        "is like itself",
        "start from another",
    );
    refused(
        "[arm.erastin] ",
        "[arm.erastin]\nlike = \"erastin\" # ",
        "E34",
        "erastin",
        "like itself: erastin -> erastin",
        "start",
    );
    refused(
        "[arm.untreated]",
        "[arm.untreated]\n[arm.UNTREATED]",
        "W30",
        "UNTREATED",
        "differ only in letter case",
        "another name",
    );
    refused("amount = \"50 nM\", at = \"0 h\"", "amount = \"50 nM\"", "E32", "drug", "`at` is missing", "24 h");
    for name in ["a/b", "..", "CON", "<script>alert(1)</script>", "x.y", ""] {
        let text = example("caf-mir522").replace("[arm.untreated]", &format!("[arm.untreated]\n[arm.\"{name}\"]"));
        let scenario = read_well(&text);
        assert!(scenario.arm(name).is_some());
        let again = read_well(&scenario::lock(&scenario, &KNOWLEDGE));
        assert!(again.arm(name).is_some());
    }
    let of_slash = example("caf-mir522")
        .replace("[arm.untreated]", "[arm.untreated]\n[arm.\"a/b\"]")
        .replace("/ untreated", "/ a/b");
    assert_eq!(read_well(&of_slash).measures[2].relative_to.as_deref(), Some("a/b"));
}

#[test]
fn a_drug_that_acts_on_nothing_is_named() {
    let alone = example("erastin-rsl3")
        .replace("drug = \"staurosporine\"", "drug = \"GW4869\"")
        .replace("mode(target)", "alive(target)");
    let (scenario, problems) = read(&alone);
    assert!(scenario.is_some(), "{problems:#?}");
    let idle = problems.iter().find(|problem| problem.code == "W14").expect("a warning");
    assert_eq!(idle.message, "GW4869 acts on nothing here");
}

#[test]
fn missing_parts() {
    let (_, problems) = read("vesica = 1\ntitle = \"<script>\"");
    let messages: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
    for wanted in
        ["`time` is missing", "`place` is missing", "no cell lives here", "there is no arm", "nothing is measured"]
    {
        assert!(messages.iter().any(|message| message.contains(wanted)), "no `{wanted}` in {messages:#?}");
    }
    assert_eq!(read("").1[0].code, "E47");
    assert_eq!(read(" \n").1[0].code, "E47");
    refused("vesica   = 1", "vesica = 2", "E48", "2", "format 1", "vesica = 1");
}

#[test]
fn every_error_of_a_file_is_shown_at_once() {
    let text = example("caf-mir522")
        .replace("\"5 uM\"", "\"5\"")
        .replace("plate   = \"96\"", "plate = \"69\"")
        .replace("cisplatin\"", "cisplatine\"");
    let codes: Vec<&str> = read(&text).1.iter().map(|problem| problem.code).collect();
    for code in ["E01", "E16", "E14", "E19"] {
        assert!(codes.contains(&code), "{codes:?}");
    }
}

#[test]
fn one_mistake_is_one_error() {
    for (old, new) in [
        ("\"cancer-associated fibroblast\"", "\"a fibroblast of some kind\""),
        ("hsa-miR-522-3p\"]", "hsa-miR-522\"]"),
        ("reads = \"alive(tumour)\"", "reads = \"alvie(tumour)\""),
        ("100 nm ± 30 nm", "100 nm ± 30 uM"),
        ("count   = 10_000", "count = 0.5"),
    ] {
        let text = example("caf-mir522").replacen(old, new, 1);
        let codes: Vec<_> = read(&text).1.iter().map(|problem| (problem.code, problem.message.clone())).collect();
        assert_eq!(codes.len(), 1, "{new}: {codes:#?}");
    }
}

#[test]
fn numbers_that_nothing_can_be_divided_by() {
    refused("volume  = \"100 uL\"", "volume = \"0 uL\"", "E20", "0 uL", "must be more than zero", "larger");
    refused("doubles = \"30 h\"", "doubles = \"0 h\"", "E20", "0 h", "must be more than zero", "larger");
    refused("cell.caf.count = 0 }", "doubles = \"0 h\" }", "E20", "0 h", "must be more than zero", "larger");
    refused("unknown (10..1000)", "unknown (0.1..1000)", "E20", "0.1..1000", "at least 1", "larger");
    refused("100 nm ± 30 nm", "0 nm", "E20", "0 nm", "must be more than zero", "larger");
}

#[test]
fn what_a_file_leaves_out_comes_from_the_knowledge_base() {
    let lines =
        ["rate    =", "size    =", "copies    =", "rich      =", "enter.clearance =", "deliver.escape =", "act.loaded"];
    let bare: Vec<String> = example("caf-mir522")
        .lines()
        .filter(|line| !lines.iter().any(|start| line.starts_with(start)))
        .map(str::to_owned)
        .collect();
    let scenario = read_well(&bare.join("\n"));
    let ends = ["rate", "size", "copies", "rich", "clearance", "escape", "loaded"];
    for end in ends {
        let named = scenario.quantities.iter().find(|named| named.path.ends_with(&format!(".{end}")));
        let named = named.unwrap_or_else(|| panic!("no {end}"));
        assert!(named.span.is_none(), "{end} is no default");
    }
    let written = scenario::lock(&scenario, &KNOWLEDGE);
    assert!(written.lines().filter(|line| line.contains("default = true")).count() >= ends.len(), "{written}");
    read_well(&written);
}

#[test]
fn cargo_without_a_target_is_named() {
    refused("act.ALOX15 ", "# act.ALOX15 ", "W34", "", "hsa-miR-522-3p acts on no gene here", "act.GENE");
}

#[test]
fn toml_mistakes_have_a_place() {
    refused("count   = 20_000", "count = 20_000\ncount = 3", "E45", "count", "`count` stands here twice", "keep one");
    refused("count   = 20_000", "count = 5 uM", "E45", "uM", "no TOML", "quotes");
    let two = example("caf-mir522").replace("count   = 20_000", "count = ").replace("seed     =", "seed = = ");
    assert!(read(&two).1.iter().filter(|problem| problem.code == "E45").count() >= 2);
}

#[test]
fn includes() {
    let base = example("caf-mir522");
    let files = |name: &str| match name {
        "base.toml" => Some(base.clone()),
        "loop.toml" => Some("include = [\"my.toml\"]".to_owned()),
        _ => None,
    };
    let read = |text: &str| scenario::read("my.toml", text, "my", &KNOWLEDGE, &files);
    let (scenario, problems) = read(
        "include = [\"base.toml\"]\ntitle = \"mine\"\n[cell.tumour]\ncount = 5_000\n[arm.more]\nlike = \"erastin\"",
    );
    let scenario = scenario.unwrap_or_else(|| panic!("{problems:#?}"));
    assert_eq!((scenario.title.as_str(), scenario.arms.len()), ("mine", 10));
    assert_eq!(scenario.middle(scenario.cells[1].count, None), 5_000.0);
    assert_eq!(read("include = [\"loop.toml\"]").1[0].code, "E46");
    assert!(read("include = [\"loop.toml\"]").1[0].message.contains("includes itself"));
    assert!(read("include = [\"none.toml\"]").1[0].message.contains("no such file"));
    assert!(read("include = 3").1.iter().any(|problem| problem.code == "E33"));
}

#[test]
fn line_ends_of_other_systems() {
    let text = example("caf-mir522").replace('\n', "\r\n");
    assert!(read(&text).0.is_some());
}

#[test]
fn a_drug_of_ones_own() {
    let text = example("caf-mir522")
        .replace("[arm.untreated]", "[drug.mine]\nacts_on = \"decide\"\ntarget = \"xct_activity\"\nic50 = \"1 (0.5..2) uM\"\n[arm.untreated]\n[arm.mine]\ndose = { drug = \"mine\", amount = \"2 uM\", at = \"1 h\" }");
    let scenario = read_well(&text);
    assert_eq!(scenario.drugs[0].action.form, "inhibit");
    assert!(scenario.links.other.contains_key("drug.mine.xct_activity.IC50"));
    assert_eq!(read_well(&scenario::lock(&scenario, &KNOWLEDGE)).drugs.len(), 1);
    refused(
        "[arm.untreated]",
        "[drug.mine]\nacts_on = \"decide\"\ntarget = \"xct_activity\"\n[arm.untreated]",
        "E32",
        "mine",
        "`ic50` is missing",
        "1 uM",
    );
    refused(
        "[arm.untreated]",
        "[drug.erastin]\n[arm.untreated]",
        "E33",
        "erastin",
        "knowledge base already",
        "another name",
    );
}

#[test]
fn origins_of_vesicles() {
    let from = "from    = \"caf\"";
    let with = |line: &str| format!("{from}\n{line}");
    refused(from, &with("origin = \"golgi\""), "E19", "golgi", "no origin of vesicles `golgi`", "dying cell");
    refused(from, &with("shed = \"100 /cell\""), "E33", "100 /cell", "only cells that die shed", "dying cell");
    refused(from, &with("origin = \"dying cell\""), "E33", "60 (20..200)", "sends no vesicles per hour", "shed =");
    let deaths = "origin = \"dying cell\"\ndeaths = [\"appoptosis\"]";
    refused(from, &with(deaths), "E19", "appoptosis", "no way to die `appoptosis`", "apoptosis");
    refused("particles(medium)", "particles(caf_exosome)", "E19", "caf_exosome", "no vesicle or origin", "caf_exo");
    let other = "reads = \"particles(medium)\"\nby    = \"NTA\"";
    let mixed = "reads = \"particles(medium)\"\nby    = \"NTA\"\nat = [\"72 h\"]\n[vesicle.debris]\nfrom = \"tumour\"\norigin = \"dying cell\"\n[measure.more]\nreads = \"particles(medium)\"";
    refused(other, mixed, "W36", "particles(medium)", "caf_exo (endosome), debris (dying cell)", "particles(endosome)");
}

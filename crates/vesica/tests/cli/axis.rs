//! `vesica new --axis`, typed as a user types it.

use crate::support::Scratch;

#[test]
fn it_writes_a_file_that_reads_well() {
    let scratch = Scratch::new();
    let written = scratch.call(&["new", "--axis", "miR-124-3p STEAP3", "my axis.toml"]).well();
    assert!(
        written.out.contains("Written  my axis.toml") && written.out.contains("vesica check \"my axis.toml\""),
        "{written:#?}"
    );
    let checked = scratch.call(&["check", "my axis.toml"]).well();
    assert!(checked.out.contains("reads well: 2 cells, 1 vesicle, 8 arms"), "{checked:#?}");
    assert!(!checked.err.contains("warning"), "{checked:#?}");
    scratch.call(&["new", "--axis", "miR-124-3p STEAP3", "my axis.toml"]).refused("E94");
}

#[test]
fn without_a_file_it_prints_the_scenario_and_nothing_else() {
    let scratch = Scratch::new();
    let text = scratch.call(&["new", "--axis", "AX005"]).well().out;
    assert!(text.starts_with("# AX005: ") && text.trim_end().ends_with(']'), "{text}");
    scratch.write("piped.toml", &text);
    scratch.call(&["check", "piped.toml"]).well();
    let object = scratch.call(&["new", "--axis", "AX005", "--json"]).well().json();
    assert_eq!((&object["axis"], &object["scenario"]), (&"AX005".into(), &text.into()));
    let object = scratch.call(&["new", "--axis", "AX005", "new.toml", "--json"]).well().json();
    assert_eq!((&object["axis"], &object["written"]), (&"AX005".into(), &"new.toml".into()));
}

#[test]
fn what_does_not_fit_is_refused_with_what_to_type() {
    let scratch = Scratch::new();
    let cases: [(&[&str], &str, &str); 7] = [
        (&["new", "--axis", "miR-522"], "E11", "--strand 3p or --strand 5p"),
        (&["new", "--axis", "SLC7A11"], "E88", "add a target, disease or donor"),
        (&["new", "--axis", "zzzzzz"], "E19", "it takes a miRNA"),
        (&["new", "--axis", "AX005", "--strand", "5p"], "E89", "leave --strand out"),
        (&["new", "--axis", "AX005", "--strand", "4p"], "E80", "3p"),
        (&["new", "--strand", "3p"], "E80", "--axis"),
        (&["new", "--axis", "miR-124-3p", "STEAP3", "my.toml"], "E80", "in quotes"),
    ];
    for (arguments, code, fix) in cases {
        let refused = scratch.call(arguments).refused(code);
        assert!(refused.err.contains(fix), "{arguments:?}: {refused:#?}");
    }
    let help = scratch.call(&["new", "--help"]).well().out;
    assert!(help.contains("--axis <WORDS>") && help.contains("--strand <3p|5p>"), "{help}");
    let list = scratch.call(&["new"]).well().out;
    assert!(list.contains("vesica new --axis \"WORDS\" my.toml") && list.contains("vesica know axes"), "{list}");
}

#[test]
fn what_know_says_to_type_next_works() {
    for words in
        ["miR-522", "gastric cancer", "GPX4", "erastin", "deliver", "E11", "uM", "hepatocyte", "PMID 35459211", "drugs"]
    {
        let scratch = Scratch::new();
        let asked: Vec<&str> = ["know"].into_iter().chain(words.split(' ')).collect();
        let found = scratch.call(&[&asked[..], &["--json"]].concat()).well().json();
        let next = found["next"].as_array().expect("commands");
        assert!(!next.is_empty(), "{words}");
        for command in next {
            let command = command.as_str().expect("a command");
            // a whole run takes minutes: that the scenario reads is what can be wrong here
            let command = command.replace("vesica run ", "vesica check ");
            let typed: Vec<&str> = command.split(' ').skip(1).collect();
            scratch.call(&typed).well();
            if scratch.path("my.toml").exists() {
                scratch.call(&["check", "my.toml"]).well();
            }
        }
    }
}

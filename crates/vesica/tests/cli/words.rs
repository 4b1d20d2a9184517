//! What is typed, and what is said.

use std::process::Stdio;

use crate::support::{SMALL, Scratch};

#[test]
fn the_first_page_names_every_verb() {
    let scratch = Scratch::new();
    let page = scratch.call(&[]).well().out;
    for line in [
        "  new      start",
        "  check    read",
        "  run      simulate",
        "  know     ask",
        "  convert  read",
        "Start with: vesica run",
    ] {
        assert!(page.lines().any(|found| found.starts_with(line)), "{line}\n{page}");
    }
    assert!(scratch.call(&["--version"]).well().out.starts_with("vesica "));
    assert!(scratch.call(&["run", "--help"]).well().out.contains("Usage: vesica run"));
}

#[test]
fn wrong_usage_says_what_to_type() {
    let scratch = Scratch::new();
    let cases: [(&[&str], &str); 11] = [
        (&["chek", "small.toml"], "did you mean `check`?"),
        (&["frobnicate"], "verbs: new, check, run, sweep, rank, know, convert"),
        (&["run"], "vesica run my.toml"),
        (&["run", "small.toml", "--frsh"], "did you mean `--fresh`?"),
        (&["run", "small.toml", "more"], "in quotes"),
        (&["run", "small.toml", "--threads", "0"], "from 1 to 1024"),
        (&["run", "small.toml", "--seed", "-1"], "not negative"),
        (&["run", "small.toml", "--seed", "1.5"], "not negative"),
        (&["run", "small.toml", "--worlds", "0"], "from 1 to"),
        (&["run", "small.toml", "--cells", "10"], "from 100 on"),
        (&["know"], "vesica know miR-522"),
    ];
    for (arguments, fix) in cases {
        let called = scratch.call(arguments).refused("E80");
        assert!(called.err.contains(fix), "{arguments:?}: {called:#?}");
    }
}

#[test]
fn a_file_that_is_no_scenario_is_refused() {
    let scratch = Scratch::new();
    scratch.write("empty.toml", "");
    scratch.write("binary.toml", [0x7f, b'E', b'L', b'F', 0, 1, 2, 0xff]);
    scratch.write("utf16.toml", [0xff, 0xfe, b'v', 0]);
    std::fs::create_dir(scratch.path("folder")).expect("a folder");
    let large = std::fs::File::create(scratch.path("large.toml")).expect("a file");
    large.set_len(100 << 20).expect("a sparse file");
    let cases = [
        ("nothere.toml", "E40"),
        ("nothere", "E40"),
        ("folder", "E40"),
        ("large.toml", "E40"),
        ("empty.toml", "E47"),
        ("binary.toml", "E42"),
        ("utf16.toml", "E43"),
    ];
    for (file, code) in cases {
        scratch.call(&["check", file]).refused(code);
        let found = scratch.call(&["check", file, "--json"]);
        assert_eq!((found.code, &found.json()["errors"][0]["code"]), (Some(1), &code.into()), "{file}");
    }
    assert!(
        scratch.call(&["check", "caf-mir52"]).refused("E40").err.contains("did you mean the example `caf-mir522`?")
    );
    #[cfg(unix)]
    scratch.call(&["check", "/dev/zero"]).refused("E40");
}

#[test]
fn files_of_other_systems_read_the_same() {
    let scratch = Scratch::new();
    let known = scratch.call(&["check", "small.toml", "--json"]).well().json();
    let micro = SMALL.replace("5 uM", "5 µM").replace("100 uL", "100 μL");
    for (name, content) in
        [("crlf", SMALL.replace('\n', "\r\n")), ("bom", format!("\u{feff}{SMALL}")), ("micro", micro)]
    {
        scratch.write("small.toml", content);
        assert_eq!(scratch.call(&["check", "small.toml", "--json"]).well().json()["ledger"], known["ledger"], "{name}");
    }
    let latin: Vec<u8> = SMALL.chars().map(|letter| u8::try_from(letter).expect("Latin-1")).collect();
    scratch.write("small.toml", latin);
    assert!(scratch.call(&["check", "small.toml"]).well().err.contains("warning W43"));
}

#[test]
fn every_verb_prints_one_object_with_json() {
    let scratch = Scratch::new();
    scratch.write("bad.toml", SMALL.replace("5 uM", "0,5 uM"));
    let cases: [(&[&str], i32); 13] = [
        (&[], 0),
        (&["--version"], 0),
        (&["new"], 0),
        (&["new", "caf-mir522", "my.toml"], 0),
        (&["new", "caf-mir522", "my.toml"], 1),
        (&["new", "nothing"], 1),
        (&["check", "small.toml"], 0),
        (&["check", "bad.toml"], 1),
        (&["run", "bad.toml"], 1),
        (&["run"], 1),
        (&["know", "miR-522"], 0),
        (&["know", "zzzzzz"], 1),
        (&["chek"], 1),
    ];
    for (arguments, code) in cases {
        let called = scratch.call(&[arguments, &["--json"]].concat());
        assert_eq!(called.code, Some(code), "{arguments:?}");
        let object = called.json();
        assert_eq!(object["errors"].is_array(), code == 1, "{arguments:?}: {object}");
    }
    let error = scratch.call(&["check", "bad.toml", "--json"]).json()["errors"][0].clone();
    assert_eq!((&error["code"], &error["file"]), (&"E09".into(), &"bad.toml".into()));
    assert!(error["line"].is_u64() && error["column"].is_u64() && error["fix"].is_string(), "{error}");
}

#[test]
fn a_reader_who_leaves_is_no_failure() {
    let scratch = Scratch::new();
    for arguments in [&["know", "miR-522"][..], &["check", "small.toml"], &[]] {
        let mut child = scratch.command(arguments).stdout(Stdio::piped()).spawn().expect("the program starts");
        drop(child.stdout.take());
        assert_eq!(child.wait().expect("it ends").code(), Some(0), "{arguments:?}");
    }
}

#[test]
fn colour_and_letters_follow_the_terminal() {
    let scratch = Scratch::new();
    assert!(!scratch.call(&["check", "nothere.toml"]).err.contains('\u{1b}'));
    let with = |name: &str, value: &str| {
        let mut command = scratch.command(&["check", "nothere.toml"]);
        command.env("CLICOLOR_FORCE", "1").env(name, value);
        String::from_utf8(command.output().expect("the program starts").stderr).expect("UTF-8")
    };
    assert!(with("TERM", "xterm").contains("\u{1b}[1;31merror"));
    assert!(!with("NO_COLOR", "1").contains('\u{1b}'));
    assert!(with("LC_ALL", "C").is_ascii());
}

#[test]
fn new_writes_a_file_once_and_check_reads_it() {
    let scratch = Scratch::new();
    assert!(scratch.call(&["new"]).well().out.contains("caf-mir522"));
    let written = scratch.call(&["new", "caf-mir522", "my first.toml"]).well();
    assert!(written.out.contains("vesica check \"my first.toml\""), "{written:#?}");
    scratch.call(&["new", "caf-mir522", "my first.toml"]).refused("E94");
    scratch.call(&["new", "caf-mir522", "no/such/folder.toml"]).refused("E40");
    assert!(scratch.call(&["new", "caf-mir52"]).refused("E40").err.contains("did you mean `caf-mir522`?"));
    scratch.call(&["check", "my first.toml"]).well();
    // the same question in a body is an example of its own
    scratch.call(&["new", "good-and-bad-body", "mouse.toml"]).well();
    assert!(scratch.call(&["check", "mouse.toml"]).well().out.contains("one mouse"));
    let checked = scratch.call(&["check", "good-and-bad-body"]).well();
    assert!(checked.out.contains("Next: vesica run good-and-bad-body"), "{checked:#?}");
}

#[test]
fn an_instrument_that_does_not_read_a_fluid_is_refused_with_those_that_do() {
    use crate::support::Scratch;
    let scratch = Scratch::new();
    let body = "vesica = 1\ntime = { span = \"4 h\" }\n[place]\nkind = \"body\"\nspecies = \"human\"\n[arm.nothing]\n";
    scratch.write(
        "urine.toml",
        format!("{body}[measure.v]\nreads = \"particles(urine)\"\nby = \"BCA\"\nat = [\"4 h\"]\n"),
    );
    let called = scratch.call(&["check", "urine.toml"]).refused("E31");
    for words in ["urine.toml:9:", "BCA reads medium of a culture, not urine", "one of: NTA, TRPS, nano-flow"] {
        assert!(called.err.contains(words), "{words}: {called:#?}");
    }
    scratch.write(
        "urine.toml",
        format!("{body}[measure.v]\nreads = \"particles(urine)\"\nby = \"NTA\"\nat = [\"4 h\"]\n"),
    );
    assert_eq!(scratch.call(&["check", "urine.toml"]).code, Some(0));
}

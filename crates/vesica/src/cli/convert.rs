//! `vesica convert`: a file of the lab becomes a text to paste into a scenario.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

use vesica_model::{Diagnostic, Severity, Span};

use super::arguments::{Convert, Options};
use super::problems::{Failed, print, tell, warn};
use super::words::{labelled, plain, typed};
use super::{Done, Verb, input};
use crate::knowledge::Knowledge;
use crate::lab::{self, Data, Decimal, Pasted, Reading, Wishes};
use crate::quantity::{Expected, Quantity};
use crate::render::{self, Sources};
use crate::terminal::Terminal;
use crate::units::Dimension;

/// Endings of files that a later version reads or writes.
const LATER: [(&str, &str); 10] = [
    ("xml", "SBML"),
    ("sbml", "SBML"),
    ("ant", "Antimony"),
    ("omex", "a COMBINE archive"),
    ("simularium", "Simularium"),
    ("zarr", "Zarr"),
    ("vtu", "VTK"),
    ("fasta", "sequences"),
    ("fa", "sequences"),
    ("yaml", "PEtab"),
];

/// Reads the files, says what was understood, and prints what they become.
pub fn convert(arguments: &Convert, options: &Options) -> Verb {
    refuse_later(arguments)?;
    let wishes = wishes(arguments)?;
    let (knowledge, mut sources) = input::knowledge(options.biology.as_deref())?;
    let mut found = Found::default();
    for file in &arguments.files {
        found.read(file, &wishes, &knowledge, &mut sources, options)?;
    }
    let beside = Wishes { kind: None, ..wishes.clone() };
    for file in arguments.nta.iter().chain(&arguments.dpcr).chain(&arguments.map).chain(&arguments.dead) {
        found.read(file, &beside, &knowledge, &mut sources, options)?;
    }
    if found.problems.iter().any(|problem| problem.severity() != Severity::Warning) {
        return Err(Failed { diagnostics: found.problems, sources });
    }
    let mut data = found.data.into_iter();
    let Some(mut main) = data.next() else { return Err(Failed { diagnostics: found.problems, sources }) };
    let mut others = Vec::new();
    for next in data {
        // files of one kind are replicates of each other
        main = match main.join(next) {
            Ok(joined) => joined,
            Err(apart) => {
                others.push(apart.1);
                apart.0
            }
        };
    }
    let others: Vec<&Data> = others.iter().collect();
    let file = arguments.files.first().map(|file| file.display().to_string()).unwrap_or_default();
    let pasted = main.paste(&file, &wishes, &others, &knowledge);
    found.problems.extend(pasted.findings.iter().cloned());
    if pasted.findings.iter().any(|problem| problem.severity() != Severity::Warning) {
        return Err(Failed { diagnostics: found.problems, sources });
    }
    warn(options, &found.problems, &sources);
    finish(&pasted, &found.understood, &found.problems, &sources, options)
}

/// What was read so far.
#[derive(Default)]
struct Found {
    data: Vec<Data>,
    understood: Vec<lab::Understood>,
    problems: Vec<Diagnostic>,
}

impl Found {
    fn read(
        &mut self,
        path: &Path,
        wishes: &Wishes,
        knowledge: &Knowledge,
        sources: &mut Sources,
        options: &Options,
    ) -> Result<(), Failed> {
        let bytes = bytes(path)?;
        let name = path.display().to_string();
        let Reading { understood, data, findings, text } = lab::read(&name, &bytes, wishes, knowledge);
        sources.add(name, text);
        if !understood.kind.is_empty() {
            let terminal = Terminal::stderr();
            let lines = understood.lines();
            let said = lines.iter().map(|(label, line)| labelled(label, line, &terminal, plain)).collect::<String>();
            tell(options, &terminal.spell(&said));
        }
        self.data.extend(data);
        self.understood.push(understood);
        self.problems.extend(findings);
        Ok(())
    }
}

fn refuse_later(arguments: &Convert) -> Result<(), Failed> {
    let ending =
        |path: &Path| path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    for file in &arguments.files {
        let end = ending(file);
        let later = LATER.iter().find(|(known, _)| *known == end);
        let message = match later {
            Some((_, what)) => format!("`{}`: {what} is not read or written yet", file.display()),
            None if end == "toml" => {
                format!("`{}` is a scenario: it is not written in other formats yet", file.display())
            }
            None => continue,
        };
        let help = "a later version converts models (SBML, Antimony, PEtab); this one reads files of the lab: \
                    vesica convert nta.csv";
        return Err(Failed::input(vec![Diagnostic::error("E39", message).help(help)]));
    }
    Ok(())
}

/// The bytes of a file of the lab.
///
/// # Errors
/// `E40` a file that cannot be read; always one diagnostic.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, Failed> {
    let shown = path.display();
    let problem =
        |why: String, help: &str| Failed::input(vec![Diagnostic::error("E40", format!("`{shown}` {why}")).help(help)]);
    let facts = fs::metadata(path).map_err(|error| problem(format!("cannot be read: {error}"), "check the path"))?;
    if facts.is_dir() {
        return Err(problem("is a folder".to_owned(), "give the files in it"));
    }
    let mut bytes = Vec::new();
    // one byte more than is read, so that the reader can say that it is too large
    let most = lab::LARGEST_FILE as u64 + 1;
    File::open(path)
        .and_then(|file| file.take(most).read_to_end(&mut bytes))
        .map_err(|error| problem(format!("cannot be read: {error}"), "check its permissions"))?;
    Ok(bytes)
}

fn wishes(arguments: &Convert) -> Result<Wishes, Failed> {
    let named =
        |words: &[String]| words.iter().flat_map(|word| word.split(',')).map(|word| word.trim().to_owned()).collect();
    let mut units = BTreeMap::new();
    for pair in &arguments.unit {
        let (column, unit) = pair_of("--unit", pair, "--unit concentration=uM")?;
        units.insert(column.to_lowercase(), unit);
    }
    let mut spikes = BTreeMap::new();
    for pair in &arguments.spike {
        let (name, copies) = pair_of("--spike", pair, "--spike cel-miR-39-3p=1e6")?;
        spikes.insert(name, number("--spike", &copies, &Expected::of(Dimension::AMOUNT).like(&["1e6"]))?);
    }
    let particles = Expected::of(Dimension::PARTICLES).like(&["1e9"]);
    let volume = Expected::of(Dimension::VOLUME).like(&["100 uL"]);
    let dilution = Expected::of(Dimension::NONE).like(&["200"]);
    let given = |option: &str, text: &Option<String>, expected: &Expected| match text {
        Some(text) => number(option, text, expected).map(Some),
        None => Ok(None),
    };
    // inside, volumes are in um^3
    let millilitre = 1e12;
    Ok(Wishes {
        kind: arguments.kind.clone(),
        decimal: arguments.decimal.as_deref().map(|word| if word == "comma" { Decimal::Comma } else { Decimal::Point }),
        units,
        name: arguments.name.clone(),
        dilution: given("--dilution", &arguments.dilution, &dilution)?,
        samples: named(&arguments.samples),
        controls: named(&arguments.control),
        spikes,
        particles: given("--particles", &arguments.particles, &particles)?,
        volume: given("--volume", &arguments.volume, &volume)?.map(|volume| volume / millilitre),
        reporter: arguments.reporter.clone(),
        scale: arguments.scale.clone(),
        top: arguments.top,
        split: arguments.split,
    })
}

fn pair_of(option: &str, pair: &str, example: &str) -> Result<(String, String), Failed> {
    match pair.rsplit_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.trim().to_owned())),
        _ => Err(wrong(option, pair, example)),
    }
}

/// A number without a range, inside units.
fn number(option: &str, text: &str, expected: &Expected) -> Result<f64, Failed> {
    let place = Span { file: option.to_owned(), start: 0, end: text.len() };
    match Quantity::parse_as(text, expected, &place) {
        Ok(Quantity { best: Some(best), range: None, .. }) if best > 0.0 => Ok(best),
        _ => {
            Err(wrong(option, text, &format!("{option} {:?}", expected.examples.first().cloned().unwrap_or_default())))
        }
    }
}

fn wrong(option: &str, text: &str, example: &str) -> Failed {
    Failed::input(vec![
        Diagnostic::error("E80", format!("`{text}` does not fit {option}")).help(format!("write it as in {example}")),
    ])
}

/// Prints, or writes to the file of `--out`.
fn finish(
    pasted: &Pasted,
    understood: &[lab::Understood],
    problems: &[Diagnostic],
    sources: &Sources,
    options: &Options,
) -> Verb {
    let warnings = render::json(problems, sources);
    let read: Vec<_> = understood.iter().map(lab::Understood::json).collect();
    let object = serde_json::json!({
        "read": read, "result": pasted.json, "toml": pasted.toml, "warnings": warnings["warnings"],
    });
    let text = if options.json { format!("{object}\n") } else { pasted.toml.clone() };
    let Some(out) = &options.out else {
        print(&text)?;
        let is_comment = |line: &str| line.trim().is_empty() || line.starts_with('#');
        let next = if pasted.toml.lines().all(is_comment) {
            "Next     nothing to paste yet: the lines above say which further file or option makes it so\n"
        } else {
            "Next     paste it into a scenario, then: vesica check my.toml\n"
        };
        tell(options, next);
        return Ok(Done::Well);
    };
    let mut file = OpenOptions::new().write(true).create_new(true).open(out).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Failed::input(vec![
            Diagnostic::error("E94", format!("`{}` is already there", out.display()))
                .help("choose another name: what you wrote is not replaced"),
        ]),
        _ => Failed::writing(out, error),
    })?;
    file.write_all(text.as_bytes()).map_err(|error| {
        let _ = fs::remove_file(out);
        Failed::writing(out, error)
    })?;
    if options.json {
        print(&format!("{}\n", serde_json::json!({ "written": out.display().to_string() })))?;
    } else {
        print(&format!("Written  {}\n", typed(out)))?;
    }
    Ok(Done::Well)
}

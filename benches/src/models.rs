//! The models that tools are compared on: those beside the peers' scripts, and curated ones of the BioModels database.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Value, json};
use vesica_engine::{Program, compile};
use vesica_model::{Library, Network, Severity};

use crate::peers::{Peer, folder, root};

/// Models beside the peers' scripts, and how long each is followed, in its own time.
pub const OF_PEERS: [(&str, f64); 9] = [
    ("exo_ferro_bench.ant", 96.0),
    ("BIOMD0000000012.xml", 600.0),
    ("mapk9.ant", 150.0),
    ("vilar35.ant", 100.0),
    ("BIOMD0000000019.xml", 3600.0),
    ("birth_death.ant", 100.0),
    ("schlogl.ant", 500.0),
    ("dimer_decay.ant", 30.0),
    ("repressilator_ssa.ant", 5000.0),
];

/// So many of the BioModels, the first by number that we read.
pub const N_BIOMODELS: usize = 24;

/// A model in the forms that tools read.
#[derive(Debug)]
pub struct Model {
    pub name: String,
    /// Antimony.
    pub text: String,
    /// Path of the SBML.
    pub sbml: String,
    /// What is compared, by name.
    pub species: Vec<String>,
    pub until: f64,
    pub points: usize,
    pub network: Network,
    pub program: Program,
}

/// What is compared on, and what was refused and why.
#[derive(Debug, Default)]
pub struct Models {
    pub models: Vec<Model>,
    pub refused: Vec<String>,
}

/// The folder with the peers' models; `None` where it is not there.
pub fn shared(name: &str) -> Option<PathBuf> {
    Some(root().join("../shared").join(name)).filter(|path| path.is_dir())
}

/// Network of an Antimony text.
///
/// # Errors
/// The first finding that is an error.
pub fn read(name: &str, text: &str) -> Result<Network> {
    let mut library = Library::default();
    let mut findings = library.read(name, text);
    let main = library.main_model().context("there is no model")?.to_owned();
    let (network, more) = library.flatten(&main);
    findings.extend(more);
    // E51: a number without a default stays NaN; what asks for it shows
    match findings.iter().find(|finding| finding.severity() == Severity::Error && finding.code != "E51") {
        Some(finding) => bail!("{} {}", finding.code, finding.message),
        None => Ok(network),
    }
}

/// All models, by rule: each of the peers', then the BioModels in the order of their numbers until `N_BIOMODELS` are
/// read by us. What we refuse is named.
pub fn all(n_biomodels: usize) -> Result<Models> {
    let mut prepare = Peer::start("prepare", "prepare.py")?;
    let mut models = Models::default();
    let beside = shared("peers/models").context("../shared/peers/models is not here: nothing to compare on")?;
    for (file, until) in OF_PEERS {
        models.take(file, Model::new(&mut prepare, &beside.join(file), until, 101));
    }
    let Some(curated) = shared("suites/biomodels") else { return Ok(models) };
    let mut folders: Vec<PathBuf> = std::fs::read_dir(curated)?.flatten().map(|entry| entry.path()).collect();
    folders.retain(|folder| folder.is_dir());
    folders.sort();
    let mut wanted = n_biomodels;
    for folder in folders {
        if wanted == 0 {
            break;
        }
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (until, steps) = settings(&folder, &name)?;
        wanted -= usize::from(
            models.take(&name, Model::new(&mut prepare, &folder.join(format!("{name}.xml")), until, steps + 1)),
        );
    }
    Ok(models)
}

/// One of the peers' own models.
pub fn one(name: &str) -> Result<Model> {
    let beside = shared("peers/models").context("../shared/peers/models is not here: nothing to compare on")?;
    let (file, until) = of_peers(name)?;
    Model::new(&mut Peer::start("prepare", "prepare.py")?, &beside.join(file), until, 101)
}

/// How long one of them is followed.
pub fn until(name: &str) -> Result<f64> {
    Ok(of_peers(name)?.1)
}

fn of_peers(name: &str) -> Result<(&'static str, f64)> {
    OF_PEERS.into_iter().find(|(file, _)| file.starts_with(name)).with_context(|| format!("no model {name}"))
}

impl Models {
    fn take(&mut self, name: &str, model: Result<Model>) -> bool {
        match model {
            Ok(model) => {
                self.models.push(model);
                true
            }
            Err(error) => {
                self.refused.push(format!("{name}: {error}"));
                false
            }
        }
    }
}

impl Model {
    fn new(prepare: &mut Peer, file: &Path, until: f64, points: usize) -> Result<Self> {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let forms = prepare.ask(json!({"do": "model", "file": file, "folder": folder("models")?}))?;
        let string = |key: &str| forms[key].as_str().map(str::to_owned).ok_or_else(|| anyhow!("no {key}"));
        let (text, sbml) = (string("antimony")?, string("sbml")?);
        let network = read(&name, &text)?;
        let program = compile(&network)?;
        let listed = forms["species"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
        let species: Vec<String> = listed.collect();
        if let Some(missing) = species.iter().find(|id| program.species(id).is_none()) {
            bail!("`{missing}` is no state here");
        }
        if species.is_empty() {
            bail!("it has no state to compare");
        }
        Ok(Self { name, text, sbml, species, until, points, network, program })
    }

    /// The times at which states are compared, the start apart.
    pub fn times(&self) -> Vec<f64> {
        (1..self.points).map(|i| self.until * i as f64 / (self.points - 1) as f64).collect()
    }

    /// Of states `[time × n_species]`, the concentrations of the species that are compared.
    pub fn compared(&self, states: &[f64]) -> Vec<f64> {
        let places: Vec<(usize, f64)> = self.species.iter().filter_map(|id| self.place(id)).collect();
        let rows = states.chunks_exact(self.program.n_species().max(1));
        rows.flat_map(|state| places.iter().map(|(at, size)| state[*at] / size)).collect()
    }

    /// Index of a species and the size of its compartment.
    fn place(&self, id: &str) -> Option<(usize, f64)> {
        let at = self.program.species(id)?;
        let compartment = self.network.species.get(at)?.compartment;
        Some((at, compartment.map_or(1.0, |parameter| self.program.default_parameters()[parameter])))
    }
}

/// Duration and number of steps of a BioModels case.
fn settings(folder: &Path, name: &str) -> Result<(f64, usize)> {
    let text = std::fs::read_to_string(folder.join(format!("{name}-settings.txt")))?;
    let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)).map(str::trim);
    let duration = value("duration:").context("a duration")?.parse()?;
    Ok((duration, value("steps:").context("a number of steps")?.parse()?))
}

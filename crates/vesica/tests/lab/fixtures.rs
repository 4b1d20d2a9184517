//! One small file of each kind, in the shape that its instrument writes.

use std::sync::LazyLock;

use vesica::knowledge::Knowledge;
use vesica::lab::{self, Reading, Wishes};

pub static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::embedded().0);

/// A file and what it is.
pub struct Fixture {
    pub file: &'static str,
    pub kind: &'static str,
    pub text: &'static str,
}

macro_rules! fixtures {
    ($($file:literal is $kind:literal,)+) => {
        pub const FIXTURES: &[Fixture] =
            &[$(Fixture { file: $file, kind: $kind, text: include_str!(concat!("files/", $file)) },)+];
    };
}

fixtures! {
    "nanosight.csv" is "nanosight",
    "nanosight_particles.csv" is "nanosight-particles",
    "zetaview.txt" is "zetaview",
    "sizes.csv" is "sizes",
    "counts.csv" is "counts",
    "mirge.csv" is "counts",
    "copies.csv" is "copies",
    "droplets.csv" is "copies",
    "luciferase.csv" is "luciferase",
    "expression.tsv" is "expression",
    "plate.csv" is "plate",
    "plate_case_a.tsv" is "plate",
    "grid.csv" is "plate-grid",
    "map.csv" is "plate-map",
    "incucyte.txt" is "incucyte",
    "plates.PlateMap" is "platemap",
    "timelapse.csv" is "time-lapse",
    "bodipy.csv" is "bodipy",
    "bodipy_cells.csv" is "bodipy-cells",
    "readings.csv" is "readings",
}

pub fn fixture(file: &str) -> &'static Fixture {
    FIXTURES.iter().find(|fixture| fixture.file == file).expect("a fixture")
}

pub fn read(file: &str, bytes: &[u8]) -> Reading {
    lab::read(file, bytes, &Wishes::default(), &KNOWLEDGE)
}

//! Files of the lab: what an instrument or a spreadsheet wrote becomes numbers of a scenario.
//!
//! One file of this room for each kind of instrument file: what it looks like and where that was seen, how it is told
//! from others, its reader, and what it becomes. All of them read one [`Sheet`]: a text in any encoding, with any
//! delimiter and decimal sign, or the first sheet of a workbook. A file is read to its end: every slip in it is named
//! with its line, and what is not concerned is used.
//!
//! ```
//! use vesica::knowledge::Knowledge;
//! use vesica::lab::{Wishes, read};
//! let (knowledge, _) = Knowledge::embedded();
//! let text = "size [nm];concentration [particles/mL];replicate\n95;1,5e8;1\n105;1,5e8;1\n95;2e8;2\n105;2e8;2\n";
//! let reading = read("nta.csv", text.as_bytes(), &Wishes::default(), &knowledge);
//! assert_eq!(reading.understood.kind, "sizes");
//! let pasted = reading.data.unwrap().paste("nta.csv", &Wishes::default(), &[], &knowledge);
//! assert!(pasted.toml.contains("size = \"100 nm ± 5 nm\""), "{}", pasted.toml);
//! ```

mod columns;
mod compared;
mod condition;
mod copies;
mod counts;
mod curves;
mod cytometry;
mod decode;
mod delimiter;
mod doses;
mod expression;
mod findings;
mod grid;
mod heading;
mod incucyte;
mod keyed;
mod kinds;
mod luciferase;
mod map;
mod matrix;
mod molecules;
mod nanosight;
mod number;
mod observe;
mod particles;
mod paste;
mod platemap;
mod readings;
mod response;
mod sheet;
mod sizes;
mod spread;
mod tokens;
mod understood;
mod wells;
mod wishes;
mod workbook;
mod zetaview;

pub use condition::{Agent, Condition};
pub use copies::{Copies, Reaction};
pub use counts::{Counts, Row, Scale};
pub use decode::{Encoding, LARGEST_FILE, decode};
pub use delimiter::Delimiter;
pub use expression::Expression;
pub use kinds::{Data, KINDS, Kind, Reading, read};
pub use luciferase::{Luciferase, ReporterWell};
pub use matrix::Matrix;
pub use molecules::members;
pub use number::{Decimal, Value, Wrong, number};
pub use observe::{Observation, observe};
pub use particles::{Particles, Replicate};
pub use paste::Pasted;
pub use readings::{Asked, Point, Readings};
pub use response::growth_rate;
pub use sheet::Sheet;
pub use spread::{Spread, spread};
pub use understood::Understood;
pub use wells::{Map, Place, Wells, well};
pub use wishes::Wishes;

#[cfg(test)]
mod tests;

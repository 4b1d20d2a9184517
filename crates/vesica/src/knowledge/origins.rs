//! Where vesicles come from.

use serde::Deserialize;

/// Where a vesicle comes from. Exosomes come from endosomes; what else cells send is told apart by this and not by size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
pub enum Origin {
    /// Budded into an endosome and let out when that fuses with the plasma membrane: an exosome.
    #[serde(rename = "endosome")]
    Endosome,
    /// Budded from the plasma membrane of a living cell.
    #[serde(rename = "plasma membrane")]
    PlasmaMembrane,
    /// Shed by a cell that dies.
    #[serde(rename = "dying cell")]
    DyingCell,
}

/// Words of `origin`.
pub const ORIGINS: [(Origin, &str); 3] =
    [(Origin::Endosome, "endosome"), (Origin::PlasmaMembrane, "plasma membrane"), (Origin::DyingCell, "dying cell")];

impl Origin {
    /// The word of the files.
    ///
    /// ```
    /// use vesica::knowledge::Origin;
    /// assert_eq!(Origin::of_word("dying cell").map(Origin::word), Some("dying cell"));
    /// assert_eq!(Origin::of_word("golgi"), None);
    /// ```
    pub fn word(self) -> &'static str {
        ORIGINS.iter().find(|(known, _)| *known == self).map_or("", |(_, word)| word)
    }

    /// The origin of that word.
    pub fn of_word(word: &str) -> Option<Self> {
        ORIGINS.iter().find(|(_, known)| *known == word).map(|(origin, _)| *origin)
    }
}

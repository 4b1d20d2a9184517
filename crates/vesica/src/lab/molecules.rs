//! Names of miRNAs in tables of counts: of any release, with or without species, merged, of other species, spiked in.

/// Whether a text is written like the name of a miRNA: `miR-21-5p`, `hsa-let-7a`, `MIMAT0000062`.
pub(crate) fn is_like_a_mirna(name: &str) -> bool {
    let lower = name.trim().to_ascii_lowercase();
    let rest = match lower.split_once('-') {
        Some((species, rest)) if species.len() <= 4 && !is_family(species) => rest,
        _ => lower.as_str(),
    };
    // without a hyphen only in its own spelling: MIR21 and LIN28B are genes
    let is_spelled = name.trim().contains("miR") || name.trim().contains("let");
    let digits_after = |word: &str| {
        rest.strip_prefix(word).is_some_and(|rest| match rest.strip_prefix('-') {
            Some(rest) => rest.starts_with(|letter: char| letter.is_ascii_digit()),
            None => is_spelled && rest.starts_with(|letter: char| letter.is_ascii_digit()),
        })
    };
    lower.starts_with("mimat0") || FAMILIES.iter().any(|word| digits_after(word))
}

/// What stands before the number of a miRNA.
const FAMILIES: [&str; 3] = ["mir", "let", "lin"];

fn is_family(word: &str) -> bool {
    FAMILIES.contains(&word)
}

/// Species whose miRNAs are spiked into human samples, by their prefix; and names of synthetic spikes.
const SPIKES: [&str; 8] = ["cel-", "ath-", "osa-", "unisp", "ercc", "spike", "cel_", "ath_"];

/// Whether a row is one that was added to the sample on purpose.
pub(crate) fn is_spike(name: &str) -> bool {
    let lower = name.trim().to_ascii_lowercase();
    SPIKES.iter().any(|spike| lower.starts_with(spike)) || lower.contains("spike-in") || lower.contains("spike_in")
}

/// The members of a merged name: `miR-192-5p/215-5p` is miR-192-5p and miR-215-5p. One name gives itself.
///
/// ```
/// use vesica::lab::members;
/// assert_eq!(members("hsa-let-7a-5p/7c-5p"), ["hsa-let-7a-5p", "hsa-let-7c-5p"]);
/// assert_eq!(members("miR-17/106a-5p"), ["miR-17-5p", "miR-106a-5p"]);
/// assert_eq!(members("miR-9-5p/3p"), ["miR-9-5p", "miR-9-3p"]);
/// assert_eq!(members("miR-21-5p"), ["miR-21-5p"]);
/// ```
pub fn members(name: &str) -> Vec<String> {
    let parts: Vec<&str> = name.split(['/', '|', ';', ',']).map(str::trim).filter(|part| !part.is_empty()).collect();
    let Some((first, rest)) = parts.split_first() else { return vec![name.trim().to_owned()] };
    if rest.is_empty() {
        return vec![(*first).to_owned()];
    }
    // what stands before the number of the first name
    let number = first.find(|letter: char| letter.is_ascii_digit()).unwrap_or(0);
    let arm = |part: &str| {
        part.rsplit_once('-').map(|(_, arm)| arm).filter(|arm| matches!(*arm, "3p" | "5p")).map(str::to_owned)
    };
    let last_arm = parts.last().and_then(|last| arm(last));
    let whole = |part: &&str| {
        let named = match *part {
            arm @ ("3p" | "5p") => format!("{}-{arm}", first.trim_end_matches("-3p").trim_end_matches("-5p")),
            part if part.starts_with(|letter: char| letter.is_ascii_digit()) => format!("{}{part}", &first[..number]),
            part => part.to_owned(),
        };
        match (&last_arm, arm(&named)) {
            (Some(last), None) => format!("{named}-{last}"),
            _ => named,
        }
    };
    parts.iter().map(whole).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn names_and_what_is_none() {
        for name in [
            "miR-21-5p",
            "hsa-miR-21",
            "hsa-let-7a-5p",
            "mmu-mir-21a",
            "MIMAT0000062",
            "cel-lin-4",
            "miR-192-5p/215-5p",
        ] {
            assert!(is_like_a_mirna(name), "{name}");
        }
        for name in ["GAPDH", "", "MIRO1", "LIN28B", "MIR21", "letter", "__no_feature", "mirror-1", "ENSG00000141510"] {
            assert!(!is_like_a_mirna(name), "{name}");
        }
        for name in ["cel-miR-39-3p", "UniSp6", "ERCC-00002", "spike_1", "ath-miR-159a"] {
            assert!(is_spike(name), "{name}");
        }
        assert!(!is_spike("hsa-miR-39"));
    }

    #[test]
    fn merged_names_that_are_odd_end() {
        assert_eq!(members("hsa-miR-199a-3p/hsa-miR-199b-3p"), ["hsa-miR-199a-3p", "hsa-miR-199b-3p"]);
        assert_eq!(members("///"), ["///"]);
        assert_eq!(members(""), [""]);
        assert_eq!(members("miR/5"), ["miR", "5"]);
    }
}

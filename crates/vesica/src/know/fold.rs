//! Text in one spelling, so that `miR522`, `mir 522` and `hsa-miR-522` meet, and `TGF-β` meets `tgf beta`.
//!
//! Letters lose case and accents, Greek letters become their names, British spellings American ones, plurals
//! singulars. A hyphen joins: `Fer-1` is `fer`, `1` and `fer1`. A miRNA is one word: family, letter, copy, strand.

/// One word of a text or a question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Word {
    /// Its parts, as hyphens separate them.
    pub parts: Vec<String>,
    /// The miRNA that it names.
    pub mirna: Option<MirnaName>,
}

/// A miRNA as people write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MirnaName {
    /// `mir522`, `mir125b`, `let7a`.
    pub stem: String,
    /// Number of the copy in the genome, as in `mir125b1`; empty as a rule.
    pub copy: String,
    /// `3p`, `5p`, `star`, or empty.
    pub arm: String,
}

impl Word {
    /// All parts in one.
    pub fn whole(&self) -> String {
        self.parts.concat()
    }

    fn of(part: String) -> Self {
        Self { parts: vec![part], mirna: None }
    }
}

impl MirnaName {
    /// The word that stands for it in a folded text when no strand is named: `mir522x`.
    pub fn without_strand(&self) -> String {
        format!("{}{}x", self.stem, self.copy)
    }

    /// The word for family and strand: `mir522x3p`.
    pub fn with_strand(&self) -> String {
        format!("{}{}", self.without_strand(), self.arm)
    }

    /// As a database would write it: `mir-522-3p`.
    pub fn written(&self) -> String {
        let family = if self.stem.starts_with("let") { "let" } else { "mir" };
        let mut name = format!("{family}-{}", &self.stem[family.len()..]);
        for part in [&self.copy, &self.arm].into_iter().filter(|part| !part.is_empty() && *part != "star") {
            name.push('-');
            name.push_str(part);
        }
        if self.arm == "star" { name + "*" } else { name }
    }
}

/// A name with all that separates taken out, to compare names: `Fer-1` and `fer 1` are `fer1`.
pub(super) fn key(text: &str) -> String {
    words(text).iter().map(key_of).collect()
}

/// [`key`] of one word.
pub(super) fn key_of(word: &Word) -> String {
    word.mirna.as_ref().map_or_else(|| word.whole(), MirnaName::with_strand)
}

/// The text with every word in all its forms, a space before and behind each.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::from(" ");
    for word in words(text) {
        let mut add = |form: &str| {
            folded.push_str(form);
            folded.push(' ');
        };
        if let Some(mirna) = &word.mirna {
            let family = format!("{}{}", mirna.stem, mirna.copy);
            add(&mirna.stem);
            if family != mirna.stem {
                add(&family);
            }
            add(&mirna.with_strand());
        } else {
            word.parts.iter().for_each(|part| add(part));
            if word.parts.len() > 1 {
                add(&word.whole());
            }
        }
    }
    folded
}

/// The words of a text.
pub(super) fn words(text: &str) -> Vec<Word> {
    let parts = split(text);
    let mut words: Vec<Word> = Vec::new();
    let mut at = 0;
    while at < parts.len() {
        if let Some((mirna, next)) = mirna(&parts, at) {
            words.push(Word { parts: vec![format!("{}{}{}", mirna.stem, mirna.copy, mirna.arm)], mirna: Some(mirna) });
            at = next;
            continue;
        }
        // `hsa-miR-522` is the molecule, not one word more to look for
        if SPECIES.contains(&parts[at].text.as_str()) && mirna(&parts, at + 1).is_some() {
            at += 1;
            continue;
        }
        let part = spelled(&parts[at].text);
        match words.last_mut() {
            Some(word) if parts[at].is_joined && word.mirna.is_none() => word.parts.push(part),
            _ => words.push(Word::of(part)),
        }
        at += 1;
    }
    words
}

/// Species before the name of a miRNA, as miRBase writes them.
const SPECIES: [&str; 3] = ["hsa", "mmu", "rno"];

/// A run of letters and digits.
struct Part {
    text: String,
    /// Whether a hyphen stands between it and the one before.
    is_joined: bool,
}

fn split(text: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut current = String::new();
    let mut is_joined = false;
    for letter in text.chars().chain([' ']) {
        if letter.is_alphanumeric() {
            plain(letter, &mut current);
            continue;
        }
        let is_behind = !current.is_empty();
        if is_behind {
            parts.push(Part { text: std::mem::take(&mut current), is_joined });
        }
        if is_behind && letter == '*' {
            parts.push(Part { text: "star".to_owned(), is_joined: true });
        }
        is_joined = is_behind && matches!(letter, '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}');
    }
    parts
}

/// One letter without case and accent; a Greek one by its name.
fn plain(letter: char, text: &mut String) {
    const GREEK: [&str; 25] = [
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "u", "nu",
        "xi", "omicron", "pi", "rho", "sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
    ];
    if letter.is_ascii() {
        text.push(letter.to_ascii_lowercase());
        return;
    }
    for lower in letter.to_lowercase() {
        match lower {
            'α'..='ω' => text.push_str(GREEK[(lower as usize - 'α' as usize).min(GREEK.len() - 1)]),
            '\u{b5}' => text.push('u'),
            'à'..='å' => text.push('a'),
            'ç' => text.push('c'),
            'è'..='ë' => text.push('e'),
            'ì'..='ï' => text.push('i'),
            'ñ' => text.push('n'),
            'ò'..='ö' | 'ø' => text.push('o'),
            'ù'..='ü' => text.push('u'),
            'æ' => text.push_str("ae"),
            'œ' => text.push_str("oe"),
            'ß' => text.push_str("ss"),
            '⁰' | '¹' | '²' | '³' | '⁴'..='⁹' | '₀'..='₉' => {
                let digits = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
                let digit = digits.iter().position(|digit| *digit == lower);
                let digit = digit.or_else(|| (lower as usize).checked_sub('₀' as usize)).unwrap_or(0);
                text.push(char::from(b'0' + digit.min(9) as u8));
            }
            other => text.push(other),
        }
    }
}

/// One spelling for a word that has several: tumour and tumor, ischaemia and ischemia, cells and cell.
fn spelled(part: &str) -> String {
    if part.len() < 4 || part.chars().any(|letter| letter.is_ascii_digit()) {
        return part.to_owned();
    }
    let mut word = part.replace("our", "or").replace("ae", "e").replace("oe", "e").replace("yse", "yze");
    word = word.replace("isation", "ization").replace("ised", "ized").replace("ising", "izing");
    let is_plural = word.len() > 4 && word.ends_with('s') && !["ss", "is", "us"].iter().any(|end| word.ends_with(end));
    if is_plural {
        word.pop();
        if word.ends_with("sse") {
            word.pop();
        }
    }
    word
}

/// A miRNA that begins at a part, and the part after it.
fn mirna(parts: &[Part], at: usize) -> Option<(MirnaName, usize)> {
    let (family, number, mut next) = family(parts, at)?;
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    let letters: String = number[digits.len()..].chars().take_while(char::is_ascii_lowercase).collect();
    let mut copy = number[digits.len() + letters.len()..].to_owned();
    if letters.len() > 2 || !copy.chars().all(|letter| letter.is_ascii_digit()) {
        return None;
    }
    let text = |at: usize| parts.get(at).map_or("", |part| part.text.as_str());
    let is_joined = |at: usize| parts.get(at).is_some_and(|part| part.is_joined);
    if copy.is_empty() && is_joined(next) && text(next).len() <= 2 && text(next).chars().all(|l| l.is_ascii_digit()) {
        copy = text(next).to_owned();
        next += 1;
    }
    // `MIR9-3HG` is the gene of another RNA
    if is_joined(next) && text(next).starts_with(|letter: char| letter.is_ascii_digit()) && text(next).ends_with("hg") {
        return None;
    }
    let mut arm = String::new();
    let is_star = text(next) == "star" && is_joined(next);
    if is_star || ["3p", "5p"].contains(&text(next)) {
        arm = text(next).to_owned();
        next += 1;
    }
    Some((MirnaName { stem: format!("{family}{digits}{letters}"), copy, arm }, next))
}

/// Family (`mir`, `let`), what follows it (`522`, `125b1`), and the part after that.
fn family(parts: &[Part], at: usize) -> Option<(&'static str, String, usize)> {
    let text = |at: usize| parts.get(at).map_or("", |part| part.text.as_str());
    let is_number = |text: &str| text.starts_with(|letter: char| letter.is_ascii_digit());
    let first = text(at);
    if ["mir", "mirna", "mirs", "microrna"].contains(&first) && text(at + 1) == "let" && is_number(text(at + 2)) {
        return Some(("let", text(at + 2).to_owned(), at + 3));
    }
    let after = if first == "micro" && text(at + 1) == "rna" { at + 2 } else { at + 1 };
    let is_word = ["mir", "mirna", "mirs", "microrna"].contains(&first) || after == at + 2;
    if is_word && is_number(text(after)) {
        return Some(("mir", text(after).to_owned(), after + 1));
    }
    if first == "let" && is_number(text(at + 1)) {
        return Some(("let", text(at + 1).to_owned(), at + 2));
    }
    for (start, family) in [("microrna", "mir"), ("mirna", "mir"), ("mirlet", "let"), ("mir", "mir"), ("let", "let")] {
        if let Some(number) = first.strip_prefix(start).filter(|rest| is_number(rest)) {
            return Some((family, number.to_owned(), at + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mirna_is_one_word_however_it_is_written() {
        for text in ["miR-522", "mir522", "MIR 522", "miRNA-522", "microRNA 522", "micro-RNA 522", "miR\u{2011}522"] {
            assert_eq!(fold(text), " mir522 mir522x ", "{text}");
        }
        assert_eq!(fold("hsa-miR-522-3p"), " mir522 mir522x3p ");
        assert_eq!(fold("mir 522 3p"), " mir522 mir522x3p ");
        assert_eq!(fold("MIR125B1"), " mir125b mir125b1 mir125b1x ");
        assert_eq!(fold("hsa-miR-125b-1-3p"), " mir125b mir125b1 mir125b1x3p ");
        assert_eq!(fold("miR-let-7a"), fold("let7a"));
        assert_eq!(fold("miR-17*"), " mir17 mir17xstar ");
        assert_eq!(words("mir522 3p")[0].mirna.as_ref().map(MirnaName::written).as_deref(), Some("mir-522-3p"));
        assert_eq!(fold("miracle let us"), " miracle let us ");
        assert_eq!(fold("MIR9-3HG"), " mir9 3hg mir93hg ");
        assert_eq!(fold("miR-9-mediated"), " mir9 mir9x mediated ");
    }

    #[test]
    fn spellings_meet() {
        for (one, other) in [
            ("TGF-β", "tgf beta"),
            ("Tumours", "tumor"),
            ("ischaemia", "Ischemia"),
            ("oesophageal", "esophageal"),
            ("oxidised lipids", "oxidized lipid"),
            ("cells", "cell"),
            ("HT 1080", "HT-1080"),
            ("Fer-1", "fer1"),
            ("10 µM", "10 uM"),
            ("Fe²⁺", "Fe2"),
        ] {
            assert_eq!(key(one), key(other), "{one}, {other}");
        }
        assert_eq!(fold("Fer-1"), " fer 1 fer1 ");
        assert_ne!(key("miR-522"), key("miR-5222"));
        assert_eq!(fold(""), " ");
    }
}

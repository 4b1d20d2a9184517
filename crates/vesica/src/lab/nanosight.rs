//! NanoSight (Malvern) NTA 3.x: the summary of an experiment, and the list of its particles.
//!
//! `*-ExperimentSummary.csv` and `*_Summary.csv`: comma-separated with a comma at the end of most lines, sections in
//! square brackets. `[Results]` has the concentration of each video and the dilution factor that it was adjusted for
//! ("Not recorded" when nobody gave one); `[Size Data]` comes once for each weighting and has mean, mode, SD and
//! percentiles of each video, then `Graph Data` with bins of 1 nm up to a table of percentiles. The columns `Average`
//! and `Standard Error` stand behind those of the videos.
//! Seen: exports of NTA 3.2 (12 videos) and 3.3 (5 videos) in the public repositories nguyens7/tidyNano and
//! HugoSalmon/nanosight-data-analysis, and two programs that read them as Latin-1.
//!
//! `*_ParticleData.csv`: a header row, then one row for each particle, the last column true for those that are in the
//! distribution. Seen: in a program that reads it.

use super::columns::Columns;
use super::findings::Findings;
use super::kinds::{Data, Task};
use super::number::Value;
use super::particles::{Dilution, Particles, Replicate, weighted};
use super::sheet::Sheet;

/// Told by its first line.
pub(super) fn is_summary(sheet: &Sheet) -> Option<String> {
    let first = sheet.cell(0, 0).to_lowercase();
    let fits = first.starts_with("nta ") && first.contains("summary file");
    fits.then(|| format!("its first line is `{}`", sheet.cell(0, 0)))
}

/// Told by the columns of its header.
pub(super) fn is_particles(sheet: &Sheet) -> Option<String> {
    let has = |wanted: &str| sheet.cells(0).any(|cell| cell.eq_ignore_ascii_case(wanted));
    (has("Size/nm") && has("Included in distribution?"))
        .then(|| "its header has `Size/nm` and `Included in distribution?`".to_owned())
}

pub(super) fn read_summary(task: &mut Task<'_>) -> Option<Data> {
    let sheet = task.sheet;
    let row_of = |label: &str, from: usize| {
        (from..sheet.n_rows()).find(|row| sheet.cell(*row, 0).trim_end_matches(':').eq_ignore_ascii_case(label))
    };
    let names: Vec<String> = row_of("Filename", 0).map_or(Vec::new(), |row| {
        sheet
            .cells(row)
            .skip(1)
            .take_while(|cell| !cell.is_empty() && !cell.eq_ignore_ascii_case("Average"))
            .map(|c| c.into_owned())
            .collect()
    });
    let n = names.len().max(1);
    let version = row_of("Software Version", 0).map_or(String::new(), |row| sheet.cell(row, 1).into_owned());
    let created =
        (0..sheet.n_rows().min(5)).find_map(|row| sheet.cell(row, 0).strip_prefix("Created with ").map(str::to_owned));
    let instrument = match (version.is_empty() || version.eq_ignore_ascii_case("unknown"), created) {
        (false, _) => format!("NanoSight, {version}"),
        (true, Some(created)) => format!("NanoSight, {created}"),
        (true, None) => "NanoSight".to_owned(),
    };
    let sample = ["Sample Description", "Sample Name", "Experiment Name"]
        .iter()
        .find_map(|label| row_of(label, 0).map(|row| sheet.cell(row, 1).into_owned()).filter(|text| !text.is_empty()))
        .unwrap_or_default();
    let results = row_of("[Results]", 0);
    let sizes = row_of("[Size Data]", 0);
    let starts_with = |label: &str| {
        let from = results?;
        (from..sheet.n_rows()).find(|row| sheet.cell(*row, 0).to_lowercase().starts_with(label))
    };
    let findings = &mut task.findings;
    let concentrations = numbers(sheet, starts_with("concentration (particles"), n, findings);
    let dilutions = numbers(sheet, starts_with("dilution factor"), n, findings);
    let dilution = match dilutions.iter().flatten().next() {
        Some(first) if dilutions.iter().flatten().all(|other| other == first) && *first > 0.0 => {
            Dilution::Applied(*first)
        }
        _ => Dilution::NotRecorded,
    };
    let Some(sizes) = sizes else {
        cut_short(sheet, "[Size Data]", findings);
        task.nothing("without its sizes a summary says nothing about vesicles");
        return None;
    };
    let graph = row_of("Graph Data", sizes).unwrap_or(sheet.n_rows());
    let within = |label: &str| row_of(label, sizes).filter(|row| *row < graph);
    let means = numbers(sheet, within("Mean"), n, findings);
    let deviations = numbers(sheet, within("SD"), n, findings);
    let bins = Bins::read(sheet, graph, n, findings);
    let mut replicates = Vec::new();
    for video in 0..n {
        let from_bins = bins.moments(video);
        let said = means[video].zip(deviations[video]);
        if let (Some((said, _)), Some((counted, _))) = (said, from_bins)
            && (said - counted).abs() > 0.05 * said
            && !bins.is_cut
        {
            findings.push(
                "W82",
                format!(
                    "the mean of video {} is {said:.1} nm in the summary and {counted:.1} nm in its size bins",
                    video + 1
                ),
                within("Mean").map_or_else(|| sheet.top(), |row| sheet.span(row, video + 1)),
                "the number of the summary is used; export the experiment again if the file was edited",
            );
        }
        let Some((mean, deviation)) = said.or(from_bins) else { continue };
        let name = names.get(video).cloned().unwrap_or_default();
        replicates.push(Replicate { name, mean, deviation, concentration: concentrations[video] });
    }
    task.understood.used = ["Concentration (Particles / ml)", "Dilution factor", "Mean", "SD", "Bin centre (nm)"]
        .map(str::to_owned)
        .to_vec();
    task.understood.units = vec!["size [nm]".to_owned(), "concentration [particles/mL]".to_owned()];
    task.understood.rows_read = bins.centres.len();
    task.understood.notes.push(format!("{} of the experiment; rows are size bins", super::paste::counted(n, "video")));
    if replicates.is_empty() {
        task.nothing("no video has a size");
        return None;
    }
    Some(Data::Particles(Particles { instrument, sample, replicates, dilution }))
}

/// The numbers of a row for each video; `None` where there is none.
fn numbers(sheet: &Sheet, row: Option<usize>, n: usize, findings: &mut Findings) -> Vec<Option<f64>> {
    let Some(row) = row else { return vec![None; n] };
    let number = |video: usize| match sheet.number(row, video + 1) {
        Value::Number(number) => Some(number),
        Value::Missing => None,
        Value::Wrong(why) => {
            findings.add(super::columns::no_number(sheet, row, video + 1, why, &sheet.cell(row, 0)));
            None
        }
    };
    (0..n).map(number).collect()
}

fn cut_short(sheet: &Sheet, before: &str, findings: &mut Findings) {
    findings.push(
        "W89",
        format!("the file ends before {before}"),
        sheet.row_span(sheet.n_rows().saturating_sub(1)),
        "export the whole experiment again; what is there was read",
    );
}

/// The size distribution of the first weighting.
struct Bins {
    centres: Vec<f64>,
    /// [video][bin]
    counts: Vec<Vec<f64>>,
    is_cut: bool,
}

impl Bins {
    fn read(sheet: &Sheet, graph: usize, n: usize, findings: &mut Findings) -> Self {
        let mut bins = Self { centres: Vec::new(), counts: vec![Vec::new(); n], is_cut: false };
        let header = (graph..sheet.n_rows()).find(|row| sheet.cell(*row, 0).to_lowercase().starts_with("bin cent"));
        let Some(header) = header else {
            cut_short(sheet, "the size bins", findings);
            bins.is_cut = true;
            return bins;
        };
        let mut row = header + 1;
        while row < sheet.n_rows() && matches!(sheet.number(row, 0), Value::Number(_)) {
            let counts = numbers(sheet, Some(row), n, findings);
            if let (Value::Number(centre), true) = (sheet.number(row, 0), sheet.width(row) > n) {
                bins.centres.push(centre);
                bins.counts.iter_mut().zip(counts).for_each(|(all, count)| all.push(count.unwrap_or(0.0).max(0.0)));
            }
            row += 1;
        }
        let says_percentiles = (0..graph).any(|row| sheet.cell(row, 0).to_lowercase().contains("with percentiles"));
        let has_percentiles = (row..sheet.n_rows()).any(|row| sheet.cell(row, 0).eq_ignore_ascii_case("percentile"));
        if row >= sheet.n_rows() || (says_percentiles && !has_percentiles) {
            cut_short(sheet, "the table of percentiles", findings);
            bins.is_cut = true;
        }
        bins
    }

    fn moments(&self, video: usize) -> Option<(f64, f64)> {
        weighted(self.centres.iter().copied().zip(self.counts.get(video)?.iter().copied()))
    }
}

pub(super) fn read_particles(task: &mut Task<'_>) -> Option<Data> {
    let sheet = task.sheet;
    let mut columns = Columns::at(sheet, 0, &task.wishes.units);
    let findings = &mut task.findings;
    let size = columns.need(&["size"], "diameter of a particle", findings)?;
    let included = columns.find(&["included_in_distribution"]);
    let (mut sizes, mut n_outside, mut n_out) = (Vec::new(), 0, 0);
    for row in columns.rows() {
        if columns.is_cut_short(row, &[size, included.unwrap_or(size)]) {
            findings.push(
                "W89",
                format!("line {} has {} of {} cells", sheet.line(row), sheet.width(row), columns.headings.len()),
                sheet.row_span(row),
                "the row is left out; export the particles again if the file ends here",
            );
            n_out += 1;
            continue;
        }
        if included.is_some_and(|column| sheet.cell(row, column).eq_ignore_ascii_case("false")) {
            n_outside += 1;
            continue;
        }
        match columns.positive(row, size, findings) {
            Some(size) => sizes.push(size),
            None => n_out += 1,
        }
    }
    task.understood.units = vec!["size [nm]".to_owned()];
    task.columns(&columns, sizes.len() + n_outside, n_out);
    task.understood
        .notes
        .push(format!("{n_outside} particles that the instrument keeps out of its distribution do not count"));
    let Some((mean, deviation)) = weighted(sizes.iter().map(|size| (*size, 1.0))) else {
        task.nothing("no particle has a size");
        return None;
    };
    let name = sheet.file.clone();
    let replicates = vec![Replicate { name, mean, deviation, concentration: None }];
    let instrument = format!("NanoSight, {} particles", sizes.len());
    Some(Data::Particles(Particles { instrument, sample: String::new(), replicates, dilution: Dilution::NotRecorded }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::tests::{codes, reading};

    /// A summary in the shape of NTA 3.3, two videos and four bins.
    const SUMMARY: &str = include_str!("../../tests/lab/files/nanosight.csv");

    fn particles(text: &str) -> Particles {
        match reading("nta.csv", text).data {
            Some(Data::Particles(particles)) => particles,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_summary_gives_sizes_and_concentrations_of_its_videos() {
        let found = particles(SUMMARY);
        assert_eq!(found.instrument, "NanoSight, NTA 3.3 Dev Build 3.3.301");
        assert_eq!((found.sample.as_str(), found.dilution), ("d200", Dilution::NotRecorded));
        assert_eq!(
            found.replicates.iter().map(|video| video.concentration).collect::<Vec<_>>(),
            [Some(2e8), Some(4e8)]
        );
        assert_eq!(found.size(), (100.5, 10.0));
        assert_eq!(codes("nta.csv", SUMMARY), [""; 0]);
    }

    #[test]
    fn the_dilution_that_the_instrument_counted_in_is_not_counted_again() {
        let text = SUMMARY.replace("factor),Not recorded,Not recorded", "factor),200.0,200.0");
        let found = particles(&text);
        assert_eq!(found.dilution, Dilution::Applied(200.0));
        let wishes = super::super::Wishes::default();
        assert!((found.concentration(&wishes).expect("a number").middle - 2.828e8).abs() < 1e6);
        let said = super::super::Wishes { dilution: Some(400.0), ..wishes };
        assert!((found.concentration(&said).expect("a number").middle - 5.657e8).abs() < 1e6);
    }

    #[test]
    fn an_export_cut_short_is_named_and_read_as_far_as_it_goes() {
        let cut = |at: &str| SUMMARY.split(at).next().expect("a part").to_owned();
        assert_eq!(codes("nta.csv", &cut("Percentile,")), ["W89"]);
        assert_eq!(particles(&cut("Percentile,")).replicates.len(), 2);
        // in the middle of a bin
        let within = format!("{}110.5,1000", cut("110.5,"));
        assert_eq!(codes("nta.csv", &within), ["W89"]);
        assert_eq!(codes("nta.csv", &cut("[Size Data]")), ["W89", "E84"]);
    }

    #[test]
    fn a_summary_that_contradicts_its_bins_is_named() {
        assert_eq!(codes("nta.csv", &SUMMARY.replace("Mean,100.5", "Mean,160.0")), ["W82"]);
    }

    /// Particles of one video, one of them outside the distribution.
    const PARTICLES: &str = include_str!("../../tests/lab/files/nanosight_particles.csv");

    #[test]
    fn particles_outside_the_distribution_do_not_count() {
        let found = particles(PARTICLES);
        assert_eq!(found.size(), (100.0, 10.0));
        assert_eq!(codes("p.csv", &format!("{PARTICLES}4,95,41")), ["W89"]);
        assert_eq!(codes("p.csv", &PARTICLES.replace("1,90,", "1,-90,")), ["W85"]);
    }
}

//! One line on stderr that tells how far a long command is.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::{Terminal, cut_middle, safe, width, write_stderr};

/// Nothing is shown for so long: most commands are over by then.
const QUIET: Duration = Duration::from_millis(500);

/// Time between two drawings of the line.
const REDRAW: Duration = Duration::from_millis(100);

/// Share of the work after which the time left is estimated.
const ESTIMATE: f64 = 0.05;

/// Progress of one long piece of work. Shared between threads; drawing fails silently, work does not wait for it.
///
/// On a terminal one line, redrawn at most 10 times a second; in a pipe plain lines at 0, 25, 50, 75 and 100 %.
///
/// ```
/// use vesica::terminal::Progress;
/// let progress = Progress::silent(64);
/// progress.advance(16, "erastin");
/// assert_eq!(progress.percent(), 25);
/// ```
pub struct Progress {
    terminal: Option<Terminal>,
    title: String,
    total: u64,
    state: Mutex<State>,
}

struct State {
    started: Instant,
    /// Done before this run: it took no time now.
    before: u64,
    done: u64,
    drawn: Option<Instant>,
    /// Quarter that was last told in a pipe; `None` before the first line.
    quarter: Option<u64>,
    is_closed: bool,
}

/// How far it is, apart from how it is shown.
struct Moment<'a> {
    before: u64,
    done: u64,
    total: u64,
    elapsed: Duration,
    note: &'a str,
}

impl Progress {
    /// Starts. `terminal` is that of stderr; `title` as `9 arms × 64 worlds`; `before` of `total` were done earlier.
    pub fn new(terminal: Terminal, title: impl Into<String>, before: u64, total: u64) -> Self {
        let progress = Self::build(Some(terminal), title.into(), before, total);
        progress.advance(0, "");
        progress
    }

    /// Counts, shows nothing (`--quiet`, `--json`).
    pub fn silent(total: u64) -> Self {
        Self::build(None, String::new(), 0, total)
    }

    fn build(terminal: Option<Terminal>, title: String, before: u64, total: u64) -> Self {
        let state =
            State { started: Instant::now(), before, done: before, drawn: None, quarter: None, is_closed: false };
        Self { terminal, title, total, state: Mutex::new(state) }
    }

    /// `count` more are done; `note` says what is worked on.
    pub fn advance(&self, count: u64, note: &str) {
        let mut state = self.locked();
        state.done = state.done.saturating_add(count).min(self.total);
        let Some(terminal) = &self.terminal else { return };
        if state.is_closed {
            return;
        }
        let now = Instant::now();
        let elapsed = now.duration_since(state.started);
        let moment = Moment { before: state.before, done: state.done, total: self.total, elapsed, note };
        if terminal.is_terminal {
            let is_due = state.drawn.is_none_or(|drawn| now.duration_since(drawn) >= REDRAW);
            if elapsed >= QUIET && is_due {
                state.drawn = Some(now);
                show(&format!("\r{}\u{1b}[K", line(terminal, &self.title, &moment)));
            }
        } else if state.quarter.is_none_or(|told| moment.quarter() > told) {
            state.quarter = Some(moment.quarter());
            show(&format!("{}\n", plain_line(terminal, &self.title, &moment)));
        }
    }

    /// Whole percent done.
    pub fn percent(&self) -> u64 {
        percent(self.locked().done, self.total)
    }

    /// Takes the line away, so that other text can be written; the line comes back with the next advance.
    pub fn clear(&self) {
        let mut state = self.locked();
        if self.terminal.as_ref().is_some_and(|terminal| terminal.is_terminal) && state.drawn.take().is_some() {
            show("\r\u{1b}[K");
        }
    }

    /// The line becomes `summary` (`9 arms × 64 worlds, done in 71 s (seed 20251121)`); later advances show nothing.
    pub fn finish(&self, summary: &str) {
        self.clear();
        self.locked().is_closed = true;
        if let Some(terminal) = &self.terminal {
            show(&format!("{}\n", terminal.spell(&safe(summary))));
        }
    }

    /// Seconds since the start.
    pub fn seconds(&self) -> f64 {
        self.locked().started.elapsed().as_secs_f64()
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, State> {
        // A thread that panicked while counting leaves a count that is still fine to show.
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// A progress line that cannot be written is no reason to stop the work.
fn show(text: &str) {
    let _ = write_stderr(text);
}

impl Moment<'_> {
    fn quarter(&self) -> u64 {
        percent(self.done, self.total) / 25
    }

    /// Time left, when enough is done to say.
    fn left(&self) -> Option<Duration> {
        let done_now = self.done.saturating_sub(self.before) as f64;
        let to_do = self.total.saturating_sub(self.before) as f64;
        (done_now >= ESTIMATE * to_do && done_now > 0.0 && self.done < self.total)
            .then(|| self.elapsed.mul_f64((to_do - done_now) / done_now))
    }
}

fn percent(done: u64, total: u64) -> u64 {
    if total == 0 { 100 } else { u64::try_from(u128::from(done) * 100 / u128::from(total)).unwrap_or(100) }
}

/// `9 arms × 64 worlds   ███████████▌          57 %   erastin + GW4869   1 min 20 s left`
///
/// One column stays free, so that no terminal wraps it.
fn line(terminal: &Terminal, title: &str, moment: &Moment<'_>) -> String {
    let free = terminal.width.saturating_sub(1);
    let share = percent(moment.done, moment.total) as f64 / 100.0;
    let left = moment.left().map_or(String::new(), |left| format!("   {} left", duration(left)));
    let tail = format!("{:>3} %", percent(moment.done, moment.total));
    let title = terminal.spell(&safe(title));
    let bar = terminal.bar(share, free.saturating_sub(width(&title) + width(&tail) + width(&left) + 6).min(20));
    let mut line = if bar.is_empty() { format!("{title}   {tail}") } else { format!("{title}   {bar}   {tail}") };
    let room = free.saturating_sub(width(&line) + width(&left) + 3);
    if !moment.note.is_empty() && room >= 8 {
        line = format!("{line}   {}", terminal.spell(&cut_middle(&safe(moment.note), room)));
    }
    cut_middle(&format!("{line}{left}"), free)
}

/// The line of a pipe: `9 arms × 64 worlds   50 %   40 s left`.
fn plain_line(terminal: &Terminal, title: &str, moment: &Moment<'_>) -> String {
    let left = moment.left().map_or(String::new(), |left| format!("   {} left", duration(left)));
    terminal.spell(&safe(&format!("{title}   {} %{left}", percent(moment.done, moment.total))))
}

/// `1 min 20 s`, `2 h 5 min`.
///
/// Rounded up to whole seconds, over ten minutes to whole minutes.
fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64().ceil() as u64;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..600 => format!("{} min {} s", seconds / 60, seconds % 60),
        600..3600 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(done: u64, seconds: u64) -> Moment<'static> {
        Moment { before: 0, done, total: 576, elapsed: Duration::from_secs(seconds), note: "erastin + GW4869" }
    }

    #[test]
    fn the_line_of_a_terminal() {
        let line = line(&Terminal::plain(100), "9 arms × 64 worlds", &at(329, 106));
        assert_eq!(line, "9 arms × 64 worlds   ███████████▍            57 %   erastin + GW4869   1 min 20 s left");
    }

    #[test]
    fn it_fits_any_width_in_any_letters() {
        for columns in 20..=100 {
            for is_unicode in [true, false] {
                let terminal = Terminal { is_unicode, ..Terminal::plain(columns) };
                let line = line(&terminal, "9 arms × 64 worlds", &at(329, 106));
                assert!(width(&line) < columns, "{columns}: {line}");
            }
        }
    }

    #[test]
    fn no_estimate_before_five_percent_or_from_work_done_before() {
        assert_eq!(at(28, 10).left(), None);
        assert!(at(29, 10).left().is_some());
        let resumed = Moment { before: 300, ..at(300, 1) };
        assert_eq!(resumed.left(), None);
        let half_of_the_rest = Moment { before: 300, ..at(438, 60) };
        assert_eq!(half_of_the_rest.left(), Some(Duration::from_secs(60)));
    }

    #[test]
    fn times_are_said_in_two_words() {
        let said = |seconds| duration(Duration::from_secs(seconds));
        assert_eq!(said(9), "9 s");
        assert_eq!(said(80), "1 min 20 s");
        assert_eq!(said(601), "11 min");
        assert_eq!(said(7500), "2 h 5 min");
    }

    #[test]
    fn nothing_to_do_is_done() {
        assert_eq!(Progress::silent(0).percent(), 100);
        let progress = Progress::silent(3);
        progress.advance(7, "");
        assert_eq!(progress.percent(), 100);
    }
}
